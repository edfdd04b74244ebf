// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/rules/rule.h"
#include "core/tracking/tracking_checks.h"

#include <numeric>

namespace rulescope::tracking {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;

/// Scored trials in random order.
std::vector<std::size_t> shuffledTrials(const data::RuleInputs& inputs, std::uint64_t seed) {
    std::vector<std::size_t> order;
    for (std::size_t t = 0; t < inputs.trials; ++t)
        if (inputs.scored[t] != 0)
            order.push_back(t);
    base::RandomStream random(seed);
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[random.below(i)]);
    return order;
}

/// Sum of log p(choice) along a path over the trials `held`.
double heldOutLogLikelihood(const data::RuleInputs& inputs, const TrackedWeights& path,
    const std::vector<std::size_t>& order, std::size_t fold, std::size_t folds) {
    double sum = 0;
    for (std::size_t i = fold; i < order.size(); i += folds) {
        const std::size_t t = order[i];
        const double a = std::inner_product(inputs.row(t), inputs.row(t) + inputs.regressors,
            path.weights.begin() + static_cast<std::ptrdiff_t>(t * inputs.regressors), 0.0);
        sum += rules::logLikelihood(a, inputs.choice[t]);
    }
    return sum;
}

Result<void> checkFolds(const data::RuleInputs& inputs, std::size_t folds, std::size_t scored) {
    if (folds < 2 || folds > scored)
        return failure(ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "%1 trials can't be split into %2 folds."),
                {static_cast<std::int64_t>(scored), static_cast<std::int64_t>(folds)}},
            inputs.animal, QT_TRANSLATE_NOOP("core", "Use at least 2 folds, at most one per trial."));
    return {};
}

} // namespace

Result<TrackingValidation> crossValidate(const data::RuleInputs& inputs,
    const std::vector<std::string>& names, const TrackingOptions& options, std::size_t folds,
    std::uint64_t seed, const base::StopToken& stop, const base::ProgressCallback& onProgress) {
    if (const Result<void> checked = checkTracking(inputs, names, options); !checked)
        return tl::make_unexpected(checked.error());
    const std::vector<std::size_t> order = shuffledTrials(inputs, seed);
    if (const Result<void> checked = checkFolds(inputs, folds, order.size()); !checked)
        return tl::make_unexpected(checked.error());
    TrackingValidation validation;
    validation.folds = folds;
    validation.trials = order.size();
    double total = 0;
    for (std::size_t fold = 0; fold < folds; ++fold) {
        data::RuleInputs others = inputs;
        std::size_t held = 0;
        for (std::size_t i = fold; i < order.size(); i += folds, ++held)
            others.scored[order[i]] = 0;
        const auto within = [&](double fraction) {
            if (onProgress)
                onProgress((static_cast<double>(fold) + fraction) / static_cast<double>(folds));
        };
        const Result<TrackedWeights> path = trackWeights(others, names, options, stop, within);
        if (!path)
            return tl::make_unexpected(path.error());
        validation.unsettledFolds += path->status == TrackingStatus::Converged ? 0 : 1;
        const double sum = heldOutLogLikelihood(inputs, *path, order, fold, folds);
        validation.foldNatsPerTrial.push_back(sum / static_cast<double>(held));
        total += sum;
    }
    validation.natsPerTrial = total / static_cast<double>(order.size());
    return validation;
}

} // namespace rulescope::tracking
