// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/network_spec.h"

#include "core/networks/credit_rule.h"
#include "core/networks/finite_trials.h"
#include "core/networks/measures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unistd.h>

namespace rulescope::networks {

namespace {

using base::ErrorCode;
using base::Number;

base::Result<void> inRange(bool isFine, const char* option, double value, const char* remedy) {
    if (isFine) {
        return {};
    }
    return base::failure(ErrorCode::InvalidValue,
        {QT_TRANSLATE_NOOP("core", "%1 can't be %2."), {std::string(option), Number{value}}}, option, remedy);
}

base::Result<void> checkNumbers(const NetworkSpec& spec) {
    const OptimiserOptions& optimiser = spec.optimiser;
    const auto real = [](std::size_t n) { return static_cast<double>(n); };
    const auto isPositive = [](double v) { return v > 0 && std::isfinite(v); };
    const base::Result<void> checks[] = {
        inRange(spec.units >= 2, "units", real(spec.units),
            QT_TRANSLATE_NOOP("core", "Choose at least 2 neurons; 300 is usual.")),
        inRange(spec.batch >= 1, "batch", real(spec.batch),
            QT_TRANSLATE_NOOP("core", "Choose at least one trial per step; 32 is usual.")),
        inRange(spec.steps >= 1 && spec.steps <= 100'000'000, "steps", spec.steps,
            QT_TRANSLATE_NOOP("core", "Choose at least one step; 10000 is usual.")),
        inRange(spec.trainingTrials <= 10'000'000, "training-trials", real(spec.trainingTrials),
            QT_TRANSLATE_NOOP("core", "Choose 0 for new trials at every step, or up to 10000000.")),
        inRange(spec.leak >= 0 && spec.leak < 1, "leak", spec.leak,
            QT_TRANSLATE_NOOP("core", "Choose a leak a = 1 - dt/tau from 0 to below 1.")),
        inRange(isPositive(optimiser.rate), "rate", optimiser.rate,
            QT_TRANSLATE_NOOP("core", "Choose a learning rate above 0.")),
        inRange(optimiser.momentum >= 0 && optimiser.momentum < 1, "momentum", optimiser.momentum,
            QT_TRANSLATE_NOOP("core", "Choose a momentum from 0 to below 1.")),
        inRange(optimiser.l2 >= 0 && std::isfinite(optimiser.l2), "l2", optimiser.l2,
            QT_TRANSLATE_NOOP("core", "Choose 0 or a small positive number.")),
        inRange(optimiser.decayAt >= 0 && optimiser.decayAt <= 1, "decay-at", optimiser.decayAt,
            QT_TRANSLATE_NOOP("core", "Choose a fraction of the steps, from 0 to 1.")),
        inRange(isPositive(optimiser.decayFactor), "decay-factor", optimiser.decayFactor,
            QT_TRANSLATE_NOOP("core", "Choose a number above 0.")),
        inRange(spec.taskOptions.noise >= 0 && std::isfinite(spec.taskOptions.noise), "noise",
            spec.taskOptions.noise, QT_TRANSLATE_NOOP("core", "Choose 0 or a positive number.")),
        inRange(spec.taskOptions.noisyTestNoise >= 0 && std::isfinite(spec.taskOptions.noisyTestNoise),
            "test-noise", spec.taskOptions.noisyTestNoise,
            QT_TRANSLATE_NOOP("core", "Choose 0 or a positive number.")),
        inRange(std::all_of(spec.taskOptions.stimuli.begin(), spec.taskOptions.stimuli.end(),
                    [](double stimulus) { return std::abs(stimulus) <= 1; }),
            "stimuli", std::numeric_limits<double>::quiet_NaN(),
            QT_TRANSLATE_NOOP("core", "Give strengths from -1 to 1.")),
        inRange(spec.cellTypes >= 1 && spec.cellTypes <= spec.units, "types", real(spec.cellTypes),
            QT_TRANSLATE_NOOP("core", "Choose from one type to one per neuron.")),
        inRange(std::isfinite(spec.constantSlope), "slope", spec.constantSlope,
            QT_TRANSLATE_NOOP("core", "Choose a number; 0.5 is usual.")),
        inRange(spec.measures.testTrials >= 1 && spec.measures.curvatureTrials >= 1, "test-trials",
            std::min(spec.measures.testTrials, spec.measures.curvatureTrials),
            QT_TRANSLATE_NOOP("core", "Choose at least one trial."))};
    for (const base::Result<void>& check : checks) {
        if (!check) {
            return check;
        }
    }
    return {};
}

base::Result<void> oneOf(
    const std::string& name, std::initializer_list<const char*> names, const char* option) {
    std::string list;
    for (const char* each : names) {
        if (name == each) {
            return {};
        }
        list += (list.empty() ? "" : ", ") + std::string(each);
    }
    return base::failure(ErrorCode::InvalidValue,
        {QT_TRANSLATE_NOOP("core", "%1 can't be \"%2\"."), {std::string(option), name}}, option,
        base::Text{QT_TRANSLATE_NOOP("core", "Choose from %1."), {list}});
}

double physicalBytes() {
    return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

base::Result<void> checkMemory(const NetworkSpec& spec, const Task& task, std::size_t runs) {
    const double needed = estimatedBytes(spec, task) * static_cast<double>(runs);
    const double available = physicalBytes() * 0.8;
    if (needed <= available) {
        return {};
    }
    constexpr double gigabyte = 1e9;
    return base::failure(ErrorCode::TooLarge,
        {QT_TRANSLATE_NOOP("core",
             "A network of %1 neurons with this batch would need about %2 GB; %3 GB can be used here."),
            {static_cast<std::int64_t>(spec.units), Number{needed / gigabyte, 1},
                Number{available / gigabyte, 1}}},
        "units", QT_TRANSLATE_NOOP("core", "Use fewer neurons, a smaller batch or fewer runs at a time."));
}

Weights<double> outerWeights(const NetworkSpec& spec, const Task& task) {
    base::RandomStream random(spec.seed, static_cast<std::uint64_t>(Stream::Outer));
    const auto units = static_cast<Eigen::Index>(spec.units);
    Weights<double> weights;
    const auto draw = [&](Eigen::Index rows, Eigen::Index fanIn) {
        Eigen::MatrixXd matrix(rows, fanIn);
        const double n = static_cast<double>(fanIn);
        for (Eigen::Index i = 0; i < matrix.size(); ++i) {
            matrix.data()[i] = spec.outerInit == "he" ? std::sqrt(2 / n) * random.normal()
                                                      : random.uniform(-1, 1) / std::sqrt(n);
        }
        return matrix;
    };
    weights.in = draw(units, static_cast<Eigen::Index>(task.inputs()));
    weights.out = draw(static_cast<Eigen::Index>(task.outputs()), units);
    return weights;
}

} // namespace

base::Result<Activation> parseActivation(const std::string& name) {
    if (const auto known = oneOf(name, {"relu", "tanh", "linear"}, "activation"); !known) {
        return tl::make_unexpected(known.error());
    }
    return name == "relu" ? Activation::Relu : name == "tanh" ? Activation::Tanh : Activation::Linear;
}

double estimatedBytes(const NetworkSpec& spec, const Task& task) {
    const double n = static_cast<double>(spec.units);
    const double steps = static_cast<double>(task.steps());
    const double widest =
        static_cast<double>(std::max({spec.batch, static_cast<std::size_t>(spec.measures.testTrials),
            static_cast<std::size_t>(spec.measures.curvatureTrials), kProbeTrials}));
    // Weights, step, moments and packed copies in float; a decomposition in double.
    const double square = n * n * (10 * sizeof(float) + 8 * sizeof(double));
    const double activity = n * steps * widest * 10 * sizeof(float);
    const double kernel = spec.measures.kernels > 0
                              ? tangentKernelBytes(spec.units, task.outputs(), kKernelTrials, task.steps(),
                                    task.steps() - task.lossFrom(), sizeof(float))
                              : 0;
    const double trainingSet =
        static_cast<double>(spec.trainingTrials * task.inputs() * task.steps() * sizeof(float));
    return square + activity + kernel + trainingSet;
}

base::Result<void> checkSpec(const NetworkSpec& spec, std::size_t runs) {
    const auto task = findTask(spec.task);
    if (!task) {
        return tl::make_unexpected(task.error());
    }
    if (const auto rule = findCreditRule(spec.rule); !rule) {
        return tl::make_unexpected(rule.error());
    }
    const base::Result<void> checks[] = {checkNumbers(spec),
        oneOf(spec.activation, {"relu", "tanh", "linear"}, "activation"),
        oneOf(spec.outerInit, {"uniform", "he"}, "outer-init"),
        oneOf(spec.optimiser.kind, {"sgd", "adam"}, "optimiser"),
        checkConnectivity(spec.connectivity, spec.units)};
    for (const base::Result<void>& check : checks) {
        if (!check) {
            return check;
        }
    }
    const auto made = (*task)->make(spec.taskOptions);
    if (!made) {
        return tl::make_unexpected(made.error());
    }
    return checkMemory(spec, **made, runs);
}

base::Result<InitialNetwork> initialNetwork(const NetworkSpec& spec, TaskPtr task) {
    InitialNetwork network;
    const auto activation = parseActivation(spec.activation);
    if (!activation) {
        return tl::make_unexpected(activation.error());
    }
    network.dynamics = {*activation, spec.leak};
    network.weights = outerWeights(spec, *task);
    base::RandomStream random(spec.seed, static_cast<std::uint64_t>(Stream::Connectivity));
    auto connections =
        makeConnections(spec.units, spec.connectivity, network.dynamics, network.weights, *task, random);
    if (!connections) {
        return tl::make_unexpected(connections.error());
    }
    network.weights.recurrent = std::move(connections->recurrent);
    network.cellTypes = std::move(connections->cellTypes);
    for (std::size_t i = network.cellTypes.size(); i < spec.units; ++i) {
        network.cellTypes.push_back(static_cast<int>(i * spec.cellTypes / spec.units));
    }
    base::RandomStream feedback(spec.seed, static_cast<std::uint64_t>(Stream::Feedback));
    network.feedback.resize(network.weights.in.rows(), network.weights.out.rows());
    const double bound = 1 / std::sqrt(static_cast<double>(spec.units));
    for (Eigen::Index i = 0; i < network.feedback.size(); ++i) {
        network.feedback.data()[i] = feedback.uniform(-bound, bound);
    }
    network.task = std::move(task);
    return network;
}

base::Result<InitialNetwork> initialNetwork(const NetworkSpec& spec) {
    const auto info = findTask(spec.task);
    if (!info) {
        return tl::make_unexpected(info.error());
    }
    auto task = (*info)->make(spec.taskOptions);
    if (!task) {
        return tl::make_unexpected(task.error());
    }
    if (spec.trainingTrials > 0) {
        *task = finiteTrials(std::move(*task), spec.trainingTrials, spec.seed);
    }
    return initialNetwork(spec, std::move(*task));
}

} // namespace rulescope::networks
