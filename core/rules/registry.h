// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/rules/rule.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rulescope::rules {

/// One group of parameters of a textbook rule, e.g. the learning rate.
struct ParameterInfo {
    std::string_view name;   ///< "alpha", "offset"
    bool isPerWeight = false; ///< one value per weight ("alpha.stimulus"), else one for all
    double start = 0;        ///< centre of the starting points
    double low = 0, high = 0; ///< bounds of the fit (+-infinity: none)
    std::string_view unit;   ///< e.g. "log-odds per regressor unit per trial"
};

/// What a registry entry says about a rule; `makeTextbook` is null for network rules.
struct RuleInfo {
    enum class Kind {
        Static,   ///< weights do not move; shared weights are fitted (GLM)
        Textbook, ///< a formula with a few parameters, fitted by gradient
        Network,  ///< a network, fitted by the trainer
    };
    std::string_view name; ///< contract name: "reinforce-baseline"
    base::Text title;      ///< "REINFORCE with baseline"
    base::Text description; ///< one paragraph that the window can show
    Kind kind = Kind::Textbook;
    std::vector<ParameterInfo> parameters; ///< of textbook rules
};

/// A textbook rule's mathematics for K weights: everything a fit by gradient needs.
class TextbookRule {
  public:
    virtual ~TextbookRule() = default;

    /// Number of free parameters for K weights, in the order of RuleInfo::parameters (per-weight ones expanded).
    virtual std::size_t parameterCount(std::size_t weights) const = 0;
    /// The rule at these parameters (parameterCount values).
    virtual LearningRulePtr at(std::span<const double> parameters, std::size_t weights) const = 0;
    /// dw (K) and its derivatives with respect to the weights (K x K), the parameters (K x P) and the state, given the
    /// sensitivities carried so far; forward mode, see textbook.h.
    struct Sensitivities;
};

/// All rules, in the order in which menus and figures list them.
const std::vector<const RuleInfo*>& allRules();
/// The rule of that name, or a NotFound error that lists the names.
base::Result<const RuleInfo*> findRule(std::string_view name);

} // namespace rulescope::rules
