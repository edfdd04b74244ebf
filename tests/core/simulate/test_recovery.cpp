// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/recovery.h"

#include "core/fit/animal_steps.h"
#include "core/simulate/confusion.h"
#include "core/simulate/simulation.h"
#include "core/simulate/teacher.h"

#include <cmath>
#include <gmock/gmock.h>
#include <limits>

namespace rulescope::simulate {
namespace {

RecoveryCondition preset(const std::string& name) {
    return recoveryPreset(name).value();
}

Recovery recovered(const RecoveryCondition& condition) {
    base::Result<Recovery> result = recover(condition);
    EXPECT_TRUE(result.has_value()) << base::english(result.error());
    return result ? *std::move(result) : Recovery();
}

/// The published short row, small enough for a test.
RecoveryCondition smallPublished() {
    RecoveryCondition condition = preset("liu2025-500");
    condition.animals = 150;
    condition.recipe.trials = condition.recipe.shortestSession = condition.recipe.longestSession = 201;
    condition.spec.training.hidden = 32;
    condition.spec.training.epochs = 5;
    return condition;
}

/// Ready to be run many times within a test.
RecoveryCondition quick() {
    RecoveryCondition condition = preset("quick");
    condition.refits = 0;
    return condition;
}

TEST(Recovery, ATextbookFitFindsTheRuleAndItsErrorRatio) {
    RecoveryCondition condition = preset("quick");
    condition.refits = 4;
    const Recovery recovery = recovered(condition);
    EXPECT_NEAR(recovery.trueErrorRatio, -1, 1e-9); // baseline 1/2
    EXPECT_NEAR(recovery.errorRatio, -1, 0.4);
    EXPECT_LT(recovery.errorRatioHigh - recovery.errorRatioLow, 1.5);
    EXPECT_GT(recovery.errorRatioHigh - recovery.errorRatioLow, 0.05); // refits differ
    EXPECT_LT(recovery.rmse, 0.35 * recovery.trueRms);
    EXPECT_GT(recovery.cosine, 0.95);
    EXPECT_GT(recovery.cosineVisited, 0.95);
    EXPECT_EQ(recovery.visited, 48'000U);
    EXPECT_EQ(recovery.gridPoints, 1001U * 3 * 11 * 2);
    EXPECT_EQ(recovery.status, fit::FitStatus::Converged);
}

TEST(Recovery, EveryRuleIsRecoveredByItself) {
    for (const char* rule : {"reinforce", "reward-max", "predict-max", "eligibility"}) {
        RecoveryCondition condition = quick();
        condition.recipe.rule = condition.spec.rule = rule;
        condition.recipe.parameters = usualParameters(rule);
        condition.animals = 6;
        const Recovery recovery = recovered(condition);
        EXPECT_LT(recovery.rmse, 0.35 * recovery.trueRms) << rule;
        EXPECT_GT(recovery.cosine, 0.97) << rule;
    }
}

TEST(Recovery, AWrongFormulaIsFurtherOffThanTheRightOne) {
    RecoveryCondition condition = quick();
    const double right = recovered(condition).rmse;
    condition.spec.rule = "reinforce";
    EXPECT_GT(recovered(condition).rmse, 2 * right);
}

TEST(Recovery, OneAnimalPerStepFindsTheRuleWithTheSameBitsOnAnyThreads) {
    const RecoveryCondition condition = smallPublished();
    RecoveryCallbacks one, two;
    one.threads = 1, two.threads = 2;
    double last = 0;
    one.onProgress = [&](double fraction, const base::Text&) {
        EXPECT_GE(fraction, last);
        last = fraction;
    };
    const base::Result<Recovery> first = recover(condition, {}, one), second = recover(condition, {}, two);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->rmse, second->rmse);
    EXPECT_EQ(first->errorRatio, second->errorRatio);
    EXPECT_EQ(last, 1);
    EXPECT_EQ(first->epochs, 5);
    EXPECT_GT(first->cosine, 0.7); // .99 with all animals and trials of the preset
    EXPECT_LT(first->rmse, 0.75 * first->trueRms);
    EXPECT_EQ(first->slices.size(), 3U);
}

TEST(Recovery, MixedRatesAreComparedWithTheirMean) {
    RecoveryCondition condition = quick();
    condition.rateSpread = 0.02; // more misleads a fit that knows one rate
    const Recovery recovery = recovered(condition);
    EXPECT_LT(recovery.rmse, 0.4 * recovery.trueRms);
    EXPECT_NE(recovery.trueRms, recovered(quick()).trueRms);
}

TEST(Recovery, DistractorsAreSeenByTheFitAndMoveNoAnimal) {
    RecoveryCondition condition = quick();
    condition.animals = 6;
    const Recovery without = recovered(condition);
    addDistractors(condition, 2);
    condition.spec.rule = "reinforce";
    condition.recipe.rule = "reinforce";
    condition.recipe.parameters = "alpha=0.05";
    EXPECT_EQ(condition.spec.regressors.names.size(), 4U);
    const Recovery with = recovered(condition);
    EXPECT_GT(with.cosine, 0.97);
    EXPECT_EQ(with.visited, without.visited);
}

TEST(Recovery, RefusesWhatCannotBeDone) {
    const auto codeOf = [](const RecoveryCondition& condition) { return recover(condition).error().code; };
    RecoveryCondition condition = quick();
    condition.animals = 0;
    EXPECT_EQ(codeOf(condition), base::ErrorCode::InvalidValue);
    condition = quick();
    condition.recipe.regressors.names = condition.spec.regressors.names = {"bias"};
    EXPECT_EQ(codeOf(condition), base::ErrorCode::InvalidValue);
    condition = quick();
    condition.rateSpread = std::nan("");
    EXPECT_EQ(codeOf(condition), base::ErrorCode::InvalidValue);
    condition = quick();
    condition.startError = std::numeric_limits<double>::infinity();
    EXPECT_EQ(codeOf(condition), base::ErrorCode::InvalidValue);
    condition = preset("quick-dnn");
    condition.recipe.initialWeights = {0, -2}; // full batches start at zero
    EXPECT_EQ(codeOf(condition), base::ErrorCode::InvalidValue);
    condition = quick();
    condition.recipe.rule = "rnn";
    EXPECT_EQ(codeOf(condition), base::ErrorCode::InvalidValue);
    condition = quick();
    condition.spec.rule = "no such rule";
    EXPECT_EQ(codeOf(condition), base::ErrorCode::NotFound);
    EXPECT_EQ(recoveryPreset("liu").error().code, base::ErrorCode::NotFound);
    std::stop_source source;
    source.request_stop();
    EXPECT_EQ(recover(quick(), source.get_token()).error().code, base::ErrorCode::Cancelled);
}

TEST(Recovery, CanBeStoppedWhileItTrains) {
    RecoveryCondition condition = preset("liu2025-500");
    condition.animals = 40;
    condition.spec.training.epochs = 100'000;
    std::stop_source source;
    RecoveryCallbacks callbacks;
    callbacks.onProgress = [&](double fraction, const base::Text&) {
        if (fraction > 0.1) {
            source.request_stop();
        }
    };
    EXPECT_EQ(recover(condition, source.get_token(), callbacks).error().code, base::ErrorCode::Cancelled);
}

TEST(Recovery, OneTrialIsEnoughNotToCrash) {
    RecoveryCondition condition = quick();
    condition.animals = 1;
    condition.recipe.trials = condition.recipe.shortestSession = condition.recipe.longestSession = 1;
    const base::Result<Recovery> recovery = recover(condition);
    if (recovery) {
        EXPECT_TRUE(std::isfinite(recovery->rmse));
    } else {
        EXPECT_FALSE(base::english(recovery.error()).empty());
    }
}

TEST(RecoveryPresets, HaveTheSizesOfTheMethod) {
    struct Row {
        const char* name;
        std::size_t animals, trials;
        double alpha;
        int epochs, hidden, truncation;
        double decay;
        StartKnowledge start;
    };
    for (const Row& row : {Row{"liu2025-500", 1000, 501, 0.0625, 8, 64, 100, 0.2, StartKnowledge::Known},
             Row{"liu2025-2000", 300, 2001, 0.015625, 20, 32, 500, 0.5, StartKnowledge::Trained},
             Row{"liu2025-8000", 1000, 8001, 0.00390625, 40, 64, 500, 0.2, StartKnowledge::Trained}}) {
        const RecoveryCondition condition = preset(row.name);
        EXPECT_EQ(condition.animals, row.animals);
        EXPECT_EQ(condition.recipe.trials, row.trials);
        const fit::TrainingOptions& training = condition.spec.training;
        EXPECT_EQ(training.epochs, row.epochs);
        EXPECT_EQ(training.hidden, row.hidden);
        EXPECT_EQ(training.truncation, row.truncation);
        EXPECT_EQ(training.learningRate, 0.003);
        EXPECT_EQ(training.decay, row.decay);
        EXPECT_EQ(training.decayEvery, 5);
        EXPECT_EQ(condition.start, row.start);
        EXPECT_EQ(condition.spec.rule, "dnn");
        EXPECT_TRUE(condition.drawsBias);
        EXPECT_EQ(condition.recipe.parameters,
            "alpha=" + base::english(base::Text("%1", {base::Number{row.alpha, -1}})))
            << "shortest form";
        EXPECT_EQ(condition.recipe.initialWeights[1], -2);
        EXPECT_TRUE(condition.isOneAnimalPerStep);
    }
    for (const RecoveryPreset& known : recoveryPresets()) {
        const bool isPublished = std::string(known.name).rfind("liu2025-", 0) == 0;
        EXPECT_EQ(preset(known.name).spec.training.hiddenLayers, isPublished ? 3 : 2) << known.name;
        EXPECT_FALSE(known.description.isEmpty());
    }
    EXPECT_EQ(preset("liu2025-noise-half").recipe.updateNoise, 0.03125);
    EXPECT_EQ(preset("liu2025-distractors-10").spec.regressors.names.size(), 12U);
}

TEST(AnimalSteps, TrainedStartsMoveTowardsTheTruth) {
    std::vector<data::RuleInputs> animals;
    for (std::uint64_t i = 0; i < 24; ++i) {
        AnimalRecipe recipe = liu2025Recipe(0.0625, 151, 5, i);
        recipe.initialWeights[0] = 0;
        animals.push_back(*data::ruleInputs(*simulateAnimal(recipe)->animal, {}));
    }
    fit::AnimalStepsOptions options;
    options.training.epochs = 8;
    options.training.learningRate = 0.01;
    options.training.truncation = 100;
    options.trainsInitialWeights = true;
    for (std::size_t i = 0; i < animals.size(); ++i) { // true: 0, -2
        options.initialWeights.insert(options.initialWeights.end(), {0, -1});
    }
    const auto fit = fit::fitAnimalByAnimal({2, 16, false}, animals, options);
    ASSERT_TRUE(fit.has_value());
    double mean = 0;
    for (std::size_t i = 0; i < animals.size(); ++i) {
        mean += fit->initialWeights[2 * i + 1] / 24;
    }
    EXPECT_LT(mean, -1.1);
    EXPECT_EQ(fit->trainCurve.size(), 8U);
    EXPECT_GT(fit->trainCurve.back(), fit->trainCurve.front());
    options.initialWeights.pop_back();
    EXPECT_EQ(
        fit::fitAnimalByAnimal({2, 16, false}, animals, options).error().code, base::ErrorCode::InvalidValue);
    EXPECT_EQ(fit::fitAnimalByAnimal({2, 16, false}, {}, {}).error().code, base::ErrorCode::NoData);
}

ConfusionRequest smallConfusion() {
    ConfusionRequest request;
    request.simulated = {{"none", "weight.bias=0,weight.stimulus=2"}, {"reinforce-baseline", ""}};
    request.fitted = {"none", "reinforce-baseline"};
    request.cohorts = 2;
    request.animals = 4;
    request.trials = 1200;
    request.recipe.seed = 3;
    return request;
}

TEST(Confusion, FindsTheRulesAgainWithTheSameBitsOnAnyThreads) {
    ConfusionCallbacks one, two;
    one.threads = 1, two.threads = 2;
    const base::Result<Confusion> first = confusionMatrix(smallConfusion(), {}, one),
                                  second = confusionMatrix(smallConfusion(), {}, two);
    ASSERT_TRUE(first && second) << base::english(first.error());
    ASSERT_EQ(first->cohorts.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(first->cohorts[i].natsPerTrial, second->cohorts[i].natsPerTrial);
    }
    EXPECT_NE(first->cohorts[0].natsPerTrial, first->cohorts[1].natsPerTrial); // noise of their own
    EXPECT_EQ(first->share(1, 1), 1);
    EXPECT_EQ(first->share(0, 0) + first->share(0, 1), 1);
    EXPECT_EQ(first->meanDeficit(1, 1), 0);
    EXPECT_LT(first->meanDeficit(1, 0), 0);
    EXPECT_EQ(first->request.simulated[1].second, usualParameters("reinforce-baseline"));
}

TEST(Confusion, HasNoWinnerWhereEveryFitDiverged) {
    ConfusionRequest request = smallConfusion();
    request.simulated = {{"reinforce", ""}};
    request.fitted = {"dnn"};
    request.trials = 200;
    request.spec.training.learningRate = 1e6;
    request.spec.training.clipNorm = request.spec.training.patience = 0;
    request.spec.training.epochs = 40;
    const base::Result<Confusion> confusion = confusionMatrix(request);
    ASSERT_TRUE(confusion) << base::english(confusion.error());
    ASSERT_EQ(confusion->cohorts.size(), 2U);
    EXPECT_FALSE(confusion->cohorts[0].winner);
    EXPECT_EQ(confusion->withoutWinner(0), 2U);
    EXPECT_EQ(confusion->withoutScore(0, 0), 2U);
    EXPECT_EQ(confusion->share(0, 0), 0);
    EXPECT_TRUE(std::isnan(confusion->meanDeficit(0, 0)));
}

TEST(Confusion, ARuleThatLostAHeldOutAnimalHasNoScoreAndTakesNoneFromTheOthers) {
    fit::Comparison comparison;
    comparison.rules.resize(2);
    comparison.rules[0].rule = "reinforce";
    comparison.rules[0].natsPerTrial = -.5; // over what both share
    comparison.rules[0].perAnimal = {{"A", 100, -.5, 0, 0}, {"B", 300, -.7, 0, 0}};
    comparison.rules[1].rule = "none";
    comparison.rules[1].natsPerTrial = -.4;
    comparison.rules[1].perAnimal = {{"A", 100, -.4, 0, 0}};
    comparison.rules[1].lostAnimals = {"B"};
    comparison.pooledAnimals = {"A"};
    EXPECT_NEAR(scoreOnAll(comparison, "reinforce"), -.65, 1e-12);
    EXPECT_TRUE(std::isnan(scoreOnAll(comparison, "none")));
    comparison.pooledAnimals = {"A", "B"};
    EXPECT_EQ(scoreOnAll(comparison, "reinforce"), -.5) << "nothing lost: the comparison's own";
}

TEST(Confusion, RefusesWhatCannotBeDone) {
    const auto refused = [](auto spoil) {
        ConfusionRequest request = smallConfusion();
        spoil(request);
        return !confusionMatrix(request).has_value();
    };
    EXPECT_TRUE(refused([](ConfusionRequest& r) { r.simulated = {{"dnn", ""}}; }));
    EXPECT_TRUE(refused([](ConfusionRequest& r) { r.simulated = {{"unheard-of", ""}}; }));
    EXPECT_TRUE(refused([](ConfusionRequest& r) { r.fitted = {"unheard-of"}; }));
    EXPECT_TRUE(refused([](ConfusionRequest& r) { r.fitted.clear(); }));
    EXPECT_TRUE(refused([](ConfusionRequest& r) { r.heldOut = 0; }));
    EXPECT_TRUE(refused([](ConfusionRequest& r) { r.heldOut = r.animals; }));
    EXPECT_TRUE(refused([](ConfusionRequest& r) { r.simulated[0].second = "alpha=1"; }));
    std::stop_source source;
    source.request_stop();
    EXPECT_EQ(confusionMatrix(smallConfusion(), source.get_token()).error().code, base::ErrorCode::Cancelled);
}

} // namespace
} // namespace rulescope::simulate
