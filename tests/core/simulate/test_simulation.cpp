// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/simulation.h"

#include "core/rules/parameters.h"
#include "core/simulate/session_calendar.h"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

namespace rulescope::simulate {
namespace {

using ::testing::ElementsAre;

SimulatedAnimal simulated(const AnimalRecipe& recipe) {
    base::Result<SimulatedAnimal> made = simulateAnimal(recipe);
    EXPECT_TRUE(made.has_value()) << base::english(made.error());
    return *std::move(made);
}

AnimalRecipe smallRecipe() {
    AnimalRecipe recipe;
    recipe.rule = "reinforce-baseline";
    recipe.parameters = "alpha=0.05,offset=0.02";
    recipe.trials = 1500;
    recipe.missRate = 0.02;
    return recipe;
}

/// Weights after the last trial when the recipe's rule is run over the animal as a fit would see it.
std::vector<double> replayed(const SimulatedAnimal& made, const AnimalRecipe& recipe) {
    const rules::RuleInfo& info = **rules::findRule(recipe.rule);
    const std::size_t weights = recipe.regressors.names.size();
    const rules::LearningRulePtr rule =
        info.textbook->at(*rules::parseParameters(info, recipe.regressors.names, recipe.parameters), weights);
    const base::Result<data::RuleInputs> inputs = data::ruleInputs(*made.animal, recipe.regressors);
    EXPECT_TRUE(inputs.has_value());
    std::vector<double> w = recipe.initialWeights, dw(weights), state(rule->stateSize());
    w.resize(weights);
    for (std::size_t t = 0; t < inputs->trials; ++t) {
        for (std::size_t k = 0; k < weights; ++k) {
            EXPECT_EQ(w[k], made.weights[t * weights + k]);
        }
        rule->step({w, {inputs->row(t), weights}, inputs->choice[t], inputs->outcome[t], inputs->answer[t],
                       inputs->side[t], inputs->sessionStart[t]},
            state, dw);
        std::transform(w.begin(), w.end(), dw.begin(), w.begin(), std::plus<>());
    }
    return w;
}

TEST(Simulation, IsTheSameAgainForTheSameRecipeAndAnotherForAnotherStream) {
    AnimalRecipe recipe = smallRecipe();
    const SimulatedAnimal first = simulated(recipe), second = simulated(recipe);
    EXPECT_EQ(first.animal->contentHash(), second.animal->contentHash());
    EXPECT_EQ(first.weights, second.weights);
    recipe.stream = 1;
    EXPECT_NE(simulated(recipe).animal->trials().choice, first.animal->trials().choice);
}

TEST(Simulation, IsWhatAFitSeesAgain) {
    for (const char* rule : {"reinforce-baseline", "eligibility", "reward-max"}) {
        AnimalRecipe recipe = smallRecipe();
        recipe.rule = rule;
        recipe.parameters =
            rule == std::string("reinforce-baseline") ? "alpha=0.05,offset=0.02" : "alpha=0.005";
        recipe.regressors.names = {"stimulus_right", "bias", "stimulus_left", "previous_choice",
            "previous_stimulus", "previous_outcome", "win_stay"};
        recipe.initialWeights = {0.5, -0.1, 0, 0, 0.2, 0, 0};
        const SimulatedAnimal made = simulated(recipe);
        EXPECT_EQ(replayed(made, recipe), made.lastWeights) << rule;
    }
}

TEST(Simulation, MakesOutcomesFromAnswersAndAnswersFromStimuli) {
    const data::AnimalPtr animal = simulated(smallRecipe()).animal;
    const data::Trials& trials = animal->trials();
    std::size_t zeros = 0, rightAtZero = 0, misses = 0;
    for (std::size_t t = 0; t < trials.size(); ++t) {
        if (trials.stimulus[t] != 0) {
            EXPECT_EQ(trials.answer[t], trials.stimulus[t] > 0 ? 1 : 0);
        } else {
            ++zeros;
            rightAtZero += trials.answer[t] == data::kRight;
        }
        if (trials.choice[t] == data::kNone) {
            ++misses;
            EXPECT_EQ(trials.outcome[t], data::kUnknown);
            EXPECT_TRUE(std::isnan(trials.reactionTimeS[t]));
        } else {
            EXPECT_EQ(trials.outcome[t], trials.choice[t] == trials.answer[t] ? 1 : 0);
            EXPECT_NEAR(trials.responseS[t] - trials.stimulusOnsetS[t], trials.reactionTimeS[t], 1e-9);
        }
    }
    EXPECT_NEAR(static_cast<double>(zeros) / 1500, 1.0 / 11, 0.03);
    EXPECT_NEAR(static_cast<double>(rightAtZero) / static_cast<double>(zeros), 0.5, 0.15);
    EXPECT_NEAR(static_cast<double>(misses) / 1500, 0.02, 0.015);
    EXPECT_EQ(animal->counts().choices, 1500 - misses);
}

TEST(Simulation, HasSessionsOfTheLengthsAskedForOnWorkingDays) {
    AnimalRecipe recipe = smallRecipe();
    recipe.trials = 5003;
    const data::AnimalPtr animal = simulated(recipe).animal;
    EXPECT_EQ(animal->trialCount(), 5003U);
    EXPECT_EQ(animal->sessions().front().date, "2024-01-08");
    for (const data::Session& session : animal->sessions()) {
        EXPECT_GE(session.size(), 300U);
        EXPECT_LE(session.size(), 700U);
    }
}

TEST(Simulation, ReactsFasterToStrongEvidenceAndWithARightSkew) {
    AnimalRecipe recipe = smallRecipe();
    recipe.trials = 4000;
    recipe.rule = "none";
    recipe.parameters = "weight.bias=0,weight.stimulus=4";
    recipe.missRate = 0;
    const data::AnimalPtr animal = simulated(recipe).animal;
    std::vector<double> weak, strong;
    for (std::size_t t = 0; t < animal->trialCount(); ++t) {
        const double contrast = std::abs(animal->trials().stimulus[t]);
        if (contrast == 0) {
            weak.push_back(animal->trials().reactionTimeS[t]);
        } else if (contrast == 1) {
            strong.push_back(animal->trials().reactionTimeS[t]);
        }
    }
    std::sort(weak.begin(), weak.end());
    std::sort(strong.begin(), strong.end());
    EXPECT_GT(weak[weak.size() / 2], 2 * strong[strong.size() / 2]);
    EXPECT_GT(strong.front(), 0.1);
    const double mean = std::accumulate(weak.begin(), weak.end(), 0.0) / static_cast<double>(weak.size());
    EXPECT_GT(mean, weak[weak.size() / 2]);
}

TEST(Simulation, LapsesAtTheRatesAskedFor) {
    AnimalRecipe recipe = smallRecipe();
    recipe.rule = "none";
    recipe.parameters = "weight.bias=0,weight.stimulus=50";
    recipe.regressors.transform = *data::StimulusTransform::parse("identity");
    recipe.task.stimuli = {-1, 1};
    recipe.trials = 20000;
    recipe.missRate = 0;
    recipe.lapseRight = 0.2; // right on this share of trials, whatever the stimulus
    const data::AnimalPtr animal = simulated(recipe).animal;
    double errors = 0, left = 0;
    for (std::size_t t = 0; t < animal->trialCount(); ++t) {
        const bool isLeft = animal->trials().stimulus[t] < 0;
        left += isLeft;
        errors += isLeft && animal->trials().outcome[t] == 0;
        EXPECT_TRUE(isLeft || animal->trials().outcome[t] == 1);
    }
    EXPECT_NEAR(errors / left, 0.2, 0.015);
}

TEST(Simulation, StoresItsRecipeAsProvenance) {
    const AnimalRecipe recipe = smallRecipe();
    const nlohmann::json provenance = nlohmann::json::parse(simulated(recipe).animal->provenance());
    EXPECT_EQ(provenance["rule"], "reinforce-baseline");
    EXPECT_EQ(provenance["parameters"], "alpha=0.05,offset=0.02");
    EXPECT_EQ(provenance["seed"], 1);
    EXPECT_EQ(provenance["stream"], 0);
    EXPECT_EQ(provenance["simulated_by"].get<std::string>().rfind("Rulescope ", 0), 0U);
}

TEST(Simulation, RefusesARecipeThatCantBeRun) {
    const auto refused = [](auto spoil) {
        AnimalRecipe recipe = smallRecipe();
        spoil(recipe);
        return !simulateAnimal(recipe).has_value();
    };
    EXPECT_TRUE(refused([](AnimalRecipe& r) { r.task.stimuli.clear(); }));
    EXPECT_TRUE(refused([](AnimalRecipe& r) { r.task.stimuli = {std::nan("")}; }));
    EXPECT_TRUE(refused([](AnimalRecipe& r) { r.trials = 0; }));
    EXPECT_TRUE(refused([](AnimalRecipe& r) { r.longestSession = 10; }));
    EXPECT_TRUE(refused([](AnimalRecipe& r) { r.lapseLeft = r.lapseRight = 0.6; }));
    EXPECT_TRUE(refused([](AnimalRecipe& r) { r.missRate = -0.1; }));
    EXPECT_TRUE(refused([](AnimalRecipe& r) { r.updateNoise = std::nan(""); }));
    EXPECT_TRUE(refused([](AnimalRecipe& r) { r.regressors.names = {"bias", "column:loudness"}; }));
    EXPECT_TRUE(refused([](AnimalRecipe& r) { r.initialWeights = {1}; }));
    EXPECT_TRUE(refused([](AnimalRecipe& r) { r.firstDay = "2024-02-30"; }));
    EXPECT_TRUE(refused([](AnimalRecipe& r) { r.rule = "rnn"; }));
    EXPECT_TRUE(refused([](AnimalRecipe& r) { r.rule = "unheard-of"; }));
    EXPECT_TRUE(refused([](AnimalRecipe& r) { r.parameters = "alpha=1"; }));
    EXPECT_TRUE(refused([](AnimalRecipe& r) { r.parameters = "alpha=1e308,offset=-1e308"; }));
    EXPECT_FALSE(refused([](AnimalRecipe&) {}));
}

TEST(Simulation, MakesACohortInOrderOrStopsWhenAsked) {
    std::vector<AnimalRecipe> recipes(4, smallRecipe());
    for (std::size_t i = 0; i < recipes.size(); ++i) {
        recipes[i].stream = i;
        recipes[i].name = "Animal " + std::to_string(i);
    }
    const base::Result<std::vector<SimulatedAnimal>> one = simulateCohort(recipes, 1),
                                                     two = simulateCohort(recipes, 2);
    ASSERT_TRUE(one.has_value() && two.has_value());
    for (std::size_t i = 0; i < recipes.size(); ++i) {
        EXPECT_EQ((*one)[i].animal->name(), recipes[i].name);
        EXPECT_EQ((*one)[i].animal->contentHash(), (*two)[i].animal->contentHash());
    }
    std::stop_source source;
    source.request_stop();
    const base::Result<std::vector<SimulatedAnimal>> stopped = simulateCohort(recipes, 1, source.get_token());
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().code, base::ErrorCode::Cancelled);
}

TEST(Liu2025Recipe, StartsFromTheWrongSideWithAFixedBiasAndUntransformedStimuli) {
    std::vector<int> biases;
    for (std::uint64_t stream = 0; stream < 60; ++stream) {
        const AnimalRecipe recipe = liu2025Recipe(std::ldexp(1.0, -4), 101, 3, stream);
        biases.push_back(static_cast<int>(recipe.initialWeights[0]) + 1);
        EXPECT_EQ(recipe.initialWeights[1], -2);
        const SimulatedAnimal made = simulated(recipe);
        EXPECT_EQ(made.animal->sessions().size(), 1U);
        EXPECT_EQ(made.animal->stimulusKind(), data::StimulusKind::Raw);
        EXPECT_EQ(made.lastWeights[0], recipe.initialWeights[0]);
        EXPECT_GT(made.lastWeights[1], -2);
        const data::Trials& trials = made.animal->trials();
        for (std::size_t t = 0; t < trials.size(); ++t) {
            EXPECT_EQ(trials.answer[t], trials.stimulus[t] > 0 ? 1 : 0);
            EXPECT_EQ(std::remainder(trials.stimulus[t], 0.25), 0);
        }
    }
    for (int bias = 0; bias < 3; ++bias) {
        EXPECT_GT(std::count(biases.begin(), biases.end(), bias), 8);
    }
}

TEST(TrainingDays, SkipWeekendsAndKnowLeapYears) {
    EXPECT_THAT(
        trainingDays("2024-02-28", 4), ElementsAre("2024-02-28", "2024-02-29", "2024-03-01", "2024-03-04"));
    EXPECT_TRUE(trainingDays("2023-02-29", 1).empty());
    EXPECT_TRUE(trainingDays("yesterday!", 1).empty());
    EXPECT_TRUE(trainingDays("", 1).empty());
}

} // namespace
} // namespace rulescope::simulate
