// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/network_rule.h"
#include "core/engine/rule_module.h"
#include "random_animals.h"
#include "rollout_fixture.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

using namespace rulescope;
using engine::RolloutFixture;

namespace {

std::vector<double> gradientOf(const engine::NetworkRuleModule& module) {
    std::vector<double> flat;
    for (const torch::Tensor& parameter : module.orderedParameters()) {
        const torch::Tensor gradient = parameter.grad().to(torch::kFloat64).flatten().contiguous();
        flat.insert(flat.end(), gradient.data_ptr<double>(), gradient.data_ptr<double>() + gradient.numel());
    }
    return flat;
}

void expectGradient(const RolloutFixture& fixture, const std::vector<double>& gradient, double tolerance) {
    for (const engine::ParameterSlot& slot : engine::parameterSlots(fixture.shape)) {
        double largest = 0, deviation = 0;
        for (std::size_t i = slot.offset; i < slot.offset + slot.size; ++i) {
            largest = std::max(largest, std::abs(fixture.gradient[i]));
            deviation = std::max(deviation, std::abs(gradient[i] - fixture.gradient[i]));
        }
        EXPECT_LT(deviation, tolerance * largest) << slot.name;
    }
}

void expectGeneralPath(const std::string& kind, torch::Dtype dtype, double tolerance) {
    if (!RolloutFixture::exists(kind)) {
        GTEST_SKIP() << "no reference numbers beside the project";
    }
    const RolloutFixture fixture = RolloutFixture::read(kind);
    engine::NetworkRuleModule module(fixture.shape, dtype);
    module.setParameters(fixture.parameters);
    const engine::TensorBatch batch(fixture.animals, dtype);
    const double loss = engine::backwardThroughModule(module, batch, fixture.truncation);
    EXPECT_NEAR(loss, fixture.loss, tolerance * fixture.loss);
    expectGradient(fixture, gradientOf(module), tolerance);
}

template<class T>
void expectFusedPath(const std::string& kind, torch::Dtype dtype, double tolerance) {
    if (!RolloutFixture::exists(kind)) {
        GTEST_SKIP() << "no reference numbers beside the project";
    }
    const RolloutFixture fixture = RolloutFixture::read(kind);
    engine::NetworkRuleModule module(fixture.shape, dtype);
    module.setParameters(fixture.parameters);
    const engine::FusedRollout<T> rollout(fixture.shape, fixture.animals, {fixture.truncation, 1});
    engine::RolloutLoss loss;
    torch::Tensor mean = engine::fusedLoss<T>(module.flatParameters(), rollout, loss, {});
    mean.backward();
    EXPECT_NEAR(mean.item<double>(), fixture.loss, tolerance * fixture.loss);
    expectGradient(fixture, gradientOf(module), tolerance);
}

} // namespace

TEST(RuleModule, GeneralPathAgreesWithTheReferenceInDoublePrecision) {
    expectGeneralPath("dnn", torch::kFloat64, 1e-10);
    expectGeneralPath("rnn", torch::kFloat64, 1e-10);
}

TEST(RuleModule, GeneralPathAgreesWithTheReferenceInSinglePrecision) {
    expectGeneralPath("dnn", torch::kFloat32, 1e-5);
    expectGeneralPath("rnn", torch::kFloat32, 1e-5);
}

TEST(RuleModule, FusedFunctionGivesAutogradTheReferenceGradientInDoublePrecision) {
    expectFusedPath<double>("dnn", torch::kFloat64, 1e-10);
    expectFusedPath<double>("rnn", torch::kFloat64, 1e-10);
}

TEST(RuleModule, FusedFunctionGivesAutogradTheReferenceGradientInSinglePrecision) {
    expectFusedPath<float>("dnn", torch::kFloat32, 1e-5);
    expectFusedPath<float>("rnn", torch::kFloat32, 1e-5);
}

TEST(RuleModule, FusedFunctionScalesItsGradientLikeAnyOther) {
    if (!RolloutFixture::exists("dnn")) {
        GTEST_SKIP() << "no reference numbers beside the project";
    }
    const RolloutFixture fixture = RolloutFixture::read("dnn");
    engine::NetworkRuleModule module(fixture.shape, torch::kFloat64);
    module.setParameters(fixture.parameters);
    const engine::FusedRollout<double> rollout(fixture.shape, fixture.animals, {fixture.truncation, 1});
    engine::RolloutLoss loss;
    const torch::Tensor flat = module.flatParameters();
    torch::Tensor objective =
        3 * engine::fusedLoss<double>(flat, rollout, loss, {}) + 0.5 * flat.square().sum();
    objective.backward();
    const std::vector<double> gradient = gradientOf(module);
    for (std::size_t i = 0; i < gradient.size(); ++i) {
        EXPECT_NEAR(gradient[i], 3 * fixture.gradient[i] + fixture.parameters[i], 1e-10) << i;
    }
}

TEST(RuleModule, GeneralPathMasksAnimalsOfUnequalLength) {
    if (!RolloutFixture::exists("rnn")) {
        GTEST_SKIP() << "no reference numbers beside the project";
    }
    RolloutFixture fixture = RolloutFixture::read("rnn");
    fixture.animals[1].trials = 37;
    fixture.animals[2].trials = 2;
    engine::NetworkRuleModule module(fixture.shape, torch::kFloat64);
    module.setParameters(fixture.parameters);
    for (std::size_t a : {1, 2}) {
        data::RuleInputs& animal = fixture.animals[a];
        animal.x.resize(animal.trials * 2);
        for (auto* column :
            {&animal.choice, &animal.outcome, &animal.answer, &animal.side, &animal.sessionStart}) {
            column->resize(animal.trials);
        }
        animal.scored.resize(animal.trials);
    }
    const engine::TensorBatch batch(fixture.animals, torch::kFloat64);
    const double general = engine::backwardThroughModule(module, batch, fixture.truncation);
    const engine::FusedRollout<double> rollout(fixture.shape, fixture.animals, {fixture.truncation, 1});
    std::vector<double> gradient(fixture.parameters.size());
    const auto loss = rollout.evaluate(fixture.parameters, gradient);
    const auto count = static_cast<double>(loss.scored);
    EXPECT_NEAR(general, loss.negativeLogLikelihood / count, 1e-12);
    const std::vector<double> expected = gradientOf(module);
    for (std::size_t i = 0; i < gradient.size(); ++i) {
        EXPECT_NEAR(gradient[i] / count, expected[i], 1e-12) << i;
    }
}

TEST(RuleModule, GeneralPathAndKernelsAgreeForEveryArchitecture) {
    const std::vector<data::RuleInputs> animals = engine::randomAnimals({61, 37, 2, 50, 1, 44, 61}, 2);
    std::vector<engine::NetworkShape> shapes = engine::everyShape(2, 7); // less than one line of values
    const std::vector<engine::NetworkShape> wide = engine::everyShape(2, 21);
    shapes.insert(shapes.end(), wide.begin(), wide.end());
    for (const engine::NetworkShape& shape : shapes) {
        const std::vector<double> parameters = engine::lively(shape, 6);
        engine::NetworkRuleModule module(shape, torch::kFloat64, 0.7);
        module.setParameters(parameters);
        const engine::TensorBatch batch(animals, torch::kFloat64);
        const double general = shape.isDirect ? engine::backwardThroughDirectGru(module, batch, 20)
                                              : engine::backwardThroughModule(module, batch, 20);
        const engine::FusedRollout<double> rollout(shape, animals, {20, 1, 0.7});
        std::vector<double> gradient(parameters.size());
        const engine::RolloutLoss loss = rollout.evaluate(parameters, gradient);
        const auto count = static_cast<double>(loss.scored);
        EXPECT_NEAR(general, loss.negativeLogLikelihood / count + loss.penalty, 1e-12)
            << engine::nameOf(shape);
        const std::vector<double> expected = gradientOf(module);
        for (double& value : gradient) {
            value /= count;
        }
        EXPECT_LT(engine::worstTensorError(shape, gradient, expected), 1e-10) << engine::nameOf(shape);
    }
}

TEST(NetworkRule, OneTrialAtATimeGivesTheKernelsPath) {
    const std::vector<data::RuleInputs> animals = engine::randomAnimals({61, 37}, 3);
    for (const engine::NetworkShape& shape : engine::everyShape(3, 7)) {
        if (shape.isDirect) {
            continue; // no weights
        }
        const std::vector<double> parameters = engine::lively(shape, 6);
        const rules::LearningRulePtr rule = engine::networkRule(shape, parameters);
        const engine::FusedRollout<double> rollout(shape, animals, {20, 1});
        const std::vector<double> path = rollout.weightsPath(parameters, 1);
        const data::RuleInputs& animal = animals[1];
        std::vector<double> weights(3, 0.0), update(3), state(rule->stateSize());
        for (std::size_t t = 0; t < animal.trials; ++t) {
            for (std::size_t k = 0; k < 3; ++k) {
                ASSERT_NEAR(weights[k], path[3 * t + k], 1e-11) << engine::nameOf(shape) << " trial " << t;
            }
            rule->step({weights, {animal.row(t), 3}, animal.choice[t], animal.outcome[t], animal.answer[t],
                           animal.side[t], animal.sessionStart[t]},
                state, update);
            for (std::size_t k = 0; k < 3; ++k) {
                weights[k] += update[k];
            }
        }
    }
}

TEST(NetworkRule, OneTrialAtATimeGivesTheReferencePath) {
    for (const char* kind : {"dnn", "rnn"}) {
        if (!RolloutFixture::exists(kind)) {
            GTEST_SKIP() << "no reference numbers beside the project";
        }
        const RolloutFixture fixture = RolloutFixture::read(kind);
        const rules::LearningRulePtr rule = engine::networkRule(fixture.shape, fixture.parameters);
        const data::RuleInputs& animal = fixture.animals[0];
        std::vector<double> weights(2, 0.0), update(2), state(rule->stateSize(), 0.0);
        for (std::size_t t = 0; t + 1 < animal.trials; ++t) {
            rule->step({weights, {animal.row(t), 2}, animal.choice[t], animal.outcome[t], animal.answer[t],
                           animal.side[t], animal.sessionStart[t]},
                state, update);
            for (std::size_t k = 0; k < 2; ++k) {
                weights[k] += update[k];
                ASSERT_NEAR(weights[k], fixture.weights[0][2 * t + k], 1e-12) << kind << " trial " << t;
            }
        }
    }
}
