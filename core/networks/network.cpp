// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/network.h"

#include <cmath>

namespace rulescope::networks {

namespace {

using Index = Eigen::Index;

/// Turns the potentials of one step's columns into rates and slopes.
template<class T, class Columns>
void activate(Activation activation, const Columns& potential, Columns rates, Columns slopes) {
    switch (activation) {
    case Activation::Relu:
        rates.array() = potential.array().max(T(0));
        slopes.array() = (potential.array() > T(0)).template cast<T>();
        break;
    case Activation::Tanh:
        rates.array() = potential.array().tanh();
        slopes.array() = T(1) - rates.array().square();
        break;
    case Activation::Linear:
        rates = potential;
        slopes.setOnes();
        break;
    }
}

template<class T>
void softmaxLoss(const Batch<T>& batch, Activity<T>& activity) {
    const Index columns = activity.outputs.cols();
    const Index lastStep = columns - static_cast<Index>(batch.trials);
    double loss = 0;
    std::size_t right = 0;
    for (Index c = 0; c < columns; ++c) {
        auto column = activity.outputs.col(c);
        Index best = 0;
        const T largest = column.maxCoeff(&best);
        const int target = batch.classes[static_cast<std::size_t>(c)];
        const T targetOutput = column(target);
        column = (column.array() - largest).exp();
        const T sum = column.sum();
        loss += std::log(static_cast<double>(sum)) + static_cast<double>(largest - targetOutput);
        column /= sum;
        if (c >= lastStep && best == target) {
            ++right;
        }
    }
    const T share = T(1) / static_cast<T>(columns);
    activity.errors = activity.outputs * share;
    for (Index c = 0; c < columns; ++c) {
        activity.errors(batch.classes[static_cast<std::size_t>(c)], c) -= share;
    }
    activity.loss = loss / static_cast<double>(columns);
    activity.accuracy = static_cast<double>(right) / static_cast<double>(batch.trials);
}

template<class T>
void squaredLoss(const Batch<T>& batch, Activity<T>& activity) {
    const double columns = static_cast<double>(activity.outputs.cols());
    activity.errors = activity.outputs - batch.targets;
    const double residual = static_cast<double>(activity.errors.squaredNorm());
    const T mean = batch.targets.mean();
    const double total = static_cast<double>((batch.targets.array() - mean).square().sum());
    activity.loss = residual / (2 * columns);
    activity.accuracy = total > 0 ? 1 - residual / total : 0;
    activity.errors /= static_cast<T>(columns);
}

} // namespace

template<class T>
void forward(const Dynamics& dynamics, const Weights<T>& weights, const LeftFactor<T>& recurrent,
    const Batch<T>& batch, Activity<T>& activity) {
    const Index neurons = weights.recurrent.rows();
    const Index trials = static_cast<Index>(batch.trials);
    const Index steps = static_cast<Index>(batch.steps);
    const T leak = static_cast<T>(dynamics.leak);
    activity.potential.resize(neurons, steps * trials);
    activity.rates.resize(neurons, steps * trials);
    activity.slopes.resize(neurons, steps * trials);
    LeftFactor<T>(weights.in).times(batch.inputs, activity.potential);
    for (Index t = 0; t < steps; ++t) {
        auto potential = activity.potential.middleCols(t * trials, trials);
        if (t > 0) {
            recurrent.addTimes(activity.rates.middleCols((t - 1) * trials, trials), potential);
        }
        if (leak != 0) {
            potential *= T(1) - leak;
            if (t > 0) {
                potential += leak * activity.potential.middleCols((t - 1) * trials, trials);
            }
        }
        activate<T>(dynamics.activation, potential, activity.rates.middleCols(t * trials, trials),
            activity.slopes.middleCols(t * trials, trials));
    }
    const Index from = static_cast<Index>(batch.lossFrom);
    activity.outputs.resize(weights.out.rows(), (steps - from) * trials);
    LeftFactor<T>(weights.out).times(activity.rates.rightCols((steps - from) * trials), activity.outputs);
    batch.loss == LossKind::CrossEntropy ? softmaxLoss(batch, activity) : squaredLoss(batch, activity);
}

template<class T>
void forward(
    const Dynamics& dynamics, const Weights<T>& weights, const Batch<T>& batch, Activity<T>& activity) {
    forward(dynamics, weights, LeftFactor<T>(weights.recurrent), batch, activity);
}

template void forward(
    const Dynamics&, const Weights<float>&, const LeftFactor<float>&, const Batch<float>&, Activity<float>&);
template void forward(const Dynamics&, const Weights<double>&, const LeftFactor<double>&,
    const Batch<double>&, Activity<double>&);
template void forward(const Dynamics&, const Weights<float>&, const Batch<float>&, Activity<float>&);
template void forward(const Dynamics&, const Weights<double>&, const Batch<double>&, Activity<double>&);

} // namespace rulescope::networks
