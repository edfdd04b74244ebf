// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/fused_rollout.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/rnn.h>

#include <span>
#include <vector>

/// Private to core/engine, core/fit and their tests and benchmarks: the one header of ours that sees
/// LibTorch. Each source that includes it costs about twelve seconds to compile; keep them few.
namespace rulescope::engine {

/// A learning rule as a LibTorch module: any such module trains through the general autograd path below.
class RuleModule : public torch::nn::Module {
  public:
    /// h_0 for a batch (batch x state), or an undefined tensor without memory.
    virtual torch::Tensor initialState(std::int64_t batch) const = 0;
    /// dw (batch x K) after trials with inputs u (batch x I); replaces `state`.
    virtual torch::Tensor update(const torch::Tensor& u, torch::Tensor& state) = 0;
};

/// The DNN and RNN rules of [LGP] from LibTorch's own layers.
class NetworkRuleModule : public RuleModule {
  public:
    NetworkRuleModule(const NetworkShape& shape, torch::Dtype dtype);

    torch::Tensor initialState(std::int64_t batch) const override;
    torch::Tensor update(const torch::Tensor& u, torch::Tensor& state) override;

    /// Parameters in the order of parameterSlots().
    std::vector<torch::Tensor> orderedParameters() const;
    /// All parameters as one differentiable vector.
    torch::Tensor flatParameters() const;
    void setParameters(std::span<const double> values);
    std::vector<double> parameterValues() const;

  private:
    NetworkShape m_shape;
    torch::Dtype m_dtype;
    torch::nn::GRUCell m_gru{nullptr};
    torch::nn::Linear m_layer0{nullptr}, m_layer1{nullptr}, m_layer2{nullptr};
    torch::Tensor m_scale;
};

/// Trials of several animals as padded tensors, built once per fit.
struct TensorBatch {
    TensorBatch(std::span<const data::RuleInputs> animals, torch::Dtype dtype);

    std::int64_t animals = 0, trials = 0, weights = 0;
    torch::Tensor features; ///< trials x animals x (K + 4): x, session_start, choice, outcome, side
    torch::Tensor
        scored; ///< trials x animals: 1 where the likelihood counts, 0 also after an animal's last trial
    torch::Tensor count; ///< number of scored trials
};

/// The general path: rolls the module out trial by trial under autograd, with one backward pass per
/// truncation window. Gradients of the mean negative log-likelihood are added to the module's parameters; the
/// mean is returned.
double backwardThroughModule(RuleModule& module, const TensorBatch& batch, std::int64_t truncation);

/// The fused path as a differentiable function: mean negative log-likelihood (scalar) of the flat parameters.
/// The kernels compute the gradient in the forward pass, window by window; autograd's backward only scales
/// it.
template<class T>
torch::Tensor fusedLoss(const torch::Tensor& flatParameters, const FusedRollout<T>& rollout,
    RolloutLoss& loss, const base::StopToken& stop);

} // namespace rulescope::engine
