// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rules/dual.h"
#include "core/rules/registry.h"

#include <algorithm>
#include <cassert>
#include <memory>
#include <vector>

// From one formula, written once as a template over its scalar type, to a rule that can be evaluated (double)
// and fitted (Dual). A formula is a class with
//     static constexpr bool kOwnsInitialWeights;              // parameters are w_0 (static GLM)
//     static constexpr std::size_t stateSize(std::size_t weights);
//     template<class S> static void update(const Observation<S>&, const S* parameters, S* state, S* dw);
// where `parameters` are ordered as in TextbookRule, `state` starts at zeros and `dw` has one entry per
// weight.

namespace rulescope::rules {

/// What a formula sees after one trial (METHOD.md section 3).
template<class S>
struct Observation {
    std::size_t weights = 0;   ///< K
    const double* x = nullptr; ///< K regressors
    double choice = 0;         ///< y: 0 left, 1 right
    double outcome = 0.5;      ///< r: 1, 0, .5 unknown
    double answer = 0.5;       ///< z: 1, 0, .5 unknown
    S probabilityRight{};      ///< p_R = sigma(w.x), before the choice

    /// e_y (1 - p_y), the direction that makes the choice made more likely; it equals y - p_R.
    S towardsChoice() const { return choice - probabilityRight; }
    /// e_z (1 - p_z) towards the rewarded side; for an unknown answer the mean over both, which is z = .5.
    S towardsAnswer() const { return answer - probabilityRight; }
};

/// A formula with its parameters fixed.
template<class Formula>
class FormulaRule : public LearningRule {
  public:
    FormulaRule(std::span<const double> parameters, std::size_t weights)
        : m_parameters(parameters.begin(), parameters.end())
        , m_weights(weights) {}

    std::size_t stateSize() const override { return Formula::stateSize(m_weights); }

    void step(
        const Experience& experience, std::span<double> state, std::span<double> update) const override {
        assert(experience.weights.size() == m_weights && experience.x.size() == m_weights);
        assert(update.size() == m_weights && state.size() == stateSize());
        double a = 0;
        for (std::size_t k = 0; k < m_weights; ++k) {
            a += experience.weights[k] * experience.x[k];
        }
        const Observation<double> observation{m_weights, experience.x.data(), experience.choice,
            experience.outcome, experience.answer, logistic(a)};
        Formula::update(observation, m_parameters.data(), state.data(), update.data());
    }

  private:
    std::vector<double> m_parameters;
    std::size_t m_weights;
};

/// The policy at activation `a`: probability of right and log-likelihood of the choice, with their
/// derivatives.
template<class S>
struct Policy {
    S probabilityRight{};
    S logLikelihood{};
};

inline Policy<double> policy(double a, double choice) {
    const Decision decision = decide(a, choice);
    return {decision.probabilityRight, decision.logLikelihood};
}

template<int N>
Policy<Dual<N>> policy(const Dual<N>& a, double choice) {
    const Decision decision = decide(a.value, choice);
    const double p = decision.probabilityRight;
    return {{p, a.slope * (p * (1.0 - p))}, {decision.logLikelihood, a.slope * (choice - p)}};
}

/// Sum over scored trials of log p(choice) from w_0 (K) and, for Dual scalars, its derivatives.
template<class Formula, class S>
S rollOutLogLikelihood(
    const data::RuleInputs& inputs, const std::vector<S>& parameters, std::vector<S> initialWeights) {
    const std::size_t weights = inputs.regressors;
    std::vector<S> w = std::move(initialWeights), dw(weights), state(Formula::stateSize(weights));
    if constexpr (Formula::kOwnsInitialWeights) {
        w.assign(parameters.begin(), parameters.begin() + static_cast<std::ptrdiff_t>(weights));
    }
    S total{};
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        const double* const x = inputs.row(t);
        S a{};
        for (std::size_t k = 0; k < weights; ++k) {
            a += w[k] * x[k];
        }
        const Policy<S> decision = policy(a, inputs.choice[t]);
        if (inputs.scored[t] != 0) {
            total += decision.logLikelihood;
        }
        const Observation<S> observation{
            weights, x, inputs.choice[t], inputs.outcome[t], inputs.answer[t], decision.probabilityRight};
        Formula::update(observation, parameters.data(), state.data(), dw.data());
        for (std::size_t k = 0; k < weights; ++k) {
            w[k] += dw[k];
        }
    }
    return total;
}

/// The mathematics of a formula as the registry hands it out.
template<class Formula>
class FormulaTextbook : public TextbookRule {
  public:
    LearningRulePtr at(std::span<const double> parameters, std::size_t weights) const override {
        return std::make_shared<FormulaRule<Formula>>(parameters, weights);
    }

    double logLikelihood(const data::RuleInputs& inputs, std::span<const double> parameters,
        std::span<const double> initialWeights, std::span<double> gradient) const override {
        assert(initialWeights.empty() || initialWeights.size() == inputs.regressors);
        assert(gradient.empty() || gradient.size() == parameters.size() ||
               gradient.size() == parameters.size() + inputs.regressors);
        if (gradient.empty()) {
            const std::vector<double> values(parameters.begin(), parameters.end());
            std::vector<double> w0(initialWeights.begin(), initialWeights.end());
            w0.resize(inputs.regressors);
            return rollOutLogLikelihood<Formula>(inputs, values, std::move(w0));
        }
        switch (gradient.size()) {
        case 1:
            return withGradient<1>(inputs, parameters, initialWeights, gradient);
        case 2:
            return withGradient<2>(inputs, parameters, initialWeights, gradient);
        case 3:
        case 4:
            return withGradient<4>(inputs, parameters, initialWeights, gradient);
        default:
            return withGradient<8>(inputs, parameters, initialWeights, gradient);
        }
    }

    bool ownsInitialWeights() const override { return Formula::kOwnsInitialWeights; }

  private:
    /// One rollout per N derivatives: N of them at a time keep everything in registers.
    template<int N>
    static double withGradient(const data::RuleInputs& inputs, std::span<const double> parameters,
        std::span<const double> initialWeights, std::span<double> gradient) {
        double value = 0;
        for (std::size_t first = 0; first < gradient.size(); first += N) {
            std::vector<Dual<N>> seeded(parameters.begin(), parameters.end());
            std::vector<Dual<N>> w0(initialWeights.begin(), initialWeights.end());
            w0.resize(inputs.regressors);
            const std::size_t count = std::min<std::size_t>(N, gradient.size() - first);
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t at = first + i;
                Dual<N>& by = at < seeded.size() ? seeded[at] : w0[at - seeded.size()];
                by.slope[static_cast<Eigen::Index>(i)] = 1;
            }
            const Dual<N> total = rollOutLogLikelihood<Formula>(inputs, seeded, std::move(w0));
            std::copy_n(total.slope.data(), count, gradient.begin() + static_cast<std::ptrdiff_t>(first));
            value = total.value;
        }
        return value;
    }
};

/// The learning-rate group that most rules share.
ParameterInfo learningRate(bool isPerWeight);

} // namespace rulescope::rules
