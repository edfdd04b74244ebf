// SPDX-License-Identifier: GPL-3.0-or-later
// Every credit-assignment rule against LibTorch's autograd through a forward pass that cuts, detaches or
// replaces what the rule leaves out.
#include "core/networks/credit_assignment.h"

#include "tests/core/networks/small_network.h"

#include <gtest/gtest.h>
#include <torch/types.h>

namespace rulescope::networks {

namespace {

torch::Tensor toTensor(const Eigen::MatrixXd& matrix) {
    // Column-major: the transposed matrix row by row.
    return torch::from_blob(
        const_cast<double*>(matrix.data()), {matrix.cols(), matrix.rows()}, torch::kFloat64)
        .clone()
        .t()
        .contiguous();
}

Eigen::MatrixXd fromTensor(const torch::Tensor& tensor) {
    const torch::Tensor flat = tensor.t().contiguous();
    return Eigen::Map<const Eigen::MatrixXd>(flat.data_ptr<double>(), tensor.size(0), tensor.size(1));
}

/// Weights as leaves of autograd, and how a rule's forward pass treats them.
struct TorchNetwork {
    TorchNetwork(const Weights<double>& weights, const Dynamics& given)
        : in(toTensor(weights.in).requires_grad_())
        , recurrent(toTensor(weights.recurrent).requires_grad_())
        , out(toTensor(weights.out).requires_grad_())
        , dynamics(given) {}

    torch::Tensor phi(const torch::Tensor& v) const {
        switch (dynamics.activation) {
        case Activation::Relu:
            return torch::relu(v);
        case Activation::Tanh:
            return torch::tanh(v);
        case Activation::Linear:
            break;
        }
        return v;
    }

    torch::Tensor in, recurrent, out;
    Dynamics dynamics;
};

/// Only the derivative of `source`, at the value 0.
torch::Tensor derivativeOf(const torch::Tensor& source) {
    return source - source.detach();
}

/// What a rule's forward pass hands to the readout at every step: values as they are, derivatives as the rule
/// has them. `means` stands for the cell-type means where the rule averages.
std::vector<torch::Tensor> rates(const CreditRule& rule, const TorchNetwork& net, const Batch<double>& batch,
    const torch::Tensor& means, double mu) {
    const double a = net.dynamics.leak;
    const auto trials = static_cast<std::int64_t>(batch.trials);
    const torch::Tensor inputs = toTensor(batch.inputs);
    const torch::Tensor none = torch::zeros({net.recurrent.size(0), trials}, torch::kFloat64);
    torch::Tensor v = none, z = none;             // the exact pass
    torch::Tensor local = none, localRate = none; // recurrent input without derivative
    torch::Tensor hop = none;                     // recurrent input with the local pass's derivative
    torch::Tensor relayed = none, total = none;   // ModProp: the perturbation that travels on
    std::vector<torch::Tensor> result;
    for (std::int64_t t = 0; t < static_cast<std::int64_t>(batch.steps); ++t) {
        const torch::Tensor drive = torch::matmul(net.in, inputs.slice(1, t * trials, (t + 1) * trials));
        const torch::Tensor before = localRate;
        if (rule.isExact()) {
            v = a * v + (1 - a) * (drive + torch::matmul(net.recurrent, z));
            z = net.phi(v);
            result.push_back(z);
            continue;
        }
        local = a * local + (1 - a) * (drive + torch::matmul(net.recurrent, before.detach()));
        localRate = net.phi(local);
        if (rule.relay == CreditRule::Relay::None) {
            result.push_back(localRate);
        } else if (rule.relay == CreditRule::Relay::OneHop) {
            const torch::Tensor& weights = rule.averagesTypes ? means : net.recurrent;
            const torch::Tensor passed = torch::matmul(net.recurrent, before.detach()) +
                                         torch::matmul(weights.detach(), derivativeOf(before));
            hop = a * hop + (1 - a) * (drive + passed);
            result.push_back(net.phi(hop));
        } else {
            relayed = a * relayed + (1 - a) * torch::matmul(means, total);
            total = derivativeOf(localRate) + mu * relayed;
            result.push_back(localRate.detach() + total);
        }
    }
    return result;
}

torch::Tensor lossOf(const CreditRule& rule, const TorchNetwork& net, const Batch<double>& batch,
    const std::vector<torch::Tensor>& z, const torch::Tensor& feedback) {
    const auto trials = static_cast<std::int64_t>(batch.trials);
    torch::Tensor loss = torch::zeros({}, torch::kFloat64);
    for (std::size_t t = batch.lossFrom; t < batch.steps; ++t) {
        torch::Tensor y = torch::matmul(net.out, z[t]);
        if (rule.feedback == CreditRule::Feedback::Random) {
            y = torch::matmul(net.out, z[t].detach()) + torch::matmul(feedback.t(), derivativeOf(z[t]));
        }
        const auto from = static_cast<std::int64_t>((t - batch.lossFrom) * batch.trials);
        if (batch.loss == LossKind::CrossEntropy) {
            std::vector<std::int64_t> classes(
                batch.classes.begin() + from, batch.classes.begin() + from + trials);
            loss = loss + torch::nll_loss(torch::log_softmax(y, 0).t(), torch::tensor(classes), {},
                              torch::Reduction::Sum);
        } else {
            const torch::Tensor target = toTensor(batch.targets).slice(1, from, from + trials);
            loss = loss + 0.5 * (y - target).square().sum();
        }
    }
    return loss / static_cast<double>(batch.lossSteps() * batch.trials);
}

struct Case {
    Dynamics dynamics;
    LossKind loss = LossKind::CrossEntropy;
    std::size_t lossFrom = 0;
};

std::vector<Case> cases() {
    std::vector<Case> all;
    for (const Activation activation : {Activation::Relu, Activation::Tanh}) {
        for (const double leak : {0.0, 0.3}) {
            all.push_back({{activation, leak}, LossKind::CrossEntropy, 0});
            all.push_back({{activation, leak}, LossKind::CrossEntropy, 4});
            all.push_back({{activation, leak}, LossKind::SquaredError, 2});
        }
    }
    return all;
}

const std::vector<int> kTypes = {0, 0, 0, 1, 1, 2, 2};
constexpr double kMu = 0.4;

Eigen::MatrixXd smallFeedback(Eigen::Index neurons = 7) {
    base::RandomStream random(3);
    return randomMatrix(neurons, 2, 0.5, random);
}

Weights<double> ourGradient(const CreditRule& rule, const Case& setup, const Weights<double>& weights,
    const Batch<double>& batch, CreditConstants<double> constants) {
    Activity<double> activity;
    forward(setup.dynamics, weights, batch, activity);
    Weights<double> gradient;
    CreditAssignment<double>(rule, setup.dynamics, std::move(constants))
        .gradient(weights, batch, activity, gradient);
    return gradient;
}

double largestDifference(const Weights<double>& a, const Weights<double>& b) {
    return std::max({(a.in - b.in).cwiseAbs().maxCoeff(), (a.recurrent - b.recurrent).cwiseAbs().maxCoeff(),
        (a.out - b.out).cwiseAbs().maxCoeff()});
}

TEST(CreditAssignment, EveryRuleEqualsAutogradThroughWhatItKeeps) {
    const Weights<double> weights = smallWeights();
    for (const CreditRule* rule : allCreditRules()) {
        for (const Case& setup : cases()) {
            const Batch<double> batch = smallBatch(setup.loss, setup.lossFrom);
            const TorchNetwork net(weights, setup.dynamics);
            const torch::Tensor means = toTensor(cellTypeMeans(weights.recurrent, kTypes));
            const auto z = rates(*rule, net, batch, means, kMu);
            const torch::Tensor loss = lossOf(*rule, net, batch, z, toTensor(smallFeedback()));
            loss.backward();
            const Weights<double> expected{
                fromTensor(net.in.grad()), fromTensor(net.recurrent.grad()), fromTensor(net.out.grad())};

            const Weights<double> found =
                ourGradient(*rule, setup, weights, batch, {smallFeedback(), kTypes, kMu});

            EXPECT_LT(largestDifference(found, expected), 1e-12)
                << rule->name << ", leak " << setup.dynamics.leak << ", loss from " << setup.lossFrom;
            EXPECT_GT(expected.recurrent.norm(), 1e-3);
            Activity<double> activity;
            forward(setup.dynamics, weights, batch, activity);
            EXPECT_NEAR(activity.loss, loss.item<double>(), 1e-12);
        }
    }
}

const CreditRule& ruleNamed(std::string_view name) {
    return *findCreditRule(name).value();
}

TEST(CreditAssignment, SinglePrecisionAgreesWithDouble) {
    const Case setup{{Activation::Relu, 0.2}, LossKind::CrossEntropy, 0};
    const Weights<double> weights = smallWeights();
    const Batch<double> batch = smallBatch(setup.loss, setup.lossFrom);
    const Weights<double> expected = ourGradient(ruleNamed("bptt"), setup, weights, batch, {});
    const Weights<float> single = weights.cast<float>();
    const Batch<float> singleBatch = batch.cast<float>();
    Activity<float> activity;
    forward(setup.dynamics, single, singleBatch, activity);
    Weights<float> gradient;
    CreditAssignment<float>(ruleNamed("bptt"), setup.dynamics, {})
        .gradient(single, singleBatch, activity, gradient);
    EXPECT_LT(largestDifference(gradient.cast<double>(), expected), 1e-6);
}

TEST(CreditAssignment, WithoutRecurrentWeightsEPropIsExact) {
    Weights<double> weights = smallWeights();
    weights.recurrent.setZero();
    for (const Case& setup : cases()) {
        const Batch<double> batch = smallBatch(setup.loss, setup.lossFrom);
        const Weights<double> exact = ourGradient(ruleNamed("bptt"), setup, weights, batch, {});
        EXPECT_LT(
            largestDifference(ourGradient(ruleNamed("e-prop"), setup, weights, batch, {}), exact), 1e-14);
    }
}

TEST(CreditAssignment, OneHopIsExactOverTwoStepsWithoutLeak) {
    const Case setup{{Activation::Tanh, 0}, LossKind::CrossEntropy, 0};
    const Weights<double> weights = smallWeights();
    const Batch<double> batch = smallBatch(setup.loss, 0, 2, 2);
    const Weights<double> exact = ourGradient(ruleNamed("bptt"), setup, weights, batch, {});
    EXPECT_LT(largestDifference(ourGradient(ruleNamed("mdgl"), setup, weights, batch, {}), exact), 1e-14);
    EXPECT_GT(largestDifference(ourGradient(ruleNamed("e-prop"), setup, weights, batch, {}), exact), 1e-4);
}

TEST(CreditAssignment, ATypePerNeuronMakesAveragesTheWeightsThemselves) {
    const Weights<double> weights = smallWeights();
    const std::vector<int> types = {0, 1, 2, 3, 4, 5, 6};
    const Case tanh{{Activation::Tanh, 0.3}, LossKind::CrossEntropy, 0};
    const Batch<double> batch = smallBatch(tanh.loss, 0);
    EXPECT_LT(largestDifference(ourGradient(ruleNamed("mdgl-types"), tanh, weights, batch, {{}, types, 1}),
                  ourGradient(ruleNamed("mdgl"), tanh, weights, batch, {})),
        1e-14);
    const Case linear{{Activation::Linear, 0.3}, LossKind::SquaredError, 0};
    EXPECT_LT(largestDifference(ourGradient(ruleNamed("modprop"), linear, weights, batch, {{}, types, 1}),
                  ourGradient(ruleNamed("bptt"), linear, weights, batch, {})),
        1e-14);
}

TEST(CreditAssignment, RfloWithTheReadoutAsFeedbackIsEProp) {
    const Weights<double> weights = smallWeights();
    for (const Case& setup : cases()) {
        const Batch<double> batch = smallBatch(setup.loss, setup.lossFrom);
        EXPECT_LT(largestDifference(
                      ourGradient(ruleNamed("rflo"), setup, weights, batch, {weights.out.transpose(), {}, 1}),
                      ourGradient(ruleNamed("e-prop"), setup, weights, batch, {})),
            1e-14);
    }
}

TEST(CreditAssignment, AnUnknownRuleListsTheNames) {
    const auto found = findCreditRule("hebb");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, base::ErrorCode::NotFound);
    EXPECT_NE(base::english(found.error()).find("bptt, e-prop, rflo, mdgl, mdgl-types, modprop"),
        std::string::npos);
}

} // namespace

} // namespace rulescope::networks
