// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/insight/learning_gain.h"
#include "tests/core/insight/small_rules.h"

#include <gmock/gmock.h>

using namespace rulescope;
using namespace rulescope::insight;
using namespace rulescope::tests;

namespace {

std::vector<AnimalInputs> cohort(std::size_t animals, std::size_t trials) {
    std::vector<AnimalInputs> result;
    for (std::size_t a = 0; a < animals; ++a)
        result.push_back(randomAnimal("A" + std::to_string(a), trials, a + 1));
    return result;
}

} // namespace

TEST(LearningGain, ErrorRatioOfReinforceWithBaselineIsExact) {
    for (const double beta : {-0.3, 0.0, 0.2, 0.5, 0.8}) {
        const auto animals = cohort(3, 400);
        const LearningGain gain = learningGain(BaselineRule(.05, beta), animals).value();
        ASSERT_TRUE(gain.pooled.hasErrorRatio) << beta;
        const double exact = -beta / (1 - beta);
        EXPECT_NEAR(gain.pooled.errorRatio.value, exact, 1e-12) << beta;
        EXPECT_NEAR(gain.pooled.errorRatio.low, exact, 1e-12);
        EXPECT_NEAR(gain.pooled.errorRatio.high, exact, 1e-12);
        EXPECT_NEAR(gain.pooled.reinforcementCorrect.value, .05 * (1 - beta), 1e-12);
        EXPECT_NEAR(gain.pooled.reinforcementError.value, -.05 * beta, 1e-12);
        for (const GainEstimates& animal : gain.perAnimal)
            EXPECT_NEAR(animal.errorRatio.value, exact, 1e-12);
        for (const GainEstimates& side : gain.byChoiceSide)
            EXPECT_NEAR(side.errorRatio.value, exact, 1e-12);
    }
}

TEST(LearningGain, SidesAddUpToTheWhole) {
    const auto animals = cohort(2, 500);
    const LearningGain gain = learningGain(BaselineRule(.05, .3), animals).value();
    EXPECT_EQ(gain.pooled.trials, 1000u);
    for (const auto* sides : {&gain.byChoiceSide, &gain.byAnswerSide}) {
        ASSERT_EQ(sides->size(), 2u);
        EXPECT_EQ((*sides)[0].trials + (*sides)[1].trials, 1000u);
        EXPECT_EQ((*sides)[0].errors + (*sides)[1].errors, gain.pooled.errors);
    }
}

TEST(LearningGain, AfterErrorsTheBaselineMovesTowardsTheAnswer) {
    const auto animals = cohort(4, 500);
    const LearningGain gain = learningGain(BaselineRule(.05, .3), animals).value();
    EXPECT_GT(gain.pooled.gainCorrect.low, 0);
    EXPECT_GT(gain.pooled.gainError.low, 0);
    const LearningGain ignoring =
        learningGain(BaselineRule(.05, -2), animals).value(); // repeats whatever was chosen
    EXPECT_LT(ignoring.pooled.gainError.high, 0);
    EXPECT_NEAR(ignoring.pooled.errorRatio.value, 2.0 / 3, 1e-12);
}

TEST(LearningGain, ARuleThatLearnsNothingHasNoErrorRatio) {
    const auto animals = cohort(3, 100);
    const LearningGain gain = learningGain(StillRule(), animals).value();
    EXPECT_FALSE(gain.pooled.hasErrorRatio);
    EXPECT_TRUE(std::isnan(gain.pooled.errorRatio.value));
    EXPECT_EQ(gain.pooled.gainCorrect.value, 0);
}

TEST(LearningGain, IntervalsAreDeterministicAndHoldTheirValue) {
    const auto animals = cohort(5, 300);
    const LearningGain first = learningGain(LastOutcomeRule(), animals).value();
    const LearningGain again = learningGain(LastOutcomeRule(), animals).value();
    EXPECT_EQ(first.pooled.gainCorrect.low, again.pooled.gainCorrect.low);
    EXPECT_EQ(first.pooled.gainCorrect.high, again.pooled.gainCorrect.high);
    for (const Estimate& e :
        {first.pooled.gainCorrect, first.pooled.reinforcementCorrect, first.perAnimal[0].gainCorrect}) {
        EXPECT_LT(e.low, e.value);
        EXPECT_GT(e.high, e.value);
    }
}

TEST(LearningGain, AnAnimalOnWhichTheWeightsLeaveEveryRangeIsNamedAndNotInThePool) {
    auto animals = cohort(3, 300);
    const std::vector<AnimalInputs> tame = {animals[0], animals[2]};
    const LearningGain expected = learningGain(BaselineRule(.05, .3), tame).value();
    for (double& x : animals[1].inputs.x)
        x *= 1e160;
    const LearningGain gain = learningGain(BaselineRule(.05, .3), animals).value();
    EXPECT_EQ(gain.lostAnimals, std::vector<std::string>{animals[1].inputs.animal});
    EXPECT_EQ(gain.pooled.trials, 600u);
    EXPECT_EQ(gain.pooled.gainCorrect.value, expected.pooled.gainCorrect.value);
    EXPECT_TRUE(std::isfinite(gain.pooled.gainCorrect.low));
    const std::vector<AnimalInputs> wild = {animals[1]};
    EXPECT_EQ(learningGain(BaselineRule(.05, .3), wild).error().code, base::ErrorCode::NoData);
}

TEST(LearningGain, AMemberThatLeavesEveryRangeOnOneAnimalIsLeftOutThereOnly) {
    auto animals = cohort(2, 300);
    for (double& x : animals[1].inputs.x)
        x *= 1e3;
    LearningGainOptions options;
    options.ensemble = {std::make_shared<BaselineRule>(1e303, .3)}; // overflows where |x| is large
    const LearningGain alone = learningGain(BaselineRule(.05, .3), animals).value();
    ASSERT_TRUE(alone.lostAnimals.empty());
    const LearningGain gain = learningGain(BaselineRule(.05, .3), animals, options).value();
    EXPECT_TRUE(gain.lostAnimals.empty()) << "the fit itself predicts both";
    EXPECT_EQ(gain.partlyLostAnimals, std::vector<std::string>{animals[1].inputs.animal});
    EXPECT_EQ(gain.perAnimal[1].gainCorrect.value, alone.perAnimal[1].gainCorrect.value);
    EXPECT_EQ(gain.perAnimal[1].trials, 300u);
    EXPECT_TRUE(std::isfinite(gain.pooled.gainCorrect.value));
    EXPECT_EQ(gain.pooled.trials, 600u);
    const std::vector<AnimalInputs> wild = {animals[1]};
    const auto one = learningGain(BaselineRule(.05, .3), wild, options);
    ASSERT_TRUE(one) << base::english(one.error());
    EXPECT_EQ(one->pooled.gainCorrect.value, alone.perAnimal[1].gainCorrect.value);
}

TEST(LearningGain, OrderOfAnimalsDoesNotMatterToTheMeans) {
    auto animals = cohort(3, 200);
    const double before = learningGain(LastOutcomeRule(), animals).value().pooled.gainCorrect.value;
    std::reverse(animals.begin(), animals.end());
    EXPECT_NEAR(learningGain(LastOutcomeRule(), animals).value().pooled.gainCorrect.value, before, 1e-15);
}

TEST(LearningGain, UnknownAnswersAreLeftOut) {
    auto animals = cohort(2, 200);
    for (std::size_t t = 0; t < 200; t += 2)
        animals[0].inputs.answer[t] = animals[0].inputs.outcome[t] = 0.5;
    EXPECT_EQ(learningGain(BaselineRule(.05, 0), animals).value().pooled.trials, 300u);
    for (auto& animal : animals)
        std::fill(animal.inputs.answer.begin(), animal.inputs.answer.end(), 0.5);
    EXPECT_EQ(learningGain(BaselineRule(.05, 0), animals).error().code, base::ErrorCode::NoData);
    EXPECT_EQ(learningGain(BaselineRule(.05, 0), {}).error().code, base::ErrorCode::NoData);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(learningGain(BaselineRule(.05, 0), {}, {}, stop.get_token()).error().code,
        base::ErrorCode::Cancelled);
    // One block: nothing to resample, so no interval that could exclude 0.
    const auto one = learningGain(BaselineRule(.05, .3), std::vector{randomAnimal("A", 50, 1)});
    EXPECT_FALSE(one->pooled.hasErrorRatio);
}

TEST(LearningGain, OneTrialGivesValuesWithoutIntervals) {
    auto animals = cohort(1, 1);
    const LearningGain gain = learningGain(BaselineRule(.05, .2), animals).value();
    EXPECT_EQ(gain.pooled.trials, 1u);
    EXPECT_NEAR(gain.pooled.reinforcementCorrect.value, .04, 1e-12);
    EXPECT_TRUE(std::isnan(gain.pooled.reinforcementCorrect.low));
}

TEST(LearningGain, UnknownOutcomesHaveNoGainButTheirStatesAreTried) {
    auto animals = cohort(1, 200);
    const std::size_t errors = learningGain(BaselineRule(.05, .2), animals).value().pooled.errors;
    for (std::size_t t = 0; t < 200; t += 2)
        animals[0].inputs.outcome[t] = 0.5;
    const LearningGain gain = learningGain(BaselineRule(.05, .2), animals).value();
    EXPECT_EQ(gain.pooled.trials, 100u);
    EXPECT_LT(gain.pooled.errors, errors);
    EXPECT_NEAR(gain.pooled.errorRatio.value, -.25, 1e-12);
}

TEST(LearningGain, AnEnsembleWidensIntervalsAndAveragesValues) {
    const auto animals = cohort(1, 1);
    LearningGainOptions options;
    options.ensemble = {std::make_shared<BaselineRule>(.04, .2), std::make_shared<BaselineRule>(.06, .2)};
    const LearningGain gain = learningGain(BaselineRule(.05, .2), animals, options).value();
    EXPECT_EQ(gain.pooled.trials, 1u);
    EXPECT_NEAR(gain.pooled.reinforcementCorrect.value, .04, 1e-12);
    EXPECT_NEAR(gain.pooled.reinforcementCorrect.low, .032, 1e-12);
    EXPECT_NEAR(gain.pooled.reinforcementCorrect.high, .048, 1e-12);
    EXPECT_NEAR(gain.perAnimal[0].errorRatio.value, -.25, 1e-12);
}

TEST(LearningGain, TheErrorRatioIsUndefinedWhereFitsDisagreeAboutSuccesses) {
    const auto animals = cohort(2, 100);
    LearningGainOptions options;
    options.ensemble = {std::make_shared<BaselineRule>(-.05, .2)};
    EXPECT_FALSE(learningGain(BaselineRule(.051, .2), animals, options).value().pooled.hasErrorRatio);
}
