// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/regressors.h"

#include <cmath>
#include <gmock/gmock.h>
#include <limits>

namespace rulescope::data {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Two sessions of four trials; the second trial is a no-go, the sixth has neither stimulus nor known
/// outcome.
Animal::Content smallAnimal() {
    Animal::Content content;
    content.name = "Ada";
    content.sessions = {{"1", "", "", "", 0, 4}, {"2", "", "", "", 4, 8}};
    Trials& trials = content.trials;
    trials.stimulus = {0.5, 1.0, -0.25, 0.0, -1.0, kNaN, 0.125, 1.0};
    trials.choice = {1, kNone, 1, 0, 0, 1, 0, 1};
    trials.answer = {1, 1, 0, 1, 0, kUnknown, 1, 1};
    trials.outcome = {1, kUnknown, 0, 0, 1, kUnknown, 0, 1};
    trials.extra = {{"loudness", {1, kNaN, 3, 4, 5, 6, 7, 8}}};
    return content;
}

AnimalPtr make(Animal::Content content) {
    base::Result<AnimalPtr> animal = Animal::create(std::move(content));
    EXPECT_TRUE(animal.has_value()) << base::english(animal.error());
    return *animal;
}

RegressorSpec spec(std::vector<std::string> names, const std::string& transform = "identity") {
    RegressorSpec result;
    result.names = std::move(names);
    result.transform = *StimulusTransform::parse(transform);
    return result;
}

/// Column k of x.
std::vector<double> regressor(const RuleInputs& inputs, std::size_t k = 0) {
    std::vector<double> column;
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        column.push_back(inputs.row(t)[k]);
    }
    return column;
}

std::vector<double> regressorOf(const Animal& animal, const std::string& name) {
    const base::Result<RuleInputs> inputs = ruleInputs(animal, spec({name}));
    EXPECT_TRUE(inputs.has_value()) << base::english(inputs.error());
    return regressor(*inputs);
}

base::Error errorOf(const Animal& animal, const RegressorSpec& wanted) {
    const base::Result<RuleInputs> inputs = ruleInputs(animal, wanted);
    EXPECT_FALSE(inputs.has_value());
    return inputs ? base::Error{} : inputs.error();
}

TEST(RuleInputs, LeaveTrialsWithoutAChoiceOut) {
    const AnimalPtr animal = make(smallAnimal());
    const base::Result<RuleInputs> inputs = ruleInputs(*animal, spec({"bias", "stimulus"}));
    ASSERT_TRUE(inputs.has_value());
    EXPECT_EQ(inputs->trials, 7U);
    EXPECT_EQ(inputs->regressors, 2U);
    EXPECT_THAT(inputs->trialIndex, ElementsAre(0, 2, 3, 4, 5, 6, 7));
    EXPECT_THAT(inputs->choice, ElementsAre(1, 1, 0, 0, 1, 0, 1));
    EXPECT_THAT(inputs->scored, ElementsAre(1, 1, 1, 1, 1, 1, 1));
    EXPECT_THAT(regressor(*inputs, 0), ElementsAre(1, 1, 1, 1, 1, 1, 1));
}

TEST(RuleInputs, HoldHalfWhereAnOutcomeOrAnswerIsUnknown) {
    const base::Result<RuleInputs> inputs = ruleInputs(*make(smallAnimal()), spec({"bias"}));
    ASSERT_TRUE(inputs.has_value());
    EXPECT_THAT(inputs->outcome, ElementsAre(1, 0, 0, 1, 0.5, 0, 1));
    EXPECT_THAT(inputs->answer, ElementsAre(1, 0, 1, 0, 0.5, 1, 1));
    EXPECT_EQ(inputs->side, inputs->answer);
}

TEST(RuleInputs, TakeTheSideFromTheStimulusSignWhenAskedTo) {
    RegressorSpec wanted = spec({"bias"});
    wanted.side = SideInput::StimulusSign;
    const base::Result<RuleInputs> inputs = ruleInputs(*make(smallAnimal()), wanted);
    ASSERT_TRUE(inputs.has_value());
    EXPECT_THAT(inputs->side, ElementsAre(1, 0, 0, 0, 0, 1, 1));
}

TEST(RuleInputs, MarkEachSessionsFirstRemainingTrial) {
    Animal::Content content = smallAnimal();
    content.trials.choice[4] = kNone;
    const base::Result<RuleInputs> inputs = ruleInputs(*make(content), spec({"bias"}));
    ASSERT_TRUE(inputs.has_value());
    EXPECT_THAT(inputs->sessionStart, ElementsAre(1, 0, 0, 1, 0, 0));
}

TEST(RuleInputs, StopAfterTheTrialsAskedFor) {
    const base::Result<RuleInputs> inputs = ruleInputs(*make(smallAnimal()), spec({"bias"}), 3);
    ASSERT_TRUE(inputs.has_value());
    EXPECT_THAT(inputs->trialIndex, ElementsAre(0, 2, 3));
}

TEST(Regressors, EnterAMissingStimulusAsZero) {
    EXPECT_THAT(regressorOf(*make(smallAnimal()), "stimulus"), ElementsAre(0.5, -0.25, 0, -1, 0, 0.125, 1));
}

TEST(Regressors, SplitTheStimulusByItsSide) {
    const AnimalPtr animal = make(smallAnimal());
    EXPECT_THAT(regressorOf(*animal, "stimulus_left"), ElementsAre(0, 0.25, 0, 1, 0, 0, 0));
    EXPECT_THAT(regressorOf(*animal, "stimulus_right"), ElementsAre(0.5, 0, 0, 0, 0, 0.125, 1));
}

TEST(Regressors, LookBackPastNoGosButNotAcrossSessions) {
    const AnimalPtr animal = make(smallAnimal());
    EXPECT_THAT(regressorOf(*animal, "previous_choice"), ElementsAre(0, 1, 1, 0, -1, 1, -1));
    EXPECT_THAT(regressorOf(*animal, "previous_stimulus"), ElementsAre(0, 0.5, -0.25, 0, -1, 0, 0.125));
    EXPECT_THAT(regressorOf(*animal, "previous_outcome"), ElementsAre(0, 1, -1, 0, 1, 0, -1));
    EXPECT_THAT(regressorOf(*animal, "win_stay"), ElementsAre(0, 1, -1, 0, -1, 0, 1));
}

TEST(Regressors, TakeAnyNumericColumnAsItIs) {
    RegressorSpec wanted = spec({"column:loudness"}, "tanh:5");
    const base::Result<RuleInputs> inputs = ruleInputs(*make(smallAnimal()), wanted);
    ASSERT_TRUE(inputs.has_value()) << base::english(inputs.error());
    EXPECT_THAT(regressor(*inputs), ElementsAre(1, 3, 4, 5, 6, 7, 8));
}

TEST(Regressors, TransformContrastsButNotOtherStimuli) {
    const RegressorSpec wanted = spec({"stimulus"}, "tanh:5");
    const base::Result<RuleInputs> contrasts = ruleInputs(*make(smallAnimal()), wanted, 1);
    ASSERT_TRUE(contrasts.has_value());
    EXPECT_THAT(regressor(*contrasts), ElementsAre(DoubleNear(std::tanh(2.5) / std::tanh(5.0), 1e-15)));
    Animal::Content raw = smallAnimal();
    raw.stimulusKind = StimulusKind::Raw;
    raw.trials.stimulus[0] = -2.5;
    const base::Result<RuleInputs> loudness = ruleInputs(*make(raw), wanted, 1);
    ASSERT_TRUE(loudness.has_value());
    EXPECT_THAT(regressor(*loudness), ElementsAre(-2.5));
}

TEST(Regressors, RefuseAnUnknownNameARepeatedOneAndAnEmptyList) {
    const AnimalPtr animal = make(smallAnimal());
    EXPECT_EQ(errorOf(*animal, spec({"bias", "stimuls"})).code, base::ErrorCode::NotFound);
    EXPECT_EQ(errorOf(*animal, spec({"bias", "bias"})).code, base::ErrorCode::InvalidValue);
    EXPECT_EQ(errorOf(*animal, spec({})).code, base::ErrorCode::InvalidValue);
    EXPECT_EQ(errorOf(*animal, spec({"column:pitch"})).code, base::ErrorCode::NotFound);
}

TEST(Regressors, SayWhichTrialOfAColumnIsNotANumber) {
    Animal::Content content = smallAnimal();
    content.trials.extra[0].values[6] = std::numeric_limits<double>::infinity();
    const base::Error error = errorOf(*make(content), spec({"column:loudness"}));
    EXPECT_EQ(error.code, base::ErrorCode::InvalidValue);
    EXPECT_EQ(error.where, "Ada, trial 7");
}

TEST(Regressors, NeverLookAtAColumnWhereThereIsNoChoice) {
    EXPECT_THAT(regressorOf(*make(smallAnimal()), "column:loudness"), ElementsAre(1, 3, 4, 5, 6, 7, 8));
}

TEST(Regressors, RefuseAnAnimalWithoutAChoice) {
    Animal::Content content = smallAnimal();
    content.trials.choice.assign(8, kNone);
    content.trials.outcome.assign(8, kUnknown);
    EXPECT_EQ(errorOf(*make(content), spec({"bias"})).code, base::ErrorCode::NoData);
}

TEST(StimulusTransform, ReadsWhatItWrites) {
    for (const std::string text : {"identity", "tanh:5", "tanh:2.5", "tanh:0.1"}) {
        const base::Result<StimulusTransform> transform = StimulusTransform::parse(text);
        ASSERT_TRUE(transform.has_value()) << text;
        EXPECT_EQ(transform->toString(), text);
    }
}

TEST(StimulusTransform, RefusesWhatItCantRead) {
    for (const std::string text :
        {"", "tanh", "tanh:", "tanh:0", "tanh:-1", "tanh:nan", "tanh:5x", "Identity"}) {
        EXPECT_FALSE(StimulusTransform::parse(text).has_value()) << text;
    }
}

TEST(StimulusTransform, IsOddAndReachesOneAtFullContrast) {
    const StimulusTransform transform;
    EXPECT_DOUBLE_EQ(transform.apply(1), 1);
    EXPECT_DOUBLE_EQ(transform.apply(-0.0625), -std::tanh(5 * 0.0625) / std::tanh(5.0));
    EXPECT_EQ(transform.apply(0), 0);
}

} // namespace
} // namespace rulescope::data
