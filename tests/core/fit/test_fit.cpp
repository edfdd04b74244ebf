// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/keepable.h"
#include "core/fit/trainer.h"
#include "tests/core/fit/learners.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <optional>
#include <string>

using namespace rulescope;
using fit::tests::cohort;

namespace {

fit::FitSpec networkSpec(const std::string& rule, int epochs) {
    fit::FitSpec spec;
    spec.rule = rule;
    spec.training = {};
    spec.training.epochs = epochs;
    spec.training.hidden = 8;
    spec.training.truncation = 100;
    spec.training.validationFraction = 0;
    spec.training.patience = 0;
    spec.awaitsTrainingOfRule = false;
    return spec;
}

/// Learns from rewards and forgets a little on every trial, which no textbook rule does.
class Forgetting final : public rules::LearningRule {
  public:
    void step(const rules::Experience& experience, std::span<double>, std::span<double> dw) const override {
        double evidence = 0;
        for (std::size_t k = 0; k < dw.size(); ++k) {
            evidence += experience.weights[k] * experience.x[k];
        }
        const double surprise = experience.choice - rules::logistic(evidence);
        for (std::size_t k = 0; k < dw.size(); ++k) {
            dw[k] = 0.3 * experience.outcome * surprise * experience.x[k] - 0.03 * experience.weights[k];
        }
    }
};

data::Study forgetters(std::size_t animals, std::size_t trials) {
    data::Study study;
    for (std::size_t a = 0; a < animals; ++a) {
        simulate::AnimalRecipe recipe;
        recipe.name = "Forgetter " + std::to_string(a + 1);
        recipe.trials = trials;
        recipe.seed = 3;
        recipe.stream = a;
        study.animals.push_back(simulate::simulateAnimal(Forgetting(), recipe)->animal);
    }
    return study;
}

std::vector<double> flat(const fit::FitResult& result) {
    std::vector<double> values;
    for (const fit::NamedArray& array : result.parameters) {
        values.insert(values.end(), array.values.begin(), array.values.end());
    }
    return values;
}

} // namespace

TEST(Fit, SameSeedGivesTheSameBitsAtAnyThreadCount) {
    const data::Study study = cohort(7, 400);
    for (const char* rule : {"dnn", "rnn", "reinforce-baseline"}) {
        fit::FitCallbacks one, three;
        one.threads = 1;
        three.threads = 3;
        const auto first = fit::fit(study, networkSpec(rule, 12), {}, one);
        const auto second = fit::fit(study, networkSpec(rule, 12), {}, three);
        ASSERT_TRUE(first && second) << rule;
        EXPECT_EQ(first->parameters, second->parameters) << rule;
        EXPECT_EQ(first->trainCurve, second->trainCurve) << rule;
        EXPECT_EQ(first->trainNatsPerTrial, second->trainNatsPerTrial) << rule;
    }
}

TEST(Fit, AnotherSeedGivesAnotherNetwork) {
    const data::Study study = cohort(2, 200);
    fit::FitSpec spec = networkSpec("dnn", 3);
    const auto first = fit::fit(study, spec);
    spec.seed = 2;
    const auto second = fit::fit(study, spec);
    ASSERT_TRUE(first && second);
    EXPECT_NE(flat(*first), flat(*second));
}

TEST(Fit, TrainingImprovesTheLikelihoodOfBothNetworks) {
    const data::Study study = cohort(4, 800);
    for (const char* rule : {"dnn", "rnn"}) {
        fit::FitSpec spec = networkSpec(rule, 150);
        spec.training.learningRate = 1e-2;
        const auto result = fit::fit(study, spec);
        ASSERT_TRUE(result) << rule;
        EXPECT_EQ(result->status, fit::FitStatus::Completed);
        EXPECT_EQ(result->epochs, 150);
        EXPECT_GT(result->trainNatsPerTrial, std::log(0.5) + 0.03) << rule;
        EXPECT_GT(result->trainCurve.back(), result->trainCurve.front()) << rule;
    }
}

TEST(Fit, ScoresAreThoseOfTheParametersKept) {
    const data::Study study = cohort(3, 300);
    fit::FitSpec spec = networkSpec("rnn", 20);
    spec.heldOut = {"Learner 3"};
    const auto result = fit::fit(study, spec);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->spec.animals, (std::vector<std::string>{"Learner 1", "Learner 2"}));
    ASSERT_EQ(result->heldOutScores.size(), 1U);
    const auto paths = fit::trajectories(study, *result, {"Learner 3"});
    ASSERT_TRUE(paths);
    EXPECT_NEAR(paths->front().natsPerTrial, result->heldOutScores[0].natsPerTrial, 1e-10);
    EXPECT_DOUBLE_EQ(result->heldOutNatsPerTrial, result->heldOutScores[0].natsPerTrial);
    EXPECT_EQ(paths->front().weights.size(), 2 * paths->front().probabilityRight.size());
    ASSERT_EQ(result->heldOutCurve.size(), 20U);
    EXPECT_TRUE(std::isfinite(result->heldOutCurve[0]));
}

TEST(Fit, TrialsThatGaveTheInitialWeightsAreScoredNowhere) {
    const data::Study study = cohort(2, 300);
    fit::FitSpec spec = networkSpec("dnn", 5);
    spec.initialWeights = fit::InitialWeights::Psychometric;
    spec.animals = {"Learner 1"};
    spec.heldOut = {"Learner 2"};
    const auto result = fit::fit(study, spec);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->heldOutScores[0].trials, 200U);
    const auto paths = fit::trajectories(study, *result, {"Learner 2"});
    ASSERT_TRUE(paths);
    EXPECT_NEAR(paths->front().natsPerTrial, result->heldOutScores[0].natsPerTrial, 1e-10);
}

TEST(Fit, TheFutureIsHeldOutOfTheSameAnimals) {
    const data::Study study = cohort(3, 400);
    for (const char* rule : {"rnn", "reinforce"}) {
        fit::FitSpec spec = networkSpec(rule, 20);
        spec.heldOutTrials = "future:100";
        const auto result = fit::fit(study, spec);
        ASSERT_TRUE(result) << rule;
        ASSERT_EQ(result->heldOutScores.size(), 3u);
        ASSERT_EQ(result->trainScores.size(), 3u);
        for (std::size_t a = 0; a < 3; ++a) {
            EXPECT_EQ(result->heldOutScores[a].animal, result->trainScores[a].animal);
            EXPECT_EQ(result->heldOutScores[a].trials, 100u);
            EXPECT_EQ(result->trainScores[a].trials, study.animals[a]->counts().choices - 100);
        }
        EXPECT_TRUE(std::isfinite(result->heldOutNatsPerTrial));
        EXPECT_EQ(result->spec.heldOutTrials, "future:100");
        EXPECT_EQ(fit::fitSpecFromJson(fit::toJson(result->spec)).value(), result->spec);
    }
}

TEST(Fit, WhatIsHeldOutTeachesNothing) {
    const data::Study study = cohort(1, 400);
    const std::size_t choices = study.animals[0]->counts().choices;
    fit::FitSpec heldOut = networkSpec("reinforce", 1), cut = heldOut;
    heldOut.heldOutTrials = "future:100";
    cut.trialsPerAnimal = choices - 100;
    const auto first = fit::fit(study, heldOut), second = fit::fit(study, cut);
    ASSERT_TRUE(first && second);
    EXPECT_NEAR(flat(*first)[0], flat(*second)[0], 1e-6);
    EXPECT_NEAR(first->trainNatsPerTrial, second->trainNatsPerTrial, 1e-12);
}

TEST(Fit, SessionsAreHeldOutOfEachAnimal) {
    const data::Study study = cohort(2, 600);
    fit::FitSpec spec = networkSpec("rnn", 10);
    spec.heldOutTrials = "sessions:3";
    const auto result = fit::fit(study, spec);
    ASSERT_TRUE(result);
    for (std::size_t a = 0; a < 2; ++a) {
        EXPECT_GT(result->heldOutScores[a].trials, 0u);
        EXPECT_EQ(result->heldOutScores[a].trials + result->trainScores[a].trials,
            study.animals[a]->counts().choices);
    }
    EXPECT_FALSE(result->heldOutCurve.empty());
    const auto again = fit::fit(study, result->spec);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->parameters, result->parameters);
}

TEST(Fit, HeldOutTrialsThatAreNotThereAreRefused) {
    const data::Study study = cohort(2, 200);
    for (const char* holdout : {"future:100000", "sessions:99", "animals:2", "future:", "x"}) {
        fit::FitSpec spec = networkSpec("dnn", 2);
        spec.heldOutTrials = holdout;
        EXPECT_FALSE(fit::fit(study, spec)) << holdout;
    }
    fit::FitSpec both = networkSpec("dnn", 2);
    both.heldOut = {"Learner 2"};
    both.heldOutTrials = "future:50";
    EXPECT_FALSE(fit::fit(study, both));
}

TEST(Fit, AnAnimalNamedTwiceIsRefused) {
    fit::FitSpec spec = networkSpec("dnn", 5);
    spec.animals = {"Learner 1", "Learner 1"};
    const auto result = fit::fit(cohort(1, 50), spec);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, base::ErrorCode::InvalidValue);
    EXPECT_EQ(result.error().where, "Learner 1");
}

TEST(Fit, APausedTextbookFitStillObeysCancel) {
    std::stop_source source;
    fit::FitCallbacks callbacks;
    int polls = 0;
    callbacks.isPaused = [&] {
        if (++polls > 3) {
            source.request_stop();
        }
        return true;
    };
    const auto result = fit::fit(cohort(1, 200), networkSpec("reinforce", 1), source.get_token(), callbacks);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, fit::FitStatus::Cancelled);
    EXPECT_GT(polls, 3);
}

TEST(Fit, EarlyStoppingOfOneAnimalSetsScoredTrialsAside) {
    const data::Study study = cohort(1, 400);
    fit::FitSpec spec = networkSpec("dnn", 60);
    spec.training.learningRate = 1e-2;
    spec.training.validationFraction = 0.25;
    spec.training.patience = 10;
    const auto result = fit::fit(study, spec);
    ASSERT_TRUE(result);
    EXPECT_GT(result->epochs, 1);
    EXPECT_GT(result->trainNatsPerTrial, std::log(0.5));
    // Too few trials to set any aside: trained on all of them instead.
    const auto few = fit::fit(cohort(1, 1), spec);
    ASSERT_TRUE(few);
    EXPECT_EQ(few->status, fit::FitStatus::Completed);
}

TEST(Fit, CancellingKeepsTheBestSoFar) {
    const data::Study study = cohort(2, 300);
    std::stop_source source;
    fit::FitCallbacks callbacks;
    callbacks.onProgress = [&](const fit::FitProgress& progress) {
        if (progress.epoch >= 3) {
            source.request_stop();
        }
    };
    const auto result = fit::fit(study, networkSpec("dnn", 1'000'000), source.get_token(), callbacks);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, fit::FitStatus::Cancelled);
    EXPECT_LT(result->epochs, 1'000'000);
    EXPECT_TRUE(std::isfinite(result->trainNatsPerTrial));
    const double best = *std::max_element(result->trainCurve.begin(), result->trainCurve.end());
    EXPECT_NEAR(result->trainNatsPerTrial, best, 1e-5);
}

TEST(Fit, APausedFitStillObeysCancel) {
    const data::Study study = cohort(1, 100);
    std::stop_source source;
    fit::FitCallbacks callbacks;
    int polls = 0;
    callbacks.isPaused = [&] {
        if (++polls > 3) {
            source.request_stop();
        }
        return true;
    };
    const auto result = fit::fit(study, networkSpec("rnn", 10), source.get_token(), callbacks);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, fit::FitStatus::Cancelled);
    EXPECT_EQ(result->epochs, 0);
}

TEST(Fit, AnExplodingRateEndsAsDivergedWithFiniteParameters) {
    const data::Study study = cohort(2, 300);
    fit::FitSpec spec = networkSpec("dnn", 60);
    spec.training.learningRate = 1e30;
    const auto result = fit::fit(study, spec);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, fit::FitStatus::Diverged);
    for (const double value : flat(*result)) {
        ASSERT_TRUE(std::isfinite(value));
    }
    EXPECT_TRUE(std::isfinite(result->trainNatsPerTrial));
}

TEST(Fit, IsKeptIfItPredictsAndWasTrainedAndHasAMaximum) {
    const auto refusal = [](const std::string& rule, fit::FitStatus status, int epochs, double nats) {
        fit::FitResult result;
        result.spec.rule = rule;
        result.status = status;
        result.epochs = epochs;
        result.trainNatsPerTrial = nats;
        const auto checked = fit::checkKeepable(result);
        return checked ? std::optional<base::ErrorCode>() : checked.error().code;
    };
    using fit::FitStatus;
    for (const FitStatus status : {FitStatus::Converged, FitStatus::StoppedEarly, FitStatus::Cancelled,
             FitStatus::Diverged, FitStatus::Completed, FitStatus::NotConverged}) {
        EXPECT_FALSE(refusal("dnn", status, 5, -0.5)) << fit::toString(status);
    }
    EXPECT_FALSE(refusal("residual-rnn", FitStatus::StoppedEarly, 0, -0.5));
    EXPECT_FALSE(refusal("residual-rnn", FitStatus::Diverged, 0, -0.5)) << "its start is a fitted textbook";
    EXPECT_EQ(refusal("dnn", FitStatus::Diverged, 0, -0.5), base::ErrorCode::NoData) << "at random";
    EXPECT_EQ(refusal("dnn", FitStatus::Cancelled, 0, -0.5), base::ErrorCode::Cancelled);
    EXPECT_EQ(refusal("none", FitStatus::Unbounded, 5, -0.5), base::ErrorCode::NoData);
    const double lost = -std::numeric_limits<double>::infinity();
    EXPECT_EQ(refusal("dnn", FitStatus::Diverged, 5, lost), base::ErrorCode::NoData);
}

TEST(Fit, EarlyStoppingDecidesTheEpochsWithoutTheHeldOutAnimals) {
    const data::Study study = cohort(6, 300);
    fit::FitSpec spec = networkSpec("dnn", 200);
    spec.training.learningRate = 2e-2;
    spec.training.validationFraction = 0.25;
    spec.training.patience = 15;
    spec.heldOut = {"Learner 6"};
    const auto watched = fit::fit(study, spec);
    spec.heldOut = {};
    spec.animals = {"Learner 1", "Learner 2", "Learner 3", "Learner 4", "Learner 5"};
    const auto alone = fit::fit(study, spec);
    ASSERT_TRUE(watched && alone);
    EXPECT_EQ(watched->parameters, alone->parameters) << "a held-out animal had a say in the training";
}

TEST(Fit, ResidualRulesStopEarlyUnderTheDefaultPresetOnly) {
    const data::Study study = cohort(5, 200);
    fit::FitSpec spec;
    spec.rule = "residual-dnn";
    spec.training.epochs = 60;
    const auto early = fit::fit(study, spec);
    ASSERT_TRUE(early) << base::english(early.error());
    EXPECT_EQ(early->spec.training.patience, 30);
    EXPECT_FALSE(early->validationCurve.empty());
    EXPECT_EQ(fit::fit(study, early->spec)->parameters, early->parameters) << "refit from what was stored";
    spec = *fit::withPreset(spec, "liu2025");
    spec.training.epochs = 5;
    EXPECT_TRUE(fit::fit(study, spec)->validationCurve.empty());
    spec = *fit::withPreset(spec, "default");
    spec.rule = "dnn";
    spec.training.epochs = 5;
    EXPECT_EQ(fit::fit(study, spec)->epochs, 5);
}

TEST(Fit, AResidualRuleThatNoEpochImprovesIsItsTextbookStart) {
    const data::Study study = cohort(4, 300);
    fit::FitSpec spec = networkSpec("residual-dnn", 20);
    spec.training.validationFraction = 0.25;
    spec.training.patience = 1;
    spec.training.learningRate = 1; // the first step already leaves the valley
    const auto start = fit::fit(study, spec);
    ASSERT_TRUE(start) << base::english(start.error());
    EXPECT_EQ(start->status, fit::FitStatus::StoppedEarly);
    EXPECT_EQ(start->epochs, 0);
    ASSERT_EQ(start->trainCurve.size(), 1U);
    EXPECT_NEAR(start->trainCurve.front(), start->trainNatsPerTrial, 1e-5);
    spec.rule = "reinforce-baseline";
    const auto textbook = fit::fit(study, spec);
    EXPECT_NEAR(start->trainNatsPerTrial, textbook->trainNatsPerTrial, 1e-5) << "its start is the textbook";
    for (const fit::NamedArray& array : start->parameters) {
        if (array.name == "mlp2_weight" || array.name == "mlp2_bias") {
            EXPECT_EQ(array.values, std::vector<double>(array.values.size(), 0.0)) << array.name;
        }
    }
}

TEST(Fit, AnyNumberOfHiddenLayersIsTrainedAndEvaluated) {
    const data::Study study = cohort(2, 200);
    for (const char* rule : {"dnn", "residual-rnn"}) {
        for (const int layers : {1, 3, 4}) {
            fit::FitSpec spec = networkSpec(rule, 6);
            spec.training.hiddenLayers = layers;
            const auto result = fit::fit(study, spec);
            ASSERT_TRUE(result) << rule << layers << base::english(result.error());
            const std::string last = "mlp" + std::to_string(layers);
            const auto hasLayer = [&](const std::string& name) {
                return std::any_of(result->parameters.begin(), result->parameters.end(),
                    [&](const fit::NamedArray& array) { return array.name == name + "_weight"; });
            };
            EXPECT_TRUE(hasLayer(last));
            EXPECT_FALSE(hasLayer("mlp" + std::to_string(layers + 1)));
            const auto paths = fit::trajectories(study, *result, {"Learner 1", "Learner 2"});
            ASSERT_TRUE(paths) << base::english(paths.error());
            double sum = 0; // both animals have as many trials
            for (const fit::Trajectory& path : *paths) {
                sum += path.natsPerTrial / 2;
            }
            EXPECT_NEAR(sum, result->trainNatsPerTrial, 1e-9) << rule << layers;
            fit::FitResult other = *result;
            for (const int wrong : {0, 2, 5, 1'000'000'000}) {
                other.spec.training.hiddenLayers = wrong;
                const auto refused = fit::fittedRule(other);
                ASSERT_FALSE(refused) << wrong;
                EXPECT_EQ(refused.error().code, base::ErrorCode::BadFormat);
            }
        }
    }
}

TEST(Fit, AResidualRuleOfThreeHiddenLayersBeginsAtTheTextbookToo) {
    const data::Study study = cohort(4, 200);
    fit::FitSpec spec = networkSpec("residual-dnn", 20);
    spec.training.hiddenLayers = 3;
    spec.training.validationFraction = 0.25;
    spec.training.patience = 1;
    spec.training.learningRate = 1; // the first step already leaves the valley
    const auto start = fit::fit(study, spec);
    ASSERT_TRUE(start) << base::english(start.error());
    ASSERT_EQ(start->epochs, 0);
    spec.rule = "reinforce-baseline";
    EXPECT_NEAR(start->trainNatsPerTrial, fit::fit(study, spec)->trainNatsPerTrial, 1e-5);
}

TEST(Fit, AResidualRuleLeavesTheTextbookWhereTheAnimalsClearlyDo) {
    const data::Study study = forgetters(6, 800);
    fit::FitSpec spec = networkSpec("residual-dnn", 150);
    spec.training.learningRate = 1e-2;
    spec.training.validationFraction = 0.25;
    spec.training.innerFolds = 3;
    spec.training.patience = 30;
    const auto network = fit::fit(study, spec);
    spec.rule = "reinforce-baseline";
    const auto textbook = fit::fit(study, spec);
    ASSERT_TRUE(network && textbook);
    EXPECT_GT(network->epochs, 0);
    EXPECT_GT(network->trainNatsPerTrial, textbook->trainNatsPerTrial + 1e-3);
}

TEST(Fit, TheOrderInWhichAnimalsAreListedChangesNothing) {
    const data::Study study = cohort(4, 150);
    fit::FitSpec spec = networkSpec("rnn", 4);
    spec.training.validationFraction = 0.25;
    spec.training.innerFolds = 2;
    spec.training.patience = 3;
    spec.animals = {"Learner 1", "Learner 2", "Learner 3", "Learner 4"};
    const auto forth = fit::fit(study, spec);
    std::reverse(spec.animals.begin(), spec.animals.end());
    const auto back = fit::fit(study, spec);
    ASSERT_TRUE(forth && back);
    EXPECT_EQ(flat(*forth), flat(*back));
    EXPECT_EQ(forth->validationCurve, back->validationCurve);
}

TEST(Fit, OptionsOutOfRangeAreRefusedWithTheOptionsName) {
    const data::Study study = cohort(1, 50);
    fit::FitSpec spec = networkSpec("dnn", 5);
    spec.training.learningRate = 0;
    auto result = fit::fit(study, spec);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, base::ErrorCode::InvalidValue);
    EXPECT_EQ(result.error().where, "learning_rate");
    spec = networkSpec("dnn", 0);
    EXPECT_EQ(fit::fit(study, spec).error().where, "epochs");
    for (const int layers : {0, -1, 5, 1'000'000'000}) {
        spec = networkSpec("rnn", 5);
        spec.training.hiddenLayers = layers;
        EXPECT_EQ(fit::fit(study, spec).error().where, "hidden_layers") << layers;
    }
    spec = networkSpec("dnn", 5);
    spec.animals = {"nobody"};
    EXPECT_EQ(fit::fit(study, spec).error().code, base::ErrorCode::NotFound);
    spec.animals = {"Learner 1"};
    spec.heldOut = {"Learner 1"};
    EXPECT_EQ(fit::fit(study, spec).error().code, base::ErrorCode::InvalidValue);
    spec = networkSpec("no-such-rule", 5);
    EXPECT_EQ(fit::fit(study, spec).error().code, base::ErrorCode::NotFound);
    EXPECT_EQ(fit::fit(data::Study(), networkSpec("dnn", 5)).error().code, base::ErrorCode::NoData);
}

TEST(Fit, OneAnimalWithOneTrialIsFittedWithoutANan) {
    const data::Study study = cohort(1, 1);
    for (const char* rule : {"none", "reinforce", "reinforce-baseline", "dnn", "rnn"}) {
        const auto result = fit::fit(study, networkSpec(rule, 3));
        ASSERT_TRUE(result) << rule;
        EXPECT_TRUE(std::isfinite(result->trainNatsPerTrial)) << rule;
    }
}

TEST(FitSpec, GoesThroughJsonUnchanged) {
    fit::FitSpec spec = networkSpec("rnn", 77);
    spec.animals = {"A", "Ünïcode"};
    spec.heldOut = {"B"};
    spec.regressors.names = {"bias", "stimulus", "previous_choice"};
    spec.regressors.transform = {data::StimulusTransform::Kind::Identity, 5};
    spec.regressors.side = data::SideInput::StimulusSign;
    spec.trialsPerAnimal = 10000;
    spec.initialWeights = fit::InitialWeights::Psychometric;
    spec.seed = 18446744073709551615ULL;
    const auto back = fit::fitSpecFromJson(fit::toJson(spec));
    ASSERT_TRUE(back);
    EXPECT_EQ(fit::toJson(*back), fit::toJson(spec));
    EXPECT_EQ(back->seed, spec.seed);
    EXPECT_FALSE(fit::fitSpecFromJson("{"));
    EXPECT_FALSE(fit::fitSpecFromJson("{}"));
    EXPECT_FALSE(fit::fitSpecFromJson("[1]"));
}

TEST(FitSpec, WhatIsChosenByNameWinsOverARulesOwnTraining) {
    fit::FitSpec spec;
    spec.rule = "residual-dnn";
    const fit::TrainingOptions own = fit::withTrainingOfRule(spec).training;
    EXPECT_GT(own.patience, 0);
    EXPECT_GT(own.validationFraction, 0);

    const fit::FitSpec wider = fit::withTrainingOfRule(*fit::withOption(spec, "hidden", 64));
    EXPECT_EQ(wider.training.hidden, 64);
    EXPECT_EQ(wider.training.patience, own.patience) << "another option switched early stopping off";

    const fit::FitSpec impatient = fit::withTrainingOfRule(*fit::withOption(spec, "patience", 0));
    EXPECT_EQ(impatient.training.patience, 0);
    EXPECT_EQ(fit::withTrainingOfRule(*fit::fitSpecFromJson(fit::toJson(impatient))), impatient)
        << "refit from what was stored";

    const fit::FitSpec published = fit::withTrainingOfRule(*fit::withPreset(spec, "liu2025"));
    EXPECT_EQ(published.training, fit::withPreset(spec, "liu2025")->training);
}

TEST(FitSpec, TheDirectGruHasItsUnitsUnlessOthersAreNamed) {
    fit::FitSpec spec;
    spec.rule = "direct-gru";
    EXPECT_EQ(fit::withTrainingOfRule(spec).training.hidden, 8);
    EXPECT_EQ(fit::withTrainingOfRule(*fit::withPreset(spec, "liu2025")).training.hidden, 8);
    EXPECT_EQ(fit::withTrainingOfRule(*fit::withOption(spec, "hidden", 32)).training.hidden, 32);
    EXPECT_EQ(fit::withTrainingOfRule(*fit::withOption(spec, "hidden", 16)).training.hidden, 16);
}

TEST(FitSpec, AStoredSpecificationOfBeforeRuleTrainingIsRunAsItStands) {
    fit::FitSpec spec;
    spec.rule = "residual-dnn";
    std::string json = fit::toJson(spec);
    const std::string added = R"("named_options":[],"awaits_training_of_rule":true,)";
    ASSERT_NE(json.find(added), std::string::npos);
    json.erase(json.find(added), added.size());
    EXPECT_EQ(fit::withTrainingOfRule(*fit::fitSpecFromJson(json)).training, spec.training);
    json.replace(json.find("residual-dnn"), std::string("residual-dnn").size(), "direct-gru");
    EXPECT_EQ(fit::fitSpecFromJson(json)->training.hidden, 8) << "it ignored the units of the others";
}

TEST(FitSpec, AStoredSpecificationOfBeforeHiddenLayersHasTwo) {
    fit::FitSpec spec;
    spec.training.hiddenLayers = 3;
    std::string json = fit::toJson(spec);
    const std::string added = R"("hidden_layers":3,)";
    ASSERT_NE(json.find(added), std::string::npos);
    EXPECT_EQ(fit::fitSpecFromJson(json)->training.hiddenLayers, 3);
    json.erase(json.find(added), added.size());
    EXPECT_EQ(fit::fitSpecFromJson(json)->training.hiddenLayers, 2);
}

TEST(FitSpec, ThePublishedPresetIsTheProtocolToTheLetter) {
    const auto spec = fit::withPreset({}, "liu2025");
    ASSERT_TRUE(spec);
    EXPECT_EQ(spec->training.epochs, 1000);
    EXPECT_EQ(spec->training.learningRate, 1e-3);
    EXPECT_EQ(spec->training.decay, 0.999);
    EXPECT_EQ(spec->training.decayEvery, 5);
    EXPECT_EQ(spec->training.truncation, 500);
    EXPECT_EQ(spec->training.hiddenLayers, 2);
    EXPECT_EQ(spec->training.weightDecay, 0);
    EXPECT_EQ(spec->training.patience, 0);
    EXPECT_EQ(spec->regressors.side, data::SideInput::StimulusSign);
    EXPECT_FALSE(fit::withPreset({}, "liu1999"));
}
