// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/compare.h"
#include "core/fit/paired_test.h"
#include "core/fit/splits.h"
#include "core/simulate/simulation.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
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
        for (const fit::Fold& fold : *folds) {
            std::set<std::string> training;
            for (const data::RuleInputs& animal : fold.training) {
                training.insert(animal.animal);
            }
            for (const data::RuleInputs& animal : fold.test) {
                EXPECT_EQ(training.count(animal.animal), 0U);
                heldOut.insert(animal.animal);
            }
            EXPECT_EQ(fold.training.size() + fold.test.size(), inputs.size());
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
    ASSERT_EQ(named->size(), 1U);
    EXPECT_THAT(named->front().heldOut, testing::ElementsAre("4619"));
    EXPECT_EQ(fit::makeFolds(inputs, *fit::Holdout::parse("animals:3"), 1)->size(), 3U);
}

TEST(Folds, OfSessionsScoreEveryTrialOnceAndKeepSessionsWhole) {
    const auto inputs = inputsOf(cohort(2, 900));
    const auto folds = fit::makeFolds(inputs, *fit::Holdout::parse("sessions:3"), 1);
    ASSERT_TRUE(folds);
    for (std::size_t a = 0; a < inputs.size(); ++a) {
        for (std::size_t t = 0; t < inputs[a].trials; ++t) {
            int tested = 0;
            for (const fit::Fold& fold : *folds) {
                EXPECT_NE(fold.training[a].scored[t], fold.test[a].scored[t]);
                tested += fold.test[a].scored[t];
                if (inputs[a].sessionStart[t] == 0) {
                    EXPECT_EQ(fold.test[a].scored[t], fold.test[a].scored[t - 1]);
                }
            }
            EXPECT_EQ(tested, 1);
        }
    }
}

TEST(Folds, OfTheFutureScoreTheLastTrialsOnly) {
    const auto inputs = inputsOf(cohort(2, 300));
    const auto folds = fit::makeFolds(inputs, *fit::Holdout::parse("future:50"), 1);
    ASSERT_TRUE(folds);
    const fit::Fold& fold = folds->front();
    EXPECT_EQ(std::count(fold.test[0].scored.begin(), fold.test[0].scored.end(), 1), 50);
    EXPECT_EQ(fold.test[0].scored.back(), 1);
    EXPECT_EQ(fold.training[0].scored.back(), 0);
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
    request.rules = {"reinforce", "dnn"};
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
            const bool isMistake = t == 150;
            const bool isRight = (t % 2 == 0) != isMirrored;
            content.trials.stimulus.push_back((isRight ? 1 : -1) * (isMistake ? 4000 : 1));
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
