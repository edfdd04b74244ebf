// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/insight/visits.h"
#include "core/rules/rule.h"

#include <cmath>

namespace rulescope::tests {

/// dw = alpha (r - beta) e_y (1 - p_y) x, written out once more as an oracle.
class BaselineRule : public rules::LearningRule {
  public:
    BaselineRule(double alpha, double beta)
        : m_alpha(alpha)
        , m_beta(beta) {}
    void step(const rules::Experience& e, std::span<double>, std::span<double> update) const override {
        double a = 0;
        for (std::size_t k = 0; k < e.x.size(); ++k)
            a += e.weights[k] * e.x[k];
        const double sign = 2 * e.choice - 1;
        for (std::size_t k = 0; k < e.x.size(); ++k)
            update[k] = m_alpha * (e.outcome - m_beta) * sign * rules::logistic(-sign * a) * e.x[k];
    }

  private:
    double m_alpha, m_beta;
};

/// The step is larger after rewarded trials: dw = (gain + memory) e_y (1 - p_y) x, memory = the last outcome.
class LastOutcomeRule : public BaselineRule {
  public:
    LastOutcomeRule()
        : BaselineRule(1, 0) {}
    std::size_t stateSize() const override { return 1; }
    void step(const rules::Experience& e, std::span<double> state, std::span<double> update) const override {
        BaselineRule::step(e, {}, update);
        for (double& value : update)
            value *= 0.01 * (1 + state[0]);
        state[0] = e.outcome;
    }
};

class StillRule : public rules::LearningRule {
  public:
    void step(const rules::Experience&, std::span<double>, std::span<double> update) const override {
        std::fill(update.begin(), update.end(), 0.0);
    }
};

class ExplodingRule : public rules::LearningRule {
  public:
    void step(const rules::Experience& e, std::span<double>, std::span<double> update) const override {
        for (std::size_t k = 0; k < update.size(); ++k)
            update[k] = 1e200 * (1 + e.weights[k] * e.weights[k]);
    }
};

/// Random choices on contrasts -1, -.5, 0, .5, 1 (regressors bias, stimulus), in sessions of 50 trials.
inline insight::AnimalInputs randomAnimal(const std::string& name, std::size_t trials, std::uint64_t seed) {
    base::RandomStream random(seed);
    insight::AnimalInputs animal;
    data::RuleInputs& in = animal.inputs;
    in.animal = name;
    in.trials = trials;
    in.regressors = 2;
    for (std::size_t t = 0; t < trials; ++t) {
        const double s = 0.5 * static_cast<double>(random.below(5)) - 1;
        const double answer = s == 0 ? static_cast<double>(random.below(2)) : s > 0 ? 1 : 0;
        const double choice = random.bernoulli(0.7) ? answer : 1 - answer;
        in.x.insert(in.x.end(), {1, s});
        in.choice.push_back(choice);
        in.answer.push_back(answer);
        in.side.push_back(answer);
        in.outcome.push_back(choice == answer ? 1 : 0);
        in.sessionStart.push_back(t % 50 == 0 ? 1 : 0);
        in.scored.push_back(1);
        in.trialIndex.push_back(t);
    }
    return animal;
}

} // namespace rulescope::tests
