// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/registry.h"

namespace rulescope::rules {

const RuleInfo& directGruRule() {
    static const RuleInfo info = [] {
        RuleInfo rule;
        rule.name = "direct-gru";
        rule.title = QT_TRANSLATE_NOOP("core", "Direct GRU");
        rule.description = QT_TRANSLATE_NOOP("core",
            "Not a learning rule but a yardstick for them: a recurrent network of eight units predicts each "
            "choice directly from the trial's regressors and from the choice and outcome of the trial "
            "before. "
            "It has no decision weights, so it has no trajectories and no update surfaces. A learning rule "
            "that predicts as well as it does leaves little to be explained.");
        rule.kind = RuleInfo::Kind::Network;
        rule.network = RuleNetwork{.isRecurrent = true, .isDirect = true, .defaultHidden = 8};
        rule.hasWeights = false;
        return rule;
    }();
    return info;
}

} // namespace rulescope::rules
