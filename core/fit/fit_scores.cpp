// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/fit_scores.h"

#include "core/base/parallel.h"
#include "core/engine/fused_rollout.h"
#include "core/fit/rule_fit.h"
#include "core/fit/trainer.h"
#include "core/rules/registry.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rulescope::fit {

namespace {

/// Scored by the kernels in double precision, nats per animal. The stop token is not asked: the best so far
/// deserves its score, and this takes a small part of one epoch.
std::vector<double> networkLogLikelihoods(
    const FitResult& result, std::span<const data::RuleInputs> animals, int threads) {
    std::vector<double> w0;
    for (const data::RuleInputs& inputs : animals) {
        const std::vector<double> start = initialWeights(result, inputs).value_or(std::vector<double>());
        w0.insert(w0.end(), start.begin(), start.end());
    }
    const engine::FusedRollout<double> rollout(
        networkShape(result.spec), animals, {result.spec.training.truncation, threads}, w0);
    return rollout.evaluate(flatParameters(result), {}).animalLogLikelihood;
}

/// Teacher-forced scores of animals at the fitted parameters.
base::Result<std::vector<AnimalScore>> scores(
    const FitResult& result, std::span<const data::RuleInputs> animals, int threads) {
    const auto info = rules::findRule(result.spec.rule);
    if (!info) {
        return tl::make_unexpected(info.error());
    }
    const bool isNetwork = (*info)->kind == rules::RuleInfo::Kind::Network;
    base::Result<rules::LearningRulePtr> rule;
    if ((*info)->hasWeights) {
        rule = fittedRule(result);
    }
    if (!rule) {
        return tl::make_unexpected(rule.error());
    }
    const std::vector<double> ofNetwork =
        isNetwork ? networkLogLikelihoods(result, animals, threads) : std::vector<double>();
    std::vector<AnimalScore> all(animals.size());
    base::parallelFor(animals.size(), threads, [&](std::size_t a) {
        const data::RuleInputs& inputs = animals[a];
        const auto scored = std::count(inputs.scored.begin(), inputs.scored.end(), 1);
        all[a].animal = inputs.animal;
        all[a].trials = static_cast<std::size_t>(scored);
        if (isNetwork) {
            all[a].natsPerTrial = ofNetwork[a] / static_cast<double>(scored);
        } else {
            const std::vector<double> w0 = initialWeights(result, inputs).value_or(std::vector<double>());
            all[a].natsPerTrial = rollOut(**rule, inputs, w0).natsPerTrial;
        }
    });
    return all;
}

/// Mean over trials, not over animals.
double pooled(const std::vector<AnimalScore>& scores) {
    double sum = 0;
    std::size_t trials = 0;
    for (const AnimalScore& score : scores) {
        if (score.trials > 0) {
            sum += score.natsPerTrial * static_cast<double>(score.trials);
            trials += score.trials;
        }
    }
    return trials > 0 ? sum / static_cast<double>(trials) : std::numeric_limits<double>::quiet_NaN();
}

} // namespace

base::Result<void> addScores(FitResult& result, std::span<const data::RuleInputs> training,
    std::span<const data::RuleInputs> heldOut, int threads) {
    auto trainScores = scores(result, training, threads);
    auto heldOutScores = scores(result, heldOut, threads);
    if (!trainScores || !heldOutScores) {
        return tl::make_unexpected(trainScores ? heldOutScores.error() : trainScores.error());
    }
    for (AnimalScore& score : *heldOutScores) { // an animal that can't be predicted takes no other with it
        if (!std::isfinite(score.natsPerTrial)) {
            score = {score.animal, 0, std::numeric_limits<double>::quiet_NaN()};
        }
    }
    result.trainScores = std::move(*trainScores);
    result.heldOutScores = std::move(*heldOutScores);
    result.trainNatsPerTrial = pooled(result.trainScores);
    result.heldOutNatsPerTrial = pooled(result.heldOutScores);
    return {};
}

} // namespace rulescope::fit
