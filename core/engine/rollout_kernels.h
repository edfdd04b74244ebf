// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/engine/network_shape.h"

#include <algorithm>
#include <cstddef>
#include <hwy/aligned_allocator.h>
#include <vector>

/// Private to core/engine: what fused_rollout.cpp packs and rollout_kernels.cpp computes on.
namespace rulescope::engine::kernels {

/// Animals that share each load of the weights: six times two accumulators keep both multipliers of a core
/// busy, and more would only lengthen a group's chain of trials.
inline constexpr std::size_t kMaxGroup = 6;

/// Values per 64-byte line: rows are padded to it, so that every instruction set sees whole vectors.
template<class T>
inline constexpr std::size_t kLine = 64 / sizeof(T);

template<class T>
constexpr std::size_t padded(std::size_t count) {
    return (count + kLine<T> - 1) / kLine<T> * kLine<T>;
}

/// A 64-byte aligned array of zeros.
template<class T>
class AlignedArray {
  public:
    AlignedArray() = default;
    explicit AlignedArray(std::size_t size)
        : m_values(hwy::AllocateAligned<T>(std::max<std::size_t>(size, 1)))
        , m_size(size) {
        clear();
    }
    T* data() { return m_values.get(); }
    const T* data() const { return m_values.get(); }
    std::size_t size() const { return m_size; }
    void clear() { std::fill_n(m_values.get(), m_size, T(0)); }

  private:
    hwy::AlignedFreeUniquePtr<T[]> m_values;
    std::size_t m_size = 0;
};

/// Sizes that follow from a shape. An input row of one trial is [h (Hp, with a GRU only) | 1 | u (I)].
template<class T>
struct Dimensions {
    explicit Dimensions(const NetworkShape& shape)
        : isRecurrent(shape.isRecurrent)
        , isResidual(shape.isResidual)
        , isDirect(shape.isDirect)
        , regressors(static_cast<std::size_t>(shape.weights))
        , weights(shape.isDirect ? 0 : regressors)
        , inputs(static_cast<std::size_t>(shape.inputs()))
        , hidden(static_cast<std::size_t>(shape.hidden))
        , width(padded<T>(hidden))
        , stateWidth(isRecurrent ? width : 0)
        , inputWidth(padded<T>(1 + inputs))
        , inputStride(stateWidth + inputWidth)
        , layerStride(width + kLine<T>) {}

    bool isRecurrent, isResidual, isDirect;
    std::size_t regressors;  ///< K
    std::size_t weights;     ///< K, 0 for the direct GRU
    std::size_t inputs;      ///< I = 2K + 4, K + 3 for the direct GRU
    std::size_t hidden;      ///< H
    std::size_t width;       ///< Hp: H padded
    std::size_t stateWidth;  ///< Hp for the RNN, 0 for the DNN: where the constant 1 of an input row stands
    std::size_t inputWidth;  ///< of [1 | u], padded
    std::size_t inputStride; ///< of input rows
    std::size_t layerStride; ///< of hidden-layer rows [a (Hp) | 1 | padding]

    // Places in [1 | u] = [1 | w (K) | x (K) | session_start | choice | outcome | side], and of the direct
    // GRU [1 | x (K) | session_start | previous choice | previous outcome].
    std::size_t weightsAt() const { return 1; }
    std::size_t regressorsAt() const { return 1 + weights; }
    std::size_t sessionStartAt() const { return 1 + weights + regressors; }
    std::size_t choiceAt() const { return sessionStartAt() + 1; }
    std::size_t outcomeAt() const { return sessionStartAt() + 2; }
    std::size_t sideAt() const { return sessionStartAt() + 3; }

    /// A step scores the trial this many after the one whose inputs it takes: rules change the weights of the
    /// next trial, the direct GRU predicts the same one.
    std::size_t lead() const { return isDirect ? 0 : 1; }
    std::size_t mlpWidth() const { return isDirect ? 0 : width; }

    std::size_t gateRows() const { return stateWidth + 1 + inputs; } ///< inputs of gates r and z
    std::size_t layer0Rows() const { return isRecurrent ? width + 1 : 1 + inputs; }
};

/// Weights (or their gradient) in the order the kernels read them: input-major rows of padded outputs, bias
/// as the row of the constant 1. The RNN's gates r and z see [h | 1 | u], n sees [h | 1] (times r) and [1 |
/// u] apart.
template<class T>
struct PackedWeights {
    explicit PackedWeights(const Dimensions<T>& size)
        : gatesRZ(size.isRecurrent ? size.gateRows() * 2 * size.width : 0)
        , gateNState(size.isRecurrent ? (size.width + 1) * size.width : 0)
        , gateNInput(size.isRecurrent ? (1 + size.inputs) * size.width : 0)
        , layer0(size.layer0Rows() * size.mlpWidth())
        , layer1((size.width + 1) * size.mlpWidth())
        , layer2(size.weights * size.width)
        , layer2Bias(size.weights)
        , scale(size.weights)
        , alpha(size.weights)
        , offset(size.weights)
        , readout(size.isDirect ? size.width : 0)
        , readoutBias(1) {}

    void clear();

    AlignedArray<T> gatesRZ;       ///< (Hp + 1 + I) x 2Hp
    AlignedArray<T> gateNState;    ///< (Hp + 1) x Hp
    AlignedArray<T> gateNInput;    ///< (1 + I) x Hp
    AlignedArray<T> layer0;        ///< (Hp + 1 | 1 + I) x Hp
    AlignedArray<T> layer1;        ///< (Hp + 1) x Hp
    AlignedArray<T> layer2;        ///< K x Hp (output-major: rows are dotted)
    AlignedArray<T> layer2Bias;    ///< K
    AlignedArray<T> scale;         ///< K
    AlignedArray<T> alpha, offset; ///< K: textbook part of a residual rule
    AlignedArray<T> readout;       ///< Hp: of the direct GRU
    AlignedArray<T> readoutBias;   ///< 1
};

/// Transposed copies that the backward pass reads.
template<class T>
struct TransposedWeights {
    explicit TransposedWeights(const Dimensions<T>& size)
        : state(size.isRecurrent ? 3 * size.width * size.width : 0)
        , gateInput(size.isRecurrent ? size.weights * 3 * size.width : 0)
        , layer0((size.isRecurrent ? size.width : size.weights) * size.mlpWidth())
        , layer1(size.width * size.mlpWidth()) {}

    AlignedArray<T> state;     ///< 3Hp (gates n, r, z) x Hp: W_hh by rows
    AlignedArray<T> gateInput; ///< K x 3Hp (gates r, z, n): the columns of W_ih that see w_t
    AlignedArray<T> layer0;    ///< RNN: Hp x Hp by rows; DNN: K x Hp, the columns that see w_t
    AlignedArray<T> layer1;    ///< Hp x Hp by rows
};

/// The trials of up to kMaxGroup animals, trial-major; animals sorted by falling length.
template<class T>
struct Group {
    std::vector<std::size_t> animals; ///< indices as the caller gave them
    std::vector<std::size_t> lengths; ///< trials, falling
    AlignedArray<T> inputs;           ///< trials x animals x inputWidth: [1 | u] with w_t left at 0
    AlignedArray<T> scored;           ///< trials x animals: 1 if the trial's likelihood counts, else 0
    AlignedArray<T> signs;            ///< trials x animals: +1 for a rightward choice, -1 for a leftward one
    AlignedArray<T> initialWeights;   ///< animals x K

    std::size_t size() const { return animals.size(); }
    std::size_t trials() const { return lengths.empty() ? 0 : lengths.front(); }
    /// Animals that have this trial: a prefix.
    std::size_t activeAt(std::size_t trial) const {
        std::size_t count = size();
        while (count > 0 && lengths[count - 1] <= trial) {
            --count;
        }
        return count;
    }
};

/// Trials whose weight gradients are gathered in one pass while their rows are in cache.
inline constexpr std::size_t kBackwardBlock = 16;

/// Activations of one truncation window, reused for every window and group.
template<class T>
struct Workspace {
    Workspace(const Dimensions<T>& size, std::size_t window)
        : inputRows((window + 1) * kMaxGroup * size.inputStride)
        , gates(size.isRecurrent ? window * kMaxGroup * 4 * size.width : 0)
        , layer0(size.isDirect ? 0 : window * kMaxGroup * size.layerStride)
        , layer1(size.isDirect ? 0 : window * kMaxGroup * size.layerStride)
        , outputs(window * kMaxGroup * size.weights)
        , logits(window * kMaxGroup + kLine<T>)
        , errors((window + 1) * kMaxGroup + kLine<T>)
        , deltas(kBackwardBlock * kMaxGroup * 6 * size.width)
        , outputDeltas(kBackwardBlock * kMaxGroup * size.weights)
        , scaleGradient(kMaxGroup * size.weights)
        , biasGradient(kMaxGroup * size.weights)
        , alphaGradient(kMaxGroup * size.weights)
        , offsetGradient(kMaxGroup * size.weights)
        , readoutGradient(size.isDirect ? kMaxGroup * size.width : 0)
        , readoutBiasGradient(kMaxGroup)
        , stateGradient(kMaxGroup * size.width)
        , scratch(kMaxGroup * 4 * size.width)
        , weightGradient(kMaxGroup * size.weights) {}

    AlignedArray<T> inputRows;      ///< (window + 1) x animals x inputStride
    AlignedArray<T> gates;          ///< window x animals x [r | z | n | W_hn h + b_hn]
    AlignedArray<T> layer0, layer1; ///< window x animals x layerStride
    AlignedArray<T> outputs;        ///< window x animals x K, before `scale`
    AlignedArray<T> logits;         ///< window x animals: log-odds of the scored trial's choice
    AlignedArray<T> errors; ///< (window + 1) x animals: 1 - p(choice); row 0 is the window's first trial, row
                            ///< 1 + step the trial that step scores (rules)
    AlignedArray<T> deltas; ///< block x animals x [W_hn h | r | z | n | layer 0 | layer 1]
    AlignedArray<T> outputDeltas;  ///< block x animals x K
    AlignedArray<T> scaleGradient; ///< animals x K: apart, so that one animal's sum never waits for another's
    AlignedArray<T> biasGradient;  ///< animals x K, of the last layer
    AlignedArray<T> alphaGradient, offsetGradient; ///< animals x K
    AlignedArray<T> readoutGradient;               ///< animals x Hp
    AlignedArray<T> readoutBiasGradient;           ///< animals
    AlignedArray<T> stateGradient;                 ///< animals x Hp
    AlignedArray<T> scratch;                       ///< animals x 4Hp
    AlignedArray<T> weightGradient;                ///< animals x K
};

/// One group through one network.
template<class T>
struct GroupTask {
    const Dimensions<T>& size;
    const PackedWeights<T>& weights;
    const TransposedWeights<T>& transposed;
    const Group<T>& group;
    Workspace<T>& workspace;
    PackedWeights<T>* gradient;    ///< accumulated into; null: forward only
    double* negativeLogLikelihood; ///< per animal of the group, set
    double* correction; ///< per animal: sum of |correction|^2 over updates before a scored trial, set
    T* path;            ///< trials x animals x K weights, or log-odds (direct GRU); or null
    T correctionCost;   ///< of |correction|^2 in the units of the negative log-likelihood
    std::size_t truncation;
    const base::StopToken& stop;
};

/// Runs all windows; false if the stop token ended it.
bool runGroup(const GroupTask<float>& task);
bool runGroup(const GroupTask<double>& task);

} // namespace rulescope::engine::kernels
