// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled once per instruction set by Highway; the best one is chosen at run time. No Eigen in here: its
// templates compiled for several instruction sets would collide at link.

// Arrays of vectors as accumulators need vectors of known size; see core/engine/rollout_kernels.cpp.
#define HWY_DISABLED_TARGETS                                                                                 \
    (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV | HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)

#include "core/networks/matrix_kernels.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/networks/matrix_kernels.cpp"
// foreach_target.h must come first: it includes this file once per instruction set.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace rulescope::networks::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template<class T>
using LineTag = hn::CappedTag<T, 64 / sizeof(T)>;

// A tile of the result stays in registers: vectors of rows times columns, beside one column of the left
// factor.
inline constexpr std::size_t kVectors = HWY_TARGET <= HWY_AVX3 ? 3 : 2;
inline constexpr std::size_t kColumns = HWY_TARGET <= HWY_AVX3 ? 8 : 6;

template<class T>
HWY_INLINE std::size_t lanes() {
    return hn::Lanes(LineTag<T>());
}

template<class T>
HWY_INLINE std::size_t roundedRows(std::size_t rows) {
    return (rows + lanes<T>() - 1) / lanes<T>() * lanes<T>();
}

/// Rows of the panel that starts at `row`: a full one, or what is left in whole vectors.
template<class T>
HWY_INLINE std::size_t panelRows(std::size_t row, std::size_t padded) {
    return std::min(kVectors * lanes<T>(), padded - row);
}

template<class T>
void packLeftOf(const Strided<T>& left, std::size_t rows, std::size_t depth, T* packed) {
    const std::size_t padded = roundedRows<T>(rows);
    for (std::size_t from = 0; from < depth; from += kDepth) {
        const std::size_t to = std::min(depth, from + kDepth);
        for (std::size_t row = 0; row < padded; row += kVectors * lanes<T>()) {
            const std::size_t height = panelRows<T>(row, padded);
            const std::size_t valid = std::min(height, rows - row);
            for (std::size_t k = from; k < to; ++k, packed += height) {
                const T* source = left.data + row * left.rowStride + k * left.columnStride;
                for (std::size_t i = 0; i < valid; ++i) {
                    packed[i] = source[i * left.rowStride];
                }
                std::fill(packed + valid, packed + height, T(0));
            }
        }
    }
}

/// One tile of `vectors` x `columns` over `depth` products; only the first `valid` rows are written.
template<std::size_t vectors, std::size_t columns, class T>
HWY_INLINE void tile(const T* HWY_RESTRICT packed, std::size_t depth, const Strided<T>& right,
    T* HWY_RESTRICT out, std::size_t outStride, std::size_t valid, bool adds) {
    const LineTag<T> d;
    const std::size_t width = lanes<T>();
    hn::Vec<LineTag<T>> sum[columns][vectors];
    for (std::size_t c = 0; c < columns; ++c) {
        for (std::size_t v = 0; v < vectors; ++v) {
            sum[c][v] = hn::Zero(d);
        }
    }
    const T* row = right.data;
    for (std::size_t k = 0; k < depth; ++k, packed += vectors * width, row += right.rowStride) {
        hn::Vec<LineTag<T>> left[vectors];
        for (std::size_t v = 0; v < vectors; ++v) {
            left[v] = hn::Load(d, packed + v * width);
        }
        for (std::size_t c = 0; c < columns; ++c) {
            const auto value = hn::Set(d, row[c * right.columnStride]);
            for (std::size_t v = 0; v < vectors; ++v) {
                sum[c][v] = hn::MulAdd(value, left[v], sum[c][v]);
            }
        }
    }
    HWY_ALIGN T edge[vectors * (64 / sizeof(T))] = {};
    for (std::size_t c = 0; c < columns; ++c) {
        T* to = out + c * outStride;
        if (valid == vectors * width) {
            for (std::size_t v = 0; v < vectors; ++v) {
                const auto old = adds ? hn::LoadU(d, to + v * width) : hn::Zero(d);
                hn::StoreU(hn::Add(old, sum[c][v]), d, to + v * width);
            }
            continue;
        }
        for (std::size_t v = 0; v < vectors; ++v) {
            hn::Store(sum[c][v], d, edge + v * width);
        }
        for (std::size_t i = 0; i < valid; ++i) {
            to[i] = (adds ? to[i] : T(0)) + edge[i];
        }
    }
}

/// tile() for a number of columns known only at run time.
template<std::size_t vectors, std::size_t columns, class T>
HWY_INLINE void tileOf(std::size_t count, const T* packed, std::size_t depth, const Strided<T>& right, T* out,
    std::size_t outStride, std::size_t valid, bool adds) {
    if (count == columns) {
        tile<vectors, columns>(packed, depth, right, out, outStride, valid, adds);
    } else if constexpr (columns > 1) {
        tileOf<vectors, columns - 1>(count, packed, depth, right, out, outStride, valid, adds);
    }
}

/// One packed panel times all columns of one column block.
template<class T>
void panel(std::size_t height, std::size_t count, const T* packed, std::size_t depth, const Strided<T>& right,
    T* out, std::size_t outStride, std::size_t valid, bool adds) {
    if (height == lanes<T>()) {
        tileOf<1, kColumns>(count, packed, depth, right, out, outStride, valid, adds);
    } else if (height == 2 * lanes<T>()) {
        tileOf<2, kColumns>(count, packed, depth, right, out, outStride, valid, adds);
    } else {
        tileOf<kVectors, kColumns>(count, packed, depth, right, out, outStride, valid, adds);
    }
}

template<class T>
void multiplyOf(const T* packed, std::size_t rows, std::size_t depth, const Strided<T>& right,
    std::size_t columns, T* out, std::size_t outStride, bool adds) {
    const std::size_t padded = roundedRows<T>(rows);
    for (std::size_t from = 0; from < depth; from += kDepth) {
        const std::size_t count = std::min(kDepth, depth - from);
        const T* block = packed + padded * from;
        for (std::size_t c = 0; c < columns; c += kColumns) {
            const Strided<T> part{right.data + from * right.rowStride + c * right.columnStride,
                right.rowStride, right.columnStride};
            for (std::size_t row = 0; row < padded; row += kVectors * lanes<T>()) {
                const std::size_t height = panelRows<T>(row, padded);
                panel(height, std::min(kColumns, columns - c), block + row * count, count, part,
                    out + row + c * outStride, outStride, std::min(height, rows - row), adds || from > 0);
            }
        }
    }
}

std::size_t packedSizeFloat(std::size_t rows, std::size_t depth) {
    return roundedRows<float>(rows) * depth;
}

std::size_t packedSizeDouble(std::size_t rows, std::size_t depth) {
    return roundedRows<double>(rows) * depth;
}

void packLeftFloat(const Strided<float>& left, std::size_t rows, std::size_t depth, float* packed) {
    packLeftOf(left, rows, depth, packed);
}

void packLeftDouble(const Strided<double>& left, std::size_t rows, std::size_t depth, double* packed) {
    packLeftOf(left, rows, depth, packed);
}

void multiplyFloat(const float* packed, std::size_t rows, std::size_t depth, const Strided<float>& right,
    std::size_t columns, float* out, std::size_t outStride, bool adds) {
    multiplyOf(packed, rows, depth, right, columns, out, outStride, adds);
}

void multiplyDouble(const double* packed, std::size_t rows, std::size_t depth, const Strided<double>& right,
    std::size_t columns, double* out, std::size_t outStride, bool adds) {
    multiplyOf(packed, rows, depth, right, columns, out, outStride, adds);
}

} // namespace HWY_NAMESPACE
} // namespace rulescope::networks::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace rulescope::networks::kernels {

HWY_EXPORT(packedSizeFloat);
HWY_EXPORT(packedSizeDouble);
HWY_EXPORT(packLeftFloat);
HWY_EXPORT(packLeftDouble);
HWY_EXPORT(multiplyFloat);
HWY_EXPORT(multiplyDouble);

template<>
std::size_t packedSize<float>(std::size_t rows, std::size_t depth) {
    return HWY_DYNAMIC_DISPATCH(packedSizeFloat)(rows, depth);
}

template<>
std::size_t packedSize<double>(std::size_t rows, std::size_t depth) {
    return HWY_DYNAMIC_DISPATCH(packedSizeDouble)(rows, depth);
}

void packLeft(const Strided<float>& left, std::size_t rows, std::size_t depth, float* packed) {
    HWY_DYNAMIC_DISPATCH(packLeftFloat)(left, rows, depth, packed);
}

void packLeft(const Strided<double>& left, std::size_t rows, std::size_t depth, double* packed) {
    HWY_DYNAMIC_DISPATCH(packLeftDouble)(left, rows, depth, packed);
}

void multiply(const float* packed, std::size_t rows, std::size_t depth, const Strided<float>& right,
    std::size_t columns, float* out, std::size_t outStride, bool adds) {
    HWY_DYNAMIC_DISPATCH(multiplyFloat)(packed, rows, depth, right, columns, out, outStride, adds);
}

void multiply(const double* packed, std::size_t rows, std::size_t depth, const Strided<double>& right,
    std::size_t columns, double* out, std::size_t outStride, bool adds) {
    HWY_DYNAMIC_DISPATCH(multiplyDouble)(packed, rows, depth, right, columns, out, outStride, adds);
}

} // namespace rulescope::networks::kernels

#endif // HWY_ONCE
