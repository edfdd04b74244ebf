// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/credit_rule.h"

namespace rulescope::networks {

const CreditRule& rfloRule() {
    static const CreditRule rule = [] {
        CreditRule made;
        made.name = "rflo";
        made.title = QT_TRANSLATE_NOOP("core", "RFLO (random feedback)");
        made.description =
            QT_TRANSLATE_NOOP("core", "As e-prop, but the error reaches the neurons through fixed random "
                                      "connections instead of the readout's own weights [Murray 2019].");
        made.formula = "λ_t = B e_t";
        made.feedback = CreditRule::Feedback::Random;
        made.relay = CreditRule::Relay::None;
        return made;
    }();
    return rule;
}

} // namespace rulescope::networks
