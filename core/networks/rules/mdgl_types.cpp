// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/credit_rule.h"

namespace rulescope::networks {

const CreditRule& mdglTypesRule() {
    static const CreditRule rule = [] {
        CreditRule made;
        made.name = "mdgl-types";
        made.title = QT_TRANSLATE_NOOP("core", "MDGL (one hop, cell-type averages)");
        made.description = QT_TRANSLATE_NOOP("core",
            "The one-hop rule with weights known only as averages over pairs of cell types, as "
            "diffuse neuromodulators could carry them [Liu et al. 2021].");
        made.formula = "λ_t = L_t + (1-a) W̄ᵀ κ_{t+1}, κ_t = ψ_t ∘ L_t + a κ_{t+1}";
        made.relay = CreditRule::Relay::OneHop;
        made.averagesTypes = true;
        return made;
    }();
    return rule;
}

} // namespace rulescope::networks
