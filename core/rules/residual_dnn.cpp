// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/registry.h"

namespace rulescope::rules {

const RuleInfo& residualDnnRule() {
    static const RuleInfo info = [] {
        RuleInfo rule;
        rule.name = "residual-dnn";
        rule.title = QT_TRANSLATE_NOOP("core", "Residual DNN rule");
        rule.badge = QT_TRANSLATE_NOOP("core", "Residual DNN");
        rule.description = QT_TRANSLATE_NOOP("core",
            "REINFORCE with baseline plus a correction that a small neural network computes from the same "
            "trial; both are fitted together, starting at the best textbook rule. Large corrections are "
            "penalised, so that the rule stays a textbook rule where the data say nothing else. With few "
            "animals it predicts held-out choices better than the DNN rule alone, and what the network adds "
            "shows where the textbook is wrong.");
        rule.formula = "dw_k = (α_k r - a_k) (y - p) x_k + c_k";
        rule.kind = RuleInfo::Kind::Network;
        rule.network = RuleNetwork{.isResidual = true,
            .training = {{"validation_fraction", 0.25}, {"inner_folds", 3}, {"patience", 30}}};
        return rule;
    }();
    return info;
}

} // namespace rulescope::rules
