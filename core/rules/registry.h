// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/regressors.h"
#include "core/rules/rule.h"

#include <limits>
#include <optional>
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
    /// `gradient` is not empty (one entry per parameter, then perhaps one per initial weight) it receives
    /// d/d parameters and d/d w_0, exact, by forward-mode differentiation through the whole rollout. Not
    /// finite where the weights overflow.
    virtual double logLikelihood(const data::RuleInputs& inputs, std::span<const double> parameters,
        std::span<const double> initialWeights, std::span<double> gradient = {}) const = 0;

    /// True if the parameters are the initial weights themselves (static GLM); a given w_0 is then ignored.
    virtual bool ownsInitialWeights() const = 0;
};

/// The architecture of a network rule, and the training that it gets where nobody chose otherwise.
struct RuleNetwork {
    /// A training option by its name in a specification ("patience").
    struct Option {
        std::string_view name;
        double value = 0;
    };
    bool isRecurrent = false; ///< a GRU before the layers
    bool isResidual = false;  ///< the textbook yardstick plus the network's correction
    bool isDirect = false;    ///< choices without decision weights
    int defaultHidden = 0;    ///< units per layer under every preset; 0: the preset's
    std::vector<Option> training =
        {}; ///< what differs from the default preset (resources/help/training-presets)
};

/// What the registry says about a rule.
struct RuleInfo {
    enum class Kind {
        Static,   ///< weights do not move; shared weights are fitted (GLM)
        Textbook, ///< a formula with a few parameters, fitted by gradient
        Network,  ///< a network, fitted by the trainer
    };
    /// What sets a rule apart from another one's formula.
    enum class Variation {
        None,           ///< a formula or network of its own
        RatesPerWeight, ///< the same update with one rate per weight: as good as the other for one weight
        Bounds          ///< the same update with bounded parameters: nothing new to simulate
    };
    std::string_view name;    ///< contract name: "reinforce-baseline"
    base::Text title;         ///< "REINFORCE with baseline"
    base::Text shortTitle;    ///< where room is short: "REINFORCE + baseline"; empty: the title
    base::Text badge;         ///< under a heading that says what it is: "RNN"; empty: the short title
    base::Text description;   ///< one paragraph that the window can show
    std::string_view formula; ///< the update in symbols, for any language; empty for networks
    Kind kind = Kind::Textbook;
    std::vector<ParameterInfo> parameters;  ///< of static and textbook rules
    const TextbookRule* textbook = nullptr; ///< the mathematics; null for network rules
    std::optional<RuleNetwork> network;     ///< of network rules
    Variation variation = Variation::None;
    /// Parameters with which an animal learns the IBL task within a few thousand trials ("alpha=0.05"); empty
    /// for networks.
    std::string_view usualParameters;
    bool isUsual = false; ///< belongs in a first comparison: yardsticks, textbook, both kinds of network
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
/// The textbook rule that the others are measured against and that residual rules correct: REINFORCE with
/// baseline.
const RuleInfo& textbookYardstick();
/// Whether the rule of that name lets weights move or predicts without them: not the static GLM, nor a name
/// that the registry does not know (the bias-only model).
bool learns(std::string_view name);

} // namespace rulescope::rules
