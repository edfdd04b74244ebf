// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/initial_weights.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>

namespace rulescope::fit {

namespace {

struct ChoiceCount {
    double right = 0, trials = 0;
};

/// Logit of the clamped share of rightward choices at each distinct stimulus.
std::map<double, double> logitsByStimulus(const data::RuleInputs& inputs, std::size_t stimulus) {
    std::map<double, ChoiceCount> counts;
    for (std::size_t t = 0; t < std::min(inputs.trials, kPsychometricTrials); ++t) {
        ChoiceCount& count = counts[inputs.row(t)[stimulus]];
        count.right += inputs.choice[t];
        count.trials += 1;
    }
    std::map<double, double> logits;
    for (const auto& [value, count] : counts) {
        const double p = std::clamp(count.right / count.trials, 0.01, 0.99);
        logits[value] = std::log(p / (1 - p));
    }
    return logits;
}

} // namespace

std::vector<double> initialWeights(
    InitialWeights kind, const data::RuleInputs& inputs, const data::RegressorSpec& regressors) {
    std::vector<double> weights(inputs.regressors, 0.0);
    const std::size_t stimulus = regressors.indexOf("stimulus"), bias = regressors.indexOf("bias");
    const std::size_t missing = regressors.names.size();
    if (kind == InitialWeights::Zero || (stimulus == missing && bias == missing) || inputs.trials == 0) {
        return weights;
    }
    const std::map<double, double> logits = logitsByStimulus(inputs, stimulus == missing ? bias : stimulus);
    Eigen::MatrixXd design(static_cast<Eigen::Index>(logits.size()), 2);
    Eigen::VectorXd target(design.rows());
    Eigen::Index row = 0;
    for (const auto& [value, logit] : logits) {
        design.row(row) << (stimulus == missing ? 0.0 : value), (bias == missing ? 0.0 : 1.0);
        target(row++) = logit;
    }
    // Minimum-norm least squares: a single stimulus level leaves no slope to find.
    const Eigen::Vector2d solution = design.completeOrthogonalDecomposition().solve(target);
    if (stimulus != missing) {
        weights[stimulus] = solution(0);
    }
    if (bias != missing) {
        weights[bias] = solution(1);
    }
    return weights;
}

} // namespace rulescope::fit
