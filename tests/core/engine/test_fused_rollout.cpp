// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/engine/fused_rollout.h"
#include "rollout_fixture.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace rulescope;
using engine::FusedRollout;
using engine::NetworkShape;
using engine::RolloutFixture;

namespace {

/// Trials that no animal made: enough structure to have gradients in every parameter.
std::vector<data::RuleInputs> randomAnimals(const std::vector<std::size_t>& lengths, std::size_t regressors) {
    std::vector<data::RuleInputs> animals;
    for (std::size_t a = 0; a < lengths.size(); ++a) {
        base::RandomStream random(7, a);
        data::RuleInputs inputs;
        inputs.trials = lengths[a];
        inputs.regressors = regressors;
        for (std::size_t t = 0; t < lengths[a]; ++t) {
            inputs.x.push_back(1);
            for (std::size_t k = 1; k < regressors; ++k) {
                inputs.x.push_back(random.uniform(-1, 1));
            }
            inputs.choice.push_back(random.bernoulli(0.6) ? 1 : 0);
            inputs.outcome.push_back(random.bernoulli(0.1) ? 0.5 : random.bernoulli(0.7) ? 1 : 0);
            inputs.answer.push_back(random.bernoulli(0.5) ? 1 : 0);
            inputs.side.push_back(inputs.answer.back());
            inputs.sessionStart.push_back(t % 37 == 0 ? 1 : 0);
            inputs.scored.push_back(random.bernoulli(0.9) ? 1 : 0);
            inputs.trialIndex.push_back(t);
        }
        animals.push_back(inputs);
    }
    return animals;
}

template<class T>
std::vector<T> cast(const std::vector<double>& values) {
    return std::vector<T>(values.begin(), values.end());
}

/// Largest deviation of each tensor relative to that tensor's largest entry, over all tensors.
template<class T>
double worstTensorError(
    const NetworkShape& shape, const std::vector<T>& actual, const std::vector<double>& expected) {
    double worst = 0;
    for (const engine::ParameterSlot& slot : engine::parameterSlots(shape)) {
        double largest = 0, deviation = 0;
        for (std::size_t i = slot.offset; i < slot.offset + slot.size; ++i) {
            largest = std::max(largest, std::abs(expected[i]));
            deviation = std::max(deviation, std::abs(static_cast<double>(actual[i]) - expected[i]));
        }
        worst = std::max(worst, deviation / largest);
    }
    return worst;
}

template<class T>
void expectAgreement(const std::string& kind, double tolerance) {
    if (!RolloutFixture::exists(kind)) {
        GTEST_SKIP() << "no reference numbers beside the project";
    }
    const RolloutFixture fixture = RolloutFixture::read(kind);
    const FusedRollout<T> rollout(fixture.shape, fixture.animals, {fixture.truncation, 1});
    const std::vector<T> parameters = cast<T>(fixture.parameters);
    std::vector<T> gradient(parameters.size());
    const engine::RolloutLoss loss = rollout.evaluate(parameters, gradient);
    ASSERT_EQ(loss.scored, 180U);
    EXPECT_NEAR(loss.negativeLogLikelihood / 180, fixture.loss, tolerance * fixture.loss);
    for (T& value : gradient) {
        value /= 180;
    }
    EXPECT_LT(worstTensorError(fixture.shape, gradient, fixture.gradient), tolerance);
    for (std::size_t a = 0; a < fixture.animals.size(); ++a) {
        const std::vector<double> path = rollout.weightsPath(parameters, a);
        ASSERT_EQ(path.size(), 122U);
        for (std::size_t i = 0; i < fixture.weights[a].size(); ++i) {
            EXPECT_NEAR(path[2 + i], fixture.weights[a][i], tolerance * 0.1);
        }
    }
}

} // namespace

TEST(FusedRollout, DnnAgreesWithTheReferenceInDoublePrecision) {
    expectAgreement<double>("dnn", 1e-10);
}

TEST(FusedRollout, RnnAgreesWithTheReferenceInDoublePrecision) {
    expectAgreement<double>("rnn", 1e-10);
}

TEST(FusedRollout, DnnAgreesWithTheReferenceInSinglePrecision) {
    expectAgreement<float>("dnn", 1e-5);
}

TEST(FusedRollout, RnnAgreesWithTheReferenceInSinglePrecision) {
    expectAgreement<float>("rnn", 1e-5);
}

TEST(FusedRollout, GradientAgreesWithCentralDifferences) {
    for (const bool isRecurrent : {false, true}) {
        const NetworkShape shape{3, 5, isRecurrent};
        const std::vector<data::RuleInputs> animals = randomAnimals({40, 23, 1, 31, 40, 12, 2}, 3);
        // One window: finite differences know nothing of truncation.
        const FusedRollout<double> rollout(shape, animals, {1000, 1});
        std::vector<double> parameters = engine::initialParameters(shape, 3);
        for (std::size_t k = 0; k < 3; ++k) {
            parameters[parameters.size() - 1 - k] = 0.2; // an ordinary scale, or other gradients drown
        }
        std::vector<double> gradient(parameters.size());
        rollout.evaluate(parameters, gradient);
        const std::vector<double> at = parameters;
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const double step = 1e-5;
            parameters[i] = at[i] + step;
            const double above = rollout.evaluate(parameters, {}).negativeLogLikelihood;
            parameters[i] = at[i] - step;
            const double below = rollout.evaluate(parameters, {}).negativeLogLikelihood;
            parameters[i] = at[i];
            EXPECT_NEAR(
                gradient[i], (above - below) / (2 * step), 2e-6 * std::max(1.0, std::abs(gradient[i])))
                << "parameter " << i << (isRecurrent ? " of the RNN" : " of the DNN");
        }
    }
}

TEST(FusedRollout, SameBitsAtAnyThreadCount) {
    const NetworkShape shape{2, 32, true};
    const std::vector<data::RuleInputs> animals =
        randomAnimals({900, 700, 1200, 50, 1, 333, 800, 901, 640}, 2);
    const std::vector<float> parameters = cast<float>(engine::initialParameters(shape, 1));
    std::vector<float> reference;
    double referenceLoss = 0;
    for (const int threads : {1, 2, 3, 8}) {
        std::vector<float> gradient(parameters.size());
        const auto loss = FusedRollout<float>(shape, animals, {100, threads}).evaluate(parameters, gradient);
        if (reference.empty()) {
            reference = gradient;
            referenceLoss = loss.negativeLogLikelihood;
        }
        EXPECT_EQ(gradient, reference) << threads << " threads";
        EXPECT_EQ(loss.negativeLogLikelihood, referenceLoss) << threads << " threads";
    }
}

TEST(FusedRollout, AnimalsDoNotInfluenceEachOther) {
    const NetworkShape shape{2, 16, true};
    const std::vector<data::RuleInputs> animals = randomAnimals({60, 200, 130, 77, 41, 5, 180, 99}, 2);
    const std::vector<double> parameters = engine::initialParameters(shape, 2);
    const auto together = FusedRollout<double>(shape, animals, {50, 1}).evaluate(parameters, {});
    for (std::size_t a = 0; a < animals.size(); ++a) {
        const auto alone =
            FusedRollout<double>(shape, std::span(&animals[a], 1), {50, 1}).evaluate(parameters, {});
        EXPECT_NEAR(together.animalLogLikelihood[a], alone.animalLogLikelihood[0], 1e-10) << "animal " << a;
    }
}

TEST(FusedRollout, MaskedTrialsDriveTheStateButAreNotScored) {
    const NetworkShape shape{2, 8, true};
    std::vector<data::RuleInputs> animals = randomAnimals({100}, 2);
    std::fill(animals[0].scored.begin(), animals[0].scored.end(), 1);
    const std::vector<double> parameters = engine::initialParameters(shape, 2);
    const auto all = FusedRollout<double>(shape, animals, {500, 1}).evaluate(parameters, {});
    std::vector<data::RuleInputs> firstHalf = animals, secondHalf = animals;
    std::fill(firstHalf[0].scored.begin() + 50, firstHalf[0].scored.end(), 0);
    std::fill_n(secondHalf[0].scored.begin(), 50, 0);
    const auto first = FusedRollout<double>(shape, firstHalf, {500, 1}).evaluate(parameters, {});
    const auto second = FusedRollout<double>(shape, secondHalf, {500, 1}).evaluate(parameters, {});
    EXPECT_EQ(first.scored, 50U);
    EXPECT_NEAR(first.negativeLogLikelihood + second.negativeLogLikelihood, all.negativeLogLikelihood, 1e-10);
}

TEST(FusedRollout, InitialWeightsShiftTheFirstScore) {
    const NetworkShape shape{2, 8, false};
    std::vector<data::RuleInputs> animals = randomAnimals({1}, 2);
    animals[0].scored[0] = 1;
    animals[0].choice[0] = 1;
    const std::vector<double> parameters = engine::initialParameters(shape, 2);
    const std::vector<double> weights = {2.0, 0.0};
    const auto loss = FusedRollout<double>(shape, animals, {500, 1}, weights).evaluate(parameters, {});
    EXPECT_NEAR(loss.negativeLogLikelihood, std::log1p(std::exp(-2.0)), 1e-12);
}

TEST(FusedRollout, ANetworkThatOverflowsIsNeverTakenForAPerfectOne) {
    const NetworkShape shape{2, 8, true};
    const std::vector<data::RuleInputs> animals = randomAnimals({50}, 2);
    std::vector<float> parameters = cast<float>(engine::initialParameters(shape, 1));
    std::vector<float> gradient(parameters.size());
    const FusedRollout<float> rollout(shape, animals, {500, 1});
    EXPECT_TRUE(rollout.evaluate(parameters, gradient).isFinite);
    parameters.back() = std::nanf("");
    EXPECT_FALSE(rollout.evaluate(parameters, gradient).isFinite);
    EXPECT_FALSE(rollout.evaluate(parameters, {}).isFinite);
}

TEST(FusedRollout, AStopRequestEndsThePass) {
    std::stop_source source;
    source.request_stop();
    const NetworkShape shape{2, 8, false};
    const FusedRollout<float> rollout(shape, randomAnimals({100}, 2), {10, 1});
    EXPECT_TRUE(
        rollout.evaluate(cast<float>(engine::initialParameters(shape, 1)), {}, source.get_token()).isStopped);
}

TEST(NetworkShape, HasThePublishedNumberOfParameters) {
    EXPECT_EQ(engine::parameterCount({2, 32, false}), 1412U);
    EXPECT_EQ(engine::parameterCount({2, 32, true}), 6212U);
}
