// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/registry.h"

namespace rulescope::rules {

const RuleInfo& residualRnnRule() {
    static const RuleInfo info = [] {
        RuleInfo rule;
        rule.name = "residual-rnn";
        rule.title = QT_TRANSLATE_NOOP("core", "Residual RNN rule");
        rule.badge = QT_TRANSLATE_NOOP("core", "Residual RNN");
        rule.description = QT_TRANSLATE_NOOP("core",
            "REINFORCE with baseline plus a correction from a recurrent network (GRU) that remembers earlier "
            "trials; both are fitted together, starting at the best textbook rule. Large corrections are "
            "penalised, so that history enters only where it predicts choices. If this rule predicts "
            "held-out choices better than the residual DNN rule, the animals' learning depends on more than "
            "the present trial.");
        rule.formula = "dw_k = (α_k r - a_k) (y - p) x_k + c_k";
        rule.kind = RuleInfo::Kind::Network;
        rule.network = RuleNetwork{.isRecurrent = true,
            .isResidual = true,
            .training = {{"validation_fraction", 0.25}, {"inner_folds", 3}, {"patience", 30}}};
        return rule;
    }();
    return info;
}

} // namespace rulescope::rules
