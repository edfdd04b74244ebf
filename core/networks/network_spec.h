// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/networks/connectivity.h"
#include "core/networks/network.h"
#include "core/networks/task.h"

#include <cstdint>
#include <string>

namespace rulescope::networks {

/// Stochastic gradient descent with momentum (m <- momentum m + g, W <- W - rate m), or Adam.
struct OptimiserOptions {
    std::string kind = "sgd"; ///< "sgd" or "adam"
    double rate = 0.003;      ///< eta
    double momentum = 0.9;    ///< of SGD, in [0, 1)
    double l2 = 0;            ///< added to the gradient: l2 W, all weights
    double decayAt = 1;       ///< fraction of the steps after which the rate is multiplied by decayFactor
    double decayFactor = 1;   ///< below 1: large steps early, small ones later
    bool operator==(const OptimiserOptions&) const = default;
};

/// How often a run is measured; counts of points spread evenly from step 0 to the last one.
struct MeasureOptions {
    int curves = 25;      ///< loss, accuracies, dW, representation alignment, rho
    int kernels = 5;      ///< tangent-kernel alignment; 0: never
    int curvature = 5;    ///< leading Hessian eigenvalue; 0: never
    int testTrials = 512; ///< trials behind each accuracy
    int curvatureTrials = 256;
    bool spectra = true; ///< singular values and eigenvalues before and after
    bool operator==(const MeasureOptions&) const = default;
};

/// Everything that determines a run; defaults are [RL]'s (METHOD.md section 10).
struct NetworkSpec {
    std::string task = "two-alternative";
    TaskOptions taskOptions;
    ConnectivityOptions connectivity;
    std::string rule = "bptt";         ///< credit assignment
    std::size_t cellTypes = 2;         ///< of rules that average, if the connectivity has no types of its own
    double constantSlope = 0.5;        ///< mu of ModProp
    std::size_t units = 300;           ///< N
    std::string activation = "relu";   ///< "relu", "tanh" or "linear"
    double leak = 0;                   ///< a = 1 - dt/tau
    std::string outerInit = "uniform"; ///< W_in, W_out: "uniform" +-1/sqrt(fan in), or "he": N(0, 2/fan in)
    OptimiserOptions optimiser;
    int steps = 10000;
    std::size_t batch = 32;
    /// Trials that training draws from again and again, so that they can be learned by heart; 0: new ones at
    /// every step (of images: all there are).
    std::size_t trainingTrials = 0;
    std::uint64_t seed = 1;
    MeasureOptions measures;
    bool operator==(const NetworkSpec&) const = default;
};

/// Errors for values that can't be run, each with its option and what to choose: InvalidValue, NotFound (an
/// unknown name), TooLarge (with the estimate; `runs` that share the memory).
base::Result<void> checkSpec(const NetworkSpec& spec, std::size_t runs = 1);
/// Bytes that a run needs at most, about.
double estimatedBytes(const NetworkSpec& spec, const Task& task);

base::Result<Activation> parseActivation(const std::string& name);

/// A network before its first step.
struct InitialNetwork {
    TaskPtr task;
    Dynamics dynamics;
    Weights<double> weights;
    std::vector<int> cellTypes; ///< N
    Eigen::MatrixXd feedback;   ///< B of RFLO, N x O
};
/// Deterministic by spec.seed; runs that differ in rank share one full matrix, and W_in and W_out.
base::Result<InitialNetwork> initialNetwork(const NetworkSpec& spec);
/// The same for a task that is no entry of the registry.
base::Result<InitialNetwork> initialNetwork(const NetworkSpec& spec, TaskPtr task);

/// Streams of a run's random numbers, so that no two purposes share any.
enum class Stream : std::uint64_t {
    Connectivity,
    Outer,
    Training,
    Probe,
    Feedback,
    Power,
    Test,
    Choices,
    TrainingSet
};

/// One JSON object, stable key order; fromJson accepts what toJson writes.
std::string toJson(const NetworkSpec& spec);
base::Result<NetworkSpec> networkSpecFromJson(const std::string& json);

} // namespace rulescope::networks
