// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/rules/example_inputs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

namespace rulescope::rules {
namespace {

using ::testing::DoubleEq;
using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;

/// dw of one trial with x = (1, 0.5) at weights (0.2, -0.4), so that p_R = .5 exactly.
std::vector<double> updateOf(
    const char* rule, std::vector<double> parameters, double choice, double outcome, double answer) {
    const std::vector<double> w = {0.2, -0.4}, x = {1, 0.5};
    const LearningRulePtr made = ruleNamed(rule).textbook->at(parameters, 2);
    std::vector<double> state(made->stateSize()), dw(2);
    made->step({w, x, choice, outcome, answer, answer, 0}, state, dw);
    return dw;
}

/// Weights after the last update, teacher-forced from zero.
std::vector<double> lastWeights(const LearningRule& rule, const data::RuleInputs& inputs) {
    std::vector<double> w(inputs.regressors), dw(inputs.regressors), state(rule.stateSize());
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        rule.step({w, {inputs.row(t), inputs.regressors}, inputs.choice[t], inputs.outcome[t],
                      inputs.answer[t], inputs.side[t], inputs.sessionStart[t]},
            state, dw);
        std::transform(w.begin(), w.end(), dw.begin(), w.begin(), std::plus<>());
    }
    return w;
}

TEST(Policy, IsFiniteAndRightFarOut) {
    EXPECT_EQ(logistic(0), 0.5);
    EXPECT_EQ(logistic(1000), 1);
    EXPECT_EQ(logistic(-1000), 0);
    EXPECT_EQ(logLikelihood(1000, 1), 0);
    EXPECT_EQ(logLikelihood(1000, 0), -1000);
    EXPECT_NEAR(logLikelihood(-2, 0), std::log(logistic(2)), 1e-15);
    EXPECT_EQ(decide(-1.5, 1).probabilityRight, logistic(-1.5));
}

TEST(Registry, HasEveryRuleOnceAndEachCanBeFound) {
    std::set<std::string_view> names;
    for (const RuleInfo* rule : allRules()) {
        EXPECT_TRUE(names.insert(rule->name).second) << rule->name;
        EXPECT_EQ(*findRule(rule->name), rule);
        EXPECT_FALSE(rule->title.isEmpty()) << rule->name;
        EXPECT_GT(english(rule->description).size(), 100U) << rule->name;
        EXPECT_EQ(rule->textbook == nullptr, rule->kind == RuleInfo::Kind::Network) << rule->name;
        EXPECT_EQ(rule->parameters.empty(), rule->kind == RuleInfo::Kind::Network) << rule->name;
    }
    for (const char* name : {"none", "reinforce", "reinforce-per-weight", "reinforce-baseline",
             "reinforce-nonnegative", "reward-max", "predict-max", "eligibility", "dnn", "rnn",
             "residual-dnn", "residual-rnn", "direct-gru"}) {
        EXPECT_EQ(names.count(name), 1U) << name;
    }
}

TEST(Registry, ListsTheNamesWhenARuleIsUnknown) {
    const base::Result<const RuleInfo*> rule = findRule("reinforc");
    ASSERT_FALSE(rule.has_value());
    EXPECT_EQ(rule.error().code, base::ErrorCode::NotFound);
    EXPECT_THAT(base::english(rule.error().remedy), ::testing::HasSubstr("reinforce-baseline, "));
}

TEST(Rules, FollowTheirFormulasOnOneTrial) {
    EXPECT_THAT(updateOf("none", {1, 2}, 1, 1, 1), ElementsAre(0, 0));
    EXPECT_THAT(updateOf("reinforce", {0.1}, 1, 1, 1), ElementsAre(DoubleEq(0.05), DoubleEq(0.025)));
    EXPECT_THAT(updateOf("reinforce", {0.1}, 0, 1, 0), ElementsAre(DoubleEq(-0.05), DoubleEq(-0.025)));
    EXPECT_THAT(updateOf("reinforce", {0.1}, 1, 0, 0), Each(0));
    EXPECT_THAT(
        updateOf("reinforce-per-weight", {0.1, 0.4}, 1, 1, 1), ElementsAre(DoubleEq(0.05), DoubleEq(0.1)));
    EXPECT_THAT(updateOf("reinforce-baseline", {0.1, 0.4, 0.05, 0.2}, 1, 1, 1),
        ElementsAre(DoubleEq(0.025), DoubleEq(0.05)));
    EXPECT_THAT(updateOf("reinforce-baseline", {0.1, 0.4, 0.05, 0.2}, 1, 0, 0),
        ElementsAre(DoubleEq(-0.025), DoubleEq(-0.05)));
    EXPECT_THAT(updateOf("reward-max", {0.1}, 1, 0, 0), ElementsAre(DoubleEq(-0.05), DoubleEq(-0.025)));
    EXPECT_THAT(updateOf("predict-max", {0.1}, 1, 0, 0), ElementsAre(DoubleEq(-0.05), DoubleEq(-0.025)));
}

TEST(Rules, TakeAnUnknownOutcomeAsHalfAndAverageOverUnknownAnswers) {
    EXPECT_THAT(updateOf("reinforce", {0.1}, 1, 0.5, 0.5), ElementsAre(DoubleEq(0.025), DoubleEq(0.0125)));
    for (const char* rule : {"reward-max", "predict-max"}) {
        const std::vector<double> left = updateOf(rule, {0.1}, 1, 0, 0),
                                  right = updateOf(rule, {0.1}, 1, 1, 1);
        const std::vector<double> unknown = updateOf(rule, {0.1}, 1, 0.5, 0.5);
        for (std::size_t k = 0; k < 2; ++k) {
            EXPECT_DOUBLE_EQ(unknown[k], (left[k] + right[k]) / 2) << rule;
        }
    }
}

/// dw of the eligibility rule written as the sum in METHOD.md, over the whole history at once.
std::vector<double> eligibilityByDefinition(const data::RuleInputs& inputs, double alpha) {
    std::vector<double> w(2);
    std::vector<std::vector<double>> traces;
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        const double* const x = inputs.row(t);
        const double p = logistic(w[0] * x[0] + w[1] * x[1]);
        traces.push_back({(inputs.choice[t] - p) * x[0], (inputs.choice[t] - p) * x[1]});
        const std::size_t seen = std::min<std::size_t>(t + 1, 10);
        const double correct =
            std::accumulate(inputs.outcome.begin() + static_cast<std::ptrdiff_t>(t + 1 - seen),
                inputs.outcome.begin() + static_cast<std::ptrdiff_t>(t + 1), 0.0);
        if (correct >= 0.5 * static_cast<double>(seen)) {
            for (std::size_t s = 0; s <= std::min<std::size_t>(t, 10); ++s) {
                w[0] += alpha * traces[t - s][0];
                w[1] += alpha * traces[t - s][1];
            }
        }
    }
    return w;
}

TEST(Eligibility, EqualsItsDefinitionOverTheWholeHistory) {
    const data::RuleInputs inputs = deterministicAnimal();
    const std::vector<double> expected = eligibilityByDefinition(inputs, 0.004);
    const std::vector<double> w =
        lastWeights(*ruleNamed("eligibility").textbook->at(std::vector<double>{0.004}, 2), inputs);
    EXPECT_THAT(w, ElementsAre(DoubleNear(expected[0], 1e-11), DoubleNear(expected[1], 1e-11)));
}

TEST(Reinforce, AgreesWithTheReferenceOfTheDeterministicAnimal) {
    const std::filesystem::path path =
        std::filesystem::path(RULESCOPE_SHARED_DIR) / "reference/deterministic_animal.json";
    if (!std::filesystem::exists(path)) {
        GTEST_SKIP() << "no reference numbers at " << path;
    }
    std::ifstream file(path);
    const nlohmann::json reference = nlohmann::json::parse(file);
    const data::RuleInputs inputs = deterministicAnimal();
    ASSERT_EQ(std::accumulate(inputs.choice.begin(), inputs.choice.end(), 0.0), reference["sum_y"]);
    ASSERT_EQ(std::accumulate(inputs.answer.begin(), inputs.answer.end(), 0.0), reference["sum_answer"]);
    ASSERT_EQ(std::accumulate(inputs.outcome.begin(), inputs.outcome.end(), 0.0), reference["sum_reward"]);
    const nlohmann::json& expected = reference["reinforce"];
    const std::vector<double> alpha = {expected["alpha"].get<double>()};
    const std::vector<double> w = lastWeights(*ruleNamed("reinforce").textbook->at(alpha, 2), inputs);
    EXPECT_NEAR(w[0], expected["w_end_bias_stim"][0].get<double>(), 1e-12);
    EXPECT_NEAR(w[1], expected["w_end_bias_stim"][1].get<double>(), 1e-12);
    EXPECT_NEAR(ruleNamed("reinforce").textbook->logLikelihood(inputs, alpha, {}),
        expected["log_likelihood"].get<double>(), 1e-9);
}

/// Three regressors, some outcomes and answers unknown, some trials masked: everything a gradient must get
/// right.
data::RuleInputs awkwardInputs() {
    base::RandomStream random(3);
    data::RuleInputs inputs;
    inputs.animal = "awkward";
    for (int t = 0; t < 300; ++t) {
        const double answer = t % 17 == 0 ? 0.5 : random.bernoulli(.5) ? 1 : 0;
        const double choice = random.bernoulli(.6) ? 1 : 0;
        const double outcome = answer == 0.5 ? 0.5 : choice == answer ? 1 : 0;
        append(inputs, {{1, random.normal(), random.uniform(-1, 1)}, choice, answer, outcome});
        inputs.scored.back() = t % 5 != 0;
    }
    return inputs;
}

class EveryTextbookRule : public ::testing::TestWithParam<const RuleInfo*> {};

TEST_P(EveryTextbookRule, HasTheGradientOfCentralDifferences) {
    const RuleInfo& rule = *GetParam();
    const data::RuleInputs inputs = awkwardInputs();
    const std::vector<double> w0 = {0.3, -0.2, 0.1};
    std::vector<double> parameters(rule.parameterCount(3));
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        parameters[i] = 0.02 + 0.01 * static_cast<double>(i);
    }
    std::vector<double> all = parameters; // then w_0
    if (!rule.textbook->ownsInitialWeights()) {
        all.insert(all.end(), w0.begin(), w0.end());
    }
    std::vector<double> gradient(all.size());
    const double value = rule.textbook->logLikelihood(inputs, parameters, w0, gradient);
    EXPECT_DOUBLE_EQ(value, rule.textbook->logLikelihood(inputs, parameters, w0));
    const auto valueAt = [&](const std::vector<double>& at) {
        const std::span<const double> values(at);
        const bool hasStart = at.size() > parameters.size();
        return rule.textbook->logLikelihood(inputs, values.first(parameters.size()),
            hasStart ? values.subspan(parameters.size()) : std::span<const double>(w0));
    };
    for (std::size_t i = 0; i < all.size(); ++i) {
        constexpr double kStep = 1e-5;
        std::vector<double> up = all, down = all;
        up[i] += kStep;
        down[i] -= kStep;
        const double difference = (valueAt(up) - valueAt(down)) / (2 * kStep);
        EXPECT_NEAR(gradient[i], difference, 1e-6 * (1 + std::abs(difference))) << rule.name << " " << i;
    }
}

TEST_P(EveryTextbookRule, ScoresAsItStepsTrialByTrial) {
    const RuleInfo& rule = *GetParam();
    const data::RuleInputs inputs = awkwardInputs();
    const std::vector<double> parameters(rule.parameterCount(3), 0.03);
    const LearningRulePtr stepped = rule.textbook->at(parameters, 3);
    std::vector<double> w = rule.textbook->ownsInitialWeights() ? parameters : std::vector<double>(3);
    std::vector<double> dw(3), state(stepped->stateSize());
    double expected = 0;
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        const double* const x = inputs.row(t);
        const double a = std::inner_product(w.begin(), w.end(), x, 0.0);
        expected += inputs.scored[t] != 0 ? logLikelihood(a, inputs.choice[t]) : 0;
        stepped->step(
            {w, {x, 3}, inputs.choice[t], inputs.outcome[t], inputs.answer[t], inputs.side[t], 0}, state, dw);
        std::transform(w.begin(), w.end(), dw.begin(), w.begin(), std::plus<>());
    }
    EXPECT_NEAR(rule.textbook->logLikelihood(inputs, parameters, {}), expected, 1e-9) << rule.name;
}

TEST_P(EveryTextbookRule, DoesNotCareHowTrialsFallIntoSessions) {
    const RuleInfo& rule = *GetParam();
    data::RuleInputs inputs = awkwardInputs();
    const std::vector<double> parameters(rule.parameterCount(3), 0.03);
    const double one = rule.textbook->logLikelihood(inputs, parameters, {});
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        inputs.sessionStart[t] = t % 40 == 0 ? 1 : 0;
    }
    EXPECT_EQ(rule.textbook->logLikelihood(inputs, parameters, {}), one) << rule.name;
}

std::vector<const RuleInfo*> textbookRules() {
    std::vector<const RuleInfo*> rules = allRules();
    rules.erase(
        std::remove_if(rules.begin(), rules.end(), [](const RuleInfo* rule) { return !rule->textbook; }),
        rules.end());
    return rules;
}

INSTANTIATE_TEST_SUITE_P(Rules, EveryTextbookRule, ::testing::ValuesIn(textbookRules()),
    [](const ::testing::TestParamInfo<const RuleInfo*>& tested) {
        std::string name(tested.param->name);
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

} // namespace
} // namespace rulescope::rules
