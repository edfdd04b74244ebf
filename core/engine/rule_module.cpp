// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/rule_module.h"

#include <ATen/ATen.h>
#include <algorithm>
#include <cmath>
#include <torch/csrc/autograd/custom_function.h>

namespace rulescope::engine {

NetworkRuleModule::NetworkRuleModule(const NetworkShape& shape, torch::Dtype dtype, double residualPenalty)
    : m_shape(shape)
    , m_dtype(dtype)
    , m_residualPenalty(residualPenalty) {
    if (shape.isRecurrent) {
        m_gru = register_module("gru", torch::nn::GRUCell(shape.inputs(), shape.hidden));
    }
    if (shape.isDirect) {
        m_readout = register_module("readout", torch::nn::Linear(shape.hidden, 1));
        to(dtype);
        return;
    }
    for (int layer = 0; layer <= shape.hiddenLayers; ++layer) {
        const int in = layer == 0 && !shape.isRecurrent ? shape.inputs() : shape.hidden;
        const int out = layer == shape.hiddenLayers ? shape.weights : shape.hidden;
        m_layers.push_back(register_module(mlpLayerName(layer), torch::nn::Linear(in, out)));
    }
    register_parameter("scale", torch::full({shape.weights}, kInitialScale));
    if (shape.isResidual) {
        register_parameter("alpha", torch::full({shape.weights}, kInitialLearningRate));
        register_parameter("offset", torch::zeros({shape.weights}));
    }
    to(dtype);
    m_scale = named_parameters()["scale"];
    if (shape.isResidual) {
        m_alpha = named_parameters()["alpha"];
        m_offset = named_parameters()["offset"];
    }
}

torch::Tensor NetworkRuleModule::initialState(std::int64_t batch) const {
    return m_shape.isRecurrent ? torch::zeros({batch, m_shape.hidden}, m_dtype) : torch::Tensor();
}

torch::Tensor NetworkRuleModule::correction(const torch::Tensor& u, torch::Tensor& state) {
    torch::Tensor layer = u;
    if (m_shape.isRecurrent) {
        state = m_gru(u, state);
        layer = state;
    }
    for (std::size_t l = 0; l + 1 < m_layers.size(); ++l) {
        layer = torch::relu(m_layers[l](layer));
    }
    return m_scale * m_layers.back()(layer);
}

torch::Tensor NetworkRuleModule::update(const torch::Tensor& u, torch::Tensor& state) {
    const torch::Tensor change = correction(u, state);
    if (!m_shape.isResidual) {
        return change;
    }
    m_penalty = m_residualPenalty * change.square().sum(1);
    return change + textbookUpdate(u);
}

/// REINFORCE with baseline: (alpha r - offset)(y - p) x.
torch::Tensor NetworkRuleModule::textbookUpdate(const torch::Tensor& u) const {
    const std::int64_t weights = m_shape.weights;
    const torch::Tensor x = u.narrow(1, weights, weights);
    const torch::Tensor right = torch::sigmoid((u.narrow(1, 0, weights) * x).sum(1, true));
    const torch::Tensor choice = u.narrow(1, 2 * weights + 1, 1), outcome = u.narrow(1, 2 * weights + 2, 1);
    return (m_alpha * outcome - m_offset) * (choice - right) * x;
}

torch::Tensor NetworkRuleModule::logOdds(const torch::Tensor& u, torch::Tensor& state) {
    state = m_gru(u, state);
    return m_readout(state).squeeze(1);
}

std::vector<torch::Tensor> NetworkRuleModule::orderedParameters() const {
    std::vector<torch::Tensor> parameters;
    if (m_shape.isRecurrent) {
        parameters = {m_gru->weight_ih, m_gru->weight_hh, m_gru->bias_ih, m_gru->bias_hh};
    }
    const std::vector<torch::nn::Linear> layers = m_shape.isDirect ? std::vector{m_readout} : m_layers;
    for (const torch::nn::Linear& layer : layers) {
        parameters.push_back(layer->weight);
        parameters.push_back(layer->bias);
    }
    for (const torch::Tensor& own : {m_scale, m_alpha, m_offset}) {
        if (own.defined()) {
            parameters.push_back(own);
        }
    }
    return parameters;
}

std::vector<NetworkRuleModule::ParameterGroup> NetworkRuleModule::parameterGroups() const {
    std::vector<torch::Tensor> network = orderedParameters();
    if (!m_shape.isResidual) {
        return {ParameterGroup{network, 1, false}};
    }
    const std::vector<torch::Tensor> textbook(network.end() - 2, network.end());
    network.resize(network.size() - 2);
    // Adam's steps are as large as the rate; learning rates of animals are a few hundredths.
    return {ParameterGroup{network, 1, false}, ParameterGroup{textbook, kInitialLearningRate, true}};
}

torch::Tensor NetworkRuleModule::flatParameters() const {
    std::vector<torch::Tensor> flat;
    for (const torch::Tensor& parameter : orderedParameters()) {
        flat.push_back(parameter.flatten());
    }
    return torch::cat(flat);
}

void NetworkRuleModule::setParameters(std::span<const double> values) {
    const torch::NoGradGuard noGradient;
    std::size_t offset = 0;
    for (torch::Tensor& parameter : orderedParameters()) {
        const auto size = static_cast<std::size_t>(parameter.numel());
        const std::vector<double> slice(values.begin() + static_cast<std::ptrdiff_t>(offset),
            values.begin() + static_cast<std::ptrdiff_t>(offset + size));
        parameter.copy_(torch::tensor(slice, torch::kFloat64).view(parameter.sizes()));
        offset += size;
    }
}

std::vector<double> NetworkRuleModule::parameterValues() const {
    const torch::Tensor flat = flatParameters().detach().to(torch::kFloat64).contiguous();
    return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

TensorBatch::TensorBatch(std::span<const data::RuleInputs> inputs, torch::Dtype dtype)
    : animals(static_cast<std::int64_t>(inputs.size())) {
    for (const data::RuleInputs& animal : inputs) {
        trials = std::max(trials, static_cast<std::int64_t>(animal.trials));
        weights = static_cast<std::int64_t>(animal.regressors);
    }
    features = torch::zeros({trials, animals, weights + 4}, torch::kFloat64);
    scored = torch::zeros({trials, animals}, torch::kFloat64);
    auto feature = features.accessor<double, 3>();
    auto score = scored.accessor<double, 2>();
    for (std::int64_t a = 0; a < animals; ++a) {
        const data::RuleInputs& animal = inputs[static_cast<std::size_t>(a)];
        for (std::size_t t = 0; t < animal.trials; ++t) {
            const auto trial = static_cast<std::int64_t>(t);
            for (std::int64_t k = 0; k < weights; ++k) {
                feature[trial][a][k] = animal.row(t)[k];
            }
            feature[trial][a][weights] = animal.sessionStart[t];
            feature[trial][a][weights + 1] = animal.choice[t];
            feature[trial][a][weights + 2] = animal.outcome[t];
            feature[trial][a][weights + 3] = animal.side[t];
            score[trial][a] = animal.scored[t];
        }
    }
    features = features.to(dtype);
    scored = scored.to(dtype);
    count = scored.sum();
}

namespace {

/// -log p(choice) of the scored trials [begin, begin + n), summed; log-odds n x animals.
torch::Tensor windowLoss(const TensorBatch& batch, std::int64_t begin, const torch::Tensor& logOdds) {
    const std::int64_t count = logOdds.size(0);
    const torch::Tensor choices = batch.features.narrow(0, begin, count).select(2, batch.weights + 1);
    const torch::Tensor margins = (2 * choices - 1) * logOdds;
    return (at::softplus(-margins, 1, 50) * batch.scored.narrow(0, begin, count)).sum();
}

torch::Tensor logOddsOf(const TensorBatch& batch, std::int64_t begin, const torch::Tensor& weights) {
    const torch::Tensor x = batch.features.narrow(0, begin, weights.size(0)).narrow(2, 0, batch.weights);
    return (weights * x).sum(2);
}

/// Inputs of the direct GRU at trial t: x, session start, the event before (unknown before the first).
torch::Tensor directInputs(const TensorBatch& batch, std::int64_t t) {
    const torch::Tensor now = batch.features[t].narrow(1, 0, batch.weights + 1);
    const torch::Tensor before = t > 0 ? batch.features[t - 1].narrow(1, batch.weights + 1, 2)
                                       : torch::full({batch.animals, 2}, 0.5, now.options());
    return torch::cat({now, before}, 1);
}

} // namespace

double backwardThroughModule(RuleModule& module, const TensorBatch& batch, std::int64_t truncation) {
    torch::Tensor weights = torch::zeros({batch.animals, batch.weights}, batch.features.options());
    torch::Tensor state = module.initialState(batch.animals);
    const torch::Tensor corrected = batch.scored.narrow(0, 1, batch.trials - 1).sum();
    double total =
        (windowLoss(batch, 0, logOddsOf(batch, 0, weights.unsqueeze(0))) / batch.count).item<double>();
    for (std::int64_t begin = 0; begin + 1 < batch.trials; begin += truncation) {
        weights = weights.detach();
        state = state.defined() ? state.detach() : state;
        std::vector<torch::Tensor> path, penalties;
        for (std::int64_t t = begin; t < std::min(begin + truncation, batch.trials - 1); ++t) {
            const torch::Tensor u = torch::cat({weights, batch.features[t]}, 1);
            weights = weights + module.update(u, state);
            path.push_back(weights);
            if (const torch::Tensor penalty = module.lastPenalty(); penalty.defined()) {
                penalties.push_back(penalty * batch.scored[t + 1]);
            }
        }
        torch::Tensor loss =
            windowLoss(batch, begin + 1, logOddsOf(batch, begin + 1, torch::stack(path))) / batch.count;
        if (!penalties.empty()) {
            loss = loss + torch::stack(penalties).sum() / corrected.clamp_min(1);
        }
        loss.backward();
        total += loss.item<double>();
    }
    return total;
}

double backwardThroughDirectGru(
    NetworkRuleModule& module, const TensorBatch& batch, std::int64_t truncation) {
    torch::Tensor state = module.initialState(batch.animals);
    double total = 0;
    for (std::int64_t begin = 0; begin < batch.trials; begin += truncation) {
        state = state.detach();
        std::vector<torch::Tensor> logOdds;
        for (std::int64_t t = begin; t < std::min(begin + truncation, batch.trials); ++t) {
            logOdds.push_back(module.logOdds(directInputs(batch, t), state));
        }
        const torch::Tensor loss = windowLoss(batch, begin, torch::stack(logOdds)) / batch.count;
        loss.backward();
        total += loss.item<double>();
    }
    return total;
}

namespace {

template<class T>
class FusedLoss : public torch::autograd::Function<FusedLoss<T>> {
  public:
    static torch::Tensor forward(torch::autograd::AutogradContext* context,
        const torch::Tensor& flatParameters, const FusedRollout<T>* rollout, RolloutLoss* loss,
        const base::StopToken* stop) {
        const torch::Tensor parameters = flatParameters.detach().contiguous();
        torch::Tensor gradient = torch::zeros_like(parameters);
        const auto size = static_cast<std::size_t>(parameters.numel());
        *loss = rollout->evaluate(
            {parameters.template data_ptr<T>(), size}, {gradient.template data_ptr<T>(), size}, *stop);
        const double count = static_cast<double>(std::max<std::size_t>(loss->scored, 1));
        context->save_for_backward({gradient / count});
        const double mean = loss->negativeLogLikelihood / count + loss->penalty;
        return torch::full({}, loss->isFinite ? mean : std::nan(""), parameters.options());
    }

    static torch::autograd::tensor_list backward(
        torch::autograd::AutogradContext* context, torch::autograd::tensor_list outputGradients) {
        const torch::Tensor gradient = context->get_saved_variables()[0];
        return {gradient * outputGradients[0], torch::Tensor(), torch::Tensor(), torch::Tensor()};
    }
};

} // namespace

template<class T>
torch::Tensor fusedLoss(const torch::Tensor& flatParameters, const FusedRollout<T>& rollout,
    RolloutLoss& loss, const base::StopToken& stop) {
    return FusedLoss<T>::apply(flatParameters, &rollout, &loss, &stop);
}

template torch::Tensor fusedLoss<float>(
    const torch::Tensor&, const FusedRollout<float>&, RolloutLoss&, const base::StopToken&);
template torch::Tensor fusedLoss<double>(
    const torch::Tensor&, const FusedRollout<double>&, RolloutLoss&, const base::StopToken&);

} // namespace rulescope::engine
