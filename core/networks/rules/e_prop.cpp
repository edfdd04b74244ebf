// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/credit_rule.h"

namespace rulescope::networks {

const CreditRule& ePropRule() {
    static const CreditRule rule = [] {
        CreditRule made;
        made.name = "e-prop";
        made.title = QT_TRANSLATE_NOOP("core", "e-prop (three-factor)");
        made.description = QT_TRANSLATE_NOOP("core",
            "A synapse keeps a trace of its own past activity and combines it with its neuron's "
            "share of the present error. What travels through other neurons is left out, as in "
            "reward-modulated plasticity with three factors [Bellec et al. 2020].");
        made.formula = "λ_t = L_t";
        made.relay = CreditRule::Relay::None;
        return made;
    }();
    return rule;
}

} // namespace rulescope::networks
