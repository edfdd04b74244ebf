// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/textbook_fit.h"

#include "core/fit/search_end.h"
#include "tests/core/rules/example_inputs.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <limits>

namespace rulescope::fit {
namespace {

using rules::append;
using rules::learners;
using rules::ruleNamed;
using ::testing::DoubleNear;
using ::testing::ElementsAre;

TextbookFit fitted(
    const char* rule, const std::vector<data::RuleInputs>& animals, const TextbookFitOptions& options = {}) {
    const base::Result<TextbookFit> fit = fitTextbook(ruleNamed(rule), animals, options);
    EXPECT_TRUE(fit.has_value()) << base::english(fit.error());
    return fit.value_or(TextbookFit{});
}

base::ErrorCode errorOf(const char* rule, const std::vector<data::RuleInputs>& animals) {
    const base::Result<TextbookFit> fit = fitTextbook(ruleNamed(rule), animals);
    EXPECT_FALSE(fit.has_value());
    return fit ? base::ErrorCode::Internal : fit.error().code;
}

void expectUsable(const TextbookFit& fit) {
    EXPECT_TRUE(std::isfinite(fit.natsPerTrial));
    EXPECT_TRUE(std::all_of(
        fit.parameters.begin(), fit.parameters.end(), [](double value) { return std::isfinite(value); }));
    EXPECT_TRUE(std::is_sorted(fit.curve.begin(), fit.curve.end()));
}

/// A rule whose likelihood is no number at one of its evaluations, whatever the point.
class Failing final : public rules::TextbookRule {
  public:
    Failing(const rules::TextbookRule& rule, int failsAt)
        : m_rule(rule)
        , m_failsAt(failsAt) {}

    rules::LearningRulePtr at(std::span<const double> parameters, std::size_t weights) const override {
        return m_rule.at(parameters, weights);
    }
    double logLikelihood(const data::RuleInputs& inputs, std::span<const double> parameters,
        std::span<const double> initialWeights, std::span<double> gradient) const override {
        const double value = m_rule.logLikelihood(inputs, parameters, initialWeights, gradient);
        return ++m_evaluations == m_failsAt ? std::numeric_limits<double>::quiet_NaN() : value;
    }
    bool ownsInitialWeights() const override { return m_rule.ownsInitialWeights(); }

  private:
    const rules::TextbookRule& m_rule;
    int m_failsAt;
    mutable int m_evaluations = 0;
};

/// One animal, so that an evaluation of the fit is one of the rule.
TextbookFit failingAt(int evaluation, const TextbookFitOptions& options) {
    rules::RuleInfo rule = ruleNamed("reinforce");
    const Failing failing(*rule.textbook, evaluation);
    rule.textbook = &failing;
    const base::Result<TextbookFit> fit = fitTextbook(rule, learners("reinforce", {0.02}, 1, 1500), options);
    EXPECT_TRUE(fit.has_value()) << base::english(fit.error());
    return fit.value_or(TextbookFit{});
}

TEST(TextbookFit, RecoversTheLearningRateOfReinforce) {
    const TextbookFit fit = fitted("reinforce", learners("reinforce", {0.02}, 6, 2000));
    EXPECT_EQ(fit.status, FitStatus::Converged);
    EXPECT_THAT(fit.parameters, ElementsAre(DoubleNear(0.02, 0.002)));
    EXPECT_EQ(fit.trials, 12000U);
}

TEST(TextbookFit, RecoversRatesAndOffsets) {
    const TextbookFit fit =
        fitted("reinforce-baseline", learners("reinforce-baseline", {.08, .03, .04, .01}, 12, 3000));
    EXPECT_EQ(fit.status, FitStatus::Converged);
    // A slowly learned weight says little about its offset, which shows only in the noise of the weight's
    // path.
    EXPECT_THAT(fit.parameters, ElementsAre(DoubleNear(.08, .012), DoubleNear(.03, .005),
                                    DoubleNear(.04, .008), DoubleNear(.01, .02)));
}

TEST(TextbookFit, NeverFallsBelowTheTruthInLikelihood) {
    const struct {
        const char* rule;
        std::vector<double> truth;
    } cases[] = {{"reinforce", {.02}}, {"reinforce-per-weight", {.04, .02}},
        {"reinforce-baseline", {.03, .02, -.02, .01}}, {"reinforce-nonnegative", {.03, .02, .01, 0}},
        {"reward-max", {.02}}, {"predict-max", {.02}}, {"eligibility", {.003}}};
    for (const auto& tested : cases) {
        const std::vector<data::RuleInputs> animals = learners(tested.rule, tested.truth, 3, 1500);
        double truth = 0;
        for (const data::RuleInputs& animal : animals) {
            truth += ruleNamed(tested.rule).textbook->logLikelihood(animal, tested.truth, {});
        }
        const TextbookFit fit = fitted(tested.rule, animals);
        expectUsable(fit);
        EXPECT_EQ(fit.status, FitStatus::Converged) << tested.rule;
        EXPECT_GE(fit.natsPerTrial, truth / 4500 - 1e-12) << tested.rule;
        EXPECT_LE(fit.natsPerTrial, truth / 4500 + 10.0 / 4500) << tested.rule;
    }
}

TEST(TextbookFit, FindsTheLogisticRegressionOfTheDeterministicAnimal) {
    const std::vector<data::RuleInputs> animals = {rules::deterministicAnimal()};
    const TextbookFit fit = fitted("none", animals);
    EXPECT_EQ(fit.status, FitStatus::Converged);
    std::vector<double> gradient(2);
    ruleNamed("none").textbook->logLikelihood(animals[0], fit.parameters, {}, gradient);
    EXPECT_THAT(gradient, ElementsAre(DoubleNear(0, 1e-2), DoubleNear(0, 1e-2)));
}

TEST(TextbookFit, KeepsToTheBoundsOfTheNonNegativeForm) {
    const std::vector<data::RuleInputs> animals =
        learners("reinforce-baseline", {.04, .02, -.03, -.02}, 4, 2000);
    const TextbookFit fit = fitted("reinforce-nonnegative", animals);
    EXPECT_EQ(fit.status, FitStatus::Converged);
    EXPECT_GE(*std::min_element(fit.parameters.begin(), fit.parameters.end()), 0);
    EXPECT_EQ(fit.parameters[2], 0);
    EXPECT_LE(fit.natsPerTrial, fitted("reinforce-baseline", animals).natsPerTrial);
}

TEST(TextbookFit, HasTheSameBitsInAnyOrderOfAnimalsAndAnyNumberOfThreads) {
    std::vector<data::RuleInputs> animals = learners("reinforce-baseline", {.04, .02, .01, .01}, 5, 1500);
    const TextbookFit first = fitted("reinforce-baseline", animals);
    std::reverse(animals.begin(), animals.end());
    TextbookFitOptions one;
    one.threads = 1;
    const TextbookFit second = fitted("reinforce-baseline", animals, one);
    EXPECT_EQ(first.parameters, second.parameters);
    EXPECT_EQ(first.natsPerTrial, second.natsPerTrial);
}

TEST(TextbookFit, DoesNotDependOnTheUnitOfARegressor) {
    std::vector<data::RuleInputs> animals = learners("reinforce-per-weight", {.04, .02}, 3, 1500);
    const TextbookFit fraction = fitted("reinforce-per-weight", animals);
    for (data::RuleInputs& animal : animals) {
        for (std::size_t t = 0; t < animal.trials; ++t) {
            animal.x[2 * t + 1] *= 1024;
        }
    }
    const TextbookFit scaled = fitted("reinforce-per-weight", animals);
    EXPECT_NEAR(scaled.natsPerTrial, fraction.natsPerTrial, 1e-9);
    EXPECT_NEAR(scaled.parameters[1] * 1024 * 1024, fraction.parameters[1], 1e-4);
}

TEST(TextbookFit, LeavesMaskedTrialsOutOfTheScoreButNotOutOfTheLearning) {
    std::vector<data::RuleInputs> animals = learners("reinforce", {0.02}, 2, 1000);
    std::fill_n(animals[0].scored.begin(), 500, 0);
    const TextbookFit fit = fitted("reinforce", animals);
    EXPECT_EQ(fit.trials, 1500U);
    double expected = 0;
    for (const data::RuleInputs& animal : animals) {
        expected += ruleNamed("reinforce").textbook->logLikelihood(animal, fit.parameters, {});
    }
    EXPECT_NEAR(fit.natsPerTrial, expected / 1500, 1e-12);
}

TEST(TextbookFit, StartsEachAnimalFromItsOwnWeights) {
    const std::vector<data::RuleInputs> animals = learners("reinforce", {0.02}, 2, 500);
    TextbookFitOptions options;
    options.initialWeights = {{0.5, 0}, {0, 1}};
    const TextbookFit fit = fitted("reinforce", animals, options);
    double expected = 0;
    for (std::size_t i = 0; i < 2; ++i) {
        expected += ruleNamed("reinforce")
                        .textbook->logLikelihood(animals[i], fit.parameters, options.initialWeights[i]);
    }
    EXPECT_NEAR(fit.natsPerTrial, expected / 1000, 1e-12);
}

TEST(TextbookFit, EndsFiniteAndSaysSoWhenAllChoicesAreTheSame) {
    std::vector<data::RuleInputs> animals = learners("reinforce", {0.02}, 2, 300);
    for (data::RuleInputs& animal : animals) {
        std::fill(animal.choice.begin(), animal.choice.end(), 1.0);
        animal.outcome = animal.answer;
    }
    const TextbookFit fit = fitted("none", animals);
    expectUsable(fit);
    EXPECT_EQ(fit.status, FitStatus::Unbounded);
    EXPECT_THAT(fit.unbounded, ElementsAre(0)); // the bias; the stimulus weight does not matter any more
    EXPECT_GT(fit.natsPerTrial, -1e-6);
    for (const rules::RuleInfo* rule : rules::allRules()) {
        if (rule->textbook != nullptr) {
            expectUsable(fitted(std::string(rule->name).c_str(), animals));
        }
    }
}

TEST(TextbookFit, EndsFiniteAndSaysSoWhenChoicesAreSeparable) {
    std::vector<data::RuleInputs> animals = learners("reinforce", {0.02}, 1, 300);
    for (std::size_t t = 0; t < 300; ++t) {
        animals[0].choice[t] = animals[0].x[2 * t + 1] > 0 ? 1 : 0;
    }
    const TextbookFit fit = fitted("none", animals);
    expectUsable(fit);
    EXPECT_EQ(fit.status, FitStatus::Unbounded);
}

TEST(TextbookFit, ManagesCollinearConstantAndEmptyRegressors) {
    base::RandomStream random(5);
    data::RuleInputs inputs;
    for (int t = 0; t < 400; ++t) {
        const double x = random.normal();
        const double choice = random.bernoulli(rules::logistic(x)) ? 1 : 0;
        append(inputs, {{1, 3, x, 2 * x, 0}, choice, x > 0 ? 1.0 : 0.0, choice == (x > 0) ? 1.0 : 0.0});
    }
    for (const char* rule : {"none", "reinforce-per-weight", "reinforce-baseline"}) {
        const TextbookFit fit = fitted(rule, {inputs});
        expectUsable(fit);
        EXPECT_EQ(fit.parameters[4], 0) << rule;
        EXPECT_GT(fit.natsPerTrial, -std::log(2.0)) << rule;
    }
}

TEST(TextbookFit, ManagesASingleTrial) {
    data::RuleInputs inputs;
    append(inputs, {{1, 0.5}, 1, 1, 1});
    for (const rules::RuleInfo* rule : rules::allRules()) {
        if (rule->textbook != nullptr) {
            expectUsable(fitted(std::string(rule->name).c_str(), {inputs}));
        }
    }
}

TEST(TextbookFit, RefusesWhatItCantFit) {
    EXPECT_EQ(errorOf("reinforce", {}), base::ErrorCode::NoData);
    EXPECT_EQ(errorOf("rnn", {rules::deterministicAnimal()}), base::ErrorCode::InvalidValue);
    data::RuleInputs broken = rules::deterministicAnimal();
    broken.x[7] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(errorOf("reinforce", {broken}), base::ErrorCode::InvalidValue);
    broken = rules::deterministicAnimal();
    broken.choice[3] = 0.5;
    EXPECT_EQ(errorOf("reinforce", {broken}), base::ErrorCode::InvalidValue);
    broken = rules::deterministicAnimal();
    std::fill(broken.scored.begin(), broken.scored.end(), 0);
    EXPECT_EQ(errorOf("reinforce", {broken}), base::ErrorCode::NoData);
    broken = rules::deterministicAnimal();
    broken.answer.pop_back();
    EXPECT_EQ(errorOf("reinforce", {broken}), base::ErrorCode::InvalidValue);
    for (const auto& [starts, iterations] :
        {std::pair(0, 5), {5, 0}, {1'000'000'000, 5}, {1, 2'000'000'000}}) {
        TextbookFitOptions options;
        options.starts = starts;
        options.maxIterations = iterations;
        const auto fit =
            fitTextbook(ruleNamed("reinforce"), std::vector{rules::deterministicAnimal()}, options);
        ASSERT_FALSE(fit);
        EXPECT_EQ(fit.error().code, base::ErrorCode::InvalidValue);
    }
}

TEST(TextbookFit, DivergesAtItsStartOnRegressorsThatNoLikelihoodCanBeComputedFor) {
    data::RuleInputs inputs = rules::deterministicAnimal();
    for (double& x : inputs.x) {
        x *= 1e200;
    }
    const base::Result<TextbookFit> fit = fitTextbook(ruleNamed("reinforce"), std::vector{inputs});
    ASSERT_TRUE(fit) << base::english(fit.error());
    EXPECT_EQ(fit->status, fit::FitStatus::Diverged);
    EXPECT_EQ(fit->iterations, 0);
    EXPECT_TRUE(std::isnan(fit->natsPerTrial)); // no number is made up for it
    for (const double parameter : fit->parameters) {
        EXPECT_TRUE(std::isfinite(parameter));
    }
}

TEST(TextbookFit, KeepsTheBestSoFarWhenItIsStopped) {
    const std::vector<data::RuleInputs> animals = learners("reinforce", {0.02}, 2, 1000);
    std::stop_source source;
    TextbookFitOptions options;
    options.onProgress = [&](int iterations, double) {
        if (iterations == 5) {
            source.request_stop();
        }
    };
    const base::Result<TextbookFit> fit =
        fitTextbook(ruleNamed("reinforce"), animals, options, source.get_token());
    ASSERT_TRUE(fit.has_value());
    EXPECT_EQ(fit->status, FitStatus::Cancelled);
    EXPECT_EQ(fit->iterations, 5);
    EXPECT_EQ(fit->natsPerTrial, fit->curve.back());
}

TEST(TextbookFit, ReportsItsStartWhenItIsStoppedAtOnce) {
    std::stop_source source;
    source.request_stop();
    const base::Result<TextbookFit> fit =
        fitTextbook(ruleNamed("reinforce"), learners("reinforce", {0.02}, 2, 100), {}, source.get_token());
    ASSERT_TRUE(fit.has_value());
    EXPECT_EQ(fit->status, FitStatus::Cancelled);
    expectUsable(*fit);
}

TEST(TextbookFit, SaysThatItRanOutOfIterations) {
    TextbookFitOptions options;
    options.maxIterations = 2;
    const TextbookFit fit = fitted("reinforce-baseline", learners("reinforce", {0.02}, 2, 500), options);
    EXPECT_EQ(fit.status, FitStatus::NotConverged);
}

TEST(TextbookFit, KeepsAGoodPointWhoseLastSearchMetNoNumber) {
    for (const InitialWeights start : {InitialWeights::Zero, InitialWeights::Shared}) {
        TextbookFitOptions options;
        options.starts = 2;
        options.start = start;
        const TextbookFit whole = failingAt(0, options);
        ASSERT_EQ(whole.status, FitStatus::Converged);
        const TextbookFit cut = failingAt(whole.iterations, options); // its very last evaluation
        EXPECT_EQ(cut.status, FitStatus::NotConverged);
        EXPECT_NEAR(cut.natsPerTrial, whole.natsPerTrial, 1e-6);
        expectUsable(cut);
    }
}

TEST(TextbookFit, DivergesOnlyIfEveryStartDoes) {
    TextbookFitOptions options;
    options.starts = 1;
    const TextbookFit one = failingAt(3, options);
    EXPECT_EQ(one.status, FitStatus::Diverged);
    expectUsable(one);
    options.starts = 2;
    EXPECT_EQ(failingAt(3, options).status, FitStatus::Converged);
}

TEST(SearchEnd, OfAFurtherSearchKeepsTheBetterPointAndTakesTheEnding) {
    const auto expectEnd = [](const SearchEnd& further, FitStatus status, const std::vector<double>& u) {
        const SearchEnd end = refined({{1, 2}, -0.5, FitStatus::Converged}, further);
        EXPECT_EQ(end.status, status);
        EXPECT_EQ(end.u, u);
    };
    expectEnd({{1, 3}, -0.4, FitStatus::Converged}, FitStatus::Converged, {1, 3});
    expectEnd({{1, 3}, -0.4, FitStatus::NotConverged}, FitStatus::NotConverged, {1, 3});
    expectEnd({{1, 3}, -0.4, FitStatus::Diverged}, FitStatus::NotConverged, {1, 3});
    expectEnd({{1, 3}, -0.6, FitStatus::Diverged}, FitStatus::NotConverged, {1, 2});
    expectEnd({{}, -1e300, FitStatus::Diverged}, FitStatus::NotConverged, {1, 2});
    expectEnd({{}, -1e300, FitStatus::Cancelled}, FitStatus::Cancelled, {1, 2});
}

TEST(TextbookOptions, AreThoseOfTheSpecification) {
    FitSpec spec;
    spec.seed = 7;
    spec.training.starts = 3;
    spec.training.maxIterations = 21;
    spec.initialWeights = InitialWeights::Shared;
    const TextbookFitOptions options = textbookOptions(spec);
    EXPECT_EQ(options.seed, 7U);
    EXPECT_EQ(options.starts, 3);
    EXPECT_EQ(options.maxIterations, 21);
    EXPECT_EQ(options.start, InitialWeights::Shared);
}

} // namespace
} // namespace rulescope::fit
