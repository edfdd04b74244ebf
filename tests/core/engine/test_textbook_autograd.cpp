// SPDX-License-Identifier: GPL-3.0-or-later
// The exact gradient of every textbook rule against LibTorch's autograd, in double precision: each formula of
// METHOD.md section 3 is written here a second time, in tensors.
#include "core/rules/registry.h"
#include "random_animals.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <torch/types.h>

using namespace rulescope;

namespace {

/// One trial as tensors; `probability` is p_R before the choice.
struct TensorTrial {
    torch::Tensor x, probability; ///< K; scalar
    double choice = 0, outcome = 0, answer = 0;

    torch::Tensor towardsChoice() const { return (choice - probability) * x; }
    /// (1 - p_z) e_z x; an unknown answer gives the mean over both.
    torch::Tensor towardsAnswer() const {
        const torch::Tensor right = (1 - probability) * x, left = -probability * x;
        return answer * right + (1 - answer) * left;
    }
};

/// dw of a rule; parameters as in the registry, flat.
using TensorRule = std::function<torch::Tensor(const TensorTrial&, const torch::Tensor& parameters)>;

TensorRule eligibility() {
    return [traces = std::deque<torch::Tensor>(), outcomes = std::deque<double>()](
               const TensorTrial& trial, const torch::Tensor& parameters) mutable {
        traces.push_back(trial.towardsChoice());
        outcomes.push_back(trial.outcome);
        if (traces.size() > 11) { // s = 0..10
            traces.pop_front();
        }
        if (outcomes.size() > 10) { // trials t-9..t
            outcomes.pop_front();
        }
        double correct = 0;
        for (const double outcome : outcomes) {
            correct += outcome;
        }
        torch::Tensor sum = torch::zeros_like(trial.x);
        for (const torch::Tensor& trace : traces) {
            sum = sum + trace;
        }
        const double isRewarded = 2 * correct >= static_cast<double>(outcomes.size()) ? 1 : 0;
        return parameters[0] * isRewarded * sum;
    };
}

/// A fresh one for each rollout: a rule with memory starts anew.
TensorRule tensorRule(const std::string& name, std::int64_t weights) {
    const auto rates = [weights](const torch::Tensor& all) { return all.narrow(0, 0, weights); };
    const auto offsets = [weights](const torch::Tensor& all) { return all.narrow(0, weights, weights); };
    const TensorRule baseline = [=](const TensorTrial& trial, const torch::Tensor& all) {
        return (rates(all) * trial.outcome - offsets(all)) * trial.towardsChoice();
    };
    const std::map<std::string, TensorRule> rules = {
        {"none", [](const TensorTrial& trial, const torch::Tensor&) { return torch::zeros_like(trial.x); }},
        {"reinforce",
            [](const TensorTrial& trial, const torch::Tensor& all) {
                return all[0] * trial.outcome * trial.towardsChoice();
            }},
        {"reinforce-per-weight",
            [=](const TensorTrial& trial, const torch::Tensor& all) {
                return rates(all) * trial.outcome * trial.towardsChoice();
            }},
        {"reinforce-baseline", baseline}, {"reinforce-nonnegative", baseline},
        {"reward-max",
            [](const TensorTrial& trial, const torch::Tensor& all) {
                const torch::Tensor p = trial.probability;
                return all[0] * (2 * trial.answer - 1) * trial.x * p * (1 - p) / 0.5;
            }},
        {"predict-max", [](const TensorTrial& trial,
                            const torch::Tensor& all) { return all[0] * trial.towardsAnswer(); }},
        {"eligibility", eligibility()}};
    const auto found = rules.find(name);
    return found != rules.end() ? found->second : TensorRule();
}

torch::Tensor leaf(const std::vector<double>& values) {
    return torch::tensor(values, torch::kFloat64).set_requires_grad(true);
}

/// Teacher-forced log-likelihood of the scored trials.
torch::Tensor logLikelihood(const data::RuleInputs& inputs, const TensorRule& rule,
    const torch::Tensor& parameters, torch::Tensor w) {
    torch::Tensor total = torch::zeros({}, torch::kFloat64);
    const auto weights = static_cast<std::int64_t>(inputs.regressors);
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        const torch::Tensor x =
            torch::from_blob(const_cast<double*>(inputs.row(t)), {weights}, torch::kFloat64).clone();
        const torch::Tensor logOdds = torch::dot(w, x);
        if (inputs.scored[t] != 0) {
            total = total + torch::log_sigmoid((2 * inputs.choice[t] - 1) * logOdds);
        }
        w = w + rule({x, torch::sigmoid(logOdds), inputs.choice[t], inputs.outcome[t], inputs.answer[t]},
                    parameters);
    }
    return total;
}

std::vector<double> valuesOf(const torch::Tensor& tensor) {
    const double* first = tensor.data_ptr<double>();
    return {first, first + tensor.numel()};
}

class TextbookAutograd : public ::testing::TestWithParam<const rules::RuleInfo*> {};

TEST_P(TextbookAutograd, GivesTheGradientOfTheFormula) {
    const rules::RuleInfo& rule = *GetParam();
    constexpr std::size_t kWeights = 3;
    data::RuleInputs inputs = engine::randomAnimals({60}, kWeights)[0];
    inputs.outcome[3] = inputs.outcome[17] = inputs.answer[17] = inputs.answer[40] = 0.5; // unknown
    inputs.scored[5] = inputs.scored[6] = 0;
    std::vector<double> parameters(rule.parameterCount(kWeights)), w0 = {0.3, -0.2, 0.1};
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        parameters[i] = 0.05 + 0.02 * static_cast<double>(i);
    }
    const bool ownsStart = rule.textbook->ownsInitialWeights();
    std::vector<double> gradient(parameters.size() + (ownsStart ? 0 : kWeights));
    const double value = rule.textbook->logLikelihood(inputs, parameters, w0, gradient);

    const TensorRule formula = tensorRule(std::string(rule.name), kWeights);
    ASSERT_TRUE(formula) << "write the formula of " << rule.name << " in tensors, too";
    const torch::Tensor theta = leaf(parameters), start = leaf(w0);
    const torch::Tensor expected = logLikelihood(inputs, formula, theta, ownsStart ? theta : start);
    expected.backward();
    EXPECT_NEAR(value, expected.item<double>(), 1e-11);
    std::vector<double> slopes = valuesOf(theta.grad());
    if (!ownsStart) {
        const std::vector<double> ofStart = valuesOf(start.grad());
        slopes.insert(slopes.end(), ofStart.begin(), ofStart.end());
    }
    ASSERT_EQ(slopes.size(), gradient.size());
    for (std::size_t i = 0; i < slopes.size(); ++i) {
        EXPECT_NEAR(gradient[i], slopes[i], 1e-10 * (1 + std::abs(slopes[i]))) << i;
    }
}

std::vector<const rules::RuleInfo*> textbookRules() {
    std::vector<const rules::RuleInfo*> found;
    for (const rules::RuleInfo* rule : rules::allRules()) {
        if (rule->textbook != nullptr) {
            found.push_back(rule);
        }
    }
    return found;
}

INSTANTIATE_TEST_SUITE_P(Rules, TextbookAutograd, ::testing::ValuesIn(textbookRules()),
    [](const ::testing::TestParamInfo<const rules::RuleInfo*>& tested) {
        std::string name(tested.param->name);
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

} // namespace
