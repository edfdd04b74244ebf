// SPDX-License-Identifier: GPL-3.0-or-later
// Every rule of the registry through the one entry of core/fit: what it does with awkward trials.
#include "core/fit/rule_fit.h"
#include "tests/core/rules/example_inputs.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <string>

namespace rulescope::rules {
namespace {

/// Trials with every kind of regressor a rule may meet, K columns.
data::RuleInputs trialsWith(std::size_t trials, std::uint64_t stream,
    const std::function<std::vector<double>(base::RandomStream&)>& regressors) {
    base::RandomStream random(11, stream);
    data::RuleInputs inputs;
    inputs.animal = "animal " + std::to_string(stream);
    for (std::size_t t = 0; t < trials; ++t) {
        const double answer = random.bernoulli(.5) ? 1 : 0, choice = random.bernoulli(.6) ? 1 : 0;
        append(inputs, {regressors(random), choice, answer, choice == answer ? 1.0 : 0.0});
    }
    return inputs;
}

std::vector<double> biasAndStimulus(base::RandomStream& random) {
    return {1, random.uniform(-1, 1)};
}

struct Awkward {
    const char* name;
    std::vector<data::RuleInputs> animals;
};

std::vector<Awkward> awkwardCohorts() {
    data::RuleInputs sameChoice = trialsWith(200, 1, biasAndStimulus);
    std::fill(sameChoice.choice.begin(), sameChoice.choice.end(), 1.0);
    data::RuleInputs noOutcome = trialsWith(200, 2, biasAndStimulus);
    for (auto* column : {&noOutcome.outcome, &noOutcome.answer, &noOutcome.side}) {
        std::fill(column->begin(), column->end(), 0.5);
    }
    const auto history = [](base::RandomStream& random) -> std::vector<double> {
        return {1, random.uniform(-1, 1), random.uniform(-1, 1), random.bernoulli(.5) ? 1.0 : -1.0, 0};
    };
    return {{"one trial", {trialsWith(1, 3, biasAndStimulus)}},
        {"one animal", {trialsWith(300, 4, biasAndStimulus)}}, {"the same choice always", {sameChoice}},
        {"no outcome known", {noOutcome}},
        {"constant regressors", {trialsWith(200, 5,
                                    [](auto&) {
                                        return std::vector<double>{1, 3};
                                    })}},
        {"collinear regressors", {trialsWith(200, 6,
                                     [](auto& random) {
                                         const double x = random.normal();
                                         return std::vector<double>{1, x, 2 * x};
                                     })}},
        {"history regressors", {trialsWith(150, 7, history), trialsWith(90, 8, history)}},
        {"regressors of 1e30", {trialsWith(50, 9, [](auto& random) {
             return std::vector<double>{1e30, 1e30 * random.normal()};
         })}}};
}

fit::FitSpec specOf(const RuleInfo& rule, std::size_t regressors) {
    fit::FitSpec spec;
    spec.rule = rule.name;
    spec.regressors.names.clear();
    for (std::size_t k = 0; k < regressors; ++k) {
        spec.regressors.names.push_back("column:x" + std::to_string(k));
    }
    spec.training.epochs = 4;
    spec.training.starts = 1;
    return spec;
}

void expectUsable(const fit::FitResult& fit) {
    for (const fit::NamedArray& array : fit.parameters) {
        for (const double value : array.values) {
            ASSERT_TRUE(std::isfinite(value)) << array.name;
        }
    }
    for (const double value : fit.trainCurve) {
        ASSERT_TRUE(std::isfinite(value));
    }
}

class EveryRule : public ::testing::TestWithParam<const RuleInfo*> {};

TEST_P(EveryRule, EndsWithAStatusOrAnErrorOnAwkwardTrials) {
    for (const Awkward& awkward : awkwardCohorts()) {
        SCOPED_TRACE(awkward.name);
        const fit::FitSpec spec = specOf(*GetParam(), awkward.animals[0].regressors);
        const auto fit = fit::fitRule(spec, awkward.animals, {}, {}, {});
        if (!fit) {
            EXPECT_TRUE(fit.error().code == base::ErrorCode::InvalidValue ||
                        fit.error().code == base::ErrorCode::NoData)
                << english(fit.error());
            continue;
        }
        expectUsable(*fit);
        for (const data::RuleInputs& animal : awkward.animals) {
            const auto predicted = fit::logOdds(*fit, animal);
            ASSERT_TRUE(predicted) << english(predicted.error());
            EXPECT_EQ(predicted->size(), animal.trials);
        }
    }
}

TEST_P(EveryRule, SaysThatNoTrialCounts) {
    data::RuleInputs inputs = trialsWith(20, 1, biasAndStimulus);
    std::fill(inputs.scored.begin(), inputs.scored.end(), 0);
    const auto fit = fit::fitRule(specOf(*GetParam(), 2), std::vector{inputs}, {}, {}, {});
    ASSERT_FALSE(fit);
    EXPECT_EQ(fit.error().code, base::ErrorCode::NoData);
}

TEST_P(EveryRule, EndsWithItsLastGoodParametersAtAnExplodingRate) {
    fit::FitSpec spec = specOf(*GetParam(), 2);
    spec.training.learningRate = 1e6;
    spec.training.epochs = 30;
    const std::vector animals = {trialsWith(100, 1, biasAndStimulus)};
    const auto fit = fit::fitRule(spec, animals, {}, {}, {});
    ASSERT_TRUE(fit) << english(fit.error());
    expectUsable(*fit);
}

TEST_P(EveryRule, ObeysAStopRequestAtOnce) {
    std::stop_source source;
    source.request_stop();
    const std::vector animals = {trialsWith(100, 1, biasAndStimulus)};
    const auto fit = fit::fitRule(specOf(*GetParam(), 2), animals, {}, source.get_token(), {});
    ASSERT_TRUE(fit) << english(fit.error());
    EXPECT_EQ(fit->status, fit::FitStatus::Cancelled);
    expectUsable(*fit);
}

TEST_P(EveryRule, HasWeightsOrSaysThatItHasNone) {
    const std::vector animals = {trialsWith(60, 1, biasAndStimulus)};
    const auto fit = fit::fitRule(specOf(*GetParam(), 2), animals, {}, {}, {});
    ASSERT_TRUE(fit);
    const auto rule = fit::fittedRule(*fit);
    ASSERT_EQ(rule.has_value(), GetParam()->hasWeights);
    if (rule) {
        EXPECT_EQ(fit::rollOut(**rule, animals[0]).weights.size(), 120U);
    } else {
        EXPECT_EQ(rule.error().code, base::ErrorCode::Unsupported);
    }
}

INSTANTIATE_TEST_SUITE_P(Rules, EveryRule, ::testing::ValuesIn(allRules()),
    [](const ::testing::TestParamInfo<const RuleInfo*>& tested) {
        std::string name(tested.param->name);
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

TEST(ResidualRule, StartsAtTheFittedTextbookRule) {
    const std::vector<data::RuleInputs> animals =
        learners("reinforce-baseline", {.04, .06, .01, .02}, 3, 800);
    fit::FitSpec spec = specOf(ruleNamed("reinforce-baseline"), 2);
    const auto textbook = fit::fitRule(spec, animals, {}, {}, {});
    spec.rule = "residual-rnn";
    spec.training.epochs = 1;
    const auto residual = fit::fitRule(spec, animals, {}, {}, {});
    ASSERT_TRUE(textbook && residual);
    // Before its first step: the textbook rule but for corrections a thousandth of a unit in size.
    EXPECT_NEAR(residual->trainCurve.front(), textbook->trainCurve.back(), 2e-3);
}

} // namespace
} // namespace rulescope::rules
