// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/compare.h"
#include "core/fit/keepable.h"
#include "core/fit/paired_test.h"
#include "core/fit/splits.h"
#include "core/fit/trainer.h"
#include "core/simulate/simulation.h"
#include "tests/core/io/temporary_folder.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <set>

using namespace rulescope;

namespace {

data::Study cohort(std::size_t animals, std::size_t trials) {
    data::Study study;
    for (std::size_t a = 0; a < animals; ++a) {
        simulate::AnimalRecipe recipe;
        recipe.name = "Learner " + std::to_string(a + 1);
        recipe.rule = "reinforce-baseline";
        recipe.parameters = "alpha=0.03,offset=0.015";
        recipe.trials = trials;
        recipe.shortestSession = 100;
        recipe.longestSession = 200;
        recipe.stream = a;
        study.animals.push_back(simulate::simulateAnimal(recipe)->animal);
    }
    return study;
}

std::vector<data::RuleInputs> inputsOf(const data::Study& study) {
    std::vector<data::RuleInputs> inputs;
    for (const data::AnimalPtr& animal : study.animals) {
        inputs.push_back(*data::ruleInputs(*animal, {}));
    }
    return inputs;
}

} // namespace

TEST(Holdout, ReadsTheFourFormsAndRefusesTheRest) {
    EXPECT_EQ(fit::Holdout::parse("animals:5")->count, 5U);
    EXPECT_THAT(fit::Holdout::parse("animals:A,B b")->animals, testing::ElementsAre("A", "B b"));
    EXPECT_EQ(fit::Holdout::parse("future:500")->unit, fit::HeldOutUnit::Future);
    EXPECT_EQ(fit::Holdout::parse("sessions:3")->unit, fit::HeldOutUnit::Sessions);
    for (const char* bad : {"", "animals", "animals:", "future:x", "sessions:", "mice:5", "future:-5"}) {
        EXPECT_FALSE(fit::Holdout::parse(bad)) << bad;
    }
}

TEST(Folds, HoldOutEveryAnimalOnceAndNeverOnBothSides) {
    const auto inputs = inputsOf(cohort(7, 120));
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto folds = fit::makeFolds(inputs, *fit::Holdout::parse("animals:3"), seed);
        ASSERT_TRUE(folds);
        std::multiset<std::string> heldOut;
        fit::FoldInputs sides(inputs, *folds);
        for (std::size_t fold = 0; fold < folds->count; ++fold) {
            std::set<std::string> training;
            for (const data::RuleInputs& animal : sides.training(fold)) {
                training.insert(animal.animal);
            }
            for (const data::RuleInputs& animal : sides.test(fold)) {
                EXPECT_EQ(training.count(animal.animal), 0U);
                heldOut.insert(animal.animal);
                EXPECT_EQ(
                    std::count(folds->heldOut[fold].begin(), folds->heldOut[fold].end(), animal.animal), 1);
            }
            EXPECT_EQ(sides.training(fold).size() + sides.test(fold).size(), inputs.size());
        }
        EXPECT_EQ(heldOut.size(), inputs.size());
        EXPECT_EQ(std::set<std::string>(heldOut.begin(), heldOut.end()).size(), inputs.size());
    }
}

TEST(Folds, AnAnimalWithANumberForANameCanBeHeldOut) {
    auto inputs = inputsOf(cohort(3, 120));
    inputs[1].animal = "4619";
    const auto named = fit::makeFolds(inputs, *fit::Holdout::parse("animals:4619"), 1);
    ASSERT_TRUE(named);
    ASSERT_EQ(named->count, 1U);
    EXPECT_THAT(named->heldOut.front(), testing::ElementsAre("4619"));
    EXPECT_EQ(fit::makeFolds(inputs, *fit::Holdout::parse("animals:3"), 1)->count, 3U);
}

TEST(Folds, OfSessionsScoreEveryTrialOnceAndKeepSessionsWhole) {
    const auto inputs = inputsOf(cohort(2, 900));
    const auto folds = fit::makeFolds(inputs, *fit::Holdout::parse("sessions:3"), 1);
    ASSERT_TRUE(folds);
    fit::FoldInputs sides(inputs, *folds);
    for (std::size_t a = 0; a < inputs.size(); ++a) {
        std::vector<int> tested(inputs[a].trials, 0);
        for (std::size_t fold = 0; fold < folds->count; ++fold) {
            const std::vector<unsigned char> training = sides.training(fold)[a].scored;
            const std::vector<unsigned char> test = sides.test(fold)[a].scored;
            for (std::size_t t = 0; t < inputs[a].trials; ++t) {
                EXPECT_NE(training[t], test[t]);
                tested[t] += test[t];
                if (inputs[a].sessionStart[t] == 0) {
                    EXPECT_EQ(test[t], test[t - 1]);
                }
            }
        }
        EXPECT_EQ(tested, std::vector<int>(inputs[a].trials, 1));
    }
}

TEST(Folds, ATrialThatDoesNotCountIsOnNeitherSide) {
    auto inputs = inputsOf(cohort(2, 900));
    std::fill_n(inputs[1].scored.begin(), 100, 0);
    for (const char* holdout : {"sessions:3", "future:850", "animals:2"}) {
        const auto folds = fit::makeFolds(inputs, *fit::Holdout::parse(holdout), 1);
        ASSERT_TRUE(folds);
        fit::FoldInputs sides(inputs, *folds);
        for (std::size_t fold = 0; fold < folds->count; ++fold) {
            for (const bool isTest : {false, true}) {
                for (const data::RuleInputs& animal : isTest ? sides.test(fold) : sides.training(fold)) {
                    const auto end = animal.scored.begin() + 100;
                    EXPECT_TRUE(
                        animal.animal != "Learner 2" || std::count(animal.scored.begin(), end, 1) == 0);
                }
            }
        }
    }
}

TEST(Folds, DoNotDependOnWhichFoldCameBefore) {
    const auto inputs = inputsOf(cohort(5, 120));
    const auto folds = fit::makeFolds(inputs, *fit::Holdout::parse("animals:3"), 4);
    const auto namesOf = [](std::span<const data::RuleInputs> animals) {
        std::vector<std::string> names;
        for (const data::RuleInputs& animal : animals) {
            names.push_back(animal.animal + std::to_string(animal.x.size()));
        }
        return names;
    };
    for (std::size_t before = 0; before < 3; ++before) {
        fit::FoldInputs fresh(inputs, *folds), used(inputs, *folds);
        used.training(before);
        EXPECT_EQ(namesOf(used.training(1)), namesOf(fresh.training(1)));
        EXPECT_EQ(namesOf(used.test(1)), namesOf(fresh.test(1)));
    }
}

TEST(Folds, AreTheSameForAnimalsInAnyOrder) {
    const auto inputs = inputsOf(cohort(7, 600));
    const std::vector<data::RuleInputs> reversed(inputs.rbegin(), inputs.rend());
    const auto animals = fit::Holdout::parse("animals:3"), sessions = fit::Holdout::parse("sessions:3");
    const auto forth = fit::makeFolds(inputs, *animals, 4), back = fit::makeFolds(reversed, *animals, 4);
    ASSERT_TRUE(forth && back);
    const std::vector<std::uint16_t> turned(back->ofAnimal.rbegin(), back->ofAnimal.rend());
    EXPECT_EQ(forth->ofAnimal, turned);
    const auto ofTrial = fit::makeFolds(inputs, *sessions, 4)->ofTrial;
    auto ofTrialTurned = fit::makeFolds(reversed, *sessions, 4)->ofTrial;
    std::reverse(ofTrialTurned.begin(), ofTrialTurned.end());
    EXPECT_EQ(ofTrial, ofTrialTurned);
}

TEST(Folds, OfTheFutureScoreTheLastTrialsOnly) {
    const auto inputs = inputsOf(cohort(2, 300));
    const auto folds = fit::makeFolds(inputs, *fit::Holdout::parse("future:50"), 1);
    ASSERT_TRUE(folds);
    fit::FoldInputs sides(inputs, *folds);
    EXPECT_EQ(sides.training(0)[0].scored.back(), 0);
    const data::RuleInputs& test = sides.test(0)[0];
    EXPECT_EQ(std::count(test.scored.begin(), test.scored.end(), 1), 50);
    EXPECT_EQ(test.scored.back(), 1);
    EXPECT_FALSE(fit::makeFolds(inputs, *fit::Holdout::parse("future:300"), 1));
}

TEST(Folds, MoreFoldsThanAnimalsOrSessionsAreRefused) {
    const auto inputs = inputsOf(cohort(2, 150));
    EXPECT_EQ(fit::makeFolds(inputs, *fit::Holdout::parse("animals:3"), 1).error().code,
        base::ErrorCode::InvalidValue);
    EXPECT_FALSE(fit::makeFolds(inputs, *fit::Holdout::parse("animals:1"), 1));
    EXPECT_FALSE(fit::makeFolds(inputs, *fit::Holdout::parse("sessions:9"), 1));
    EXPECT_FALSE(fit::makeFolds(inputs, *fit::Holdout::parse("sessions:1000000000000"), 1));
    EXPECT_FALSE(fit::makeFolds(inputs, *fit::Holdout::parse("sessions:0"), 1));
    EXPECT_EQ(fit::makeFolds(inputs, *fit::Holdout::parse("animals:nobody"), 1).error().code,
        base::ErrorCode::NotFound);
    EXPECT_EQ(fit::makeFolds(inputs, *fit::Holdout::parse("animals:Learner 1,Learner 2"), 1).error().code,
        base::ErrorCode::NoData);
}

// Values from the textbook formulas: mean 1.0, s = .8165 (n = 4), t = 2.449, p = .0917.
TEST(PairedStatistics, GiveTheTextbookTAndTheExactSignedRank) {
    const std::vector<double> differences = {0.0, 1.0, 1.0, 2.0};
    const auto statistics = fit::pairedStatistics(differences);
    EXPECT_DOUBLE_EQ(statistics.mean, 1.0);
    EXPECT_NEAR(statistics.tP, 0.0917, 1e-4);
    EXPECT_NEAR(statistics.wilcoxonP, 0.25, 1e-12) << "three positive differences: 2 x 1/8";
    EXPECT_GE(statistics.low, 0.0);
    EXPECT_LE(statistics.high, 2.0);
    EXPECT_LT(statistics.low, statistics.high);
}

TEST(PairedStatistics, SignedRankOfEightPositiveDifferencesIsOneOver128) {
    const std::vector<double> differences = {.1, .2, .3, .4, .5, .6, .7, .8};
    EXPECT_NEAR(fit::pairedStatistics(differences).wilcoxonP, 2.0 / 256, 1e-12);
}

TEST(PairedStatistics, TooFewDifferencesGiveNoPValueRatherThanAWrongOne) {
    EXPECT_TRUE(std::isnan(fit::pairedStatistics({}).mean));
    const std::vector<double> one = {0.3};
    EXPECT_TRUE(std::isnan(fit::pairedStatistics(one).tP));
    EXPECT_TRUE(std::isnan(fit::pairedStatistics(one).low)) << "one animal has no interval";
    const std::vector<double> alike = {0.3, 0.3, 0.3};
    EXPECT_TRUE(std::isnan(fit::pairedStatistics(alike).tP));
    const std::vector<double> broken = {0.3, std::nan(""), 0.1};
    EXPECT_TRUE(std::isnan(fit::pairedStatistics(broken).mean));
    EXPECT_NEAR(fit::pairedStatistics(one).wilcoxonP, 1.0, 1e-12);
    const std::vector<double> zeros = {0, 0, 0};
    EXPECT_DOUBLE_EQ(fit::pairedStatistics(zeros).tP, 1.0);
    EXPECT_TRUE(std::isnan(fit::pairedStatistics(zeros).wilcoxonP));
}

TEST(CompareRules, TheTrueRuleBeatsTheOnesThatDoNotLearn) {
    fit::ComparisonRequest request;
    request.rules = {"none", "reinforce-baseline"};
    request.holdout = "animals:3";
    const auto comparison = fit::compareRules(cohort(6, 1500), request);
    ASSERT_TRUE(comparison) << base::english(comparison.error());
    ASSERT_EQ(comparison->rules.size(), 3U);
    EXPECT_EQ(comparison->rules[0].rule, "bernoulli");
    EXPECT_NEAR(comparison->rules[0].bitsPerTrial, 0, 1e-12);
    EXPECT_GT(comparison->rules[2].natsPerTrial, comparison->rules[1].natsPerTrial);
    EXPECT_GT(comparison->rules[1].natsPerTrial, comparison->rules[0].natsPerTrial);
    EXPECT_EQ(comparison->rules[2].perAnimal.size(), 6U);
    ASSERT_EQ(comparison->tests.size(), 3U);
    EXPECT_EQ(comparison->tests[2].first, "reinforce-baseline");
    EXPECT_EQ(comparison->tests[2].second, "none");
    EXPECT_GT(comparison->tests[2].low, 0);
    EXPECT_LT(comparison->tests[2].wilcoxonP, 0.05);
}

TEST(CompareRules, HasTheSameBitsAtAnyThreadCountAndGoesThroughJson) {
    fit::ComparisonRequest request;
    request.rules = {"reinforce", "residual-dnn"};
    request.holdout = "animals:2";
    request.spec.training.epochs = 5;
    request.spec.training.hidden = 8;
    request.seeds = {1, 2};
    fit::ComparisonCallbacks one, many;
    one.threads = 1;
    many.threads = 4;
    const data::Study study = cohort(4, 300);
    const auto first = fit::compareRules(study, request, {}, one);
    const auto second = fit::compareRules(study, request, {}, many);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->rules, second->rules);
    EXPECT_EQ(first->tests, second->tests);
    EXPECT_EQ(first->rules[2].perSeed.size(), 2U);
    EXPECT_EQ(first->rules[1].perSeed.size(), 1U);
    EXPECT_FALSE(first->rules[0].training) << "the yardstick is not trained";
    ASSERT_TRUE(first->rules[2].training);
    EXPECT_GT(first->rules[2].training->patience, 0) << "the rule's own training is what was run";
    EXPECT_EQ(first->rules[2].training->hidden, 8);
    const auto back = fit::comparisonFromJson(fit::toJson(*first));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->rules, first->rules);
    EXPECT_EQ(back->tests, first->tests);
    EXPECT_EQ(back->folds, first->folds);
}

TEST(CompareRules, AConfidentMistakeCostsTheSameOnBothSides) {
    // A raw stimulus drives the log-odds far beyond where 1 - p is still a number.
    const auto scoreOf = [](bool isMirrored) {
        data::Animal::Content content;
        content.name = "Extreme";
        content.stimulusKind = data::StimulusKind::Raw;
        for (int t = 0; t < 200; ++t) {
            const bool isMistake =
                t == 50 || t == 51 || t == 150; // some in training: a finite weight fits best
            const bool isRight = (t % 2 == 0) != isMirrored;
            content.trials.stimulus.push_back((isRight ? 1 : -1) * (t == 150 ? 60 : 1));
            content.trials.choice.push_back(static_cast<std::int8_t>(isMistake ? !isRight : isRight));
            content.trials.answer.push_back(static_cast<std::int8_t>(isRight));
            content.trials.outcome.push_back(1);
        }
        content.sessions.push_back({"1", "", "", "", 0, 200});
        data::Study study;
        study.animals.push_back(*data::Animal::create(content));
        fit::ComparisonRequest request;
        request.rules = {"none"};
        request.holdout = "future:60";
        request.spec.regressors.names = {"stimulus"};
        return fit::compareRules(study, request)->rules[1].natsPerTrial;
    };
    EXPECT_LT(scoreOf(false), -1);
    EXPECT_NEAR(scoreOf(true), scoreOf(false), 1e-6 * std::abs(scoreOf(false)));
}

TEST(CompareRules, LeavesFitsThatDivergedOutOfScoresAndTests) {
    fit::ComparisonRequest request;
    request.rules = {"reinforce-baseline", "dnn"};
    request.holdout = "animals:2";
    request.spec.training.epochs = 40;
    request.spec.training.hidden = 8;
    request.spec.training.patience = 0;
    request.spec.training.clipNorm = 0;
    request.spec.training.learningRate = 1e6;
    const auto comparison = fit::compareRules(cohort(4, 300), request);
    ASSERT_TRUE(comparison) << base::english(comparison.error());
    EXPECT_EQ(comparison->fits.size(), 4U);
    EXPECT_EQ(fit::fitsThat(*comparison, "dnn", fit::FitStatus::Diverged), 2U);
    EXPECT_EQ(fit::fitsThat(*comparison, "reinforce-baseline", fit::FitStatus::Converged), 2U);
    EXPECT_TRUE(comparison->rules[2].perAnimal.empty());
    EXPECT_TRUE(comparison->rules[2].perSeed.empty());
    EXPECT_EQ(comparison->rules[1].perAnimal.size(), 4U);
    ASSERT_EQ(comparison->tests.size(), 3U);
    EXPECT_EQ(comparison->tests[0].animals, 4U); // REINFORCE with baseline against bias only
    EXPECT_EQ(comparison->tests[1].animals, 0U);
    EXPECT_EQ(comparison->tests[2].animals, 0U);
    EXPECT_EQ(fit::comparisonFromJson(fit::toJson(*comparison))->fits, comparison->fits);
}

TEST(CompareRules, GoesOnFromItsCheckpointToTheSameBits) {
    const data::Study study = cohort(4, 300);
    fit::ComparisonRequest request;
    request.rules = {"reinforce", "dnn", "rnn"};
    request.holdout = "sessions:2";
    request.spec.training.epochs = 30;
    request.spec.training.hidden = 8;
    request.spec.training.starts = 1; // a textbook fit starts afresh: it must be done between two stops
    request.spec.training.maxIterations = 20;
    request.seeds = {3, 4};
    const auto whole = fit::compareRules(study, request);
    ASSERT_TRUE(whole);
    const testing_io::TemporaryFolder folder;
    fit::ComparisonCallbacks callbacks;
    callbacks.checkpoint = folder / "comparison.checkpoint";
    callbacks.secondsBetweenCheckpoints = 0;
    std::atomic<int> polls{0};
    base::Result<fit::Comparison> resumed;
    for (int attempt = 0; attempt < 20; ++attempt) { // stopped in the middle of fits again and again
        std::stop_source source;
        callbacks.isPaused = [&] {
            if (++polls % 97 == 0) {
                source.request_stop();
            }
            return false;
        };
        resumed = fit::compareRules(study, request, source.get_token(), callbacks);
        if (resumed) {
            break;
        }
        ASSERT_EQ(resumed.error().code, base::ErrorCode::Cancelled);
    }
    ASSERT_TRUE(resumed);
    EXPECT_EQ(resumed->rules, whole->rules);
    EXPECT_EQ(resumed->tests, whole->tests);
    EXPECT_EQ(resumed->fits, whole->fits);
    polls = 0;
    callbacks.isPaused = [&] {
        ++polls;
        return false;
    };
    const auto again = fit::compareRules(study, request, {}, callbacks);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->rules, whole->rules);
    EXPECT_EQ(polls, 0) << "finished folds are not fitted again";
    request.seeds = {3, 5};
    EXPECT_EQ(fit::compareRules(study, request, {}, callbacks).error().code, base::ErrorCode::InvalidValue);
}

TEST(CompareRules, ARunningFitCanBeWatchedWithoutChangingABit) {
    const data::Study study = cohort(4, 300);
    fit::ComparisonRequest request;
    request.rules = {"reinforce", "dnn"};
    request.spec.training.epochs = 30;
    request.spec.training.hidden = 8;
    for (const char* holdout : {"animals:2", "sessions:2"}) {
        request.holdout = holdout;
        const auto alone = fit::compareRules(study, request);
        std::mutex mutex;
        std::vector<fit::WatchedFit> seen;
        fit::ComparisonCallbacks callbacks;
        callbacks.wantsHeldOut = true;
        callbacks.onProgress = [&](const fit::ComparisonProgress& progress) {
            const std::lock_guard lock(mutex);
            seen.push_back(progress.watched);
        };
        const auto watched = fit::compareRules(study, request, {}, callbacks);
        ASSERT_TRUE(alone && watched);
        EXPECT_EQ(watched->rules, alone->rules);
        EXPECT_EQ(watched->fits, alone->fits);
        const auto isNetwork = [](const fit::WatchedFit& fit) { return fit.rule == "dnn"; };
        const auto network = std::find_if(seen.begin(), seen.end(), isNetwork);
        ASSERT_NE(network, seen.end()) << holdout;
        EXPECT_EQ(network->folds, 2u);
        EXPECT_LT(network->trainNatsPerTrial, 0);
        EXPECT_LT(network->heldOutNatsPerTrial, 0); // not NaN
        EXPECT_LE(network->epoch, network->epochs);
    }
}

TEST(CompareRules, ACancelledComparisonGivesNothingAlthoughSomeOfItsRulesAreDone) {
    fit::ComparisonRequest request;
    request.rules = {"reinforce", "rnn"};
    request.holdout = "animals:2";
    request.spec.training.epochs = 1'000'000;
    request.spec.training.patience = 0;
    const data::Study study = cohort(4, 200);
    const testing_io::TemporaryFolder folder;
    fit::ComparisonCallbacks callbacks;
    callbacks.threads = 3; // two long fits, and one thread for the short ones
    std::stop_source source;
    callbacks.onProgress = [&](const fit::ComparisonProgress& progress) {
        if (progress.fitsDone == 4) {
            source.request_stop();
        }
    };
    const auto stopped = fit::compareRules(study, request, source.get_token(), callbacks);
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, base::ErrorCode::Cancelled);
}

TEST(CompareRules, ARuleThatCanComputeNoLikelihoodIsLostAndTheOthersGoOn) {
    data::Study study = cohort(4, 120);
    for (data::AnimalPtr& animal : study.animals) {
        data::Animal::Content content = animal->content();
        data::Column absurd{"absurd", content.trials.stimulus};
        for (double& value : absurd.values) {
            value = std::isfinite(value) ? 1e200 * (value + 2) : 1e200;
        }
        content.trials.extra.push_back(absurd);
        animal = *data::Animal::create(std::move(content));
    }
    fit::ComparisonRequest request;
    request.rules = {"none", "reinforce"};
    request.holdout = "animals:2";
    request.spec.regressors.names = {"bias", "column:absurd"};
    const auto comparison = fit::compareRules(study, request);
    ASSERT_TRUE(comparison) << base::english(comparison.error());
    ASSERT_EQ(comparison->rules.size(), 3U);
    EXPECT_EQ(comparison->rules[1].perAnimal.size(), 4U);
    EXPECT_EQ(comparison->rules[2].lostAnimals.size(), 4U);
    EXPECT_TRUE(std::isnan(comparison->rules[2].natsPerTrial));
    EXPECT_EQ(fit::fitsThat(*comparison, "reinforce", fit::FitStatus::Diverged), 2U);
    request.spec.rule = "reinforce"; // alone it is no result either
    const auto alone = fit::fit(study, request.spec);
    ASSERT_TRUE(alone);
    EXPECT_EQ(alone->status, fit::FitStatus::Diverged);
    EXPECT_EQ(fit::checkKeepable(*alone).error().code, base::ErrorCode::NoData);
}

TEST(CompareRules, RefusesWhatCantBeComparedWithTheReason) {
    const auto codeOf = [](const data::Study& study, const fit::ComparisonRequest& request) {
        const auto comparison = fit::compareRules(study, request);
        return comparison ? base::ErrorCode::Internal : comparison.error().code;
    };
    fit::ComparisonRequest request;
    request.rules = {"reinforce"};
    request.holdout = "animals:5";
    EXPECT_EQ(codeOf(cohort(4, 100), request), base::ErrorCode::InvalidValue) << "more folds than animals";
    EXPECT_EQ(codeOf(cohort(1, 100), request), base::ErrorCode::InvalidValue) << "one animal";
    EXPECT_EQ(codeOf({}, request), base::ErrorCode::InvalidValue) << "no animal";
    request.holdout = "animals:2";
    request.seeds = {};
    EXPECT_EQ(codeOf(cohort(4, 100), request), base::ErrorCode::InvalidValue);
    request.seeds = {1, 1};
    EXPECT_EQ(codeOf(cohort(4, 100), request), base::ErrorCode::InvalidValue);
    request.seeds = {1};
    request.spec.initialWeights = fit::InitialWeights::Psychometric;
    EXPECT_EQ(codeOf(cohort(4, 80), request), base::ErrorCode::NoData) << "all trials gave initial weights";
    request.rules = {"no-such-rule"};
    EXPECT_EQ(codeOf(cohort(4, 100), request), base::ErrorCode::NotFound);
}

TEST(CompareRules, CancelEndsItAsCancelled) {
    std::stop_source source;
    fit::ComparisonCallbacks callbacks;
    callbacks.onProgress = [&](const fit::ComparisonProgress&) { source.request_stop(); };
    fit::ComparisonRequest request;
    request.rules = {"rnn"};
    request.holdout = "animals:2";
    request.spec.training.epochs = 1'000'000;
    const auto comparison = fit::compareRules(cohort(4, 200), request, source.get_token(), callbacks);
    ASSERT_FALSE(comparison);
    EXPECT_EQ(comparison.error().code, base::ErrorCode::Cancelled);
}
