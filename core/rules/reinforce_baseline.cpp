// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/reinforce_baseline.h"

namespace rulescope::rules {

ParameterInfo baselineOffset() {
    ParameterInfo offset;
    offset.name = "offset";
    offset.title = QT_TRANSLATE_NOOP("core", "offset (learning rate x baseline)");
    offset.unit = QT_TRANSLATE_NOOP("core", "log-odds per squared regressor unit and trial");
    offset.isPerWeight = true;
    offset.start = 0.0;
    offset.scale = 0.03;
    offset.limit = 10;
    return offset;
}

const RuleInfo& reinforceBaselineRule() {
    static const FormulaTextbook<ReinforceBaseline> textbook;
    static const RuleInfo info = [] {
        RuleInfo rule;
        rule.name = "reinforce-baseline";
        rule.title = QT_TRANSLATE_NOOP("core", "REINFORCE with baseline");
        rule.shortTitle = QT_TRANSLATE_NOOP("core", "REINFORCE + baseline");
        rule.description = QT_TRANSLATE_NOOP("core",
            "REINFORCE in which the reward is compared with a baseline: what exceeds it reinforces the "
            "choice, what falls short moves the animal away from the choice. The offset is the learning rate "
            "times the baseline, for each weight. A baseline of one half makes errors teach as much as "
            "successes (error ratio -1), zero gives plain REINFORCE (error ratio 0), and a negative one "
            "means that choices are repeated even after errors (error ratio above 0).");
        rule.formula = "dw_k = (α_k r - a_k) (y - p) x_k";
        rule.kind = RuleInfo::Kind::Textbook;
        rule.usualParameters = "alpha=0.08,offset=0.04";
        rule.isUsual = true;
        rule.parameters = {learningRate(true), baselineOffset()};
        rule.textbook = &textbook;
        return rule;
    }();
    return info;
}

} // namespace rulescope::rules
