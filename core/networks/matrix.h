// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

namespace rulescope::networks {

/// Column-major: in states (neurons x trials) a column is one trial.
template<class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;

/// Any block of columns of a Matrix.
template<class T>
using ConstView = Eigen::Ref<const Matrix<T>>;
template<class T>
using View = Eigen::Ref<Matrix<T>>;

/// A left factor laid out once for many fast products on one thread.
///
/// Eigen compiled for the baseline reaches a fraction of the processor; these products go through kernels
/// that are chosen at run time. The bits depend on the sizes and the instruction set, never on threads.
template<class T>
class LeftFactor {
  public:
    LeftFactor() = default;
    explicit LeftFactor(const ConstView<T>& matrix) { assign(matrix); }

    void assign(const ConstView<T>& matrix);
    void assignTransposed(const ConstView<T>& matrix);

    std::size_t rows() const { return m_rows; }
    std::size_t depth() const { return m_depth; }

    /// out = this . right; `out` has the right size and shares no memory with `right`.
    void times(const ConstView<T>& right, View<T> out) const;
    /// out += this . right
    void addTimes(const ConstView<T>& right, View<T> out) const;
    /// out = this . right^T
    void timesTransposed(const ConstView<T>& right, View<T> out) const;
    /// out += this . right^T
    void addTimesTransposed(const ConstView<T>& right, View<T> out) const;

  private:
    struct Right;
    void pack(
        const T* data, std::size_t rows, std::size_t depth, std::size_t rowStride, std::size_t columnStride);
    void multiply(const Right& right, View<T> out, bool adds) const;

    std::size_t m_rows = 0, m_depth = 0;
    std::vector<T, Eigen::aligned_allocator<T>> m_storage;
    T* m_packed = nullptr; ///< 64-byte aligned, inside the storage

  public:
    LeftFactor(const LeftFactor&) = delete;
    LeftFactor& operator=(const LeftFactor&) = delete;
    LeftFactor(LeftFactor&&) noexcept = default;
    LeftFactor& operator=(LeftFactor&&) noexcept = default;
};

extern template class LeftFactor<float>;
extern template class LeftFactor<double>;

} // namespace rulescope::networks
