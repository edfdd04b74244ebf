// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/rule_module.h"

#include <ATen/ATen.h>
#include <algorithm>
#include <torch/csrc/autograd/custom_function.h>

namespace rulescope::engine {

NetworkRuleModule::NetworkRuleModule(const NetworkShape& shape, torch::Dtype dtype)
    : m_shape(shape)
    , m_dtype(dtype) {
    if (shape.isRecurrent) {
        m_gru = register_module("gru", torch::nn::GRUCell(shape.inputs(), shape.hidden));
    }
    m_layer0 = register_module(
        "mlp0", torch::nn::Linear(shape.isRecurrent ? shape.hidden : shape.inputs(), shape.hidden));
    m_layer1 = register_module("mlp1", torch::nn::Linear(shape.hidden, shape.hidden));
    m_layer2 = register_module("mlp2", torch::nn::Linear(shape.hidden, shape.weights));
    m_scale = register_parameter("scale", torch::full({shape.weights}, kInitialScale));
    to(dtype);
    m_scale = named_parameters()["scale"];
}

torch::Tensor NetworkRuleModule::initialState(std::int64_t batch) const {
    return m_shape.isRecurrent ? torch::zeros({batch, m_shape.hidden}, m_dtype) : torch::Tensor();
}

torch::Tensor NetworkRuleModule::update(const torch::Tensor& u, torch::Tensor& state) {
    torch::Tensor layer = u;
    if (m_shape.isRecurrent) {
        state = m_gru(u, state);
        layer = state;
    }
    layer = torch::relu(m_layer0(layer));
    layer = torch::relu(m_layer1(layer));
    return m_scale * m_layer2(layer);
}

std::vector<torch::Tensor> NetworkRuleModule::orderedParameters() const {
    std::vector<torch::Tensor> parameters;
    if (m_shape.isRecurrent) {
        parameters = {m_gru->weight_ih, m_gru->weight_hh, m_gru->bias_ih, m_gru->bias_hh};
    }
    for (const torch::nn::Linear& layer : {m_layer0, m_layer1, m_layer2}) {
        parameters.push_back(layer->weight);
        parameters.push_back(layer->bias);
    }
    parameters.push_back(m_scale);
    return parameters;
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

/// -log p(choice) of the scored trials [begin, begin + n), summed; weights n x animals x K.
torch::Tensor windowLoss(const TensorBatch& batch, std::int64_t begin, const torch::Tensor& weights) {
    const torch::Tensor features = batch.features.narrow(0, begin, weights.size(0));
    const torch::Tensor logits = (weights * features.narrow(2, 0, batch.weights)).sum(2);
    const torch::Tensor signs = 2 * features.select(2, batch.weights + 1) - 1;
    return (at::softplus(-signs * logits, 1, 50) * batch.scored.narrow(0, begin, weights.size(0))).sum();
}

} // namespace

double backwardThroughModule(RuleModule& module, const TensorBatch& batch, std::int64_t truncation) {
    torch::Tensor weights = torch::zeros({batch.animals, batch.weights}, batch.features.options());
    torch::Tensor state = module.initialState(batch.animals);
    double total = windowLoss(batch, 0, weights.unsqueeze(0)).item<double>();
    for (std::int64_t begin = 0; begin + 1 < batch.trials; begin += truncation) {
        weights = weights.detach();
        state = state.defined() ? state.detach() : state;
        std::vector<torch::Tensor> path;
        for (std::int64_t t = begin; t < std::min(begin + truncation, batch.trials - 1); ++t) {
            const torch::Tensor u = torch::cat({weights, batch.features[t]}, 1);
            weights = weights + module.update(u, state);
            path.push_back(weights);
        }
        const torch::Tensor loss = windowLoss(batch, begin + 1, torch::stack(path));
        (loss / batch.count).backward();
        total += loss.item<double>();
    }
    return total / batch.count.item<double>();
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
        return torch::full({}, loss->negativeLogLikelihood / count, parameters.options());
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
