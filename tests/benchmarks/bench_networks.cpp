// SPDX-License-Identifier: GPL-3.0-or-later
// One training step of a network learner (300 neurons, 8 steps, batches of 32, BPTT, SGD with momentum)
// against the same step through LibTorch's autograd, both on one thread; `bench_networks` prints a table.
#include "core/networks/credit_assignment.h"
#include "core/networks/network_spec.h"
#include "core/networks/optimiser.h"

#include <ATen/Parallel.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <torch/types.h>

namespace {

using namespace rulescope;
using namespace rulescope::networks;
using Clock = std::chrono::steady_clock;

torch::Tensor toTensor(const Matrix<float>& matrix) {
    return torch::from_blob(
        const_cast<float*>(matrix.data()), {matrix.cols(), matrix.rows()}, torch::kFloat32)
        .clone()
        .t()
        .contiguous();
}

/// The run as one would write it with LibTorch: a loop over steps, autograd, SGD with momentum in place.
class TorchRun {
  public:
    explicit TorchRun(const Weights<float>& weights)
        : m_weights{toTensor(weights.in).requires_grad_(), toTensor(weights.recurrent).requires_grad_(),
              toTensor(weights.out).requires_grad_()} {
        for (const torch::Tensor& each : m_weights) {
            m_momentum.push_back(torch::zeros_like(each));
        }
    }

    double step(const Batch<float>& batch, float rate, float momentum) {
        const auto trials = static_cast<std::int64_t>(batch.trials);
        const torch::Tensor inputs = toTensor(batch.inputs);
        torch::Tensor z;
        std::vector<torch::Tensor> rates;
        for (std::int64_t t = 0; t < static_cast<std::int64_t>(batch.steps); ++t) {
            torch::Tensor v = torch::mm(m_weights[0], inputs.slice(1, t * trials, (t + 1) * trials));
            if (t > 0) {
                v = v + torch::mm(m_weights[1], z);
            }
            z = torch::relu(v);
            rates.push_back(z);
        }
        const torch::Tensor y = torch::mm(m_weights[2], torch::cat(rates, 1));
        const std::vector<std::int64_t> classes(batch.classes.begin(), batch.classes.end());
        const torch::Tensor loss = torch::nll_loss(torch::log_softmax(y.t(), 1), torch::tensor(classes));
        loss.backward();
        const at::NoGradGuard noGradient;
        for (std::size_t i = 0; i < m_weights.size(); ++i) {
            torch::Tensor gradient = m_weights[i].grad();
            m_momentum[i].mul_(momentum).add_(gradient);
            m_weights[i].sub_(m_momentum[i], rate);
            gradient.zero_();
        }
        return loss.item<double>();
    }

  private:
    std::vector<torch::Tensor> m_weights, m_momentum;
};

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

} // namespace

int main(int argc, char** argv) {
    const int steps = argc > 1 ? std::atoi(argv[1]) : 300;
    at::set_num_threads(1);
    std::printf("%-18s %12s %12s %8s %12s %12s\n", "task", "ours ms", "LibTorch ms", "ratio", "loss", "loss");
    for (const char* name : {"two-alternative", "delayed-match", "context"}) {
        NetworkSpec spec;
        spec.task = name;
        const auto start = initialNetwork(spec);
        const auto rule = findCreditRule("bptt");
        if (!start || !rule) {
            return 1;
        }
        std::vector<Batch<float>> batches(static_cast<std::size_t>(steps));
        base::RandomStream random(1);
        for (Batch<float>& batch : batches) {
            start->task->draw(TrialSource::Training, spec.batch, random, batch);
        }
        Weights<float> weights = start->weights.cast<float>(), gradient;
        TorchRun torchRun(weights);
        CreditAssignment<float> assignment(**rule, start->dynamics, {});
        Optimiser optimiser(spec.optimiser, steps);
        Activity<float> activity;
        Clock::time_point began = Clock::now();
        for (const Batch<float>& batch : batches) {
            forward(start->dynamics, weights, batch, activity);
            assignment.gradient(weights, batch, activity, gradient);
            optimiser.step(weights, gradient);
        }
        const double ours = secondsSince(began) * 1000 / steps;
        double loss = 0;
        began = Clock::now();
        for (const Batch<float>& batch : batches) {
            loss = torchRun.step(batch, 0.003F, 0.9F);
        }
        const double theirs = secondsSince(began) * 1000 / steps;
        std::printf("%-18s %12.3f %12.3f %8.2f %12.5f %12.5f\n", name, ours, theirs, theirs / ours,
            activity.loss, loss);
    }
    return 0;
}
