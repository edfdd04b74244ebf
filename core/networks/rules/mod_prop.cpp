// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/credit_rule.h"

namespace rulescope::networks {

const CreditRule& modPropRule() {
    static const CreditRule rule = [] {
        CreditRule made;
        made.name = "modprop";
        made.title = QT_TRANSLATE_NOOP("core", "ModProp (cell-type averages, all hops)");
        made.description = QT_TRANSLATE_NOOP("core",
            "Errors pass on through any number of connections, with cell-type averages for weights "
            "and a constant for the neurons' gains: what a modulatory filter could compute without "
            "knowing the activity on the way [Liu et al. 2022].");
        made.formula = "λ_t = L_t + (1-a) W̄ᵀ κ_{t+1}, κ_t = μ λ_t + a κ_{t+1}";
        made.relay = CreditRule::Relay::Full;
        made.averagesTypes = true;
        made.hasConstantSlope = true;
        return made;
    }();
    return rule;
}

} // namespace rulescope::networks
