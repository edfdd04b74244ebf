// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/networks/network_spec.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace rulescope::networks {

/// One measure along training: finite values only, steps rising.
struct MeasureSeries {
    std::vector<int> steps;
    std::vector<double> values;

    void add(int step, double value); ///< values that are not finite are left out
    bool isEmpty() const { return values.empty(); }
    double last() const; ///< NaN if empty
    bool operator==(const MeasureSeries&) const = default;
};

enum class RunStatus {
    Completed,
    Cancelled, ///< by the user, at NetworkRun::steps
    Diverged,  ///< the loss or the weights left every range at NetworkRun::steps
};
std::string toString(RunStatus status);

/// Eigenvalues or singular values of the recurrent weights.
struct Spectrum {
    std::vector<double> singular;        ///< falling
    std::vector<double> real, imaginary; ///< eigenvalues, by falling size
    double effectiveRank = 0;            ///< sum |lambda_i| / (|lambda_1| N)
    bool operator==(const Spectrum&) const = default;
};

/// What became of one network (METHOD.md section 10, Measures).
struct NetworkRun {
    NetworkSpec spec;
    RunStatus status = RunStatus::Completed;
    int steps = 0;      ///< done; of a diverged run: where it left
    double seconds = 0; ///< training and measuring
    MeasureSeries loss, trainAccuracy, testAccuracy, noisyTestAccuracy;
    MeasureSeries weightChange;            ///< dW
    MeasureSeries representationAlignment; ///< RA with step 0
    MeasureSeries kernelAlignment;         ///< KA with step 0
    MeasureSeries curvature;               ///< leading Hessian eigenvalue in W_rec, signed
    MeasureSeries gradientShare;           ///< rho of the rule (of e-prop for its control)
    double signSimilarity = 1;             ///< share of initial connections that keep their sign
    Spectrum before, after;                ///< empty if not wanted
};

/// What a running network tells its watcher, at most 20 times a second, from the working thread.
struct RunProgress {
    int step = 0, steps = 0;
    double loss = 0, trainAccuracy = 0; ///< of the latest measurement
    double secondsElapsed = 0, secondsLeft = 0;
};

struct RunCallbacks {
    std::function<void(const RunProgress&)> onProgress;
    std::function<void(const NetworkRun&)> onMeasured; ///< after each measurement, with all so far
    std::function<bool()> isPaused;                    ///< polled between steps
};

/// Trains and measures one network on the calling thread; the same spec gives the same bits on one build and
/// instruction set. A stop request or a divergence is a status, not an error. Errors: those of checkSpec().
base::Result<NetworkRun> trainNetwork(
    const NetworkSpec& spec, const base::StopToken& stop = {}, const RunCallbacks& callbacks = {});

/// Where mean stability of gradient descent ends: 2 (1 + momentum) / (eta rho); infinite without rho, NaN for
/// another optimiser.
double stabilityBound(const NetworkSpec& spec, double gradientShare);

/// Train - test accuracy where a run first reaches `trainAccuracy` (interpolated); NaN if it never does.
double gapAt(const NetworkRun& run, double trainAccuracy, bool isNoisyTest);
/// The largest train accuracy that every one of these runs reached: where their gaps can be compared.
double matchedTrainAccuracy(std::span<const NetworkRun> runs);

/// One JSON object, stable key order; fromJson accepts what toJson writes.
std::string toJson(const NetworkRun& run);
base::Result<NetworkRun> networkRunFromJson(const std::string& json);

} // namespace rulescope::networks
