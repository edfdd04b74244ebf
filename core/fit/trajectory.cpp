// SPDX-License-Identifier: GPL-3.0-or-later
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
    const std::vector<engine::ParameterSlot> slots = engine::parameterSlots(networkShape(result.spec));
    if (slots.size() != result.parameters.size()) {
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
    return initialWeights(result.spec.initialWeights, inputs, result.spec.regressors);
}

base::Result<std::vector<Trajectory>> trajectories(
    const data::Study& study, const FitResult& result, const std::vector<std::string>& animals) {
    const auto rule = fittedRule(result);
    if (!rule) {
        return tl::make_unexpected(rule.error());
    }
    std::vector<Trajectory> all;
    for (const std::string& name : animals) {
        const auto prepared = inputsOf(study, result.spec, {name});
        if (!prepared) {
            return tl::make_unexpected(prepared.error());
        }
        const data::RuleInputs& inputs = prepared->front();
        const auto w0 = initialWeights(result, inputs);
        if (!w0) {
            return tl::make_unexpected(w0.error());
        }
        all.push_back(rollOut(**rule, inputs, *w0));
        all.back().names = result.spec.regressors.names;
    }
    return all;
}

} // namespace rulescope::fit
