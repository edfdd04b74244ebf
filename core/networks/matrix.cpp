// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/matrix.h"

#include "core/networks/matrix_kernels.h"

#include <cassert>
#include <cstdint>

namespace rulescope::networks {

template<class T>
struct LeftFactor<T>::Right {
    kernels::Strided<T> values;
    std::size_t rows, columns;
};

namespace {

template<class T>
std::size_t strideOf(const T& view) {
    return static_cast<std::size_t>(view.outerStride());
}

} // namespace

template<class T>
void LeftFactor<T>::pack(
    const T* data, std::size_t rows, std::size_t depth, std::size_t rowStride, std::size_t columnStride) {
    constexpr std::size_t line = 64 / sizeof(T);
    m_rows = rows;
    m_depth = depth;
    m_storage.resize(kernels::packedSize<T>(rows, depth) + line);
    const auto address = reinterpret_cast<std::uintptr_t>(m_storage.data());
    m_packed = m_storage.data() + (64 - address % 64) % 64 / sizeof(T);
    kernels::packLeft(kernels::Strided<T>{data, rowStride, columnStride}, rows, depth, m_packed);
}

template<class T>
void LeftFactor<T>::assign(const ConstView<T>& matrix) {
    pack(matrix.data(), static_cast<std::size_t>(matrix.rows()), static_cast<std::size_t>(matrix.cols()), 1,
        strideOf(matrix));
}

template<class T>
void LeftFactor<T>::assignTransposed(const ConstView<T>& matrix) {
    pack(matrix.data(), static_cast<std::size_t>(matrix.cols()), static_cast<std::size_t>(matrix.rows()),
        strideOf(matrix), 1);
}

template<class T>
void LeftFactor<T>::multiply(const Right& right, View<T> out, bool adds) const {
    assert(right.rows == m_depth && static_cast<std::size_t>(out.rows()) == m_rows);
    assert(static_cast<std::size_t>(out.cols()) == right.columns);
    if (m_depth == 0 && !adds) {
        out.setZero();
    }
    kernels::multiply(
        m_packed, m_rows, m_depth, right.values, right.columns, out.data(), strideOf(out), adds);
}

template<class T>
void LeftFactor<T>::times(const ConstView<T>& right, View<T> out) const {
    multiply({{right.data(), 1, strideOf(right)}, static_cast<std::size_t>(right.rows()),
                 static_cast<std::size_t>(right.cols())},
        out, false);
}

template<class T>
void LeftFactor<T>::addTimes(const ConstView<T>& right, View<T> out) const {
    multiply({{right.data(), 1, strideOf(right)}, static_cast<std::size_t>(right.rows()),
                 static_cast<std::size_t>(right.cols())},
        out, true);
}

template<class T>
void LeftFactor<T>::timesTransposed(const ConstView<T>& right, View<T> out) const {
    multiply({{right.data(), strideOf(right), 1}, static_cast<std::size_t>(right.cols()),
                 static_cast<std::size_t>(right.rows())},
        out, false);
}

template<class T>
void LeftFactor<T>::addTimesTransposed(const ConstView<T>& right, View<T> out) const {
    multiply({{right.data(), strideOf(right), 1}, static_cast<std::size_t>(right.cols()),
                 static_cast<std::size_t>(right.rows())},
        out, true);
}

template class LeftFactor<float>;
template class LeftFactor<double>;

} // namespace rulescope::networks
