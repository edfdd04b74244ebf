// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/registry.h"

#include <algorithm>

namespace rulescope::rules {

// Every rule, one line each, in the order of menus and figures; each function lives in the file of its rule.
#define RULESCOPE_RULES(RULE)                                                                                \
    RULE(noneRule)                                                                                           \
    RULE(reinforceRule)                                                                                      \
    RULE(reinforcePerWeightRule)                                                                             \
    RULE(reinforceBaselineRule)                                                                              \
    RULE(reinforceNonnegativeRule)                                                                           \
    RULE(rewardMaxRule)                                                                                      \
    RULE(predictMaxRule)                                                                                     \
    RULE(eligibilityRule)                                                                                    \
    RULE(dnnRule)                                                                                            \
    RULE(rnnRule)                                                                                            \
    RULE(residualDnnRule)                                                                                    \
    RULE(residualRnnRule)                                                                                    \
    RULE(directGruRule)

#define RULESCOPE_DECLARE(function) const RuleInfo& function();
RULESCOPE_RULES(RULESCOPE_DECLARE)
#undef RULESCOPE_DECLARE

std::size_t RuleInfo::parameterCount(std::size_t weights) const {
    std::size_t count = 0;
    for (const ParameterInfo& group : parameters) {
        count += group.isPerWeight ? weights : 1;
    }
    return count;
}

const std::vector<const RuleInfo*>& allRules() {
#define RULESCOPE_ENTRY(function) &function(),
    static const std::vector<const RuleInfo*> rules = {RULESCOPE_RULES(RULESCOPE_ENTRY)};
#undef RULESCOPE_ENTRY
    return rules;
}

base::Result<const RuleInfo*> findRule(std::string_view name) {
    const std::vector<const RuleInfo*>& rules = allRules();
    const auto found =
        std::find_if(rules.begin(), rules.end(), [&](const RuleInfo* rule) { return rule->name == name; });
    if (found != rules.end()) {
        return *found;
    }
    std::string names;
    for (const RuleInfo* rule : rules) {
        names += (names.empty() ? "" : ", ") + std::string(rule->name);
    }
    return base::failure(base::ErrorCode::NotFound,
        base::Text{QT_TRANSLATE_NOOP("core", "There is no learning rule named \"%1\"."), {std::string(name)}},
        "rule", base::Text{QT_TRANSLATE_NOOP("core", "Choose from %1."), {names}});
}

const RuleInfo& textbookYardstick() {
    return reinforceBaselineRule();
}

bool learns(std::string_view name) {
    const auto rule = findRule(name);
    return rule && (*rule)->kind != RuleInfo::Kind::Static;
}

} // namespace rulescope::rules
