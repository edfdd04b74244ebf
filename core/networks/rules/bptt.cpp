// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/credit_rule.h"

namespace rulescope::networks {

const CreditRule& bpttRule() {
    static const CreditRule rule = [] {
        CreditRule made;
        made.name = "bptt";
        made.title = QT_TRANSLATE_NOOP("core", "Backpropagation through time");
        made.description =
            QT_TRANSLATE_NOOP("core", "The exact gradient of the loss: every neuron learns from all later "
                                      "errors that its activity caused, through the true connections "
                                      "backwards. No brain is known to do this; it is the yardstick.");
        made.formula = "λ_t = L_t + (1-a) Wᵀ κ_{t+1}, κ_t = ψ_t ∘ λ_t + a κ_{t+1}";
        return made;
    }();
    return rule;
}

} // namespace rulescope::networks
