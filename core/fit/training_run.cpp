// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/training_run.h"

#include "core/engine/rule_module.h"
#include "core/fit/provenance.h"

#include <algorithm>
#include <c10/util/string_utils.h>
#include <cmath>
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adamw.h>
#include <torch/version.h>
#include <type_traits>

namespace rulescope::fit {

namespace {

/// An optimiser's key for a parameter: text up to LibTorch 1.13, a pointer from 2.0 on.
template<class StateMap>
typename StateMap::key_type stateKey(const StateMap&, const torch::Tensor& parameter) {
    if constexpr (std::is_same_v<typename StateMap::key_type, std::string>) {
        return c10::guts::to_string(parameter.unsafeGetTensorImpl());
    } else {
        return parameter.unsafeGetTensorImpl();
    }
}

void appendValues(const torch::Tensor& tensor, std::vector<double>& out) {
    const torch::Tensor flat = tensor.detach().to(torch::kFloat64).contiguous();
    out.insert(out.end(), flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel());
}

/// LibTorch's exceptions stop here.
template<class Work>
auto translated(Work work) {
    try {
        return work();
    } catch (const c10::Error& error) {
        throw LibTorchError(error.what_without_backtrace());
    }
}

torch::Tensor tensorLike(const torch::Tensor& parameter, const double* values) {
    const std::vector<double> copy(values, values + parameter.numel());
    return torch::tensor(copy, torch::kFloat64).view(parameter.sizes()).to(parameter.dtype());
}

/// Shortens the gradient to `limit`. LibTorch's own sums squares in an order that depends on its threads.
void clipGradients(const std::vector<torch::Tensor>& parameters, double limit) {
    double squares = 0;
    for (const torch::Tensor& parameter : parameters) {
        const torch::Tensor gradient = parameter.grad().contiguous();
        const float* values = gradient.data_ptr<float>();
        for (std::int64_t i = 0; i < gradient.numel(); ++i) {
            squares += static_cast<double>(values[i]) * static_cast<double>(values[i]);
        }
    }
    const double factor = limit / (std::sqrt(squares) + 1e-6);
    for (const torch::Tensor& parameter : parameters) {
        if (factor < 1) {
            parameter.grad().mul_(factor);
        }
    }
}

/// The textbook part of a residual rule is not decayed towards 0: the penalty draws towards it instead.
std::vector<torch::optim::OptimizerParamGroup> optimizerGroups(
    const engine::NetworkRuleModule& module, const TrainingOptions& training) {
    std::vector<torch::optim::OptimizerParamGroup> groups;
    for (const engine::NetworkRuleModule::ParameterGroup& group : module.parameterGroups()) {
        auto options = std::make_unique<torch::optim::AdamWOptions>(training.learningRate * group.rate);
        options->weight_decay(group.isTextbook ? 0 : training.weightDecay);
        groups.emplace_back(group.parameters, std::move(options));
    }
    return groups;
}

} // namespace

struct TrainingRun::Implementation {
    Implementation(const engine::NetworkShape& shape, const TrainingOptions& trainingOptions)
        : options(trainingOptions)
        , module(shape, torch::kFloat32)
        , optimizer(optimizerGroups(module, options)) {}

    /// Puts a state's parameters and moments into module and optimiser.
    void restore(const TrainingState& state) {
        module.setParameters(state.parameters);
        std::size_t offset = 0;
        for (const torch::Tensor& parameter : module.orderedParameters()) {
            auto moments = std::make_unique<torch::optim::AdamWParamState>();
            moments->step(state.epochs());
            moments->exp_avg(tensorLike(parameter, state.firstMoments.data() + offset));
            moments->exp_avg_sq(tensorLike(parameter, state.secondMoments.data() + offset));
            if (state.epochs() > 0) {
                optimizer.state()[stateKey(optimizer.state(), parameter)] = std::move(moments);
            }
            offset += static_cast<std::size_t>(parameter.numel());
        }
    }

    void addMoments(TrainingState& state) const {
        for (const torch::Tensor& parameter : module.orderedParameters()) {
            const auto found = optimizer.state().find(stateKey(optimizer.state(), parameter));
            if (found == optimizer.state().end()) {
                const auto size = static_cast<std::size_t>(parameter.numel());
                state.firstMoments.resize(state.firstMoments.size() + size, 0.0);
                state.secondMoments.resize(state.secondMoments.size() + size, 0.0);
                continue;
            }
            const auto& moments = static_cast<const torch::optim::AdamWParamState&>(*found->second);
            appendValues(moments.exp_avg(), state.firstMoments);
            appendValues(moments.exp_avg_sq(), state.secondMoments);
        }
    }

    void setRate(int epoch) {
        const double rate = options.learningRate * std::pow(options.decay, epoch / options.decayEvery);
        const std::vector<engine::NetworkRuleModule::ParameterGroup> groups = module.parameterGroups();
        for (std::size_t g = 0; g < groups.size(); ++g) {
            static_cast<torch::optim::AdamWOptions&>(optimizer.param_groups()[g].options())
                .lr(rate * groups[g].rate);
        }
    }

    /// Early epochs weigh less than `averaging` asks for, so that the start is forgotten soon.
    void updateAverage(int epochs) {
        const std::vector<double> current = module.parameterValues();
        const double keep = std::min(options.averaging, (1.0 + epochs) / (10.0 + epochs));
        for (std::size_t i = 0; i < average.size(); ++i) {
            average[i] = options.averaging > 0 ? keep * average[i] + (1 - keep) * current[i] : current[i];
        }
    }

    Step step(const TrainingRollout& training, const base::StopToken& stop) {
        optimizer.zero_grad();
        engine::RolloutLoss loss;
        const torch::Tensor mean = engine::fusedLoss<float>(module.flatParameters(), training, loss, stop);
        if (loss.isStopped) {
            return Step::Stopped;
        }
        if (!loss.isFinite) {
            return Step::Diverged;
        }
        mean.backward();
        if (options.clipNorm > 0) {
            clipGradients(module.orderedParameters(), options.clipNorm);
        }
        setRate(static_cast<int>(trainCurve.size()));
        optimizer.step();
        trainCurve.push_back(-loss.negativeLogLikelihood / static_cast<double>(loss.scored));
        updateAverage(static_cast<int>(trainCurve.size()));
        return Step::Done;
    }

    TrainingOptions options;
    engine::NetworkRuleModule module;
    torch::optim::AdamW optimizer;
    std::vector<double> average; ///< the parameters themselves without averaging
    std::vector<double> trainCurve;
};

TrainingRun::TrainingRun(
    const engine::NetworkShape& shape, const TrainingOptions& options, const std::vector<double>& initial)
    : m_implementation(translated([&] { return std::make_unique<Implementation>(shape, options); })) {
    translated([&] { m_implementation->module.setParameters(initial); });
    m_implementation->average = m_implementation->module.parameterValues();
}

TrainingRun::TrainingRun(
    const engine::NetworkShape& shape, const TrainingOptions& options, TrainingState state)
    : m_implementation(translated([&] { return std::make_unique<Implementation>(shape, options); })) {
    translated([&] { m_implementation->restore(state); });
    m_implementation->average = std::move(state.average);
    m_implementation->trainCurve = std::move(state.trainCurve);
}

TrainingRun::~TrainingRun() = default;
TrainingRun::TrainingRun(TrainingRun&&) noexcept = default;
TrainingRun& TrainingRun::operator=(TrainingRun&&) noexcept = default;

TrainingRun::Step TrainingRun::step(const TrainingRollout& training, const base::StopToken& stop) {
    return translated([&] { return m_implementation->step(training, stop); });
}

int TrainingRun::epochs() const {
    return static_cast<int>(m_implementation->trainCurve.size());
}

const std::vector<double>& TrainingRun::parameters() const {
    return m_implementation->average;
}

const std::vector<double>& TrainingRun::trainCurve() const {
    return m_implementation->trainCurve;
}

TrainingState TrainingRun::state() const {
    const Implementation& self = *m_implementation;
    TrainingState state;
    state.parameters = self.module.parameterValues();
    self.addMoments(state);
    state.average = self.average;
    state.trainCurve = self.trainCurve;
    return state;
}

std::string torchVersion() {
    return TORCH_VERSION;
}

} // namespace rulescope::fit
