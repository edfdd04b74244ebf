// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fused_rollout.h"
#include "core/rules/registry.h"
#include "random_animals.h"
#include "rollout_fixture.h"

#include <cmath>
#include <gtest/gtest.h>
#include <hwy/targets.h>

using namespace rulescope;
using engine::FusedRollout;
using engine::lively;
using engine::nameOf;
using engine::NetworkShape;
using engine::randomAnimals;
using engine::RolloutFixture;

namespace {

template<class T>
std::vector<T> cast(const std::vector<double>& values) {
    return std::vector<T>(values.begin(), values.end());
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
    EXPECT_LT(engine::worstTensorError(fixture.shape, gradient, fixture.gradient), tolerance);
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
    for (const NetworkShape& shape : engine::everyShape(3, 5)) {
        const std::vector<data::RuleInputs> animals = randomAnimals({40, 23, 1, 31, 40, 12, 2}, 3);
        // One window: finite differences know nothing of truncation.
        const FusedRollout<double> rollout(shape, animals, {1000, 1, 0.7});
        const auto objective = [&](const std::vector<double>& parameters) {
            const engine::RolloutLoss loss = rollout.evaluate(parameters, {});
            return loss.negativeLogLikelihood + static_cast<double>(loss.scored) * loss.penalty;
        };
        std::vector<double> parameters = lively(shape, 3);
        std::vector<double> gradient(parameters.size());
        rollout.evaluate(parameters, gradient);
        const std::vector<double> at = parameters;
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const double step = 1e-6; // so small that no rectified unit crosses zero within it
            parameters[i] = at[i] + step;
            const double above = objective(parameters);
            parameters[i] = at[i] - step;
            const double below = objective(parameters);
            parameters[i] = at[i];
            EXPECT_NEAR(
                gradient[i], (above - below) / (2 * step), 2e-6 * std::max(1.0, std::abs(gradient[i])))
                << "parameter " << i << " of the " << nameOf(shape);
        }
    }
}

TEST(FusedRollout, SinglePrecisionFollowsDoublePrecision) {
    for (const int hidden : {32, 7}) {
        for (const NetworkShape& shape : engine::everyShape(2, hidden)) {
            const std::vector<data::RuleInputs> animals = randomAnimals({150, 90, 200, 40, 77}, 2);
            const std::vector<double> parameters = lively(shape, 5);
            std::vector<double> gradient(parameters.size());
            std::vector<float> singleGradient(parameters.size());
            const auto expected =
                FusedRollout<double>(shape, animals, {60, 1, 0.7}).evaluate(parameters, gradient);
            const auto loss = FusedRollout<float>(shape, animals, {60, 1, 0.7})
                                  .evaluate(cast<float>(parameters), singleGradient);
            EXPECT_NEAR(loss.negativeLogLikelihood / expected.negativeLogLikelihood, 1, 1e-5);
            EXPECT_NEAR(loss.penalty, expected.penalty, 1e-4 * expected.penalty) << nameOf(shape);
            EXPECT_LT(engine::worstTensorError(shape, singleGradient, gradient), 2e-3) << nameOf(shape);
        }
    }
}

TEST(FusedRollout, EveryInstructionSetComputesTheSame) {
    const std::string best = engine::instructionSet();
    for (const NetworkShape& shape : engine::everyShape(3, 21)) {
        const std::vector<data::RuleInputs> animals = randomAnimals({70, 65, 40, 68, 12, 30, 70, 1, 55}, 3);
        const std::vector<double> parameters = lively(shape, 8);
        std::vector<double> expected(parameters.size());
        const FusedRollout<double> rollout(shape, animals, {25, 1, 0.7});
        const FusedRollout<float> single(shape, animals, {25, 1, 0.7});
        const double loss = rollout.evaluate(parameters, expected).negativeLogLikelihood;
        const std::int64_t supported = hwy::SupportedTargets();
        for (std::int64_t rest = supported; rest != 0; rest &= rest - 1) {
            hwy::SetSupportedTargetsForTest(rest); // the best of `rest` is taken
            hwy::GetChosenTarget().DeInit();
            std::vector<double> gradient(parameters.size());
            std::vector<float> singleGradient(parameters.size());
            EXPECT_NEAR(rollout.evaluate(parameters, gradient).negativeLogLikelihood, loss, 1e-9 * loss);
            single.evaluate(cast<float>(parameters), singleGradient);
            EXPECT_LT(engine::worstTensorError(shape, gradient, expected), 1e-9)
                << engine::instructionSet() << ", " << nameOf(shape);
            EXPECT_LT(engine::worstTensorError(shape, singleGradient, expected), 2e-3)
                << engine::instructionSet() << ", " << nameOf(shape);
        }
        hwy::SetSupportedTargetsForTest(0);
        hwy::GetChosenTarget().DeInit();
    }
    EXPECT_EQ(engine::instructionSet(), best);
}

TEST(FusedRollout, SameBitsAtAnyThreadCount) {
    for (const NetworkShape& shape : engine::everyShape(2, 32)) {
        const std::vector<data::RuleInputs> animals =
            randomAnimals({900, 700, 1200, 50, 1, 333, 800, 901, 640}, 2);
        const std::vector<float> parameters = cast<float>(lively(shape, 1));
        std::vector<float> reference;
        double referenceLoss = 0, referencePenalty = 0;
        for (const int threads : {1, 2, 3, 8}) {
            std::vector<float> gradient(parameters.size());
            const auto loss =
                FusedRollout<float>(shape, animals, {100, threads, 0.5}).evaluate(parameters, gradient);
            if (reference.empty()) {
                reference = gradient;
                referenceLoss = loss.negativeLogLikelihood;
                referencePenalty = loss.penalty;
            }
            EXPECT_EQ(gradient, reference) << threads << " threads, " << nameOf(shape);
            EXPECT_EQ(loss.negativeLogLikelihood, referenceLoss) << threads << " threads, " << nameOf(shape);
            EXPECT_EQ(loss.penalty, referencePenalty) << threads << " threads, " << nameOf(shape);
        }
    }
}

TEST(FusedRollout, AnimalsDoNotInfluenceEachOther) {
    for (const NetworkShape& shape : engine::everyShape(2, 16)) {
        const std::vector<data::RuleInputs> animals = randomAnimals({60, 200, 130, 77, 41, 5, 180, 99}, 2);
        const std::vector<double> parameters = lively(shape, 2);
        const auto together = FusedRollout<double>(shape, animals, {50, 1}).evaluate(parameters, {});
        for (std::size_t a = 0; a < animals.size(); ++a) {
            const auto alone =
                FusedRollout<double>(shape, std::span(&animals[a], 1), {50, 1}).evaluate(parameters, {});
            EXPECT_NEAR(together.animalLogLikelihood[a], alone.animalLogLikelihood[0], 1e-10)
                << "animal " << a << ", " << nameOf(shape);
        }
    }
}

TEST(FusedRollout, DoesNotDependOnTheOrderOfTheAnimals) {
    for (const NetworkShape& shape : engine::everyShape(2, 16)) {
        std::vector<data::RuleInputs> animals = randomAnimals({60, 200, 130, 77, 41, 5, 180, 99}, 2);
        const std::vector<double> parameters = lively(shape, 2);
        std::vector<double> gradient(parameters.size()), reversed(parameters.size());
        const auto first = FusedRollout<double>(shape, animals, {50, 1, 1}).evaluate(parameters, gradient);
        std::reverse(animals.begin(), animals.end());
        const auto second = FusedRollout<double>(shape, animals, {50, 1, 1}).evaluate(parameters, reversed);
        EXPECT_NEAR(first.negativeLogLikelihood, second.negativeLogLikelihood, 1e-9) << nameOf(shape);
        EXPECT_NEAR(first.penalty, second.penalty, 1e-12) << nameOf(shape);
        EXPECT_LT(engine::worstTensorError(shape, reversed, gradient), 1e-9) << nameOf(shape);
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

TEST(FusedRollout, AResidualRuleWithoutCorrectionsIsTheTextbookRule) {
    const NetworkShape shape{2, 8, true, true};
    const std::vector<data::RuleInputs> animals = randomAnimals({80, 33}, 2);
    std::vector<double> parameters = lively(shape, 4);
    const std::vector<double> textbook(parameters.end() - 4, parameters.end()); // alpha, offset
    std::fill(parameters.end() - 6, parameters.end() - 4, 0.0);                 // scale
    const auto loss = FusedRollout<double>(shape, animals, {20, 1, 3}).evaluate(parameters, {});
    EXPECT_EQ(loss.penalty, 0);
    const auto rule = rules::findRule("reinforce-baseline");
    for (std::size_t a = 0; a < animals.size(); ++a) {
        EXPECT_NEAR(
            loss.animalLogLikelihood[a], (*rule)->textbook->logLikelihood(animals[a], textbook, {}), 1e-10);
    }
}

TEST(NetworkShape, HasThePublishedNumberOfParameters) {
    EXPECT_EQ(engine::parameterCount({2, 32, false}), 1412U);
    EXPECT_EQ(engine::parameterCount({2, 32, true}), 6212U);
}

TEST(NetworkShape, EachFurtherHiddenLayerAddsAMatrixAndABiasBeforeTheOutputs) {
    EXPECT_EQ(engine::parameterCount({2, 32, false, false, false, 1}), 1412U - 33 * 32);
    EXPECT_EQ(engine::parameterCount({2, 32, true, false, false, 3}), 6212U + 33 * 32);
    std::string names;
    for (const engine::ParameterSlot& slot : engine::parameterSlots({2, 8, false, true, false, 3})) {
        names += slot.name + " (" + std::to_string(slot.size) + ") ";
    }
    EXPECT_EQ(names,
        "mlp0_weight (64) mlp0_bias (8) mlp1_weight (64) mlp1_bias (8) mlp2_weight (64) mlp2_bias (8) "
        "mlp3_weight (16) mlp3_bias (2) scale (2) alpha (2) offset (2) ");
}
