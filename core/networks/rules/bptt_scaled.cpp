// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/credit_rule.h"

namespace rulescope::networks {

const CreditRule& bpttScaledRule() {
    static const CreditRule rule = [] {
        CreditRule made;
        made.name = "bptt-scaled";
        made.title = QT_TRANSLATE_NOOP("core", "BPTT scaled by ρ (control)");
        made.description = QT_TRANSLATE_NOOP("core",
            "The exact gradient with its recurrent step shortened to the length that e-prop's step has along "
            "it: a control that separates the small step of an approximate rule from its wrong direction.");
        made.formula = "Δ = -η ρ ∇L, ρ = ⟨ĝ, ∇L⟩ / ⟨∇L, ∇L⟩";
        made.isScaledToThreeFactor = true;
        return made;
    }();
    return rule;
}

} // namespace rulescope::networks
