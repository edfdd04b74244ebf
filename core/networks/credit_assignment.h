// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/networks/credit_rule.h"
#include "core/networks/network.h"

#include <vector>

namespace rulescope::networks {

/// What a rule needs to know of a network beside its weights.
template<class T>
struct CreditConstants {
    Matrix<T> feedback;         ///< B, N x O: fixed random feedback
    std::vector<int> cellTypes; ///< N entries from 0 on: which weights are averaged together
    double slope = 0.5;         ///< mu: the constant in place of phi'
};

/// Every entry replaced by the mean over its block of target type x source type.
template<class T>
Matrix<T> cellTypeMeans(const Matrix<T>& recurrent, const std::vector<int>& cellTypes);

/// Computes what a rule takes for the gradient of the loss; W_out's is always exact (METHOD.md section 10).
/// Keeps its buffers from call to call; one object per thread.
template<class T>
class CreditAssignment {
  public:
    CreditAssignment(const CreditRule& rule, const Dynamics& dynamics, CreditConstants<T> constants)
        : m_rule(rule)
        , m_dynamics(dynamics)
        , m_constants(std::move(constants)) {}

    /// `activity` is what forward() left for these weights and this batch.
    void gradient(
        const Weights<T>& weights, const Batch<T>& batch, const Activity<T>& activity, Weights<T>& gradient);

    const CreditRule& rule() const { return m_rule; }

  private:
    Eigen::Index firstStep(const Batch<T>& batch) const;
    void neuronErrors(const Weights<T>& weights, const Batch<T>& batch, const Activity<T>& activity);
    void packRelay(const Weights<T>& weights);
    void localTerms(const Batch<T>& batch, const Activity<T>& activity);
    void traces(const Batch<T>& batch, const Activity<T>& activity);

    const CreditRule& m_rule;
    Dynamics m_dynamics;
    CreditConstants<T> m_constants;
    LeftFactor<T> m_relay;   ///< W~^T
    Matrix<T> m_errors;      ///< L, N x (L B)
    Matrix<T> m_local;       ///< lambda o psi, N x (T B), from firstStep() on
    Matrix<T> m_relayed;     ///< kappa, N x B
    Matrix<T> m_rateTraces;  ///< eps of the rates, N x (T B), if the network leaks
    Matrix<T> m_inputTraces; ///< eps of the inputs, I x (T B), if the network leaks
};

extern template class CreditAssignment<float>;
extern template class CreditAssignment<double>;
extern template Matrix<float> cellTypeMeans(const Matrix<float>&, const std::vector<int>&);
extern template Matrix<double> cellTypeMeans(const Matrix<double>&, const std::vector<int>&);

} // namespace rulescope::networks
