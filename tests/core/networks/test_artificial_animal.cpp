// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/artificial_animal.h"

#include "core/networks/animal_task.h"
#include "core/networks/learner_comparison.h"
#include "tests/core/networks/model_animal.h"

#include <cmath>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace rulescope::networks {

namespace {

using testing_networks::modelAnimal;

LearnerSpec quickLearner() {
    LearnerSpec spec;
    spec.network.units = 40;
    spec.network.optimiser.rate = 0.01;
    return spec;
}

double accuracyFrom(const data::Animal& animal, std::size_t begin) {
    return data::countTrials(animal.trials(), begin, animal.trialCount()).accuracy();
}

TEST(ArtificialAnimal, LearnsTheAnimalsTrialsFromRewardAlone) {
    const data::AnimalPtr model = modelAnimal(4000);
    for (const char* rule : {"bptt", "e-prop", "rflo", "modprop", "bptt-scaled"}) {
        LearnerSpec spec = quickLearner();
        spec.network.rule = rule;
        const auto learner = runLearner(spec, *model);
        ASSERT_TRUE(learner) << base::english(learner.error());
        const data::Animal& animal = *learner->animal;
        EXPECT_EQ(animal.trialCount(), model->trialCount());
        EXPECT_EQ(animal.trials().answer, model->trials().answer);
        EXPECT_EQ(animal.sessions().size(), model->sessions().size());
        EXPECT_EQ(animal.counts().choices, model->trialCount());
        EXPECT_GT(accuracyFrom(animal, 3000), 0.75) << rule;
        EXPECT_GT(learner->weightChange, 0) << rule;
    }
}

TEST(ArtificialAnimal, IsTheSameTwiceAndAnotherWithAnotherSeed) {
    const data::AnimalPtr model = modelAnimal(500);
    LearnerSpec spec = quickLearner();
    const auto one = runLearner(spec, *model), two = runLearner(spec, *model);
    EXPECT_EQ(one->animal->trials().choice, two->animal->trials().choice);
    EXPECT_EQ(one->animal->contentHash(), two->animal->contentHash());
    spec.network.seed = 2;
    EXPECT_NE(runLearner(spec, *model)->animal->trials().choice, one->animal->trials().choice);
}

TEST(ArtificialAnimal, CarriesItsRecipe) {
    const data::AnimalPtr model = modelAnimal(50);
    LearnerSpec spec = quickLearner();
    spec.network.rule = "e-prop";
    spec.expectedReward = 0.25;
    const auto learner = runLearner(spec, *model);
    const auto json = nlohmann::json::parse(learner->animal->provenance());
    EXPECT_EQ(json.at("learner"), "network");
    EXPECT_EQ(json.at("model_animal"), "Model");
    EXPECT_EQ(json.at("model_hash"), model->contentHash());
    EXPECT_EQ(json.at("expected_reward"), 0.25);
    const auto network = networkSpecFromJson(json.at("network").dump());
    ASSERT_TRUE(network);
    EXPECT_EQ(network->rule, "e-prop");
    EXPECT_EQ(network->taskOptions.stimuli.size(), 11U);
}

TEST(ArtificialAnimal, TrialsWithoutAnswerTeachNothing) {
    data::Animal::Content content = modelAnimal(60)->content();
    content.trials.answer.assign(60, data::kUnknown);
    content.trials.outcome.assign(60, data::kUnknown);
    content.trials.stimulus[3] = std::nan("");
    const auto model = data::Animal::create(content);
    ASSERT_TRUE(model);
    const auto learner = runLearner(quickLearner(), **model);
    ASSERT_TRUE(learner) << base::english(learner.error());
    EXPECT_EQ(learner->weightChange, 0);
    EXPECT_EQ(learner->animal->counts().judged, 0U);
}

TEST(ArtificialAnimal, ErrorsAreTyped) {
    const data::AnimalPtr model = modelAnimal(200);
    LearnerSpec spec = quickLearner();
    spec.network.optimiser.rate = 1e30;
    const auto wild = runLearner(spec, *model);
    ASSERT_FALSE(wild);
    EXPECT_NE(base::english(wild.error()).find("ran away on trial"), std::string::npos);
    spec = quickLearner();
    spec.network.connectivity.kind = "rank";
    spec.network.connectivity.rank = 41;
    EXPECT_EQ(runLearner(spec, *model).error().where, "rank");
    std::stop_source source;
    source.request_stop();
    EXPECT_EQ(
        runLearner(quickLearner(), *model, source.get_token()).error().code, base::ErrorCode::Cancelled);
}

TEST(SurfaceDistance, KnowsSameOppositeAndUnrelated) {
    insight::UpdateSurface a;
    a.stimulus = {-1, 1};
    a.weightValues = {0};
    a.correct = {1, -1};
    a.error = {0.5, 0.5};
    a.correctVisits = {3, 3};
    a.errorVisits = {2, 2};
    insight::UpdateSurface b = a;
    for (double& value : b.correct)
        value *= 4;
    for (double& value : b.error)
        value *= 4;
    EXPECT_NEAR(surfaceDistance(a, b).distance, 0, 1e-7);
    EXPECT_NEAR(surfaceDistance(a, b).scale, 4, 1e-12);
    EXPECT_NEAR(surfaceDistance(a, b).overlap, 1, 1e-12);
    for (double& value : b.correct)
        value *= -1;
    for (double& value : b.error)
        value *= -1;
    EXPECT_NEAR(surfaceDistance(a, b).distance, 2, 1e-12);
    b.correctVisits = {0, 0};
    b.errorVisits = {0, 0};
    EXPECT_TRUE(std::isnan(surfaceDistance(a, b).distance));
    EXPECT_EQ(surfaceDistance(a, b).overlap, 0);
}

TEST(LearnerComparison, HoldsLearnersAgainstTheAnimal) {
    const data::AnimalPtr model = modelAnimal(1200);
    LearnerComparisonOptions options;
    options.learner = quickLearner();
    options.creditRules = {"bptt", "e-prop"};
    options.networks = 2;
    options.epochs = 40;
    options.rule = "reinforce-baseline";
    const auto comparison = compareLearners(*model, options);
    ASSERT_TRUE(comparison) << base::english(comparison.error());
    ASSERT_EQ(comparison->learners.size(), 4U);
    EXPECT_EQ(comparison->animals.size(), 8U);
    EXPECT_EQ(comparison->learners[1].rank, 40U);
    for (const LearnerDistance& learner : comparison->learners) {
        ASSERT_EQ(learner.distances.size(), 2U);
        EXPECT_LE(learner.low, learner.distance);
        EXPECT_LE(learner.distance, learner.high);
        EXPECT_GT(learner.overlap, 0);
        EXPECT_EQ(learner.surface.stimulus, comparison->surface.stimulus);
    }
    options.threads = 1;
    EXPECT_EQ(compareLearners(*model, options)->learners[3].distances, comparison->learners[3].distances);
    std::stop_source source;
    source.request_stop();
    EXPECT_FALSE(compareLearners(*model, options, source.get_token()));
    options.isSpeedMatched = false;
    options.learner.network.optimiser.rate = 1e12; // every network runs away: there is nothing to compare
    const base::Error runaway = compareLearners(*model, options).error();
    EXPECT_EQ(runaway.code, base::ErrorCode::InvalidValue);
    EXPECT_THAT(base::english(runaway.what), testing::HasSubstr("ran away"));
    options.ranks = {1, 41}; // impossible with 40 neurons: said before anything runs, and not a runaway
    EXPECT_EQ(compareLearners(*model, options).error().where, "rank");
    options.networks = 0;
    EXPECT_EQ(compareLearners(*model, options).error().code, base::ErrorCode::InvalidValue);
}

} // namespace

} // namespace rulescope::networks
