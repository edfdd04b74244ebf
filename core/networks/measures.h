// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/networks/network.h"

#include <complex>
#include <vector>

namespace rulescope::networks {

/// Trials behind representation alignment and tangent-kernel alignment (METHOD.md section 10).
inline constexpr std::size_t kProbeTrials = 320, kKernelTrials = 32;

/// <A, B> / (||A|| ||B||) with the Frobenius product; 0 if either is zero.
template<class T>
double alignment(const Matrix<T>& a, const Matrix<T>& b);

/// R = H^T H over trials (trials x trials), H the rates at the last step: what representation alignment
/// compares (METHOD.md section 10).
template<class T>
Matrix<T> representationGram(const Dynamics& dynamics, const Weights<T>& weights, const Batch<T>& probe);

/// K = J J^T, J = d outputs / d W_rec, over every trial, loss step and output of the probe; rows ordered by
/// trial, then step, then output. Computed without J: products of what each output sends back with products
/// of rates.
template<class T>
Matrix<T> tangentKernel(const Dynamics& dynamics, const Weights<T>& weights, const Batch<T>& probe);

/// Bytes that tangentKernel() needs at most, for sizes checked beforehand.
double tangentKernelBytes(std::size_t neurons, std::size_t outputs, std::size_t trials, std::size_t steps,
    std::size_t lossSteps, std::size_t scalarBytes);

/// Singular values, falling.
std::vector<double> singularValues(const Eigen::MatrixXd& matrix);
/// Eigenvalues, by falling size; empty if the iteration fails to converge.
std::vector<std::complex<double>> eigenvalues(const Eigen::MatrixXd& matrix);
/// sum |lambda_i| / (|lambda_1| N); 0 for a matrix without eigenvalues other than 0.
double effectiveRank(const std::vector<std::complex<double>>& eigenvalues);

/// Share of connections that are not 0 in `before` and keep their sign; 1 without any.
template<class T>
double signSimilarity(const Matrix<T>& before, const Matrix<T>& after);

/// rho = <g^, g> / <g, g>: the part of the exact gradient that an approximate one keeps; 0 if g is zero.
template<class T>
double gradientShare(const Matrix<T>& approximate, const Matrix<T>& exact);

#define RULESCOPE_MEASURES(TEMPLATE, T)                                                                      \
    TEMPLATE double alignment(const Matrix<T>&, const Matrix<T>&);                                           \
    TEMPLATE Matrix<T> representationGram(const Dynamics&, const Weights<T>&, const Batch<T>&);              \
    TEMPLATE Matrix<T> tangentKernel(const Dynamics&, const Weights<T>&, const Batch<T>&);                   \
    TEMPLATE double signSimilarity(const Matrix<T>&, const Matrix<T>&);                                      \
    TEMPLATE double gradientShare(const Matrix<T>&, const Matrix<T>&);
RULESCOPE_MEASURES(extern template, float)
RULESCOPE_MEASURES(extern template, double)

} // namespace rulescope::networks
