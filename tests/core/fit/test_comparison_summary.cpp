// SPDX-License-Identifier: GPL-3.0-or-later
// What is made of fits that lose animals: nobody is scored on the easy rest without its being said.
#include "core/fit/compare.h"
#include "core/fit/comparison_summary.h"
#include "core/fit/trainer.h"
#include "core/rules/registry.h"
#include "tests/core/fit/learners.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace rulescope;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

constexpr std::size_t kTrials = 100;

fit::FitTask task(std::size_t rule, std::size_t fold, std::size_t seed,
    const std::vector<std::pair<std::size_t, double>>& nats,
    fit::FitStatus status = fit::FitStatus::Completed) {
    fit::FitTask done;
    done.rule = rule;
    done.fold = fold;
    done.seed = seed;
    for (const auto& [animal, each] : nats) {
        done.tallies[animal] = {each * static_cast<double>(kTrials), kTrials, kTrials / 2};
    }
    done.ended = {rule == 1 ? "a" : "b", fold, seed + 1, status, 10, {}};
    done.isDone = true;
    return done;
}

/// Four animals in two folds; the rule "a" has one seed, "b" two.
fit::ComparisonWork work() {
    fit::ComparisonWork work;
    work.animals = {"A", "B", "C", "D"};
    work.rules = {fit::kBernoulli, "a", "b"};
    work.tasks = {task(0, 0, 0, {{0, -.7}, {1, -.7}}), task(0, 1, 0, {{2, -.7}, {3, -.7}}),
        task(1, 0, 0, {{0, -.4}, {1, -.5}}), task(1, 1, 0, {{2, -.6}, {3, -.9}}),
        task(2, 0, 0, {{0, -.3}, {1, -.4}}), task(2, 1, 0, {{2, -.5}, {3, -.6}}),
        task(2, 0, 1, {{0, -.5}, {1, -.6}}), task(2, 1, 1, {{2, -.7}, {3, -.8}})};
    return work;
}

/// The task's animal was not predicted.
void lose(fit::FitTask& task, std::size_t animal) {
    task.tallies.erase(animal);
    task.overflown.insert(animal);
}

fit::Comparison summary(const fit::ComparisonWork& work) {
    fit::Comparison comparison;
    EXPECT_TRUE(fit::addSummary(work, comparison));
    return comparison;
}

std::vector<std::string> namesOf(const fit::RuleScore& rule) {
    std::vector<std::string> names;
    for (const fit::HeldOutScore& score : rule.perAnimal) {
        names.push_back(score.animal);
    }
    return names;
}

/// The last of four learners meets stimuli on which every rule's weights leave every range.
data::Study withOneWildAnimal() {
    data::Study study = fit::tests::cohort(4, 300);
    const data::Animal& tame = *study.animals[3];
    data::Animal::Content wild;
    wild.name = tame.name();
    wild.trials = tame.trials();
    wild.sessions = tame.sessions();
    wild.stimulusKind = data::StimulusKind::Raw;
    for (double& stimulus : wild.trials.stimulus) {
        stimulus *= 1e160; // a step of the rule takes the log-odds beyond every number
    }
    study.animals[3] = *data::Animal::create(wild);
    return study;
}

} // namespace

TEST(ComparisonSummary, PoolsOverAllAnimalsWhereNoneIsLost) {
    const fit::Comparison comparison = summary(work());
    EXPECT_THAT(comparison.pooledAnimals, ElementsAre("A", "B", "C", "D"));
    EXPECT_NEAR(comparison.rules[1].natsPerTrial, -.6, 1e-12);
    EXPECT_NEAR(comparison.rules[2].natsPerTrial, -.55, 1e-12);
    EXPECT_THAT(comparison.rules[2].perSeed,
        ElementsAre(testing::DoubleNear(-.45, 1e-12), testing::DoubleNear(-.65, 1e-12)));
    EXPECT_EQ(comparison.rules[2].perAnimal[0].seeds, 2U);
    EXPECT_THAT(comparison.rules[2].lostAnimals, IsEmpty());
    EXPECT_EQ(comparison.tests.back().animals, 4U);
}

TEST(ComparisonSummary, AnAnimalThatCouldNotBePredictedCostsNeitherItsFoldNorTheOthersTheirFairness) {
    fit::ComparisonWork lost = work();
    lose(lost.tasks[3], 3); // the rule "a" fails on the hard animal
    const fit::Comparison comparison = summary(lost);
    const fit::RuleScore &a = comparison.rules[1], &b = comparison.rules[2];
    EXPECT_THAT(namesOf(a), ElementsAre("A", "B", "C")) << "its fold's other animal keeps its score";
    EXPECT_THAT(a.lostAnimals, ElementsAre("D"));
    EXPECT_THAT(comparison.pooledAnimals, ElementsAre("A", "B", "C"));
    EXPECT_NEAR(a.natsPerTrial, -.5, 1e-12);
    EXPECT_NEAR(b.natsPerTrial, -.5, 1e-12) << "over the same animals, not over all four (-.55)";
    EXPECT_NEAR(comparison.rules[0].natsPerTrial, -.7, 1e-12);
    EXPECT_THAT(namesOf(b), ElementsAre("A", "B", "C", "D")) << "its own scores stay";
    EXPECT_EQ(comparison.tests[0].animals, 3U); // a against bias only
    EXPECT_EQ(comparison.tests[1].animals, 4U); // b against bias only
    EXPECT_EQ(comparison.tests[2].animals, 3U);
    EXPECT_NEAR(comparison.tests[2].meanDifference, 0, 1e-12);
    EXPECT_THAT(comparison.fits[1].overflown, ElementsAre("D"));
    EXPECT_EQ(comparison.fits[1].status, fit::FitStatus::Completed) << "its training ended well";
}

TEST(ComparisonSummary, ASeedThatLosesAnAnimalLeavesItTheOtherSeeds) {
    fit::ComparisonWork lost = work();
    lose(lost.tasks[4], 0);
    const fit::Comparison comparison = summary(lost);
    const fit::RuleScore& b = comparison.rules[2];
    EXPECT_EQ(b.perAnimal[0].seeds, 1U);
    EXPECT_NEAR(b.perAnimal[0].natsPerTrial, -.5, 1e-12);
    EXPECT_EQ(b.perAnimal[1].seeds, 2U);
    EXPECT_EQ(comparison.pooledAnimals.size(), 4U);
    EXPECT_EQ(b.perSeed.size(), 1U) << "the seed that has them all";
}

TEST(ComparisonSummary, AFitThatRanAwayLosesItsAnimalsAndAnUnboundedOneDoesNot) {
    fit::ComparisonWork lost = work();
    lost.tasks[2].ended.status = fit::FitStatus::Unbounded;
    lost.tasks[6].ended.status = lost.tasks[4].ended.status = fit::FitStatus::Diverged;
    const fit::Comparison comparison = summary(lost);
    EXPECT_THAT(namesOf(comparison.rules[1]), ElementsAre("A", "B", "C", "D"));
    EXPECT_THAT(namesOf(comparison.rules[2]), ElementsAre("C", "D"));
    EXPECT_THAT(comparison.pooledAnimals, ElementsAre("C", "D"));
    EXPECT_THAT(comparison.rules[2].perSeed.size(), 2U) << "both have all pooled animals";
}

TEST(ComparisonSummary, ARuleWithFewerThanHalfOfTheAnimalsHasNoPooledNumberAndTakesNoneFromTheOthers) {
    fit::ComparisonWork lost = work();
    lose(lost.tasks[2], 0);
    lose(lost.tasks[2], 1);
    lose(lost.tasks[3], 3);
    const fit::Comparison comparison = summary(lost);
    EXPECT_TRUE(std::isnan(comparison.rules[1].natsPerTrial));
    EXPECT_THAT(comparison.rules[1].perSeed, IsEmpty());
    EXPECT_THAT(namesOf(comparison.rules[1]), ElementsAre("C"));
    EXPECT_EQ(comparison.pooledAnimals.size(), 4U);
    EXPECT_NEAR(comparison.rules[2].natsPerTrial, -.55, 1e-12);
    const auto back = fit::comparisonFromJson(fit::toJson(comparison));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->rules[2], comparison.rules[2]);
    EXPECT_EQ(back->rules[1].lostAnimals, comparison.rules[1].lostAnimals);
    EXPECT_EQ(back->fits, comparison.fits);
    EXPECT_EQ(back->pooledAnimals, comparison.pooledAnimals);
}

TEST(ComparisonSummary, OfRulesThatShareNoAnimalTheLastHasNoPooledNumber) {
    fit::ComparisonWork lost = work();
    lose(lost.tasks[2], 0);
    lose(lost.tasks[2], 1); // "a" is left with C and D
    for (const std::size_t task : {5U, 7U}) {
        lose(lost.tasks[task], 2);
        lose(lost.tasks[task], 3); // "b" with A and B
    }
    const fit::Comparison halves = summary(lost);
    EXPECT_THAT(halves.pooledAnimals, ElementsAre("C", "D"));
    EXPECT_NEAR(halves.rules[0].natsPerTrial, -.7, 1e-12);
    EXPECT_NEAR(halves.rules[1].natsPerTrial, -.75, 1e-12);
    EXPECT_TRUE(std::isnan(halves.rules[2].natsPerTrial));
    EXPECT_THAT(halves.rules[2].perSeed, IsEmpty());
    EXPECT_THAT(namesOf(halves.rules[2]), ElementsAre("A", "B")) << "its own scores stay";
}

TEST(ComparisonSummary, AFitThatLostNothingIsWrittenAsOlderBuildsReadIt) {
    fit::ComparisonWork lost = work();
    EXPECT_THAT(fit::toJson(summary(lost)), testing::HasSubstr(R"("overflown":false)"));
    lose(lost.tasks[3], 3);
    EXPECT_THAT(fit::toJson(summary(lost)), testing::HasSubstr(R"("overflown":["D"])"));
}

TEST(ComparisonTask, GoesThroughArraysAndRefusesDamagedOnes) {
    fit::FitTask done = work().tasks[3];
    lose(done, 3);
    const fit::StateArrays arrays = fit::toArrays(done);
    fit::FitTask back;
    ASSERT_TRUE(fit::readArrays(arrays, 4, back));
    EXPECT_EQ(back.overflown, done.overflown);
    EXPECT_EQ(back.ended.status, done.ended.status);
    EXPECT_EQ(back.tallies.at(2).logLikelihood, done.tallies.at(2).logLikelihood);
    const double none = std::nan("");
    const std::vector<std::pair<std::string, std::vector<double>>> damages = {{"overflown", {4}},
        {"overflown", {-1}}, {"overflown", {none}}, {"overflown", {.5}}, {"tallies", {4, -1, 1, 1}},
        {"tallies", {0, none, 1, 1}}, {"tallies", {0, -1, -1, 1}}, {"ended", {7, 1}}, {"ended", {none, 1}},
        {"ended", {0, 1e300}}};
    for (const auto& [name, values] : damages) {
        fit::StateArrays damaged = arrays;
        damaged[name] = values;
        fit::FitTask refused;
        EXPECT_FALSE(fit::readArrays(damaged, 4, refused)) << name << " " << values.front();
    }
}

TEST(ComparisonSummary, AnAnimalLostInOneSessionFoldIsLostToTheRuleAsAWhole) {
    fit::ComparisonWork sessions = work();
    sessions.tasks.resize(4);
    for (fit::FitTask& task : sessions.tasks) { // both folds hold trials of A and B
        task.tallies = {{0, {-50, kTrials, 50}}, {1, {-60, kTrials, 50}}};
    }
    sessions.rules.pop_back();
    lose(sessions.tasks[3], 1);
    const fit::Comparison comparison = summary(sessions);
    EXPECT_THAT(namesOf(comparison.rules[1]), ElementsAre("A"));
    EXPECT_THAT(comparison.rules[1].lostAnimals, ElementsAre("B"));
    EXPECT_THAT(comparison.pooledAnimals, ElementsAre("A"));
}

TEST(Fit, PoolsHeldOutAnimalsWithoutOneThatCanNotBePredicted) {
    const data::Study study = withOneWildAnimal();
    fit::FitSpec spec;
    spec.rule = "reinforce";
    spec.heldOut = {"Learner 3", "Learner 4"};
    spec.regressors.transform.kind = data::StimulusTransform::Kind::Identity;
    const auto both = fit::fit(study, spec);
    ASSERT_TRUE(both) << base::english(both.error());
    ASSERT_EQ(both->heldOutScores.size(), 2U);
    EXPECT_TRUE(std::isnan(both->heldOutScores[1].natsPerTrial));
    EXPECT_EQ(both->heldOutScores[1].trials, 0U);
    EXPECT_EQ(both->heldOutNatsPerTrial, both->heldOutScores[0].natsPerTrial);
}

TEST(CompareRules, KeepsTheAnimalsThatCanBePredictedBesideOneThatCanNot) {
    const data::Study study = withOneWildAnimal();
    fit::ComparisonRequest request;
    request.rules = {"none", "reinforce"};
    request.holdout = "animals:Learner 3,Learner 4";
    request.spec.regressors.transform.kind = data::StimulusTransform::Kind::Identity;
    const auto comparison = fit::compareRules(study, request);
    ASSERT_TRUE(comparison) << base::english(comparison.error());
    const fit::RuleScore& reinforce = comparison->rules[2];
    EXPECT_THAT(namesOf(reinforce), ElementsAre("Learner 3"));
    EXPECT_THAT(reinforce.lostAnimals, ElementsAre("Learner 4"));
    EXPECT_THAT(comparison->fits.back().overflown, ElementsAre("Learner 4"));
    EXPECT_THAT(comparison->pooledAnimals, ElementsAre("Learner 3"));
    for (const fit::RuleScore& rule : comparison->rules) {
        EXPECT_GT(rule.natsPerTrial, -1) << rule.rule;
    }
}

namespace {

/// The study with each animal's trials changed.
data::Study changed(data::Study study, const std::function<void(data::Trials&)>& change) {
    for (data::AnimalPtr& animal : study.animals) {
        data::Animal::Content content;
        content.name = animal->name();
        content.trials = animal->trials();
        content.sessions = animal->sessions();
        content.stimulusKind = animal->stimulusKind();
        change(content.trials);
        animal = *data::Animal::create(content);
    }
    return study;
}

void chooseRight(data::Trials& trials) {
    std::fill(trials.choice.begin(), trials.choice.end(), std::int8_t{1});
    trials.outcome = trials.answer;
}

void forgetOutcomes(data::Trials& trials) {
    std::fill(trials.answer.begin(), trials.answer.end(), data::kUnknown);
    std::fill(trials.outcome.begin(), trials.outcome.end(), data::kUnknown);
}

} // namespace

TEST(CompareRules, HasANumberOrSaysWhyForEveryRuleOnAwkwardAnimals) {
    const data::Study usual = fit::tests::cohort(3, 60);
    const std::vector<std::pair<data::Study, std::string>> awkward = {{fit::tests::cohort(3, 1), "animals:3"},
        {fit::tests::cohort(1, 60), "future:20"}, {usual, "animals:Learner 2"},
        {changed(usual, chooseRight), "animals:3"}, {changed(usual, forgetOutcomes), "animals:3"}};
    fit::ComparisonRequest request;
    for (const rules::RuleInfo* rule : rules::allRules()) {
        request.rules.emplace_back(rule->name);
    }
    request.spec.training.epochs = 3;
    request.spec.training.starts = 1;
    request.spec.training.hidden = 4;
    for (const auto& [study, holdout] : awkward) {
        request.holdout = holdout;
        const auto comparison = fit::compareRules(study, request);
        ASSERT_TRUE(comparison) << holdout << ": " << base::english(comparison.error());
        ASSERT_EQ(comparison->rules.size(), request.rules.size() + 1);
        for (const fit::RuleScore& rule : comparison->rules) {
            EXPECT_EQ(rule.perAnimal.size() + rule.lostAnimals.size(), fit::scoredAnimals(*comparison));
            EXPECT_EQ(std::isfinite(rule.natsPerTrial),
                2 * rule.perAnimal.size() >= fit::scoredAnimals(*comparison))
                << rule.rule;
            for (const fit::HeldOutScore& score : rule.perAnimal) {
                EXPECT_TRUE(std::isfinite(score.natsPerTrial)) << rule.rule;
            }
        }
        EXPECT_EQ(fit::comparisonFromJson(fit::toJson(*comparison))->fits, comparison->fits);
    }
}

TEST(CompareRules, ScoresATextbookRuleWhoseParameterHasNoBound) {
    const data::Study study = changed(fit::tests::cohort(4, 200), chooseRight);
    fit::ComparisonRequest request;
    request.rules = {"none", "reinforce-baseline"};
    request.holdout = "animals:2";
    const auto comparison = fit::compareRules(study, request);
    ASSERT_TRUE(comparison) << base::english(comparison.error());
    EXPECT_EQ(fit::fitsThat(*comparison, "none", fit::FitStatus::Unbounded), 2U);
    for (const fit::RuleScore& rule : comparison->rules) {
        EXPECT_EQ(rule.perAnimal.size(), 4U) << rule.rule;
        EXPECT_TRUE(std::isfinite(rule.natsPerTrial)) << rule.rule;
    }
}
