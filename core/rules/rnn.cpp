// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/registry.h"

namespace rulescope::rules {

const RuleInfo& rnnRule() {
    static const RuleInfo info = [] {
        RuleInfo rule;
        rule.name = "rnn";
        rule.title = QT_TRANSLATE_NOOP("core", "RNN rule");
        rule.badge = QT_TRANSLATE_NOOP("core", "RNN");
        rule.description = QT_TRANSLATE_NOOP("core",
            "The DNN rule with a memory: a recurrent network (GRU) carries what happened on earlier "
            "trials, so that the same trial may teach differently after different histories. If it "
            "predicts held-out choices better than the DNN rule, the animals' learning depends on "
            "more than the present trial.");
        rule.kind = RuleInfo::Kind::Network;
        // Nothing shorter than the published schedule held on real mice (resources/help/training-presets).
        rule.network =
            RuleNetwork{.isRecurrent = true, .training = {{"epochs", 1000}, {"learning_rate", 1e-3}}};
        rule.isUsual = true;
        return rule;
    }();
    return info;
}

} // namespace rulescope::rules
