// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/credit_rule.h"

namespace rulescope::networks {

const CreditRule& mdglRule() {
    static const CreditRule rule = [] {
        CreditRule made;
        made.name = "mdgl";
        made.title = QT_TRANSLATE_NOOP("core", "MDGL (one hop, true weights)");
        made.description = QT_TRANSLATE_NOOP("core",
            "Beside its own error a neuron hears those of the neurons it projects to, one connection away, "
            "through the true weights: the multidigraph rule with local modulators [Liu et al. 2021].");
        made.formula = "λ_t = L_t + (1-a) Wᵀ κ_{t+1}, κ_t = ψ_t ∘ L_t + a κ_{t+1}";
        made.relay = CreditRule::Relay::OneHop;
        return made;
    }();
    return rule;
}

} // namespace rulescope::networks
