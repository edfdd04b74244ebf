// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/engine/network_shape.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <hwy/aligned_allocator.h>
#include <new>
#include <vector>

/// Private to core/engine: what fused_rollout.cpp packs and rollout_kernels.cpp computes on.
namespace rulescope::engine::kernels {

/// Animals that share each load of the weights: six times two accumulators keep both multipliers of a core
/// busy, and more would only lengthen a group's chain of trials.
inline constexpr std::size_t kMaxGroup = 6;
/// Values of a group's animals stand side by side in lines of this many, so that they are one vector.
inline constexpr std::size_t kGroupLanes = 8;

/// Values per 64-byte line: rows are padded to it, so that every instruction set sees whole vectors.
template<class T>
inline constexpr std::size_t kLine = 64 / sizeof(T);

template<class T>
constexpr std::size_t padded(std::size_t count) {
    return (count + kLine<T> - 1) / kLine<T> * kLine<T>;
}

/// A 64-byte aligned array of zeros; std::bad_alloc where there is no memory for it.
template<class T>
class AlignedArray {
  public:
    AlignedArray() = default;
    explicit AlignedArray(std::size_t size)
        : m_values(hwy::AllocateAligned<T>(std::max<std::size_t>(size, 1)))
        , m_size(size) {
        if (m_values == nullptr) { // Highway throws nothing
            throw std::bad_alloc();
        }
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

/// Sizes that follow from a shape. "Rows" stand one animal after the other (units side by side), "columns"
/// one value after the other (animals side by side, kGroupLanes each).
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
        , gatesWidth(isRecurrent ? 4 * width : 0)
        , layers(shape.isDirect ? 0 : static_cast<std::size_t>(shape.hiddenLayers)) {}

    bool isRecurrent, isResidual, isDirect;
    std::size_t regressors; ///< K
    std::size_t weights;    ///< K, 0 for the direct GRU
    std::size_t inputs;     ///< I = 2K + 4, K + 3 for the direct GRU
    std::size_t hidden;     ///< H
    std::size_t width;      ///< Hp: H padded
    std::size_t gatesWidth; ///< of the gates' part of a row of biases or deltas
    std::size_t layers;     ///< L hidden layers of the MLP, whose part follows; 0 for the direct GRU

    // Columns of u = [w (K) | x (K) | session_start | choice | outcome | side], and of the direct GRU
    // [x (K) | session_start | previous choice | previous outcome].
    std::size_t regressorsAt() const { return weights; }
    std::size_t sessionStartAt() const { return weights + regressors; }
    std::size_t choiceAt() const { return sessionStartAt() + 1; }
    std::size_t outcomeAt() const { return sessionStartAt() + 2; }
    std::size_t sideAt() const { return sessionStartAt() + 3; }
    /// Columns that the data give: all but w.
    std::size_t dataInputs() const { return inputs - weights; }

    /// Rows of biases and deltas: [n from the state | r | z | n from the inputs | layer 0 | layer 1 | ...].
    std::size_t rowWidth() const { return layerAt(layers); }
    std::size_t layerAt(std::size_t layer) const { return gatesWidth + layer * width; }

    /// A step scores the trial this many after the one whose inputs it takes: rules change the weights of the
    /// next trial, the direct GRU predicts the same one.
    std::size_t lead() const { return isDirect ? 0 : 1; }
    /// What a hidden layer reads: layer 0 the state, or the inputs themselves, the others the one before.
    std::size_t layerInputs(std::size_t layer) const { return layer > 0 || isRecurrent ? width : inputs; }
};

/// An array per hidden layer of the MLP; of those that a network does not have, nothing is used. Apart from
/// each other, so that no layer's rows stand at the same place of a page as those of the one before.
template<class T>
class LayerArrays {
  public:
    /// `count(layer)`: values of a layer.
    template<class Count>
    LayerArrays(std::size_t layers, Count count) {
        for (std::size_t layer = 0; layer < layers; ++layer) {
            m_arrays[layer] = AlignedArray<T>(count(layer));
        }
    }
    AlignedArray<T>& operator[](std::size_t layer) { return m_arrays[layer]; }
    const AlignedArray<T>& operator[](std::size_t layer) const { return m_arrays[layer]; }
    auto begin() { return m_arrays.begin(); }
    auto end() { return m_arrays.end(); }

  private:
    std::array<AlignedArray<T>, static_cast<std::size_t>(kMaxHiddenLayers)> m_arrays;
};

/// Weights (or their gradient) in the order the kernels read them: one row of padded outputs per input. The
/// gates r and z see [h | u]; n sees h (times r) and u apart.
template<class T>
struct PackedWeights {
    explicit PackedWeights(const Dimensions<T>& size)
        : gatesRZ(size.isRecurrent ? (size.width + size.inputs) * 2 * size.width : 0)
        , gateNState(size.isRecurrent ? size.width * size.width : 0)
        , gateNInput(size.isRecurrent ? size.inputs * size.width : 0)
        , layers(size.layers, [&](std::size_t layer) { return size.layerInputs(layer) * size.width; })
        , biases(size.rowWidth())
        , output(size.weights * size.width)
        , outputBias(size.weights)
        , scale(size.weights)
        , alpha(size.weights)
        , offset(size.weights)
        , readout(size.isDirect ? size.width : 0)
        , readoutBias(1) {}

    void clear();

    AlignedArray<T> gatesRZ;       ///< (Hp + I) x 2Hp
    AlignedArray<T> gateNState;    ///< Hp x Hp
    AlignedArray<T> gateNInput;    ///< I x Hp
    LayerArrays<T> layers;         ///< layerInputs() x Hp each
    AlignedArray<T> biases;        ///< rowWidth()
    AlignedArray<T> output;        ///< K x Hp (output-major: rows are dotted)
    AlignedArray<T> outputBias;    ///< K
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
        , layers(size.layers, [&](std::size_t layer) {
            return (layer > 0 || size.isRecurrent ? size.width : size.weights) * size.width;
        }) {}

    AlignedArray<T> state;     ///< 3Hp (gates n, r, z) x Hp: W_hh by rows
    AlignedArray<T> gateInput; ///< K x 3Hp (gates r, z, n): the columns of W_ih that see w_t
    LayerArrays<T> layers;     ///< Hp x Hp by rows; layer 0 of the DNN: K x Hp, the columns that see w_t
};

/// The trials of up to kMaxGroup animals, trial-major; animals sorted by falling length. Lanes without an
/// animal, or after its last trial, hold zeros.
template<class T>
struct Group {
    std::vector<std::size_t> animals; ///< indices as the caller gave them
    std::vector<std::size_t> lengths; ///< trials, falling
    AlignedArray<T> inputs;           ///< trials x dataInputs() columns
    AlignedArray<T> scored;           ///< trials columns: 1 if the trial's likelihood counts, else 0
    AlignedArray<T> signs;            ///< trials columns: +1 for a rightward choice, -1 for a leftward one
    AlignedArray<T> initialWeights;   ///< K columns

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

/// Activations of one truncation window, reused for every window and group. The scored trial of a step is
/// the one `lead()` after the step's own.
template<class T>
struct Workspace {
    Workspace(const Dimensions<T>& size, std::size_t window)
        : inputs((window + 1) * size.inputs * kGroupLanes)
        , states(size.isRecurrent ? (window + 1) * kMaxGroup * size.width : 0)
        , gates(window * kMaxGroup * size.gatesWidth)
        , layers(size.layers, [&](std::size_t) { return window * kMaxGroup * size.width; })
        , outputs(window * size.weights * kGroupLanes)
        , margins(window * kGroupLanes)
        , errors((window + 1) * kGroupLanes)
        , deltas(kBackwardBlock * kMaxGroup * size.rowWidth())
        , outputDeltas(kBackwardBlock * size.weights * kGroupLanes)
        , scaleGradient(size.weights * kGroupLanes)
        , biasGradient(size.weights * kGroupLanes)
        , alphaGradient(size.weights * kGroupLanes)
        , offsetGradient(size.weights * kGroupLanes)
        , readoutGradient(size.isDirect ? size.width : 0)
        , readoutBiasGradient(kGroupLanes)
        , stateGradient(kMaxGroup * size.width)
        , fromOutputs(kMaxGroup * size.width)
        , throughGates(kMaxGroup * size.width)
        , weightGradient(size.weights * kGroupLanes) {}

    AlignedArray<T> inputs;  ///< (window + 1) x I columns
    AlignedArray<T> states;  ///< (window + 1) x animals x Hp: h before each step
    AlignedArray<T> gates;   ///< window x animals x [W_hn h + b_hn | r | z | n]
    LayerArrays<T> layers;   ///< window x animals x Hp each, rectified
    AlignedArray<T> outputs; ///< window x K columns, before `scale`
    AlignedArray<T> margins; ///< window columns: log-odds of the scored trial's choice
    AlignedArray<T> errors;  ///< (window + 1) columns: 1 - p(choice) of the step's trial (rules), and of the
                             ///< scored one in the next column (direct GRU: also the next)
    AlignedArray<T> deltas;  ///< block x animals x rowWidth()
    AlignedArray<T> outputDeltas;                  ///< block x K columns
    AlignedArray<T> scaleGradient;                 ///< K columns, as the next ones: an animal's sum stays in
    AlignedArray<T> biasGradient;                  ///< its lane
    AlignedArray<T> alphaGradient, offsetGradient; ///< K columns
    AlignedArray<T> readoutGradient;               ///< Hp
    AlignedArray<T> readoutBiasGradient;           ///< one column
    AlignedArray<T> stateGradient;                 ///< animals x Hp
    AlignedArray<T> fromOutputs;                   ///< animals x Hp: into h from what reads it
    AlignedArray<T> throughGates;                  ///< animals x Hp
    AlignedArray<T> weightGradient;                ///< K columns
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
    T* path;            ///< trials x K columns of weights, or trials columns of log-odds; or null
    T correctionCost;   ///< of |correction|^2 in the units of the negative log-likelihood
    std::size_t truncation;
    const base::StopToken& stop;
};

/// Runs all windows; false if the stop token ended it.
bool runGroup(const GroupTask<float>& task);
bool runGroup(const GroupTask<double>& task);

} // namespace rulescope::engine::kernels
