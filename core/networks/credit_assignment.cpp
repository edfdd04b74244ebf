// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/credit_assignment.h"

#include <algorithm>

namespace rulescope::networks {

using Index = Eigen::Index;

template<class T>
Matrix<T> cellTypeMeans(const Matrix<T>& recurrent, const std::vector<int>& cellTypes) {
    const Index neurons = recurrent.rows();
    const Index types = cellTypes.empty() ? 1 : 1 + *std::max_element(cellTypes.begin(), cellTypes.end());
    const auto typeOf = [&](Index i) {
        return cellTypes.empty() ? Index(0) : static_cast<Index>(cellTypes[static_cast<std::size_t>(i)]);
    };
    Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(types, types);
    Eigen::MatrixXd counts = Eigen::MatrixXd::Zero(types, types);
    for (Index j = 0; j < neurons; ++j) {
        for (Index i = 0; i < neurons; ++i) {
            sums(typeOf(i), typeOf(j)) += static_cast<double>(recurrent(i, j));
            counts(typeOf(i), typeOf(j)) += 1;
        }
    }
    const Eigen::MatrixXd means = sums.cwiseQuotient(counts.cwiseMax(1));
    Matrix<T> expanded(neurons, neurons);
    for (Index j = 0; j < neurons; ++j) {
        for (Index i = 0; i < neurons; ++i) {
            expanded(i, j) = static_cast<T>(means(typeOf(i), typeOf(j)));
        }
    }
    return expanded;
}

/// Steps before it have lambda = 0 and add nothing.
template<class T>
Index CreditAssignment<T>::firstStep(const Batch<T>& batch) const {
    const Index from = static_cast<Index>(batch.lossFrom);
    if (m_rule.relay == CreditRule::Relay::None) {
        return from;
    }
    const bool reachesOneStep = m_rule.relay == CreditRule::Relay::OneHop && m_dynamics.leak == 0;
    return reachesOneStep ? std::max<Index>(from - 1, 0) : 0;
}

template<class T>
void CreditAssignment<T>::neuronErrors(
    const Weights<T>& weights, const Batch<T>&, const Activity<T>& activity) {
    LeftFactor<T> feedback;
    if (m_rule.feedback == CreditRule::Feedback::Random) {
        feedback.assign(m_constants.feedback);
    } else {
        feedback.assignTransposed(weights.out);
    }
    m_errors.resize(weights.recurrent.rows(), activity.errors.cols());
    feedback.times(activity.errors, m_errors);
}

template<class T>
void CreditAssignment<T>::packRelay(const Weights<T>& weights) {
    if (m_rule.averagesTypes) {
        m_relay.assignTransposed(cellTypeMeans(weights.recurrent, m_constants.cellTypes));
    } else {
        m_relay.assignTransposed(weights.recurrent);
    }
}

/// lambda o psi of every step, backwards in time.
template<class T>
void CreditAssignment<T>::localTerms(const Batch<T>& batch, const Activity<T>& activity) {
    const Index trials = static_cast<Index>(batch.trials);
    const Index steps = static_cast<Index>(batch.steps);
    const Index from = static_cast<Index>(batch.lossFrom);
    const Index first = firstStep(batch);
    const T leak = static_cast<T>(m_dynamics.leak);
    const bool relays = m_rule.relay != CreditRule::Relay::None;
    m_local.resize(m_errors.rows(), steps * trials);
    m_relayed.setZero(m_errors.rows(), trials);
    for (Index t = steps - 1; t >= first; --t) {
        auto lambda = m_local.middleCols(t * trials, trials);
        const auto slope = activity.slopes.middleCols(t * trials, trials);
        const bool hasError = t >= from;
        const auto error = m_errors.middleCols((hasError ? t - from : 0) * trials, trials);
        if (relays && t + 1 < steps) {
            m_relay.times(m_relayed, lambda);
            lambda *= T(1) - leak;
        } else {
            lambda.setZero();
        }
        if (hasError) {
            lambda += error;
        }
        if (relays && t > first) {
            m_relayed *= leak;
            if (m_rule.relay == CreditRule::Relay::OneHop) {
                if (hasError) {
                    m_relayed += slope.cwiseProduct(error);
                }
            } else if (m_rule.hasConstantSlope) {
                m_relayed += static_cast<T>(m_constants.slope) * lambda;
            } else {
                m_relayed += slope.cwiseProduct(lambda);
            }
        }
        lambda = lambda.cwiseProduct(slope);
    }
}

/// eps_t = a eps_{t-1} + (1-a) z_{t-1} for W_rec, with x_t for W_in.
template<class T>
void CreditAssignment<T>::traces(const Batch<T>& batch, const Activity<T>& activity) {
    const Index trials = static_cast<Index>(batch.trials);
    const T leak = static_cast<T>(m_dynamics.leak);
    m_rateTraces.setZero(activity.rates.rows(), activity.rates.cols());
    m_inputTraces = (T(1) - leak) * batch.inputs;
    for (Index t = 1; t < static_cast<Index>(batch.steps); ++t) {
        const auto before = (t - 1) * trials;
        m_inputTraces.middleCols(t * trials, trials) += leak * m_inputTraces.middleCols(before, trials);
        m_rateTraces.middleCols(t * trials, trials) =
            leak * m_rateTraces.middleCols(before, trials) +
            (T(1) - leak) * activity.rates.middleCols(before, trials);
    }
}

template<class T>
void CreditAssignment<T>::gradient(
    const Weights<T>& weights, const Batch<T>& batch, const Activity<T>& activity, Weights<T>& gradient) {
    const Index trials = static_cast<Index>(batch.trials);
    const Index steps = static_cast<Index>(batch.steps);
    neuronErrors(weights, batch, activity);
    if (m_rule.relay != CreditRule::Relay::None) {
        packRelay(weights);
    }
    localTerms(batch, activity);

    gradient.out.resize(weights.out.rows(), weights.out.cols());
    LeftFactor<T>(activity.errors)
        .timesTransposed(activity.rates.rightCols(activity.errors.cols()), gradient.out);

    const bool leaks = m_dynamics.leak != 0;
    if (leaks) {
        traces(batch, activity);
    }
    const Index first = firstStep(batch);
    gradient.in.resize(weights.in.rows(), weights.in.cols());
    const Index columns = (steps - first) * trials;
    LeftFactor<T>(m_local.rightCols(columns))
        .timesTransposed((leaks ? m_inputTraces : batch.inputs).rightCols(columns), gradient.in);

    // Nothing comes from z_{-1} = 0: step 0 is left out.
    const Index firstRecurrent = std::max<Index>(first, 1);
    const Index count = (steps - firstRecurrent) * trials;
    gradient.recurrent.setZero(weights.recurrent.rows(), weights.recurrent.cols());
    if (count > 0) {
        const Matrix<T>& source = leaks ? m_rateTraces : activity.rates;
        const Index start = (leaks ? firstRecurrent : firstRecurrent - 1) * trials;
        LeftFactor<T>(m_local.rightCols(count))
            .timesTransposed(source.middleCols(start, count), gradient.recurrent);
    }
}

template class CreditAssignment<float>;
template class CreditAssignment<double>;
template Matrix<float> cellTypeMeans(const Matrix<float>&, const std::vector<int>&);
template Matrix<double> cellTypeMeans(const Matrix<double>&, const std::vector<int>&);

} // namespace rulescope::networks
