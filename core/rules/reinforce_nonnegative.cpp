// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/reinforce_baseline.h"

namespace rulescope::rules {

const RuleInfo& reinforceNonnegativeRule() {
    static const FormulaTextbook<ReinforceBaseline> textbook;
    static const RuleInfo info = [] {
        RuleInfo rule;
        rule.name = "reinforce-nonnegative";
        rule.title = QT_TRANSLATE_NOOP("core", "REINFORCE with non-negative baseline");
        rule.shortTitle = QT_TRANSLATE_NOOP("core", "REINFORCE + baseline ≥ 0");
        rule.description = QT_TRANSLATE_NOOP("core",
            "REINFORCE with baseline in which learning rates and offsets may not be negative, as the "
            "theory of policy gradients would have it: after an error the animal stays where it is "
            "or moves away from its choice, but never towards it. Comparing it with the free form "
            "tells whether choices are repeated after errors.");
        rule.formula = "dw_k = (α_k r - a_k) (y - p) x_k,  α_k ≥ 0,  a_k ≥ 0";
        rule.kind = RuleInfo::Kind::Textbook;
        rule.variation = RuleInfo::Variation::Bounds;
        rule.usualParameters = "alpha=0.08,offset=0.04";
        rule.parameters = {learningRate(true), baselineOffset()};
        for (ParameterInfo& group : rule.parameters) {
            group.low = 0;
        }
        rule.textbook = &textbook;
        return rule;
    }();
    return info;
}

} // namespace rulescope::rules
