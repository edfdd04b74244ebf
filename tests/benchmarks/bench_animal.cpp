// SPDX-License-Identifier: GPL-3.0-or-later
// Budgets of what is computed per animal (DESIGN.md): weight tracking, psychometric curves. W053 is read from
// the shared data; without them a simulated animal of the same size stands in.
#include "core/behavior/psychometric.h"
#include "core/io/import_paths.h"
#include "core/tracking/weight_tracking.h"
#include "tests/core/tracking/tracked_animals.h"

#include <benchmark/benchmark.h>

using namespace rulescope;

namespace {

/// Three weights over `trials` trials.
data::RuleInputs threeWeights(std::size_t trials) {
    data::RuleInputs inputs = tests::rat(trials);
    if (inputs.trials > 0)
        return inputs;
    const data::RuleInputs two = tests::walker({}, trials, 1);
    for (std::size_t t = 0; t < trials; ++t)
        tests::append(inputs, {1, two.row(t)[1], t > 0 ? two.row(t - 1)[1] : 0}, two.choice[t],
            two.outcome[t], two.sessionStart[t] == 1);
    return inputs;
}

void trackWithDriftsByEvidence(benchmark::State& state) {
    const data::RuleInputs inputs = threeWeights(10000);
    for (auto _ : state) {
        const auto tracked = tracking::trackWeights(inputs, {"bias", "s1", "s2"}, {});
        if (!tracked)
            return state.SkipWithError("tracking failed");
        state.counters["log_evidence"] = tracked->logEvidence;
        state.counters["evaluations"] = tracked->evaluations;
    }
}

/// Cost against trials, drifts given.
void trackWithGivenDrifts(benchmark::State& state) {
    const data::RuleInputs inputs =
        tests::walker({.forgotten = .001}, static_cast<std::size_t>(state.range(0)), 1);
    for (auto _ : state)
        benchmark::DoNotOptimize(tracking::trackWeights(inputs, {"bias", "stimulus"}, {.sigma = {.03, .06}}));
    state.SetComplexityN(state.range(0));
}

/// A session of 700 trials at nine contrasts.
std::vector<behavior::ChoiceLevel> session() {
    base::RandomStream random(2);
    std::vector<behavior::ChoiceLevel> levels;
    for (const double x : {-100.0, -25.0, -12.5, -6.25, 0.0, 6.25, 12.5, 25.0, 100.0}) {
        behavior::ChoiceLevel level{x, 78, 0};
        for (std::size_t i = 0; i < level.n; ++i)
            level.right += random.bernoulli(behavior::psychometricCurve({-4, 18, .08, .05}, x)) ? 1 : 0;
        levels.push_back(level);
    }
    return levels;
}

void psychometricOfASession(benchmark::State& state) {
    const std::vector<behavior::ChoiceLevel> levels = session();
    const auto variant = static_cast<behavior::PsychometricVariant>(state.range(0));
    state.SetLabel(behavior::toString(variant));
    for (auto _ : state)
        benchmark::DoNotOptimize(behavior::fitPsychometric(levels, variant));
}

void profileIntervalsOfASession(benchmark::State& state) {
    const std::vector<behavior::ChoiceLevel> levels = session();
    for (auto _ : state)
        benchmark::DoNotOptimize(
            behavior::profileIntervals(levels, behavior::PsychometricVariant::IblStatus));
}

} // namespace

BENCHMARK(trackWithDriftsByEvidence)->Unit(benchmark::kMillisecond);
BENCHMARK(trackWithGivenDrifts)
    ->RangeMultiplier(10)
    ->Range(1000, 1000000)
    ->Unit(benchmark::kMillisecond)
    ->Complexity(benchmark::oN);
BENCHMARK(psychometricOfASession)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);
BENCHMARK(profileIntervalsOfASession)->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
