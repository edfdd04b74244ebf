// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/random.h"
#include "core/networks/network.h"

namespace rulescope::networks {

/// The Hessian of a batch's loss in W_rec, as a linear map: exact products by differentiating the forward and
/// the backward pass along a direction (for the rectifier: wherever no neuron sits exactly at its kink).
template<class T>
class LossHessian {
  public:
    LossHessian(const Dynamics& dynamics, const Weights<T>& weights, const Batch<T>& batch);

    /// H . direction, both N x N.
    void apply(const Matrix<T>& direction, Matrix<T>& product);

  private:
    void tangentForward(const Matrix<T>& direction);
    void tangentErrors();
    void tangentBackward(const Matrix<T>& direction);

    Dynamics m_dynamics;
    const Batch<T>& m_batch;
    Activity<T> m_activity;
    LeftFactor<T> m_recurrent, m_transposed, m_out, m_outTransposed;
    Matrix<T> m_lambda, m_kappa;                                       ///< of the loss, N x (T B)
    Matrix<T> m_dPotential, m_dRates, m_dErrors, m_dReadout, m_dKappa; ///< tangents
    Matrix<T> m_work;
};

extern template class LossHessian<float>;
extern template class LossHessian<double>;

struct EigenvalueOptions {
    int mostIterations = 60;
    double tolerance = 1e-3; ///< of the Rayleigh quotient, relative, between iterations
};

/// The largest algebraic eigenvalue of the Hessian in W_rec by power iteration: where the eigenvalue of
/// largest size is negative, on H + |theta| I. `vector` (N x N) is where it starts and what it found; empty:
/// a random one from `random`. `isConverged` false: the quotient still moved.
struct LeadingEigenvalue {
    double value = 0;
    int iterations = 0;
    bool isConverged = false;
};
template<class T>
LeadingEigenvalue leadingEigenvalue(LossHessian<T>& hessian, Matrix<T>& vector, base::RandomStream& random,
    Eigen::Index neurons, const EigenvalueOptions& options = {}, const base::StopToken& stop = {});

extern template LeadingEigenvalue leadingEigenvalue(LossHessian<float>&, Matrix<float>&, base::RandomStream&,
    Eigen::Index, const EigenvalueOptions&, const base::StopToken&);
extern template LeadingEigenvalue leadingEigenvalue(LossHessian<double>&, Matrix<double>&,
    base::RandomStream&, Eigen::Index, const EigenvalueOptions&, const base::StopToken&);

} // namespace rulescope::networks
