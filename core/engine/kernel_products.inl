// SPDX-License-Identifier: GPL-3.0-or-later
// Small matrix products over a group's animals for rollout_kernels.cpp, which includes this once per
// instruction set.

inline constexpr std::size_t kRegisters = HWY_TARGET <= HWY_AVX3 ? 32 : 16;

/// Vectors of outputs kept in registers beside `rows` accumulators each.
template<std::size_t rows>
constexpr std::size_t outputVectors() {
    return rows * 2 + 3 <= kRegisters ? 2 : 1;
}

/// A row per animal: base pointer and distance.
template<class T>
struct Rows {
    T* first;
    std::size_t stride;
    HWY_INLINE T* operator[](std::size_t a) const { return first + a * stride; }
    /// The same rows from column `c` on.
    HWY_INLINE Rows from(std::size_t c) const { return {first + c, stride}; }
    HWY_INLINE operator Rows<const T>() const { return {first, stride}; }
};

template<class T>
using ConstRows = Rows<const T>;

/// What a product reads per animal: first `rowInputs` values of its row, then `columnInputs` columns of which
/// each animal has its lane. The matrix has its rows in the same order.
template<class T>
struct ProductInputs {
    ConstRows<T> rows{nullptr, 0};
    std::size_t rowInputs = 0;
    const T* columns = nullptr;
    std::size_t columnInputs = 0;
};

enum class Epilogue {
    Identity,
    Rectified, ///< max(., 0)
    Masked     ///< 0 where the animal's activation (of a rectified unit) is 0: its derivative
};

template<std::size_t animals, std::size_t vectors, class T>
using Tile = hn::Vec<LineTag<T>>[animals][vectors];

/// sum[a][v] += value(a) x weights[v] for one input.
template<std::size_t animals, std::size_t vectors, class T, class Value>
HWY_INLINE void addInput(Tile<animals, vectors, T>& sum, const T* HWY_RESTRICT weights, Value value) {
    const LineTag<T> d;
    hn::Vec<LineTag<T>> weight[vectors];
    for (std::size_t v = 0; v < vectors; ++v) {
        weight[v] = hn::Load(d, weights + v * hn::Lanes(d));
    }
    for (std::size_t a = 0; a < animals; ++a) {
        const auto input = hn::Set(d, value(a));
        for (std::size_t v = 0; v < vectors; ++v) {
            sum[a][v] = hn::MulAdd(input, weight[v], sum[a][v]);
        }
    }
}

/// Outputs [o .. o + vectors) of all animals.
template<std::size_t animals, std::size_t vectors, Epilogue epilogue, class T>
HWY_INLINE void productBlock(const T* bias, ProductInputs<T> in, const T* HWY_RESTRICT weights,
    std::size_t outputs, Rows<T> out, ConstRows<T> activations, std::size_t o) {
    const LineTag<T> d;
    const std::size_t lanes = hn::Lanes(d);
    Tile<animals, vectors, T> sum;
    for (std::size_t v = 0; v < vectors; ++v) {
        const auto start = bias != nullptr ? hn::Load(d, bias + o + v * lanes) : hn::Zero(d);
        for (std::size_t a = 0; a < animals; ++a) {
            sum[a][v] = start;
        }
    }
    weights += o;
    for (std::size_t i = 0; i < in.rowInputs; ++i, weights += outputs) {
        addInput<animals, vectors, T>(sum, weights, [&](std::size_t a) { return in.rows[a][i]; });
    }
    for (std::size_t i = 0; i < in.columnInputs; ++i, weights += outputs) {
        addInput<animals, vectors, T>(
            sum, weights, [&](std::size_t a) { return in.columns[i * kGroupLanes + a]; });
    }
    for (std::size_t a = 0; a < animals; ++a) {
        for (std::size_t v = 0; v < vectors; ++v) {
            auto value = sum[a][v];
            if constexpr (epilogue == Epilogue::Rectified) {
                value = hn::Max(value, hn::Zero(d));
            } else if constexpr (epilogue == Epilogue::Masked) {
                const auto active = hn::Load(d, activations[a] + o + v * lanes);
                value = hn::IfThenElseZero(hn::Gt(active, hn::Zero(d)), value);
            }
            hn::Store(value, d, out[a] + o + v * lanes);
        }
    }
}

/// out (animals x outputs) = bias + in (animals x inputs) . weights (inputs x outputs); outputs a multiple of
/// a line; a null bias is 0.
template<std::size_t animals, Epilogue epilogue, class T>
HWY_INLINE void product(const T* bias, const ProductInputs<T>& in, const T* weights, std::size_t outputs,
    Rows<T> out, ConstRows<T> activations = {nullptr, 0}) {
    const std::size_t lanes = hn::Lanes(LineTag<T>());
    constexpr std::size_t vectors = outputVectors<animals>();
    std::size_t o = 0;
    for (; o + vectors * lanes <= outputs; o += vectors * lanes) {
        productBlock<animals, vectors, epilogue>(bias, in, weights, outputs, out, activations, o);
    }
    for (; o < outputs; o += lanes) {
        productBlock<animals, 1, epilogue>(bias, in, weights, outputs, out, activations, o);
    }
}

// ---- sums over lanes ----

/// Sums of neighbours: those of `low` in the lower half, those of `high` in the upper.
template<class D, class V = hn::Vec<D>>
HWY_INLINE V pairSums(D d, V low, V high) {
#if HWY_TARGET == HWY_SCALAR // one lane: nothing to sum, and no such operations
    (void)d;
    return hn::Add(low, high);
#else
    return hn::Add(hn::ConcatEven(d, high, low), hn::ConcatOdd(d, high, low));
#endif
}

/// Folds `count` vectors into one that holds as many groups of partial sums (count rounded up to 2^n).
template<std::size_t count, class D, class V = hn::Vec<D>>
HWY_INLINE V foldPairs(D d, const V* values) {
    if constexpr (count == 1) {
        return values[0];
    } else {
        constexpr std::size_t half = (count + 1) / 2;
        V sums[half];
        for (std::size_t i = 0; i < half; ++i) {
            sums[i] = pairSums(d, values[2 * i], 2 * i + 1 < count ? values[2 * i + 1] : hn::Zero(d));
        }
        return foldPairs<half>(d, sums);
    }
}

constexpr std::size_t nextPowerOfTwo(std::size_t count) {
    std::size_t power = 1;
    while (power < count) {
        power *= 2;
    }
    return power;
}

/// out[a] = sum over the lanes of values[a]; lanes of `out` behind the last are junk up to the next vector.
template<std::size_t count, class D, class V = hn::Vec<D>, class T = hn::TFromD<D>>
HWY_INLINE void sumsOfLanes(D d, const V* values, T* HWY_RESTRICT out) {
    constexpr std::size_t lanes = hn::MaxLanes(D());
    if constexpr (count > lanes) {
        sumsOfLanes<lanes>(d, values, out);
        sumsOfLanes<count - lanes>(d, values + lanes, out + lanes);
    } else {
        V sums = foldPairs<count>(d, values);
        for (std::size_t groups = nextPowerOfTwo(count); groups < lanes; groups *= 2) {
            sums = pairSums(d, sums, sums);
        }
        hn::Store(sums, d, out);
    }
}

/// out[a] = rows[a] . weights over `width` values (a multiple of a line); `out` has room for a line.
template<std::size_t animals, class T>
HWY_INLINE void dots(
    ConstRows<T> rows, const T* HWY_RESTRICT weights, std::size_t width, T* HWY_RESTRICT out) {
    const LineTag<T> d;
    const std::size_t lanes = hn::Lanes(d);
    hn::Vec<LineTag<T>> sum[animals];
    for (std::size_t a = 0; a < animals; ++a) {
        sum[a] = hn::Mul(hn::Load(d, rows[a]), hn::Load(d, weights));
    }
    for (std::size_t i = lanes; i < width; i += lanes) {
        const auto weight = hn::Load(d, weights + i);
        for (std::size_t a = 0; a < animals; ++a) {
            sum[a] = hn::MulAdd(hn::Load(d, rows[a] + i), weight, sum[a]);
        }
    }
    sumsOfLanes<animals>(d, sum, out);
}

// ---- gradients of matrices: outer products summed over a block of trials ----

/// What each animal has at each trial of a block: value i of animal a stands at
/// first + trial x trialStride + a x animalStride + i x valueStride.
template<std::size_t valueStride, class T>
struct BlockValues {
    const T* first;
    std::size_t trialStride, animalStride;
};

template<class T>
using BlockRows = BlockValues<1, T>;
template<class T>
using BlockColumns = BlockValues<kGroupLanes, T>;

/// gradient[i .. i + rows)[o .. o + vectors) += sum over the block of in[i] delta[o]. `copies` independent
/// sums keep the multipliers busy where there are few rows; `animals` is a multiple of it.
template<std::size_t rows, std::size_t vectors, std::size_t copies, std::size_t stride, class T>
HWY_INLINE void outerBlock(BlockValues<stride, T> in, BlockRows<T> delta, std::size_t trials,
    std::size_t animals, T* HWY_RESTRICT gradient, std::size_t outputs) {
    const LineTag<T> d;
    const std::size_t lanes = hn::Lanes(d);
    hn::Vec<LineTag<T>> sum[copies][rows][vectors];
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t v = 0; v < vectors; ++v) {
            sum[0][i][v] = hn::Load(d, gradient + i * outputs + v * lanes);
            for (std::size_t c = 1; c < copies; ++c) {
                sum[c][i][v] = hn::Zero(d);
            }
        }
    }
    for (std::size_t t = 0; t < trials; ++t) {
        const T* HWY_RESTRICT inRow = in.first + t * in.trialStride;
        const T* HWY_RESTRICT deltaRow = delta.first + t * delta.trialStride;
        for (std::size_t a = 0; a < animals; a += copies) {
            for (std::size_t c = 0; c < copies;
                 ++c, inRow += in.animalStride, deltaRow += delta.animalStride) {
                hn::Vec<LineTag<T>> value[vectors];
                for (std::size_t v = 0; v < vectors; ++v) {
                    value[v] = hn::Load(d, deltaRow + v * lanes);
                }
                for (std::size_t i = 0; i < rows; ++i) {
                    const auto input = hn::Set(d, inRow[i * stride]);
                    for (std::size_t v = 0; v < vectors; ++v) {
                        sum[c][i][v] = hn::MulAdd(input, value[v], sum[c][i][v]);
                    }
                }
            }
        }
    }
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t v = 0; v < vectors; ++v) {
            for (std::size_t c = 1; c < copies; ++c) {
                sum[0][i][v] = hn::Add(sum[0][i][v], sum[c][i][v]);
            }
            hn::Store(sum[0][i][v], d, gradient + i * outputs + v * lanes);
        }
    }
}

template<std::size_t rows, std::size_t vectors, std::size_t stride, class T>
HWY_INLINE void outerColumns(BlockValues<stride, T> in, BlockRows<T> delta, std::size_t trials,
    std::size_t animals, T* HWY_RESTRICT gradient, std::size_t outputs) {
    if constexpr (rows * vectors < 8) {
        if (animals % 3 == 0) {
            return outerBlock<rows, vectors, 3>(in, delta, trials, animals, gradient, outputs);
        }
        if (animals % 2 == 0) {
            return outerBlock<rows, vectors, 2>(in, delta, trials, animals, gradient, outputs);
        }
    }
    outerBlock<rows, vectors, 1>(in, delta, trials, animals, gradient, outputs);
}

template<std::size_t rows, std::size_t stride, class T>
HWY_NOINLINE void outerRows(BlockValues<stride, T> in, BlockRows<T> delta, std::size_t trials,
    std::size_t animals, T* HWY_RESTRICT gradient, std::size_t outputs) {
    const std::size_t lanes = hn::Lanes(LineTag<T>());
    constexpr std::size_t vectors = outputVectors<rows>();
    std::size_t o = 0;
    for (; o + vectors * lanes <= outputs; o += vectors * lanes) {
        outerColumns<rows, vectors>(in, {delta.first + o, delta.trialStride, delta.animalStride}, trials,
            animals, gradient + o, outputs);
    }
    for (; o < outputs; o += lanes) {
        outerColumns<rows, 1>(in, {delta.first + o, delta.trialStride, delta.animalStride}, trials, animals,
            gradient + o, outputs);
    }
}

/// Most rows of a gradient that are kept in registers at once.
inline constexpr std::size_t kMaxRows = kRegisters == 32 ? 12 : 6;

/// outerRows for a number of rows known at run time.
template<std::size_t rows, std::size_t stride, class T>
HWY_INLINE void dispatchRows(std::size_t wanted, BlockValues<stride, T> in, BlockRows<T> delta,
    std::size_t trials, std::size_t animals, T* HWY_RESTRICT gradient, std::size_t outputs) {
    if (wanted == rows) {
        outerRows<rows>(in, delta, trials, animals, gradient, outputs);
    } else if constexpr (rows > 1) {
        dispatchRows<rows - 1>(wanted, in, delta, trials, animals, gradient, outputs);
    }
}

/// gradient (inputs x outputs) += in^T delta over a block of trials, in about equal shares of at most
/// kMaxRows rows.
template<std::size_t stride, class T>
HWY_NOINLINE void addOuterProducts(BlockValues<stride, T> in, std::size_t inputs, BlockRows<T> delta,
    std::size_t outputs, std::size_t trials, std::size_t animals, T* HWY_RESTRICT gradient) {
    for (std::size_t shares = (inputs + kMaxRows - 1) / kMaxRows; shares > 0; --shares) {
        const std::size_t rows = (inputs + shares - 1) / shares;
        dispatchRows<kMaxRows>(rows, in, delta, trials, animals, gradient, outputs);
        in.first += rows * stride;
        gradient += rows * outputs;
        inputs -= rows;
    }
}

/// gradient[o] += sum of `rows` rows of delta, `stride` apart.
template<class T>
HWY_NOINLINE void addRowSums(
    const T* HWY_RESTRICT delta, std::size_t rows, std::size_t width, T* HWY_RESTRICT gradient) {
    const LineTag<T> d;
    constexpr std::size_t vectors = kRegisters / 4;
    const std::size_t lanes = hn::Lanes(d);
    std::size_t o = 0;
    for (; o + vectors * lanes <= width; o += vectors * lanes) {
        hn::Vec<LineTag<T>> sum[vectors];
        for (std::size_t v = 0; v < vectors; ++v) {
            sum[v] = hn::Load(d, gradient + o + v * lanes);
        }
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t v = 0; v < vectors; ++v) {
                sum[v] = hn::Add(sum[v], hn::Load(d, delta + r * width + o + v * lanes));
            }
        }
        for (std::size_t v = 0; v < vectors; ++v) {
            hn::Store(sum[v], d, gradient + o + v * lanes);
        }
    }
    for (; o < width; o += lanes) {
        auto sum = hn::Load(d, gradient + o);
        for (std::size_t r = 0; r < rows; ++r) {
            sum = hn::Add(sum, hn::Load(d, delta + r * width + o));
        }
        hn::Store(sum, d, gradient + o);
    }
}
