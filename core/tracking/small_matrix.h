// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>

namespace rulescope::tracking {

/// Most weights that are tracked together; small matrices then live on the stack whatever their size.
inline constexpr int kMostWeights = 16;

/// Vectors and matrices over the K weights; K is fixed at compile time where it is small, else
/// Eigen::Dynamic.
template<int K>
using Vector = Eigen::Matrix<double, K, 1, 0, K == Eigen::Dynamic ? kMostWeights : K, 1>;
template<int K>
using Square = Eigen::Matrix<double, K, K, 0, K == Eigen::Dynamic ? kMostWeights : K,
    K == Eigen::Dynamic ? kMostWeights : K>;

/// Inverse of a symmetric matrix (its lower triangle is read) by L D L'; returns its determinant, or 0 if it
/// is not positive definite. Written out because Eigen's factorisations are made for larger matrices and take
/// several times as long at K = 3.
template<int K>
double invertPositive(const Square<K>& matrix, Square<K>& inverse) {
    const Eigen::Index n = matrix.rows();
    Square<K> lower(n, n), unitInverse(n, n);
    Vector<K> reciprocal(n);
    double determinant = 1;
    for (Eigen::Index j = 0; j < n; ++j) {
        for (Eigen::Index i = j; i < n; ++i) {
            double entry = matrix(i, j);
            for (Eigen::Index k = 0; k < j; ++k)
                entry -= lower(i, k) * lower(j, k) * reciprocal[k];
            lower(i, j) = entry; // L D; divided by D only where it is used
        }
        const double pivot = lower(j, j);
        if (!(pivot > 0))
            return 0;
        determinant *= pivot;
        reciprocal[j] = 1 / pivot;
    }
    for (Eigen::Index j = 0; j < n; ++j) {
        unitInverse(j, j) = 1;
        for (Eigen::Index i = j + 1; i < n; ++i) {
            double entry = 0;
            for (Eigen::Index k = j; k < i; ++k)
                entry -= lower(i, k) * reciprocal[k] * unitInverse(k, j);
            unitInverse(i, j) = entry;
        }
    }
    for (Eigen::Index i = 0; i < n; ++i)
        for (Eigen::Index j = 0; j <= i; ++j) {
            double entry = 0;
            for (Eigen::Index k = i; k < n; ++k)
                entry += unitInverse(k, i) * unitInverse(k, j) * reciprocal[k];
            inverse(i, j) = inverse(j, i) = entry;
        }
    return determinant;
}

} // namespace rulescope::tracking
