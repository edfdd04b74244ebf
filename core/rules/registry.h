// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/regressors.h"
#include "core/rules/rule.h"

#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rulescope::rules {

/// One group of parameters of a textbook rule, e.g. its learning rates.
struct ParameterInfo {
    std::string_view name;    ///< "alpha", "offset"
    base::Text title;         ///< "learning rate"
    base::Text unit;          ///< what one is measured in
    bool isPerWeight = false; ///< one value per weight ("alpha.stimulus"), else one for all
    double start = 0;         ///< centre of a fit's starting points, for regressors of unit mean square
    double scale = 1;         ///< typical size for such regressors; the fit's unit step
    double limit = 30; ///< size for such regressors beyond which a fit stops searching and calls it unbounded
    double low = -std::numeric_limits<double>::infinity(); ///< least value that the rule's definition allows
    /// parameter x (root mean square of its regressor)^regressorPower has no regressor unit: 2 for learning
    /// rates, 1 for weights. It makes fits independent of the units that a regressor came in.
    int regressorPower = 2;
};

/// A rule with few parameters: a formula that can be evaluated, simulated, and fitted by gradient.
///
/// `parameters` are in the order of RuleInfo::parameters, per-weight groups expanded to K values each.
class TextbookRule {
  public:
    virtual ~TextbookRule() = default;

    /// The rule at these parameters for K weights, ready to evaluate.
    virtual LearningRulePtr at(std::span<const double> parameters, std::size_t weights) const = 0;

    /// Teacher-forced log-likelihood (nats) of one animal's scored trials from w_0 (K; empty: zeros). If
    /// `gradient` is not empty (one entry per parameter) it receives d/d parameters, exact, by forward-mode
    /// differentiation through the whole rollout. Not finite where the weights overflow.
    virtual double logLikelihood(const data::RuleInputs& inputs, std::span<const double> parameters,
        std::span<const double> initialWeights, std::span<double> gradient = {}) const = 0;

    /// True if the parameters are the initial weights themselves (static GLM); a given w_0 is then ignored.
    virtual bool ownsInitialWeights() const = 0;
};

/// What the registry says about a rule.
struct RuleInfo {
    enum class Kind {
        Static,   ///< weights do not move; shared weights are fitted (GLM)
        Textbook, ///< a formula with a few parameters, fitted by gradient
        Network,  ///< a network, fitted by the trainer
    };
    std::string_view name;    ///< contract name: "reinforce-baseline"
    base::Text title;         ///< "REINFORCE with baseline"
    base::Text description;   ///< one paragraph that the window can show
    std::string_view formula; ///< the update in symbols, for any language; empty for networks
    Kind kind = Kind::Textbook;
    std::vector<ParameterInfo> parameters;  ///< of static and textbook rules
    const TextbookRule* textbook = nullptr; ///< the mathematics; null for network rules
    /// False for a model that predicts choices without decision weights: it can be compared, but it has no
    /// trajectories, surfaces or gains.
    bool hasWeights = true;

    /// Number of parameters for K weights, per-weight groups expanded.
    std::size_t parameterCount(std::size_t weights) const;
};

/// All rules, in the order in which menus and figures list them.
const std::vector<const RuleInfo*>& allRules();
/// The rule of that name, or a NotFound error that lists the names.
base::Result<const RuleInfo*> findRule(std::string_view name);

} // namespace rulescope::rules
