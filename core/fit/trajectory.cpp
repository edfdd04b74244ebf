// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"
#include "core/base/quantile.h"
#include "core/data/analysed.h"
#include "core/engine/fused_rollout.h"
#include "core/engine/network_rule.h"
#include "core/fit/initial_weights.h"
#include "core/fit/rule_fit.h"
#include "core/fit/trainer.h"
#include "core/rules/registry.h"

#include <algorithm>
#include <cmath>

namespace rulescope::fit {

namespace {

base::Error badArrays(const FitResult& result) {
    return {base::ErrorCode::BadFormat,
        {QT_TRANSLATE_NOOP("core", "the arrays of fit %1 don't fit its rule %2."),
            {result.id, result.spec.rule}},
        result.id, QT_TRANSLATE_NOOP("core", "Fit it again.")};
}

bool hasNetworkArrays(const FitResult& result) {
    const engine::NetworkShape shape = networkShape(result.spec);
    if (shape.hiddenLayers < 1 || shape.hiddenLayers > engine::kMaxHiddenLayers) {
        return false;
    }
    const std::vector<engine::ParameterSlot> slots = engine::parameterSlots(shape);
    const bool hasStarts = fittedStart(result, {}).has_value(); // they stand last
    if (slots.size() + (hasStarts ? 1 : 0) != result.parameters.size()) {
        return false;
    }
    for (std::size_t i = 0; i < slots.size(); ++i) {
        if (slots[i].name != result.parameters[i].name ||
            slots[i].size != result.parameters[i].values.size()) {
            return false;
        }
    }
    return true;
}

bool areAllFinite(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

/// From a path of weights: probabilities and the mean log-likelihood of scored trials.
void fillScores(const data::RuleInputs& inputs, Trajectory& trajectory) {
    double sum = 0;
    std::size_t scored = 0;
    trajectory.logOdds.reserve(inputs.trials);
    trajectory.probabilityRight.reserve(inputs.trials);
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        double logit = 0;
        for (std::size_t k = 0; k < inputs.regressors; ++k) {
            logit += trajectory.weights[t * inputs.regressors + k] * inputs.row(t)[k];
        }
        trajectory.logOdds.push_back(logit);
        trajectory.probabilityRight.push_back(rules::logistic(logit));
        if (inputs.scored[t] != 0) {
            sum += rules::logLikelihood(logit, inputs.choice[t]);
            ++scored;
        }
    }
    trajectory.natsPerTrial = scored > 0 ? sum / static_cast<double>(scored) : std::nan("");
}

/// Paths of several animals under one fit.
base::Result<std::vector<Trajectory>> pathsOf(
    const FitResult& result, const std::vector<data::RuleInputs>& animals) {
    const auto rule = fittedRule(result);
    if (!rule) {
        return tl::make_unexpected(rule.error());
    }
    std::vector<Trajectory> paths;
    for (const data::RuleInputs& inputs : animals) {
        const auto w0 = initialWeights(result, inputs);
        if (!w0) {
            return tl::make_unexpected(w0.error());
        }
        paths.push_back(rollOut(**rule, inputs, *w0));
    }
    return paths;
}

/// Quantiles over the fits' paths of one animal, as far as they are numbers.
void addBand(const std::vector<std::vector<Trajectory>>& paths, std::size_t animal, Trajectory& shown) {
    shown.fits = paths.size();
    for (std::size_t i = 0; i < shown.weights.size(); ++i) {
        std::vector<double> values;
        for (const std::vector<Trajectory>& path : paths) {
            if (std::isfinite(path[animal].weights[i])) {
                values.push_back(path[animal].weights[i]);
            }
        }
        shown.low.push_back(base::quantile(values, 0.025));
        shown.high.push_back(base::quantile(std::move(values), 0.975));
    }
}

} // namespace

base::Result<rules::LearningRulePtr> fittedRule(const FitResult& result) {
    const auto info = rules::findRule(result.spec.rule);
    if (!info) {
        return tl::make_unexpected(info.error());
    }
    const std::size_t weights = result.spec.regressors.names.size();
    const std::vector<double> flat = flatParameters(result);
    if (!areAllFinite(flat)) {
        return tl::make_unexpected(badArrays(result));
    }
    if (!(*info)->hasWeights) {
        return base::failure(base::ErrorCode::Unsupported,
            {QT_TRANSLATE_NOOP("core", "the rule %1 predicts choices without decision weights: it has no "
                                       "weights, updates or gains."),
                {result.spec.rule}},
            result.id, QT_TRANSLATE_NOOP("core", "Look at it in a comparison, or choose a learning rule."));
    }
    if ((*info)->kind == rules::RuleInfo::Kind::Network) {
        if (!hasNetworkArrays(result)) {
            return tl::make_unexpected(badArrays(result));
        }
        return engine::networkRule(networkShape(result.spec), flat);
    }
    if (flat.size() != (*info)->parameterCount(weights)) {
        return tl::make_unexpected(badArrays(result));
    }
    return (*info)->textbook->at(flat, weights);
}

base::Result<std::vector<double>> logOdds(const FitResult& result, const data::RuleInputs& inputs) {
    const auto info = rules::findRule(result.spec.rule);
    if (info && !(*info)->hasWeights) {
        const std::vector<double> flat = flatParameters(result);
        if (!hasNetworkArrays(result) || !areAllFinite(flat)) {
            return tl::make_unexpected(badArrays(result));
        }
        const engine::FusedRollout<double> rollout(
            networkShape(result.spec), std::span(&inputs, 1), {result.spec.training.truncation, 1});
        return rollout.directLogOdds(flat, 0);
    }
    const auto rule = fittedRule(result);
    if (!rule) {
        return tl::make_unexpected(rule.error());
    }
    const auto w0 = initialWeights(result, inputs);
    if (!w0) {
        return tl::make_unexpected(w0.error());
    }
    return rollOut(**rule, inputs, *w0).logOdds;
}

Trajectory rollOut(
    const rules::LearningRule& rule, const data::RuleInputs& inputs, std::span<const double> w0) {
    Trajectory trajectory;
    trajectory.animal = inputs.animal;
    trajectory.trialIndex = inputs.trialIndex;
    trajectory.sessionStart = inputs.sessionStart;
    std::vector<double> weights(w0.begin(), w0.end());
    weights.resize(inputs.regressors, 0.0);
    std::vector<double> state(rule.stateSize(), 0.0), update(inputs.regressors);
    trajectory.weights.reserve(inputs.trials * inputs.regressors);
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        trajectory.weights.insert(trajectory.weights.end(), weights.begin(), weights.end());
        const rules::Experience experience{weights, {inputs.row(t), inputs.regressors}, inputs.choice[t],
            inputs.outcome[t], inputs.answer[t], inputs.side[t], inputs.sessionStart[t]};
        rule.step(experience, state, update);
        for (std::size_t k = 0; k < inputs.regressors; ++k) {
            weights[k] += update[k];
        }
    }
    trajectory.lastWeights = weights;
    fillScores(inputs, trajectory);
    return trajectory;
}

base::Result<std::vector<double>> initialWeights(const FitResult& result, const data::RuleInputs& inputs) {
    const auto info = rules::findRule(result.spec.rule);
    if (!info) {
        return tl::make_unexpected(info.error());
    }
    if ((*info)->kind != rules::RuleInfo::Kind::Network && (*info)->textbook->ownsInitialWeights()) {
        std::vector<double> shared = flatParameters(result);
        if (shared.size() != inputs.regressors) {
            return tl::make_unexpected(badArrays(result));
        }
        return shared;
    }
    if (areFitted(result.spec.initialWeights) && (*info)->hasWeights) {
        const auto start = fittedStart(result, inputs.animal);
        if (!start || start->size() != inputs.regressors) {
            return tl::make_unexpected(badArrays(result));
        }
        return *start;
    }
    return initialWeights(result.spec.initialWeights, inputs, result.spec.regressors);
}

base::Result<std::vector<Trajectory>> trajectories(const data::Study& whole, const FitResult& result,
    const std::vector<std::string>& animals, const base::StopToken& stop) {
    const data::Study study = data::analysed(whole);
    const auto inputs = inputsOf(study, result.spec, animals);
    if (!inputs) {
        return tl::make_unexpected(inputs.error());
    }
    auto shown = pathsOf(result, *inputs);
    if (!shown) {
        return shown;
    }
    for (Trajectory& trajectory : *shown) {
        trajectory.names = result.spec.regressors.names;
    }
    const std::vector<FitResult> fits = ensembleOf(result);
    std::vector<std::vector<Trajectory>> paths(fits.size() > 1 ? fits.size() : 0);
    base::parallelFor(paths.size(), 0, [&](std::size_t i) {
        if (!stop.stop_requested()) {
            paths[i] = i == 0 ? *shown : pathsOf(fits[i], *inputs).value_or(std::vector<Trajectory>());
        }
    });
    std::erase_if(paths, [](const std::vector<Trajectory>& path) { return path.empty(); });
    for (std::size_t a = 0; a < shown->size() && paths.size() > 1 && !stop.stop_requested(); ++a) {
        addBand(paths, a, (*shown)[a]);
    }
    return shown;
}

} // namespace rulescope::fit
