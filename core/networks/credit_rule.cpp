// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/credit_rule.h"

#include "core/networks/named_entry.h"

namespace rulescope::networks {

// Every rule, one line each; each function lives in the file of its rule.
#define RULESCOPE_CREDIT_RULES(RULE)                                                                         \
    RULE(bpttRule)                                                                                           \
    RULE(ePropRule)                                                                                          \
    RULE(rfloRule)                                                                                           \
    RULE(mdglRule)                                                                                           \
    RULE(mdglTypesRule)                                                                                      \
    RULE(modPropRule)                                                                                        \
    RULE(bpttScaledRule)

#define RULESCOPE_DECLARE(function) const CreditRule& function();
RULESCOPE_CREDIT_RULES(RULESCOPE_DECLARE)
#undef RULESCOPE_DECLARE

const std::vector<const CreditRule*>& allCreditRules() {
#define RULESCOPE_ENTRY(function) &function(),
    static const std::vector<const CreditRule*> rules = {RULESCOPE_CREDIT_RULES(RULESCOPE_ENTRY)};
#undef RULESCOPE_ENTRY
    return rules;
}

base::Result<const CreditRule*> findCreditRule(std::string_view name) {
    return findNamed(allCreditRules(), name,
        QT_TRANSLATE_NOOP("core", "There is no credit-assignment rule named \"%1\"."));
}

} // namespace rulescope::networks
