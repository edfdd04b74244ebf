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
    /// What the last update costs beside the likelihood, per animal (batch), in nats: its mean over the
    /// updates before scored trials joins the loss. Undefined: nothing.
    virtual torch::Tensor lastPenalty() const { return {}; }
};

/// The DNN and RNN rules of [LGP] and their residual forms, from LibTorch's own layers; also holds the
/// parameters of the direct GRU.
class NetworkRuleModule : public RuleModule {
  public:
    /// `residualPenalty`: lambda of residual rules.
    NetworkRuleModule(const NetworkShape& shape, torch::Dtype dtype, double residualPenalty = 0);

    torch::Tensor initialState(std::int64_t batch) const override;
    torch::Tensor update(const torch::Tensor& u, torch::Tensor& state) override;
    torch::Tensor lastPenalty() const override { return m_penalty; }
    /// Direct GRU only: log-odds of the choices (batch) of trials with its inputs u (batch x I); replaces
    /// `state`.
    torch::Tensor logOdds(const torch::Tensor& u, torch::Tensor& state);

    /// Parameters that an optimiser treats alike, in the order of orderedParameters().
    struct ParameterGroup {
        std::vector<torch::Tensor> parameters;
        double rate = 1;         ///< times the learning rate
        bool isTextbook = false; ///< alpha and offset of a residual rule: no weight decay
    };
    std::vector<ParameterGroup> parameterGroups() const;

    /// Parameters in the order of parameterSlots().
    std::vector<torch::Tensor> orderedParameters() const;
    /// All parameters as one differentiable vector.
    torch::Tensor flatParameters() const;
    void setParameters(std::span<const double> values);
    std::vector<double> parameterValues() const;

  private:
    torch::Tensor correction(const torch::Tensor& u, torch::Tensor& state);
    torch::Tensor textbookUpdate(const torch::Tensor& u) const;

    NetworkShape m_shape;
    torch::Dtype m_dtype;
    double m_residualPenalty;
    torch::nn::GRUCell m_gru{nullptr};
    std::vector<torch::nn::Linear> m_layers; ///< of the MLP, the last one gives the outputs
    torch::nn::Linear m_readout{nullptr};
    torch::Tensor m_scale, m_alpha, m_offset;
    torch::Tensor m_penalty;
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
/// truncation window. Gradients of the mean negative log-likelihood + mean penalty are added to the module's
/// parameters; that sum is returned.
double backwardThroughModule(RuleModule& module, const TensorBatch& batch, std::int64_t truncation);
/// The same for the direct GRU.
double backwardThroughDirectGru(NetworkRuleModule& module, const TensorBatch& batch, std::int64_t truncation);

/// The fused path as a differentiable function: mean negative log-likelihood + penalty (scalar) of the flat
/// parameters.
/// The kernels compute the gradient in the forward pass, window by window; autograd's backward only scales
/// it.
template<class T>
torch::Tensor fusedLoss(const torch::Tensor& flatParameters, const FusedRollout<T>& rollout,
    RolloutLoss& loss, const base::StopToken& stop);

} // namespace rulescope::engine
