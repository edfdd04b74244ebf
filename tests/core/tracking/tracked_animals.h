// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/data/regressors.h"
#include "core/io/import_paths.h"
#include "core/rules/rule.h"

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

namespace rulescope::tests {

/// Appends one trial of prepared inputs.
inline void append(data::RuleInputs& inputs, const std::vector<double>& x, double choice, double outcome,
    bool startsSession = false) {
    inputs.regressors = x.size();
    inputs.x.insert(inputs.x.end(), x.begin(), x.end());
    inputs.choice.push_back(choice);
    inputs.outcome.push_back(outcome);
    inputs.answer.push_back(outcome == 1 ? choice : 1 - choice);
    inputs.side.push_back(inputs.answer.back());
    inputs.sessionStart.push_back(inputs.trials == 0 || startsSession ? 1 : 0);
    inputs.scored.push_back(1);
    inputs.trialIndex.push_back(inputs.trials++);
}

/// How a simulated animal's weights move from trial to trial.
struct Walk {
    std::vector<double> sigma = {.03, .06};
    double rate = 0;      ///< REINFORCE, all weights
    double forgotten = 0; ///< share of each weight lost per trial, so that long walks stay near 0
    std::size_t sessionLength = 500;
};

/// Regressors bias and a uniform stimulus; `path` receives the true weights, T x 2.
inline data::RuleInputs walker(
    const Walk& walk, std::size_t trials, std::uint64_t seed, std::vector<double>* path = nullptr) {
    base::RandomStream random(seed);
    data::RuleInputs inputs;
    inputs.animal = "walker";
    double w[2] = {0, 0};
    for (std::size_t t = 0; t < trials; ++t) {
        const double x[2] = {1, random.uniform(-1, 1)};
        const double p = rules::logistic(w[0] + w[1] * x[1]);
        const double choice = random.bernoulli(p) ? 1 : 0, outcome = (x[1] > 0) == (choice == 1) ? 1 : 0;
        append(inputs, {1, x[1]}, choice, outcome, t % walk.sessionLength == 0);
        if (path != nullptr)
            path->insert(path->end(), {w[0], w[1]});
        for (int k = 0; k < 2; ++k)
            w[k] += walk.rate * outcome * (choice - p) * x[k] - walk.forgotten * w[k] +
                    walk.sigma[static_cast<std::size_t>(k)] * random.normal();
    }
    return inputs;
}

/// The rat of the reference: bias, s1, s2 over its first trials; no trials where the shared data are absent.
inline data::RuleInputs rat(std::size_t trials) {
    const std::filesystem::path file =
        std::filesystem::path(RULESCOPE_SHARED_DIR) / "data/rat_auditory_comparison/W053.csv";
    if (!std::filesystem::exists(file))
        return {};
    data::RegressorSpec spec;
    spec.names = {"bias", "column:s1", "column:s2"};
    return data::ruleInputs(*io::importPaths({file})->animals.front(), spec, trials).value();
}

} // namespace rulescope::tests
