// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/hessian.h"

#include <cmath>

namespace rulescope::networks {

using Index = Eigen::Index;

template<class T>
LossHessian<T>::LossHessian(const Dynamics& dynamics, const Weights<T>& weights, const Batch<T>& batch)
    : m_dynamics(dynamics)
    , m_batch(batch)
    , m_recurrent(weights.recurrent)
    , m_out(weights.out) {
    m_transposed.assignTransposed(weights.recurrent);
    m_outTransposed.assignTransposed(weights.out);
    forward(dynamics, weights, m_recurrent, batch, m_activity);
    const Index neurons = weights.recurrent.rows();
    const Index trials = static_cast<Index>(batch.trials);
    const Index steps = static_cast<Index>(batch.steps);
    const Index from = static_cast<Index>(batch.lossFrom);
    const T leak = static_cast<T>(dynamics.leak);
    m_lambda.setZero(neurons, steps * trials);
    m_kappa.setZero(neurons, steps * trials);
    m_outTransposed.times(m_activity.errors, m_lambda.rightCols((steps - from) * trials));
    for (Index t = steps - 1; t >= 0; --t) {
        auto lambda = m_lambda.middleCols(t * trials, trials);
        auto kappa = m_kappa.middleCols(t * trials, trials);
        if (t + 1 < steps) {
            const auto next = m_kappa.middleCols((t + 1) * trials, trials);
            m_work.resize(neurons, trials);
            m_transposed.times(next, m_work);
            lambda += (T(1) - leak) * m_work;
            kappa = leak * next;
        }
        kappa += lambda.cwiseProduct(m_activity.slopes.middleCols(t * trials, trials));
    }
}

/// dv and dz, with W_rec moved along the direction.
template<class T>
void LossHessian<T>::tangentForward(const Matrix<T>& direction) {
    const Index trials = static_cast<Index>(m_batch.trials);
    const Index steps = static_cast<Index>(m_batch.steps);
    const T leak = static_cast<T>(m_dynamics.leak);
    m_dPotential.setZero(direction.rows(), steps * trials);
    m_dRates.setZero(direction.rows(), steps * trials);
    if (steps < 2) {
        return;
    }
    LeftFactor<T>(direction).times(
        m_activity.rates.leftCols((steps - 1) * trials), m_dPotential.rightCols((steps - 1) * trials));
    for (Index t = 1; t < steps; ++t) {
        auto potential = m_dPotential.middleCols(t * trials, trials);
        m_recurrent.addTimes(m_dRates.middleCols((t - 1) * trials, trials), potential);
        if (leak != 0) {
            potential *= T(1) - leak;
            potential += leak * m_dPotential.middleCols((t - 1) * trials, trials);
        }
        m_dRates.middleCols(t * trials, trials) =
            potential.cwiseProduct(m_activity.slopes.middleCols(t * trials, trials));
    }
}

/// d(d loss / d y): through the softmax, or straight.
template<class T>
void LossHessian<T>::tangentErrors() {
    const Index columns = m_activity.errors.cols();
    m_dErrors.resize(m_activity.errors.rows(), columns);
    m_out.times(m_dRates.rightCols(columns), m_dErrors);
    if (m_batch.loss == LossKind::CrossEntropy) {
        for (Index c = 0; c < columns; ++c) {
            const auto p = m_activity.outputs.col(c);
            const T mean = p.dot(m_dErrors.col(c));
            m_dErrors.col(c) = p.cwiseProduct((m_dErrors.col(c).array() - mean).matrix());
        }
    }
    m_dErrors /= static_cast<T>(columns);
    m_dReadout.resize(m_dRates.rows(), columns);
    m_outTransposed.times(m_dErrors, m_dReadout);
}

template<class T>
void LossHessian<T>::tangentBackward(const Matrix<T>& direction) {
    const Index trials = static_cast<Index>(m_batch.trials);
    const Index steps = static_cast<Index>(m_batch.steps);
    const Index from = static_cast<Index>(m_batch.lossFrom);
    const T leak = static_cast<T>(m_dynamics.leak);
    LeftFactor<T> transposed;
    transposed.assignTransposed(direction);
    m_dKappa.setZero(direction.rows(), steps * trials);
    m_work.resize(direction.rows(), trials);
    for (Index t = steps - 1; t >= 1; --t) {
        if (t + 1 < steps) {
            const auto next = (t + 1) * trials;
            transposed.times(m_kappa.middleCols(next, trials), m_work);
            m_transposed.addTimes(m_dKappa.middleCols(next, trials), m_work);
            m_work *= T(1) - leak;
        } else {
            m_work.setZero();
        }
        if (t >= from) {
            m_work += m_dReadout.middleCols((t - from) * trials, trials);
        }
        const auto slopes = m_activity.slopes.middleCols(t * trials, trials);
        auto kappa = m_dKappa.middleCols(t * trials, trials);
        kappa = slopes.cwiseProduct(m_work);
        if (m_dynamics.activation == Activation::Tanh) {
            // phi'' = -2 z phi'.
            kappa.array() -= T(2) * m_activity.rates.middleCols(t * trials, trials).array() * slopes.array() *
                             m_dPotential.middleCols(t * trials, trials).array() *
                             m_lambda.middleCols(t * trials, trials).array();
        }
        if (leak != 0 && t + 1 < steps) {
            kappa += leak * m_dKappa.middleCols((t + 1) * trials, trials);
        }
    }
}

template<class T>
void LossHessian<T>::apply(const Matrix<T>& direction, Matrix<T>& product) {
    const Index count = static_cast<Index>((m_batch.steps - 1) * m_batch.trials);
    product.setZero(direction.rows(), direction.cols());
    if (count == 0) {
        return;
    }
    tangentForward(direction);
    tangentErrors();
    tangentBackward(direction);
    // The gradient is (1-a) sum_t kappa_t z_{t-1}^T.
    LeftFactor<T>(m_dKappa.rightCols(count)).timesTransposed(m_activity.rates.leftCols(count), product);
    LeftFactor<T>(m_kappa.rightCols(count)).addTimesTransposed(m_dRates.leftCols(count), product);
    product *= T(1) - static_cast<T>(m_dynamics.leak);
}

namespace {

template<class T>
void makeRandom(Matrix<T>& vector, Index neurons, base::RandomStream& random) {
    vector.resize(neurons, neurons);
    for (Index i = 0; i < vector.size(); ++i) {
        vector.data()[i] = static_cast<T>(random.normal());
    }
}

/// Power iteration on H + shift I; the quotient returned is that of H.
template<class T>
LeadingEigenvalue powerIteration(LossHessian<T>& hessian, double shift, Matrix<T>& vector,
    const EigenvalueOptions& options, const base::StopToken& stop) {
    LeadingEigenvalue found;
    Matrix<T> product;
    vector.normalize();
    for (int i = 0; i < options.mostIterations && !stop.stop_requested(); ++i) {
        hessian.apply(vector, product);
        const double quotient = static_cast<double>(vector.cwiseProduct(product).sum());
        const double change = std::abs(quotient - found.value);
        found.value = quotient;
        found.iterations = i + 1;
        product += static_cast<T>(shift) * vector;
        const T size = product.norm();
        if (!(size > T(0)) || !std::isfinite(static_cast<double>(size))) {
            found.isConverged = size == T(0);
            return found;
        }
        vector = product / size;
        if (i > 1 && change <= options.tolerance * std::abs(quotient)) {
            found.isConverged = true;
            return found;
        }
    }
    return found;
}

} // namespace

template<class T>
LeadingEigenvalue leadingEigenvalue(LossHessian<T>& hessian, Matrix<T>& vector, base::RandomStream& random,
    Index neurons, const EigenvalueOptions& options, const base::StopToken& stop) {
    if (vector.rows() != neurons || vector.cols() != neurons || !(vector.norm() > T(0))) {
        makeRandom(vector, neurons, random);
    }
    LeadingEigenvalue found = powerIteration(hessian, 0, vector, options, stop);
    if (found.value >= 0) {
        return found;
    }
    const int before = found.iterations;
    makeRandom(vector, neurons, random);
    found = powerIteration(hessian, std::abs(found.value), vector, options, stop);
    found.iterations += before;
    return found;
}

template class LossHessian<float>;
template class LossHessian<double>;
template LeadingEigenvalue leadingEigenvalue(LossHessian<float>&, Matrix<float>&, base::RandomStream&, Index,
    const EigenvalueOptions&, const base::StopToken&);
template LeadingEigenvalue leadingEigenvalue(LossHessian<double>&, Matrix<double>&, base::RandomStream&,
    Index, const EigenvalueOptions&, const base::StopToken&);

} // namespace rulescope::networks
