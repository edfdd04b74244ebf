// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/data/regressors.h"
#include "core/rules/registry.h"
#include "core/rules/rule.h"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace rulescope::rules {

/// One trial of prepared inputs.
struct ExampleTrial {
    std::vector<double> x;
    double choice = 0, answer = 0, outcome = 0;
};

inline void append(data::RuleInputs& inputs, const ExampleTrial& trial) {
    inputs.regressors = trial.x.size();
    inputs.x.insert(inputs.x.end(), trial.x.begin(), trial.x.end());
    inputs.choice.push_back(trial.choice);
    inputs.answer.push_back(trial.answer);
    inputs.outcome.push_back(trial.outcome);
    inputs.side.push_back(trial.answer);
    inputs.sessionStart.push_back(inputs.trials == 0 ? 1 : 0);
    inputs.scored.push_back(1);
    inputs.trialIndex.push_back(inputs.trials);
    ++inputs.trials;
}

/// The animal without random numbers of METHOD.md section 9; regressors bias, stimulus.
inline data::RuleInputs deterministicAnimal() {
    const double contrasts[9] = {-1, -.25, -.125, -.0625, 0, .0625, .125, .25, 1};
    data::RuleInputs inputs;
    inputs.animal = "deterministic";
    for (int t = 0; t < 1000; ++t) {
        const double contrast = contrasts[7 * t % 9];
        const double x = std::tanh(5 * contrast) / std::tanh(5.0);
        const double golden = 0.6180339887498949 * t;
        const double choice = golden - std::floor(golden) < logistic((.2 + 3.0 * t / 1000) * x + .3) ? 1 : 0;
        const double answer = contrast > 0 ? 1 : contrast < 0 ? 0 : t % 2;
        append(inputs, {{1, x}, choice, answer, choice == answer ? 1.0 : 0.0});
    }
    return inputs;
}

/// A learner on the contrasts of the IBL task; regressors bias, stimulus.
inline data::RuleInputs learner(const LearningRule& teacher, int trials, std::uint64_t stream) {
    const double contrasts[6] = {0, .0625, .125, .25, .5, 1};
    base::RandomStream random(7, stream);
    data::RuleInputs inputs;
    inputs.animal = "learner " + std::to_string(stream);
    std::vector<double> w(2), dw(2), state(teacher.stateSize());
    for (int t = 0; t < trials; ++t) {
        const double answer = random.bernoulli(.5) ? 1 : 0;
        const double x = (2 * answer - 1) * std::tanh(5 * contrasts[random.below(6)]) / std::tanh(5.0);
        const double choice = random.bernoulli(logistic(w[0] + w[1] * x)) ? 1 : 0;
        const ExampleTrial trial{{1, x}, choice, answer, choice == answer ? 1.0 : 0.0};
        append(inputs, trial);
        teacher.step({w, trial.x, choice, trial.outcome, answer, answer, 0}, state, dw);
        w[0] += dw[0];
        w[1] += dw[1];
    }
    return inputs;
}

inline const RuleInfo& ruleNamed(const char* name) {
    return **findRule(name);
}

inline std::vector<data::RuleInputs> learners(
    const char* rule, const std::vector<double>& parameters, std::size_t animals, int trials) {
    const LearningRulePtr teacher = ruleNamed(rule).textbook->at(parameters, 2);
    std::vector<data::RuleInputs> cohort;
    for (std::size_t i = 0; i < animals; ++i) {
        cohort.push_back(learner(*teacher, trials, i));
    }
    return cohort;
}

} // namespace rulescope::rules
