// SPDX-License-Identifier: GPL-3.0-or-later
// Budgets of the fit engine (DESIGN.md): run with --benchmark_min_time=0.5 on an idle machine; every number
// is of the best epoch. --benchmark_filter takes a part: torchEpoch, fusedEpoch, costAgainstTrials,
// publishedProtocol.
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/engine/fused_rollout.h"
#include "core/fit/rule_fit.h"
#include "peak.h"
#include "torch_loop.h"

#include <benchmark/benchmark.h>
#include <cmath>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

using namespace rulescope;

namespace {

constexpr int kTruncation = 500;

/// Multiplications and additions of one trial's forward and backward pass (backward counted as twice the
/// forward).
double flopsPerTrial(const engine::NetworkShape& shape) {
    const double inputs = shape.inputs(), hidden = shape.hidden, weights = shape.weights;
    const double gru = shape.isRecurrent ? 3 * hidden * (inputs + hidden) : 0;
    const double mlp = hidden * (shape.isRecurrent ? hidden : inputs) +
                       (shape.hiddenLayers - 1) * hidden * hidden + hidden * weights;
    return 3 * 2 * (gru + mlp);
}

std::vector<data::RuleInputs> animals(std::size_t count, std::size_t trials) {
    std::vector<data::RuleInputs> all(count);
    for (std::size_t a = 0; a < count; ++a) {
        base::RandomStream random(1, a);
        data::RuleInputs& inputs = all[a];
        inputs.trials = trials;
        inputs.regressors = 2;
        for (std::size_t t = 0; t < trials; ++t) {
            inputs.x.push_back(1);
            inputs.x.push_back(random.uniform(-1, 1));
            inputs.choice.push_back(random.bernoulli(0.5) ? 1 : 0);
            inputs.outcome.push_back(random.bernoulli(0.7) ? 1 : 0);
            inputs.answer.push_back(random.bernoulli(0.5) ? 1 : 0);
            inputs.side.push_back(inputs.answer.back());
            inputs.sessionStart.push_back(t % 500 == 0 ? 1 : 0);
            inputs.scored.push_back(1);
            inputs.trialIndex.push_back(t);
        }
    }
    return all;
}

/// Sustained peak of all cores at once: what "share of peak" is relative to.
double peakGflops() {
    static const double peak = [] {
        const auto cores = static_cast<std::size_t>(base::defaultThreads());
        std::vector<double> perCore(cores);
        base::parallelFor(cores, 0, [&](std::size_t i) { perCore[i] = benchmarks::peakGflopsPerCore(); });
        double sum = 0;
        for (const double value : perCore) {
            sum += value;
        }
        return sum;
    }();
    return peak;
}

double& torchSeconds(bool isRecurrent) {
    static std::map<bool, double> seconds;
    return seconds[isRecurrent];
}

void torchEpoch(benchmark::State& state) {
    const bool isRecurrent = state.range(0) != 0;
    const auto cohort = animals(12, 10000);
    benchmarks::TorchLoop loop({2, 32, isRecurrent}, cohort, static_cast<int>(state.range(1)));
    for (auto _ : state) {
        const auto start = std::chrono::steady_clock::now();
        benchmark::DoNotOptimize(loop.epoch(kTruncation));
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        double& best = torchSeconds(isRecurrent);
        best = best == 0 ? seconds : std::min(best, seconds);
    }
}

/// Seconds of the best epoch of forward and backward.
double bestEpoch(benchmark::State& state, const engine::NetworkShape& shape,
    const std::vector<data::RuleInputs>& cohort, int threads) {
    const engine::FusedRollout<float> rollout(shape, cohort, {kTruncation, threads});
    const std::vector<double> start = engine::initialParameters(shape, 1);
    const std::vector<float> parameters(start.begin(), start.end());
    std::vector<float> gradient(parameters.size());
    double best = 0;
    for (auto _ : state) {
        const auto begin = std::chrono::steady_clock::now();
        benchmark::DoNotOptimize(rollout.evaluate(parameters, gradient));
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        best = best == 0 ? seconds : std::min(best, seconds);
    }
    return best;
}

engine::NetworkShape shapeOf(std::int64_t kind) {
    switch (kind) {
    case 0:
        return {2, 32, false};
    case 1:
        return {2, 32, true};
    case 2:
        return {2, 32, false, true};
    case 3:
        return {2, 32, true, true};
    case 4:
        return {2, 8, true, false, true};
    case 5:
        return {2, 32, false, false, false, 3};
    default:
        return {2, 32, true, false, false, 3};
    }
}

void fusedEpoch(benchmark::State& state) {
    static std::map<std::int64_t, double> oneCore;
    const engine::NetworkShape shape = shapeOf(state.range(0));
    const auto count = static_cast<std::size_t>(state.range(2)),
               trials = static_cast<std::size_t>(state.range(3));
    const double best = bestEpoch(state, shape, animals(count, trials), static_cast<int>(state.range(1)));
    state.counters["best_ms"] = 1e3 * best;
    if (shape.isDirect || shape.isResidual || shape.hiddenLayers != 2) {
        return; // the work and the loop below are those of the plain rules with two hidden layers
    }
    if (state.range(1) == 1) {
        oneCore[state.range(0)] = best;
    } else if (oneCore.count(state.range(0)) != 0 && count == 12 && trials == 10000) {
        state.counters["times_one_core"] = oneCore[state.range(0)] / best;
    }
    const double gflops = 1e-9 * flopsPerTrial(shape) * static_cast<double>(count * trials) / best;
    state.counters["GFLOP/s"] = gflops;
    state.counters["share_of_peak"] = gflops / peakGflops();
    if (torchSeconds(shape.isRecurrent) > 0 && count == 12 && trials == 10000) {
        state.counters["times_faster_than_torch"] = torchSeconds(shape.isRecurrent) / best;
    }
}

/// Slope of log(time) against log(trials) from the smallest cohort on: 1 is linear.
void costAgainstTrials(benchmark::State& state) {
    static std::map<std::int64_t, std::map<double, double>> seen; // a benchmark may be called several times
    std::map<double, double>& logTimes = seen[state.range(0)];
    const auto trials = static_cast<std::size_t>(state.range(1)) / 12;
    const double best = bestEpoch(state, shapeOf(state.range(0)), animals(12, trials), 2);
    logTimes[std::log(static_cast<double>(state.range(1)))] = std::log(best);
    state.counters["best_ms"] = 1e3 * best;
    const auto first = logTimes.begin(), last = std::prev(logTimes.end());
    if (first != last) {
        state.counters["exponent"] = (last->second - first->second) / (last->first - first->first);
    }
}

/// Resident memory of the process: now, and the most it ever had.
double residentMegabytes(const std::string& field) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.rfind(field + ":", 0) == 0) {
            return std::stod(line.substr(field.size() + 1)) / 1024;
        }
    }
    return 0;
}

/// The whole published protocol, optimiser and all.
void publishedProtocol(benchmark::State& state) {
    const auto spec = fit::withPreset({}, "liu2025");
    fit::FitSpec full = *spec;
    full.rule = state.range(0) != 0 ? "rnn" : "dnn";
    const std::vector<data::RuleInputs> cohort = animals(12, 10000);
    const double base = residentMegabytes("VmRSS");
    for (auto _ : state) {
        const auto fit = fit::fitRule(full, cohort, {}, {}, {});
        benchmark::DoNotOptimize(fit);
    }
    state.counters["epochs"] = full.training.epochs;
    state.counters["MB_above_base"] = residentMegabytes("VmHWM") - base;
}

} // namespace

// Arguments: kind (0 DNN, 1 RNN, 2 and 3 their residual forms, 4 direct GRU, 5 and 6 DNN and RNN with three
// hidden layers), threads [, animals, trials].
BENCHMARK(torchEpoch)
    ->Args({0, 1})
    ->Args({0, 2})
    ->Args({1, 1})
    ->Args({1, 2})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(fusedEpoch)
    ->Args({0, 1, 12, 10000})
    ->Args({0, 2, 12, 10000})
    ->Args({1, 1, 12, 10000})
    ->Args({1, 2, 12, 10000})
    ->Args({1, 1, 6, 10000})
    ->Args({1, 2, 8, 5600})
    ->Args({2, 2, 12, 10000})
    ->Args({3, 2, 12, 10000})
    ->Args({4, 2, 12, 10000})
    ->Args({5, 2, 12, 10000})
    ->Args({6, 2, 12, 10000})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

BENCHMARK(costAgainstTrials)
    ->ArgsProduct({{0, 1}, {1000, 10000, 100000, 1000000}})
    ->Iterations(10)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(publishedProtocol)->Arg(0)->Arg(1)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    benchmark::AddCustomContext("instruction_set", engine::instructionSet());
    benchmark::AddCustomContext("peak_gflops", std::to_string(peakGflops()));
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
