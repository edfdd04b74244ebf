// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/networks/matrix.h"

#include <cstddef>
#include <vector>

namespace rulescope::networks {

enum class Activation { Relu, Tanh, Linear };

/// What turns input into activity beside the weights (METHOD.md section 10): v_t = a v_{t-1} + (1-a)(W_in x_t
/// + W_rec z_{t-1}), z = phi(v), y = W_out z, v_0 = z_0 = 0.
struct Dynamics {
    Activation activation = Activation::Relu;
    double leak = 0; ///< a = 1 - dt/tau, in [0, 1)
    bool operator==(const Dynamics&) const = default;
};

/// The weights of one network of N neurons, I inputs, O outputs; also a gradient or a step of them.
template<class T>
struct Weights {
    Matrix<T> in;        ///< N x I
    Matrix<T> recurrent; ///< N x N, rows target, columns source
    Matrix<T> out;       ///< O x N

    bool isFinite() const { return in.allFinite() && recurrent.allFinite() && out.allFinite(); }
    template<class S>
    Weights<S> cast() const {
        return {in.template cast<S>(), recurrent.template cast<S>(), out.template cast<S>()};
    }
};

enum class LossKind {
    CrossEntropy, ///< softmax over outputs against a class
    SquaredError, ///< half the squared distance to a target
};

/// B trials of T steps. Steps are side by side: columns [t B, (t + 1) B) of `inputs` are step t.
///
/// The loss is the mean over trials and over the L steps from `lossFrom` on.
template<class T>
struct Batch {
    std::size_t trials = 0, steps = 0;
    std::size_t lossFrom = 0;
    LossKind loss = LossKind::CrossEntropy;
    Matrix<T> inputs;         ///< I x (T B)
    std::vector<int> classes; ///< L B, step-major (cross-entropy)
    Matrix<T> targets;        ///< O x (L B) (squared error)

    std::size_t lossSteps() const { return steps - lossFrom; }
    template<class S>
    Batch<S> cast() const {
        return {
            trials, steps, lossFrom, loss, inputs.template cast<S>(), classes, targets.template cast<S>()};
    }
};

/// What one forward pass left behind; buffers are reused from pass to pass.
template<class T>
struct Activity {
    Matrix<T> rates;     ///< z, N x (T B)
    Matrix<T> slopes;    ///< psi = phi'(v), N x (T B)
    Matrix<T> potential; ///< v, N x (T B)
    Matrix<T> errors;    ///< d loss / d y, O x (L B)
    Matrix<T> outputs;   ///< cross-entropy: softmax(y), else y; O x (L B)
    double loss = 0;     ///< nats, or half squared error
    /// Fraction of trials whose last step is right (cross-entropy), or share of the target's variance
    /// explained.
    double accuracy = 0;
};

/// Runs the network over a batch; `recurrent` holds weights.recurrent packed. Loss and errors are set.
template<class T>
void forward(const Dynamics& dynamics, const Weights<T>& weights, const LeftFactor<T>& recurrent,
    const Batch<T>& batch, Activity<T>& activity);

/// The same, packing the recurrent weights first.
template<class T>
void forward(
    const Dynamics& dynamics, const Weights<T>& weights, const Batch<T>& batch, Activity<T>& activity);

extern template void forward(
    const Dynamics&, const Weights<float>&, const LeftFactor<float>&, const Batch<float>&, Activity<float>&);
extern template void forward(const Dynamics&, const Weights<double>&, const LeftFactor<double>&,
    const Batch<double>&, Activity<double>&);
extern template void forward(const Dynamics&, const Weights<float>&, const Batch<float>&, Activity<float>&);
extern template void forward(
    const Dynamics&, const Weights<double>&, const Batch<double>&, Activity<double>&);

} // namespace rulescope::networks
