// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/registry.h"

namespace rulescope::rules {

const RuleInfo& dnnRule() {
    static const RuleInfo info = [] {
        RuleInfo rule;
        rule.name = "dnn";
        rule.title = QT_TRANSLATE_NOOP("core", "DNN rule");
        rule.badge = QT_TRANSLATE_NOOP("core", "DNN");
        rule.description = QT_TRANSLATE_NOOP("core",
            "A small neural network learns the update itself: from the weights, the regressors, the choice, "
            "the outcome and the rewarded side of one trial it computes how much each weight changes, and it "
            "is trained so that the resulting weights predict the animals' next choices. It assumes no "
            "formula, but it looks at one trial at a time and remembers none before it.");
        rule.kind = RuleInfo::Kind::Network;
        rule.network = RuleNetwork();
        rule.isUsual = true;
        return rule;
    }();
    return info;
}

} // namespace rulescope::rules
