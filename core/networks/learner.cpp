// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/credit_assignment.h"
#include "core/networks/measures.h"
#include "core/networks/network_run.h"
#include "core/networks/optimiser.h"
#include "core/networks/run_observer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

namespace rulescope::networks {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// One training step's gradient: the rule's own, or for the scaled control BPTT's, shortened.
class StepGradient {
  public:
    StepGradient(const CreditRule& rule, const NetworkSpec& spec, const InitialNetwork& start)
        : m_assignment(rule, start.dynamics,
              CreditConstants<float>{start.feedback.cast<float>(), start.cellTypes, spec.constantSlope}) {
        if (rule.isScaledToThreeFactor) {
            if (const auto reference = findCreditRule("e-prop")) {
                m_reference.emplace(**reference, start.dynamics, CreditConstants<float>{});
            }
        }
    }

    void compute(const Weights<float>& weights, const Batch<float>& batch, const Activity<float>& activity,
        Weights<float>& gradient) {
        m_assignment.gradient(weights, batch, activity, gradient);
        if (m_reference) {
            m_reference->gradient(weights, batch, activity, m_referenceGradient);
            const double share = gradientShare(m_referenceGradient.recurrent, gradient.recurrent);
            gradient.recurrent *= static_cast<float>(share);
            gradient.in *= static_cast<float>(share);
        }
    }

  private:
    CreditAssignment<float> m_assignment;
    std::optional<CreditAssignment<float>> m_reference;
    Weights<float> m_referenceGradient;
};

/// Whether a run has left every range: its loss is no number, or has grown without bound. A step that
/// overshoots is no end: a network may come back from it; one that stays out there does not.
class RunawayGuard {
  public:
    bool isRunaway(double loss) {
        m_limit = m_limit > 0 ? m_limit : std::max(kLargestLoss, 100 * loss);
        m_stepsOutside = loss <= m_limit ? 0 : m_stepsOutside + 1;
        return !std::isfinite(loss) || m_stepsOutside > kMostSteps || loss > kHopelessLoss;
    }

  private:
    static constexpr double kLargestLoss = 1e3; ///< nats, or half squared error; a bad start raises it
    static constexpr double kHopelessLoss = 1e12;
    static constexpr int kMostSteps = 50;
    double m_limit = 0;
    int m_stepsOutside = 0;
};

/// Reports at most 20 times a second and waits while paused.
class Watch {
  public:
    Watch(const RunCallbacks& callbacks, int steps)
        : m_callbacks(callbacks)
        , m_steps(steps) {}

    void look(int step, const NetworkRun& run, const base::StopToken& stop) {
        using namespace std::chrono_literals;
        while (m_callbacks.isPaused && m_callbacks.isPaused() && !stop.stop_requested()) {
            std::this_thread::sleep_for(20ms);
        }
        if (!m_callbacks.onProgress || Clock::now() - m_last < 50ms) {
            return;
        }
        m_last = Clock::now();
        RunProgress progress{
            step, m_steps, run.loss.last(), run.trainAccuracy.last(), secondsSince(m_start), 0};
        progress.secondsLeft = step > 0 ? progress.secondsElapsed * (m_steps - step) / step : 0;
        m_callbacks.onProgress(progress);
    }

  private:
    const RunCallbacks& m_callbacks;
    int m_steps;
    Clock::time_point m_start = Clock::now(), m_last{};
};

} // namespace

base::Result<NetworkRun> trainNetwork(
    const NetworkSpec& spec, const base::StopToken& stop, const RunCallbacks& callbacks) {
    if (const auto checked = checkSpec(spec); !checked) {
        return tl::make_unexpected(checked.error());
    }
    const auto rule = findCreditRule(spec.rule);
    base::Result<InitialNetwork> start = initialNetwork(spec);
    if (!start) {
        return tl::make_unexpected(start.error());
    }
    const Clock::time_point began = Clock::now();
    NetworkRun run;
    run.spec = spec;
    Weights<float> weights = start->weights.cast<float>();
    RunObserver observer(spec, *start, weights);
    StepGradient stepGradient(**rule, spec, *start);
    Optimiser optimiser(spec.optimiser, spec.steps);
    base::RandomStream trials(spec.seed, static_cast<std::uint64_t>(Stream::Training));
    Watch watch(callbacks, spec.steps);
    RunawayGuard guard;
    Batch<float> batch;
    Activity<float> activity;
    Weights<float> gradient;
    for (int step = 0; step <= spec.steps; ++step) {
        if (stop.stop_requested()) {
            run.status = RunStatus::Cancelled;
            break;
        }
        start->task->draw(TrialSource::Training, spec.batch, trials, batch);
        forward(start->dynamics, weights, batch, activity);
        if (guard.isRunaway(activity.loss)) {
            run.status = RunStatus::Diverged;
            break;
        }
        if (observer.isDue(step)) {
            observer.observe(step, weights, batch, activity, run, stop);
            if (callbacks.onMeasured) {
                callbacks.onMeasured(run);
            }
        }
        if (step < spec.steps) {
            stepGradient.compute(weights, batch, activity, gradient);
            optimiser.step(weights, gradient);
            run.steps = step + 1;
        }
        watch.look(run.steps, run, stop);
    }
    if (weights.isFinite()) {
        observer.finish(weights, run);
    } else {
        run.status = RunStatus::Diverged;
    }
    run.seconds = secondsSince(began);
    return run;
}

} // namespace rulescope::networks
