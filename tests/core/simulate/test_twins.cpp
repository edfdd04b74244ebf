// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/twins.h"

#include "core/engine/network_rule.h"
#include "core/simulate/teacher.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace rulescope::simulate {
namespace {

AnimalRecipe originalRecipe() {
    AnimalRecipe recipe;
    recipe.name = "W1";
    recipe.parameters = "alpha=0.05";
    recipe.trials = 1200;
    recipe.missRate = 0.03;
    recipe.distractors = 1;
    return recipe;
}

SimulatedAnimal twinOf(
    const data::Animal& animal, const rules::LearningRule& teacher, TwinRecipe recipe = {}) {
    base::Result<SimulatedAnimal> twin = simulateTwin(teacher, animal, recipe);
    EXPECT_TRUE(twin.has_value()) << base::english(twin.error());
    return *std::move(twin);
}

TEST(Twins, MeetTheVeryTrialsOfTheirAnimal) {
    const data::AnimalPtr animal = simulateAnimal(originalRecipe())->animal;
    const rules::LearningRulePtr teacher = *teacherAmong(originalRecipe(), 2);
    const SimulatedAnimal twin = twinOf(*animal, *teacher);
    const data::Trials &own = animal->trials(), &met = twin.animal->trials();
    EXPECT_EQ(met.stimulus, own.stimulus);
    EXPECT_EQ(met.answer, own.answer);
    EXPECT_EQ(met.extra, own.extra);
    EXPECT_NE(met.choice, own.choice);
    ASSERT_EQ(twin.animal->sessions().size(), animal->sessions().size());
    for (std::size_t t = 0; t < own.size(); ++t) {
        EXPECT_EQ(met.choice[t] == data::kNone, own.choice[t] == data::kNone);
        if (met.choice[t] != data::kNone) {
            EXPECT_EQ(met.outcome[t], met.choice[t] == met.answer[t] ? 1 : 0);
        }
    }
    EXPECT_EQ(twin.animal->name(), "W1 twin 1");
    const nlohmann::json provenance = nlohmann::json::parse(twin.animal->provenance());
    EXPECT_EQ(provenance["twin_of"], "W1");
    EXPECT_EQ(provenance["twin_of_hash"], animal->contentHash());
}

TEST(Twins, AreTheSameForASeedAndDifferBetweenStreams) {
    const data::AnimalPtr animal = simulateAnimal(originalRecipe())->animal;
    const rules::LearningRulePtr teacher = *teacherAmong(originalRecipe(), 2);
    TwinRecipe recipe;
    recipe.name = "same";
    const SimulatedAnimal first = twinOf(*animal, *teacher, recipe),
                          again = twinOf(*animal, *teacher, recipe);
    EXPECT_EQ(first.animal->contentHash(), again.animal->contentHash());
    recipe.stream = 1;
    EXPECT_NE(twinOf(*animal, *teacher, recipe).animal->trials().choice, first.animal->trials().choice);
}

TEST(Twins, LearnByNetworksAndDecideByColumns) {
    const data::AnimalPtr animal = simulateAnimal(originalRecipe())->animal;
    TwinRecipe recipe;
    recipe.regressors.names = {"bias", "stimulus", "column:distractor_1", "win_stay"};
    recipe.initialWeights = {0, 1, 3, 0.2};
    const engine::NetworkShape shape{4, 8, true};
    const rules::LearningRulePtr network = engine::networkRule(shape, engine::initialParameters(shape, 1));
    const SimulatedAnimal twin = twinOf(*animal, *network, recipe);
    const base::Result<data::RuleInputs> inputs = data::ruleInputs(*twin.animal, recipe.regressors);
    ASSERT_TRUE(inputs.has_value());
    // The weights that led to the choices are those that a fit's rollout finds again.
    std::vector<double> weights = recipe.initialWeights, state(network->stateSize()), update(4);
    for (std::size_t t = 0; t < inputs->trials; ++t) {
        for (std::size_t k = 0; k < 4; ++k) {
            EXPECT_EQ(weights[k], twin.weights[4 * t + k]);
        }
        network->step({weights, {inputs->row(t), 4}, inputs->choice[t], inputs->outcome[t], inputs->answer[t],
                          inputs->side[t], inputs->sessionStart[t]},
            state, update);
        std::transform(weights.begin(), weights.end(), update.begin(), weights.begin(), std::plus<>());
    }
    // A strong column shows in the choices.
    double agrees = 0;
    for (std::size_t t = 0; t < inputs->trials; ++t) {
        agrees += (inputs->row(t)[2] > 0) == (inputs->choice[t] == 1);
    }
    EXPECT_GT(agrees / static_cast<double>(inputs->trials), 0.65);
}

TEST(Twins, DecideByBlocksThatTheTaskSetButNotByTimesThatAnimalsTake) {
    data::Animal::Content content = simulateAnimal(originalRecipe())->animal->content();
    for (std::size_t t = 0; t < content.trials.size(); ++t) {
        const bool isMissed = content.trials.choice[t] == data::kNone; // a hole there harms nobody
        content.trials.probabilityLeft[t] = isMissed ? std::nan("") : t % 200 < 100 ? 0.2 : 0.8;
    }
    const data::AnimalPtr animal = *data::Animal::create(content);
    TwinRecipe recipe;
    recipe.regressors.names = {"bias", "column:probability_left"};
    recipe.initialWeights = {5, -10};
    const SimulatedAnimal twin = twinOf(*animal, **teacherAmong(originalRecipe(), 2), recipe);
    ASSERT_TRUE(data::ruleInputs(*twin.animal, recipe.regressors));
    EXPECT_EQ(twin.animal->trials().probabilityLeft[150], 0.8);
    recipe.regressors.names = {"bias", "column:reaction_time_s"};
    const auto refused = simulateTwin(**teacherAmong(originalRecipe(), 2), *animal, recipe);
    ASSERT_FALSE(refused);
    EXPECT_THAT(base::english(refused.error()), testing::HasSubstr("reaction_time_s"));
}

TEST(Twins, UnknownAnswersStayUnknown) {
    data::Animal::Content content = simulateAnimal(originalRecipe())->animal->content();
    for (std::int8_t& answer : content.trials.answer) {
        answer = data::kUnknown;
    }
    content.trials.probabilityLeft.clear();
    const data::AnimalPtr animal = *data::Animal::create(content);
    const SimulatedAnimal twin = twinOf(*animal, **teacherAmong(originalRecipe(), 2));
    EXPECT_THAT(twin.animal->trials().outcome, testing::Each(data::kUnknown));
    EXPECT_TRUE(twin.animal->trials().probabilityLeft.empty());
}

TEST(Twins, RefuseWhatCannotBeSimulated) {
    const data::AnimalPtr animal = simulateAnimal(originalRecipe())->animal;
    const rules::LearningRulePtr teacher = *teacherAmong(originalRecipe(), 2);
    TwinRecipe recipe;
    recipe.regressors.names = {"bias", "column:none"};
    EXPECT_EQ(simulateTwin(*teacher, *animal, recipe).error().code, base::ErrorCode::InvalidValue);
    recipe = {};
    recipe.initialWeights = {1};
    EXPECT_EQ(simulateTwin(*teacher, *animal, recipe).error().code, base::ErrorCode::InvalidValue);
}

TEST(Policies, DecideDifferentlyOnTheSameEvidence) {
    AnimalRecipe recipe = originalRecipe();
    recipe.rule = "none";
    recipe.parameters = "weight.bias=0,weight.stimulus=1.5";
    recipe.task.stimuli = {-1, 1};
    recipe.trials = 20'000;
    const auto accuracy = [&](Policy policy) {
        recipe.policy = policy;
        return simulateAnimal(recipe)->animal->counts().accuracy();
    };
    EXPECT_NEAR(accuracy(Policy::Logistic), 0.818, 0.01);
    EXPECT_NEAR(accuracy(Policy::Probit), 0.933, 0.01);
    EXPECT_NEAR(accuracy(Policy::Cauchit), 0.813, 0.01);
    EXPECT_EQ(policyFromString("probit").value(), Policy::Probit);
    EXPECT_FALSE(policyFromString("guess").has_value());
}

TEST(Teachers, ScaleTheirParametersAndHoldFixedWeights) {
    AnimalRecipe recipe = originalRecipe();
    recipe.rule = "reinforce-baseline";
    recipe.parameters = "alpha=0.5,offset.bias=0.25,offset.stimulus=0.125";
    EXPECT_EQ(scaledParameters(recipe, 2).value(),
        "alpha.bias=1,alpha.stimulus=1,offset.bias=0.5,offset.stimulus=0.25");
    recipe.fixedWeights = {"bias"};
    const rules::LearningRulePtr teacher = *teacherAmong(recipe, 3);
    const std::vector<double> weights(3), x = {1, 1, 1};
    std::vector<double> update(3);
    teacher->step({weights, x, 1, 1, 1, 1, 0}, {}, update);
    EXPECT_THAT(update, testing::ElementsAre(0, (0.5 - 0.125) * 0.5, 0));
    recipe.rule = "rnn";
    EXPECT_FALSE(teacherAmong(recipe, 2).has_value());
    EXPECT_EQ(usualParameters("rnn"), "");
}

} // namespace
} // namespace rulescope::simulate
