// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

/// Private to core/networks: single-threaded products for LeftFactor, compiled once per instruction set.
namespace rulescope::networks::kernels {

/// Columns of the left factor that are multiplied in one go, so that what is read again stays in cache.
inline constexpr std::size_t kDepth = 320;

/// Element (i, j) lies at data[i * rowStride + j * columnStride].
template<class T>
struct Strided {
    const T* data = nullptr;
    std::size_t rowStride = 1, columnStride = 1;
};

/// Values that a packed left factor of this size takes.
template<class T>
std::size_t packedSize(std::size_t rows, std::size_t depth);

/// Lays a left factor out as the product reads it; `packed` is 64-byte aligned.
void packLeft(const Strided<float>& left, std::size_t rows, std::size_t depth, float* packed);
void packLeft(const Strided<double>& left, std::size_t rows, std::size_t depth, double* packed);

/// out (rows x columns, column-major) = or += left (rows x depth, packed) . right (depth x columns). The
/// order of additions depends on the sizes and the instruction set alone.
void multiply(const float* packed, std::size_t rows, std::size_t depth, const Strided<float>& right,
    std::size_t columns, float* out, std::size_t outStride, bool adds);
void multiply(const double* packed, std::size_t rows, std::size_t depth, const Strided<double>& right,
    std::size_t columns, double* out, std::size_t outStride, bool adds);

} // namespace rulescope::networks::kernels
