// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/formula.h"

namespace rulescope::rules {

ParameterInfo learningRate(bool isPerWeight) {
    ParameterInfo alpha;
    alpha.name = "alpha";
    alpha.title = QT_TRANSLATE_NOOP("core", "learning rate");
    alpha.unit = QT_TRANSLATE_NOOP("core", "log-odds per squared regressor unit and trial");
    alpha.isPerWeight = isPerWeight;
    alpha.start = 0.03;
    alpha.scale = 0.03;
    alpha.limit = 10;
    return alpha;
}

} // namespace rulescope::rules
