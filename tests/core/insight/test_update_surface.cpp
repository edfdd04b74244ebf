// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/insight/update_surface.h"
#include "tests/core/insight/small_rules.h"

#include <gmock/gmock.h>
#include <numeric>

using namespace rulescope;
using namespace rulescope::insight;
using namespace rulescope::tests;
using testing::ElementsAre;

TEST(UpdateSurface, EqualsTheFormulaOfReinforceWithBaseline) {
    const std::vector<AnimalInputs> animals = {randomAnimal("A", 600, 1), randomAnimal("B", 300, 2)};
    const double alpha = .05, beta = .3;
    const UpdateSurface surface = updateSurface(BaselineRule(alpha, beta), animals).value();
    EXPECT_THAT(surface.stimulus, ElementsAre(-1, -.5, 0, .5, 1));
    EXPECT_TRUE(surface.hasEvenStimuli);
    ASSERT_EQ(surface.rows(), 21u);
    EXPECT_EQ(surface.historyCount, 0u);
    const double bias = surface.referenceWeights[0];
    for (std::size_t row = 0; row < surface.rows(); ++row)
        for (std::size_t column = 0; column < surface.columns(); ++column) {
            const double s = surface.stimulus[column], w = surface.weightValues[row];
            const double pRight = rules::logistic(bias + w * s);
            const double right = s * (1 - pRight), left = -s * pRight; // e_y (1 - p_y) s
            const double correct = alpha * (1 - beta) * (s > 0 ? right : left);
            const double error = -alpha * beta * (s > 0 ? left : right);
            const std::size_t at = row * surface.columns() + column;
            EXPECT_NEAR(surface.correct[at], correct, 1e-14);
            EXPECT_NEAR(surface.error[at], error, 1e-14);
            EXPECT_NEAR(surface.difference[at], correct - error, 1e-14);
            EXPECT_NEAR(surface.right[at], s > 0 ? correct : s < 0 ? error : 0, 1e-14);
            EXPECT_NEAR(surface.left[at], s < 0 ? correct : s > 0 ? error : 0, 1e-14);
        }
}

TEST(UpdateSurface, BothSidesAreAveragedAtZeroStimulus) {
    const std::vector<AnimalInputs> animals = {randomAnimal("A", 300, 1)};
    UpdateSurfaceOptions options;
    options.component = "bias";
    options.stimulusValues = {0};
    const UpdateSurface surface = updateSurface(BaselineRule(.1, 0), animals, options).value();
    const double p = rules::logistic(surface.referenceWeights[0]);
    EXPECT_NEAR(surface.correct[0], .1 * ((1 - p) - p) / 2, 1e-14);
    EXPECT_NEAR(surface.right[0], .1 * (1 - p) / 2, 1e-14); // right was the answer half of the time
}

TEST(UpdateSurface, VisitsCountTheTrialsOfEachOutcome) {
    const std::vector<AnimalInputs> animals = {randomAnimal("A", 600, 1)};
    UpdateSurfaceOptions options;
    options.weightValues = {-100, 0, 100}; // everything falls in the middle row
    const UpdateSurface surface = updateSurface(BaselineRule(.05, 0), animals, options).value();
    const auto& outcomes = animals[0].inputs.outcome;
    const double correct = std::count(outcomes.begin(), outcomes.end(), 1.0);
    EXPECT_EQ(
        std::accumulate(surface.correctVisits.begin() + 5, surface.correctVisits.begin() + 10, 0.0), correct);
    EXPECT_EQ(std::accumulate(surface.errorVisits.begin(), surface.errorVisits.end(), 0.0), 600 - correct);
    EXPECT_EQ(surface.correctVisits[0], 0);
    EXPECT_THAT(surface.sliceRows, ElementsAre(1, 1, 1));
    EXPECT_EQ(surface.trials, 600u);
}

TEST(UpdateSurface, MemoriesOfTheDataAndOfThePublishedRecipeAreAveraged) {
    const std::vector<AnimalInputs> animals = {randomAnimal("A", 2000, 1)};
    UpdateSurfaceOptions options;
    options.weightValues = {0, 1};
    const UpdateSurface own = updateSurface(LastOutcomeRule(), animals, options).value();
    options.histories = HistorySource::Published;
    const UpdateSurface published = updateSurface(LastOutcomeRule(), animals, options).value();
    EXPECT_EQ(own.historyCount, 96u);
    EXPECT_EQ(published.historyCount, 256u);
    const double bias = own.referenceWeights[0],
                 plain = .01 * (1 - rules::logistic(bias)); // s = 1, w = 0, no memory
    EXPECT_NEAR(published.correct[4], plain * 1.5, 1e-12);  // half of the histories end rewarded
    EXPECT_NEAR(own.correct[4] / plain, 1.7, .1);           // 70 % of the animal's trials were rewarded
    EXPECT_NEAR(published.correctLow[4], plain, 1e-12);
    EXPECT_NEAR(published.correctHigh[4], plain * 2, 1e-12);
}

TEST(UpdateSurface, ManyStimuliGiveAnEvenGrid) {
    auto animal = randomAnimal("A", 400, 3);
    base::RandomStream random(9);
    for (std::size_t t = 0; t < 400; ++t)
        animal.inputs.x[2 * t + 1] = random.uniform(-2, 2);
    const UpdateSurface surface = updateSurface(BaselineRule(.02, 0), std::vector{animal}).value();
    EXPECT_EQ(surface.columns(), 21u);
    EXPECT_TRUE(surface.hasEvenStimuli);
}

TEST(UpdateSurface, MeasuredStimuliScatterAboutTheirLevels) {
    auto animal = randomAnimal("A", 400, 3);
    base::RandomStream random(9);
    for (std::size_t t = 0; t < 400; ++t)
        animal.inputs.x[2 * t + 1] *= random.uniform(.9998, 1.0002);
    const UpdateSurface surface = updateSurface(BaselineRule(.02, 0), std::vector{animal}).value();
    ASSERT_EQ(surface.columns(), 5u);
    EXPECT_EQ(surface.stimulus[2], 0);
    EXPECT_NEAR(surface.stimulus[4], 1, 1e-3);
}

TEST(UpdateSurface, LeftAndRightStimulusWeightsAreToldApart) {
    auto animal = randomAnimal("A", 200, 3);
    data::RegressorSpec spec;
    spec.names = {"stimulus_left", "stimulus_right"};
    for (std::size_t t = 0; t < 200; ++t) {
        const double s = animal.inputs.x[2 * t + 1];
        animal.inputs.x[2 * t] = std::max(-s, 0.0);
        animal.inputs.x[2 * t + 1] = std::max(s, 0.0);
    }
    UpdateSurfaceOptions options;
    options.regressors = spec;
    options.component = options.weight = "stimulus_right";
    const UpdateSurface surface = updateSurface(BaselineRule(.05, 0), std::vector{animal}, options).value();
    EXPECT_THAT(surface.stimulus, ElementsAre(-1, -.5, 0, .5, 1));
    EXPECT_EQ(surface.correct[0], 0);
    EXPECT_GT(surface.correct[4], 0);
    options.component = "stimulus";
    EXPECT_EQ(updateSurface(BaselineRule(.05, 0), std::vector{animal}, options).error().code,
        base::ErrorCode::InvalidValue);
}

TEST(UpdateSurface, OneTrialAndStillWeightsStillGiveAGrid) {
    const UpdateSurface surface = updateSurface(StillRule(), std::vector{randomAnimal("A", 1, 1)}).value();
    EXPECT_EQ(surface.columns(), 1u);
    EXPECT_NEAR(surface.weightValues.front(), -.5, 1e-12);
    EXPECT_THAT(surface.correct, testing::Each(0.0));
    EXPECT_EQ(updateSurface(StillRule(), {}).error().code, base::ErrorCode::NoData);
    std::stop_source stop;
    stop.request_stop();
    const auto stopped =
        updateSurface(StillRule(), std::vector{randomAnimal("A", 9, 1)}, {}, stop.get_token());
    EXPECT_EQ(stopped.error().code, base::ErrorCode::Cancelled);
    UpdateSurfaceOptions options;
    options.mostStates = 0;
    EXPECT_EQ(updateSurface(LastOutcomeRule(), std::vector{randomAnimal("A", 9, 1)}, options).error().code,
        base::ErrorCode::NoData)
        << "no memory, no zeros";
}

TEST(UpdateSurface, AnExplodingRuleNeverShowsNaN) {
    const UpdateSurface surface =
        updateSurface(ExplodingRule(), std::vector{randomAnimal("A", 50, 1)}).value();
    EXPECT_EQ(surface.trials, 1u); // the path stops where the weights cease to be finite
    for (const double value : surface.correct)
        EXPECT_TRUE(std::isfinite(value));
    EXPECT_EQ(visitTrials(ExplodingRule(), randomAnimal("A", 50, 1), [](const Visit&) {}), 1u);
}
