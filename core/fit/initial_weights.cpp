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
    if (kind != InitialWeights::Psychometric || (stimulus == missing && bias == missing) ||
        inputs.trials == 0) {
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

NamedArray startArray(const FitSpec& spec, std::span<const data::RuleInputs> training,
    const std::vector<std::vector<double>>& initialWeights) {
    const std::size_t weights = spec.regressors.names.size();
    if (spec.initialWeights == InitialWeights::Shared) {
        return {kInitialWeightsArray, {1, weights}, initialWeights.front()};
    }
    std::map<std::string, const std::vector<double>*> known;
    for (std::size_t a = 0; a < training.size(); ++a) {
        known[training[a].animal] = &initialWeights[a];
    }
    std::vector<double> mean(weights, 0.0);
    for (const auto& [animal, start] : known) {
        for (std::size_t k = 0; k < weights; ++k) {
            mean[k] += (*start)[k] / static_cast<double>(known.size());
        }
    }
    NamedArray array = {kInitialWeightsArray, {spec.animals.size(), weights}, {}};
    for (const std::string& animal : spec.animals) {
        const auto found = known.find(animal);
        const std::vector<double>& start = found == known.end() ? mean : *found->second;
        array.values.insert(array.values.end(), start.begin(), start.end());
    }
    return array;
}

std::optional<std::vector<double>> fittedStart(const FitResult& result, const std::string& animal) {
    const auto array = std::find_if(result.parameters.begin(), result.parameters.end(),
        [](const NamedArray& a) { return a.name == kInitialWeightsArray; });
    const std::size_t weights = result.spec.regressors.names.size();
    const auto& animals = result.spec.animals;
    if (array == result.parameters.end() || weights == 0 || array->values.empty() ||
        array->values.size() % weights != 0) {
        return std::nullopt;
    }
    const std::size_t rows = array->values.size() / weights;
    const auto place =
        static_cast<std::size_t>(std::find(animals.begin(), animals.end(), animal) - animals.begin());
    std::vector<double> start(weights, 0.0);
    for (std::size_t k = 0; k < weights; ++k) {
        for (std::size_t row = 0; row < rows; ++row) {
            const double share = rows == 1                ? 1.0
                                 : place < animals.size() ? (row == place ? 1.0 : 0.0)
                                                          : 1.0 / static_cast<double>(rows);
            start[k] += share * array->values[row * weights + k];
        }
    }
    return start;
}

} // namespace rulescope::fit
