// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled once per instruction set by Highway; the best one is chosen at run time. No Eigen in here: its
// templates compiled for several instruction sets would collide at link.

// Arrays of vectors as accumulators need vectors of known size. On x86 three targets cover all processors:
// the baseline, AVX2 and AVX-512; the ones between them would only lengthen the build.
#define HWY_DISABLED_TARGETS                                                                                 \
    (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV | HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)

#include "core/engine/rollout_kernels.h"

#include "core/engine/fused_rollout.h"

#include <cmath>
#include <iterator>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/engine/rollout_kernels.cpp"
// foreach_target.h must come first: it includes this file once per instruction set.
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace rulescope::engine::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template<class T>
using LineTag = hn::CappedTag<T, kLine<T>>;

inline constexpr std::size_t kRegisters = HWY_TARGET <= HWY_AVX3 ? 32 : 16;

/// Vectors of outputs kept in registers beside `rows` accumulators each.
template<std::size_t rows>
constexpr std::size_t outputVectors() {
    return rows * 2 + 3 <= kRegisters ? 2 : 1;
}

// ---- exp and sigmoid
// -----------------------------------------------------------------------------------------------

template<class T>
struct ExpConstants;

template<>
struct ExpConstants<float> {
    using Bits = std::uint32_t;
    static constexpr float limit =
        30.0F; ///< sigma saturates in float long before; products of two stay finite
    static constexpr float magic =
        12582912.0F; ///< 1.5 x 2^23: adding it rounds to an integer in the low bits
    static constexpr float ln2High = 0.693359375F, ln2Low = -2.12194440e-4F;
    static constexpr int mantissa = 23, exponentBias = 127;
    /// e^r on |r| <= ln 2 / 2 by interpolation at Chebyshev nodes; relative error 3e-9, 1e-7 once rounded.
    static constexpr float series[] = {1.0F, 1.0000000377388751F, 0.5000000047148164F, 0.1666641541402106F,
        0.04166635276530576F, 0.008375134776200565F, 0.0013941119262733648F};
};

template<>
struct ExpConstants<double> {
    using Bits = std::uint64_t;
    static constexpr double limit = 300.0;
    static constexpr double magic = 6755399441055744.0; ///< 1.5 x 2^52
    static constexpr double ln2High = 0.693147180369123816490, ln2Low = 1.90821492927058770002e-10;
    static constexpr int mantissa = 52, exponentBias = 1023;
    /// Taylor's series; its remainder on |r| <= ln 2 / 2 is below one unit in the last place.
    static constexpr double series[] = {1.0, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720,
        1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600,
        1.0 / 6227020800.0};
};

/// e^x with x clamped to +-limit.
template<class D, class V = hn::Vec<D>, class T = hn::TFromD<D>>
HWY_INLINE V clampedExp(D d, V x) {
    using C = ExpConstants<T>;
    const hn::RebindToUnsigned<D> bits;
    x = hn::Min(hn::Max(x, hn::Set(d, -C::limit)), hn::Set(d, C::limit));
    const V shifted = hn::MulAdd(x, hn::Set(d, static_cast<T>(1.4426950408889634)), hn::Set(d, C::magic));
    const V k = hn::Sub(shifted, hn::Set(d, C::magic));
    const V r = hn::NegMulAdd(k, hn::Set(d, C::ln2Low), hn::NegMulAdd(k, hn::Set(d, C::ln2High), x));
    V series = hn::Set(d, *std::rbegin(C::series));
    for (auto c = std::next(std::rbegin(C::series)); c != std::rend(C::series); ++c) {
        series = hn::MulAdd(series, r, hn::Set(d, *c));
    }
    const auto exponent = hn::Add(hn::ShiftLeft<C::mantissa>(hn::BitCast(bits, shifted)),
        hn::Set(bits, static_cast<typename C::Bits>(C::exponentBias) << C::mantissa));
    return hn::Mul(series, hn::BitCast(d, exponent));
}

/// sigma(a) and sigma(b) for the price of one division.
template<class D, class V = hn::Vec<D>>
HWY_INLINE void sigmoidPair(D d, V a, V b, V& sigmaA, V& sigmaB) {
    const V one = hn::Set(d, 1);
    const V denominatorA = hn::Add(one, clampedExp(d, hn::Neg(a)));
    const V denominatorB = hn::Add(one, clampedExp(d, hn::Neg(b)));
    const V inverse = hn::Div(one, hn::Mul(denominatorA, denominatorB));
    sigmaA = hn::Mul(denominatorB, inverse);
    sigmaB = hn::Mul(denominatorA, inverse);
}

/// 1 - sigma(a), accurate where it is small.
template<class D, class V = hn::Vec<D>>
HWY_INLINE V oneMinusSigmoid(D d, V a) {
    const V one = hn::Set(d, 1);
    const V small = clampedExp(d, hn::Neg(hn::Abs(a)));
    const V larger = hn::Div(one, hn::Add(one, small));
    return hn::IfThenElse(hn::Lt(a, hn::Zero(d)), larger, hn::Mul(small, larger));
}

template<class D, class V = hn::Vec<D>>
HWY_INLINE V tanhOf(D d, V a) {
    const V one = hn::Set(d, 1);
    const V two = hn::Set(d, 2);
    return hn::Sub(hn::Div(two, hn::Add(one, clampedExp(d, hn::Mul(hn::Set(d, -2), a)))), one);
}

// ---- small matrix products over a group's animals
// -------------------------------------------------------------------

/// A row per animal: base pointer and distance.
template<class T>
struct Rows {
    T* first;
    std::size_t stride;
    HWY_INLINE T* operator[](std::size_t a) const { return first + a * stride; }
    /// The same rows from column `c` on.
    HWY_INLINE Rows from(std::size_t c) const { return {first + c, stride}; }
};

template<class T>
using ConstRows = Rows<const T>;

enum class Activation { Identity, Rectified };

/// out[a][o .. o + vectors) = sum_k in[a][k] weights[k][o ..), for `animals` rows at once.
template<std::size_t animals, std::size_t vectors, Activation activation, class T>
HWY_INLINE void productBlock(ConstRows<T> in, std::size_t inputs, const T* HWY_RESTRICT weights,
    std::size_t outputs, Rows<T> out, std::size_t o) {
    const LineTag<T> d;
    const std::size_t lanes = hn::Lanes(d);
    hn::Vec<LineTag<T>> sum[animals][vectors];
    for (std::size_t a = 0; a < animals; ++a) {
        for (std::size_t v = 0; v < vectors; ++v) {
            sum[a][v] = hn::Zero(d);
        }
    }
    for (std::size_t k = 0; k < inputs; ++k) {
        hn::Vec<LineTag<T>> weight[vectors];
        for (std::size_t v = 0; v < vectors; ++v) {
            weight[v] = hn::Load(d, weights + k * outputs + o + v * lanes);
        }
        for (std::size_t a = 0; a < animals; ++a) {
            const auto value = hn::Set(d, in[a][k]);
            for (std::size_t v = 0; v < vectors; ++v) {
                sum[a][v] = hn::MulAdd(value, weight[v], sum[a][v]);
            }
        }
    }
    for (std::size_t a = 0; a < animals; ++a) {
        for (std::size_t v = 0; v < vectors; ++v) {
            if constexpr (activation == Activation::Rectified) {
                sum[a][v] = hn::Max(sum[a][v], hn::Zero(d));
            }
            hn::Store(sum[a][v], d, out[a] + o + v * lanes);
        }
    }
}

/// out (animals x outputs) = in (animals x inputs) . weights (inputs x outputs); outputs a multiple of a
/// line.
template<std::size_t animals, class T, Activation activation = Activation::Identity>
HWY_INLINE void product(
    ConstRows<T> in, std::size_t inputs, const T* HWY_RESTRICT weights, std::size_t outputs, Rows<T> out) {
    const std::size_t lanes = hn::Lanes(LineTag<T>());
    constexpr std::size_t vectors = outputVectors<animals>();
    std::size_t o = 0;
    for (; o + vectors * lanes <= outputs; o += vectors * lanes) {
        productBlock<animals, vectors, activation>(in, inputs, weights, outputs, out, o);
    }
    for (; o < outputs; o += lanes) {
        productBlock<animals, 1, activation>(in, inputs, weights, outputs, out, o);
    }
}

/// in[a] . weights over `width` values (a multiple of a line).
template<class T>
HWY_INLINE T dot(const T* HWY_RESTRICT in, const T* HWY_RESTRICT weights, std::size_t width) {
    const LineTag<T> d;
    const std::size_t lanes = hn::Lanes(d);
    auto sum = hn::Mul(hn::Load(d, in), hn::Load(d, weights));
    for (std::size_t i = lanes; i < width; i += lanes) {
        sum = hn::MulAdd(hn::Load(d, in + i), hn::Load(d, weights + i), sum);
    }
    return hn::GetLane(hn::SumOfLanes(d, sum));
}

/// Rows of a block of trials: `trials` times the first `animals` rows.
template<class T>
struct BlockRows {
    const T* first;
    std::size_t trialStride, animalStride;
};

/// gradient[i .. i + rows)[o .. o + vectors) += sum over the block of in[i] delta[o]. `copies` independent
/// sums keep the multipliers busy where there are few rows; `animals` is a multiple of it.
template<std::size_t rows, std::size_t vectors, std::size_t copies, class T>
HWY_INLINE void outerBlock(BlockRows<T> in, BlockRows<T> delta, std::size_t trials, std::size_t animals,
    T* HWY_RESTRICT gradient, std::size_t outputs) {
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
                    const auto input = hn::Set(d, inRow[i]);
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

template<std::size_t rows, std::size_t vectors, class T>
HWY_INLINE void outerColumns(BlockRows<T> in, BlockRows<T> delta, std::size_t trials, std::size_t animals,
    T* HWY_RESTRICT gradient, std::size_t outputs) {
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

template<std::size_t rows, class T>
HWY_NOINLINE void outerRows(BlockRows<T> in, BlockRows<T> delta, std::size_t trials, std::size_t animals,
    T* HWY_RESTRICT gradient, std::size_t outputs) {
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
template<std::size_t rows, class T>
HWY_INLINE void dispatchRows(std::size_t wanted, BlockRows<T> in, BlockRows<T> delta, std::size_t trials,
    std::size_t animals, T* HWY_RESTRICT gradient, std::size_t outputs) {
    if (wanted == rows) {
        outerRows<rows>(in, delta, trials, animals, gradient, outputs);
    } else if constexpr (rows > 1) {
        dispatchRows<rows - 1>(wanted, in, delta, trials, animals, gradient, outputs);
    }
}

/// gradient (inputs x outputs) += in^T delta over a block of trials, in about equal shares of at most
/// kMaxRows rows.
template<class T>
HWY_NOINLINE void addOuterProducts(BlockRows<T> in, std::size_t inputs, BlockRows<T> delta,
    std::size_t outputs, std::size_t trials, std::size_t animals, T* HWY_RESTRICT gradient) {
    for (std::size_t shares = (inputs + kMaxRows - 1) / kMaxRows; shares > 0; --shares) {
        const std::size_t rows = (inputs + shares - 1) / shares;
        dispatchRows<kMaxRows>(rows, in, delta, trials, animals, gradient, outputs);
        in.first += rows;
        gradient += rows * outputs;
        inputs -= rows;
    }
}

// ---- one group through one network
// ----------------------------------------------------------------------------------

template<class T>
class GroupRun {
  public:
    explicit GroupRun(const GroupTask<T>& task)
        : m_task(task)
        , m_size(task.size)
        , m_group(task.group)
        , m_work(task.workspace)
        , m_animals(task.group.size())
        , m_lead(task.size.lead()) {}

    bool run() {
        std::fill_n(m_task.negativeLogLikelihood, m_animals, 0.0);
        std::fill_n(m_task.correction, m_animals, 0.0);
        if (m_group.trials() == 0) {
            return true;
        }
        startFirstWindow();
        const std::size_t updates = m_group.trials() - m_lead;
        for (std::size_t begin = 0; begin < updates; begin += m_task.truncation) {
            if (m_task.stop.stop_requested()) {
                return false;
            }
            m_begin = begin;
            m_end = std::min(begin + m_task.truncation, updates);
            for (std::size_t trial = m_begin; trial < m_end; ++trial) {
                forEachActive(trial, [&](auto animals) { forward<animals()>(trial); });
            }
            scoreWindow();
            addCorrections();
            if (m_task.gradient != nullptr) {
                backwardWindow();
            }
            carryOver();
        }
        if (m_task.gradient != nullptr) {
            sumOverAnimals();
        }
        return true;
    }

  private:
    /// Calls work with the number of animals that have the trial scored by this step, as a compile-time
    /// constant.
    template<class Work>
    HWY_INLINE void forEachActive(std::size_t trial, Work work) {
        while (m_active > 0 && m_group.lengths[m_active - 1] <= trial + m_lead) {
            --m_active;
        }
        dispatch(m_active, work);
    }

    template<class Work>
    static HWY_INLINE void dispatch(std::size_t animals, Work work) {
        switch (animals) {
        case 1:
            return work(std::integral_constant<std::size_t, 1>());
        case 2:
            return work(std::integral_constant<std::size_t, 2>());
        case 3:
            return work(std::integral_constant<std::size_t, 3>());
        case 4:
            return work(std::integral_constant<std::size_t, 4>());
        case 5:
            return work(std::integral_constant<std::size_t, 5>());
        case 6:
            return work(std::integral_constant<std::size_t, 6>());
        default:
            return;
        }
    }

    T* inputRow(std::size_t step, std::size_t animal) const {
        return m_work.inputRows.data() + (step * m_animals + animal) * m_size.inputStride;
    }
    /// [1 | u] of a trial as the data have it, without w_t.
    const T* trialInputs(std::size_t trial, std::size_t animal) const {
        return m_group.inputs.data() + (trial * m_animals + animal) * m_size.inputWidth;
    }
    const T* regressors(std::size_t trial, std::size_t animal) const {
        return trialInputs(trial, animal) + m_size.regressorsAt();
    }
    /// +1 for a rightward choice, -1 for a leftward one.
    T choiceSign(std::size_t trial, std::size_t animal) const {
        return m_group.signs.data()[trial * m_animals + animal];
    }
    /// 1 - p(choice) of the trials whose inputs a step takes (rules).
    T* errorsBefore(std::size_t step) const { return m_work.errors.data() + step * m_animals; }
    /// The same for the trials that it scores.
    T* errorsOf(std::size_t step) const { return m_work.errors.data() + (step + 1) * m_animals; }
    /// w_t of an input row.
    T* weightsOf(T* row) const { return row + m_size.stateWidth + m_size.weightsAt(); }

    void startFirstWindow() {
        m_active = m_animals;
        m_work.inputRows.clear(); // h_0 = 0, and padding that never holds a NaN
        for (AlignedArray<T>* layer : {&m_work.layer0, &m_work.layer1}) {
            layer->clear();
            for (std::size_t i = m_size.width; i < layer->size(); i += m_size.layerStride) {
                layer->data()[i] = T(1); // the constant behind the units, which nothing overwrites
            }
        }
        for (AlignedArray<T>* sum : {&m_work.scaleGradient, &m_work.biasGradient, &m_work.alphaGradient,
                 &m_work.offsetGradient, &m_work.readoutGradient, &m_work.readoutBiasGradient}) {
            sum->clear();
        }
        for (std::size_t a = 0; a < m_animals && !m_size.isDirect; ++a) {
            startAnimal(a);
        }
    }

    /// First input row and the score of trial 0.
    void startAnimal(std::size_t a) {
        copyTrialInputs(0, a, inputRow(0, a));
        T* weights = weightsOf(inputRow(0, a));
        std::copy_n(m_group.initialWeights.data() + a * m_size.weights, m_size.weights, weights);
        double logit = 0;
        for (std::size_t k = 0; k < m_size.weights; ++k) {
            logit += static_cast<double>(weights[k]) * static_cast<double>(regressors(0, a)[k]);
            if (m_task.path != nullptr) {
                m_task.path[a * m_size.weights + k] = weights[k];
            }
        }
        const double margin = static_cast<double>(choiceSign(0, a)) * logit;
        errorsBefore(0)[a] = static_cast<T>(1 / (1 + std::exp(margin)));
        if (m_group.scored.data()[a] != 0) {
            m_task.negativeLogLikelihood[a] +=
                std::max(-margin, 0.0) + std::log1p(std::exp(-std::abs(margin)));
        }
    }

    /// Everything of an input row but h and w_t.
    HWY_INLINE void copyTrialInputs(std::size_t trial, std::size_t animal, T* row) {
        const LineTag<T> d;
        const T* HWY_RESTRICT inputs = trialInputs(trial, animal);
        for (std::size_t i = 0; i < m_size.inputWidth; i += hn::Lanes(d)) {
            hn::Store(hn::Load(d, inputs + i), d, row + m_size.stateWidth + i);
        }
    }

    template<std::size_t animals>
    HWY_INLINE void forward(std::size_t trial) {
        const std::size_t step = trial - m_begin;
        if (m_size.isDirect) {
            forwardDirect<animals>(trial, step);
            return;
        }
        const Rows<T> layer0{
            m_work.layer0.data() + step * m_animals * m_size.layerStride, m_size.layerStride};
        const Rows<T> layer1{
            m_work.layer1.data() + step * m_animals * m_size.layerStride, m_size.layerStride};
        if (m_size.isRecurrent) {
            forwardGates<animals>(step);
            product<animals, T, Activation::Rectified>({inputRow(step + 1, 0), m_size.inputStride},
                m_size.width + 1, m_task.weights.layer0.data(), m_size.width, layer0);
        } else {
            product<animals, T, Activation::Rectified>({inputRow(step, 0), m_size.inputStride},
                m_size.inputs + 1, m_task.weights.layer0.data(), m_size.width, layer0);
        }
        product<animals, T, Activation::Rectified>({layer0.first, layer0.stride}, m_size.width + 1,
            m_task.weights.layer1.data(), m_size.width, layer1);
        forwardOutput<animals>(trial, step, layer1);
    }

    template<std::size_t animals>
    HWY_INLINE void forwardGates(std::size_t step) {
        const LineTag<T> d;
        const std::size_t width = m_size.width;
        const ConstRows<T> in{inputRow(step, 0), m_size.inputStride};
        const Rows<T> gates{m_work.gates.data() + step * m_animals * 4 * width, 4 * width};
        product<animals, T>(in, m_size.gateRows(), m_task.weights.gatesRZ.data(), 2 * width, gates);
        product<animals, T>(in, width + 1, m_task.weights.gateNState.data(), width, gates.from(3 * width));
        product<animals, T>(in.from(width), 1 + m_size.inputs, m_task.weights.gateNInput.data(), width,
            gates.from(2 * width));
        for (std::size_t a = 0; a < animals; ++a) {
            T* HWY_RESTRICT gate = gates[a];
            const T* HWY_RESTRICT state = inputRow(step, a);
            T* HWY_RESTRICT next = inputRow(step + 1, a);
            next[width] = T(1); // until the next trial's inputs are known
            for (std::size_t i = 0; i < width; i += hn::Lanes(d)) {
                hn::Vec<LineTag<T>> r, z;
                sigmoidPair(d, hn::Load(d, gate + i), hn::Load(d, gate + width + i), r, z);
                const auto n = tanhOf(
                    d, hn::MulAdd(r, hn::Load(d, gate + 3 * width + i), hn::Load(d, gate + 2 * width + i)));
                const auto h = hn::Load(d, state + i);
                hn::Store(r, d, gate + i);
                hn::Store(z, d, gate + width + i);
                hn::Store(n, d, gate + 2 * width + i);
                hn::Store(hn::MulAdd(z, hn::Sub(h, n), n), d, next + i);
            }
        }
    }

    /// The direct GRU: inputs of the trial itself, its state gives the log-odds of its choice.
    template<std::size_t animals>
    HWY_INLINE void forwardDirect(std::size_t trial, std::size_t step) {
        for (std::size_t a = 0; a < animals; ++a) {
            copyTrialInputs(trial, a, inputRow(step, a));
        }
        forwardGates<animals>(step);
        for (std::size_t a = 0; a < animals; ++a) {
            const T logit = dot(inputRow(step + 1, a), m_task.weights.readout.data(), m_size.width) +
                            m_task.weights.readoutBias.data()[0];
            if (m_task.path != nullptr) {
                m_task.path[trial * m_animals + a] = logit;
            }
            m_work.logits.data()[step * m_animals + a] = choiceSign(trial, a) * logit;
        }
        clearMissing(step, animals);
    }

    /// Animals without the scored trial get a margin that is harmless.
    HWY_INLINE void clearMissing(std::size_t step, std::size_t animals) {
        for (std::size_t a = animals; a < m_animals; ++a) {
            m_work.logits.data()[step * m_animals + a] = T(0);
        }
    }

    template<std::size_t animals>
    HWY_INLINE void forwardOutput(std::size_t trial, std::size_t step, Rows<T> layer1) {
        const std::size_t count = m_size.weights;
        for (std::size_t a = 0; a < animals; ++a) {
            copyTrialInputs(trial + 1, a, inputRow(step + 1, a));
            const T* HWY_RESTRICT weights = weightsOf(inputRow(step, a));
            T* HWY_RESTRICT next = weightsOf(inputRow(step + 1, a));
            T* HWY_RESTRICT output = m_work.outputs.data() + (step * m_animals + a) * count;
            const T* HWY_RESTRICT x = regressors(trial + 1, a);
            T logit = 0;
            for (std::size_t k = 0; k < count; ++k) {
                output[k] = dot(layer1[a], m_task.weights.layer2.data() + k * m_size.width, m_size.width) +
                            m_task.weights.layer2Bias.data()[k];
                T change = m_task.weights.scale.data()[k] * output[k];
                if (m_size.isResidual) {
                    change += textbookChange(trial, step, a, k);
                }
                next[k] = weights[k] + change;
                logit += next[k] * x[k];
            }
            if (m_task.path != nullptr) {
                std::copy_n(next, count, m_task.path + ((trial + 1) * m_animals + a) * count);
            }
            m_work.logits.data()[step * m_animals + a] = choiceSign(trial + 1, a) * logit;
        }
        clearMissing(step, animals);
        if (m_size.isResidual) { // the next step's textbook part needs them
            const LineTag<T> d;
            for (std::size_t a = 0; a < m_animals; a += hn::Lanes(d)) {
                const auto margin = hn::LoadU(d, m_work.logits.data() + step * m_animals + a);
                hn::StoreU(oneMinusSigmoid(d, margin), d, errorsOf(step) + a);
            }
        }
    }

    /// (alpha r - offset) x of one weight: what y - p is multiplied by.
    HWY_INLINE T textbookFactor(std::size_t trial, std::size_t a, std::size_t k) const {
        const T* HWY_RESTRICT inputs = trialInputs(trial, a);
        const T gain =
            m_task.weights.alpha.data()[k] * inputs[m_size.outcomeAt()] - m_task.weights.offset.data()[k];
        return gain * inputs[m_size.regressorsAt() + k];
    }

    /// REINFORCE with baseline: y - p is the error of the choice made, with its sign.
    HWY_INLINE T textbookChange(std::size_t trial, std::size_t step, std::size_t a, std::size_t k) const {
        return textbookFactor(trial, a, k) * (choiceSign(trial, a) * errorsBefore(step)[a]);
    }

    /// Log-likelihoods and d(-log p) / d(w . x) of the window's scored trials, all in one vectorised sweep.
    HWY_INLINE void scoreWindow() {
        const LineTag<T> d;
        const std::size_t count = (m_end - m_begin) * m_animals;
        T* HWY_RESTRICT margins = m_work.logits.data();
        T* HWY_RESTRICT errors = errorsOf(0);
        const T* HWY_RESTRICT scored = m_group.scored.data() + (m_begin + m_lead) * m_animals;
        for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
            const auto margin = hn::Load(d, margins + i);
            hn::StoreU(oneMinusSigmoid(d, margin), d, errors + i);
            const auto small = clampedExp(d, hn::Neg(hn::Abs(margin)));
            const auto loss = hn::Add(hn::Max(hn::Neg(margin), hn::Zero(d)), hn::Log1p(d, small));
            // Minimum and maximum drop a NaN on x86; a diverged animal must not look perfectly predicted.
            hn::Store(hn::IfThenElse(hn::Eq(margin, margin), loss, margin), d, margins + i);
        }
        for (std::size_t step = 0; step < m_end - m_begin; ++step) {
            for (std::size_t a = 0; a < m_animals; ++a) {
                const std::size_t i = step * m_animals + a;
                if (scored[i] != 0) {
                    m_task.negativeLogLikelihood[a] += static_cast<double>(margins[i]);
                }
            }
        }
    }

    /// What a residual rule's corrections cost: those that change a scored trial.
    void addCorrections() {
        if (!m_size.isResidual) {
            return;
        }
        const std::size_t count = m_size.weights;
        const T* HWY_RESTRICT scored = m_group.scored.data() + (m_begin + 1) * m_animals;
        for (std::size_t i = 0; i < (m_end - m_begin) * m_animals; ++i) {
            for (std::size_t k = 0; k < count && scored[i] != 0; ++k) {
                const auto correction = static_cast<double>(
                    m_task.weights.scale.data()[k] * m_work.outputs.data()[i * count + k]);
                m_task.correction[i % m_animals] += correction * correction;
            }
        }
    }

    // ---- backward ----

    void backwardWindow() {
        m_work.stateGradient.clear();
        m_work.weightGradient.clear();
        std::size_t end = m_end;
        while (end > m_begin) {
            // A block has one set of active animals, so that its rows are evenly spaced.
            const std::size_t animals = m_group.activeAt(end - 1 + m_lead);
            std::size_t begin = end - 1;
            while (begin > m_begin && end - begin < kBackwardBlock &&
                   m_group.activeAt(begin - 1 + m_lead) == animals) {
                --begin;
            }
            dispatch(animals, [&](auto count) {
                for (std::size_t trial = end; trial-- > begin;) {
                    backward<count()>(trial, trial - begin);
                }
            });
            gatherWeightGradients(begin, end, animals);
            end = begin;
        }
    }

    /// [W_hn h | r | z | n | layer 0 | layer 1] of one trial of a block.
    Rows<T> deltaRows(std::size_t blockStep) const {
        return {m_work.deltas.data() + blockStep * m_animals * 6 * m_size.width, 6 * m_size.width};
    }

    template<std::size_t animals>
    HWY_INLINE void backward(std::size_t trial, std::size_t blockStep) {
        const std::size_t step = trial - m_begin, width = m_size.width;
        const Rows<T> deltas = deltaRows(blockStep);
        if (m_size.isDirect) {
            backwardDirect<animals>(trial, step);
            backwardGates<animals>(step, deltas);
            return;
        }
        const Rows<T> layer0 = deltas.from(4 * width), layer1 = deltas.from(5 * width);
        backwardOutput<animals>(trial, blockStep, layer1);
        product<animals, T>(
            {layer1.first, layer1.stride}, width, m_task.transposed.layer1.data(), width, layer0);
        maskInactive<animals>(layer0, m_work.layer0.data() + step * m_animals * m_size.layerStride);
        if (m_size.isRecurrent) {
            product<animals, T>(
                {layer0.first, layer0.stride}, width, m_task.transposed.layer0.data(), width, fromOutputs());
            backwardGates<animals>(step, deltas);
            return;
        }
        for (std::size_t a = 0; a < animals; ++a) {
            for (std::size_t k = 0; k < m_size.weights; ++k) {
                m_work.weightGradient.data()[a * m_size.weights + k] +=
                    dot(layer0[a], m_task.transposed.layer0.data() + k * width, width);
            }
        }
    }

    /// Gradient into h from what reads it: the MLP or the direct GRU's readout.
    Rows<T> fromOutputs() const { return {m_work.scratch.data(), 2 * m_size.width}; }

    template<std::size_t animals>
    HWY_INLINE void backwardDirect(std::size_t trial, std::size_t step) {
        const LineTag<T> d;
        for (std::size_t a = 0; a < animals; ++a) {
            const T scored = m_group.scored.data()[trial * m_animals + a];
            const T error = -choiceSign(trial, a) * scored * errorsOf(step)[a];
            const auto delta = hn::Set(d, error);
            T* HWY_RESTRICT gradient = m_work.readoutGradient.data() + a * m_size.width;
            for (std::size_t i = 0; i < m_size.width; i += hn::Lanes(d)) {
                const auto state = hn::Load(d, inputRow(step + 1, a) + i);
                hn::Store(hn::MulAdd(delta, state, hn::Load(d, gradient + i)), d, gradient + i);
                hn::Store(
                    hn::Mul(delta, hn::Load(d, m_task.weights.readout.data() + i)), d, fromOutputs()[a] + i);
            }
            m_work.readoutBiasGradient.data()[a] += error;
        }
    }

    /// Gradient of the next trial's score into w_{t+1}, then through scale and the last layer.
    template<std::size_t animals>
    HWY_INLINE void backwardOutput(std::size_t trial, std::size_t blockStep, Rows<T> layer1) {
        const LineTag<T> d;
        const std::size_t step = trial - m_begin, count = m_size.weights, width = m_size.width;
        for (std::size_t a = 0; a < animals; ++a) {
            T* HWY_RESTRICT gradient = m_work.weightGradient.data() + a * count;
            const T* HWY_RESTRICT x = regressors(trial + 1, a);
            const T* HWY_RESTRICT output = m_work.outputs.data() + (step * m_animals + a) * count;
            T* HWY_RESTRICT outputDelta = m_work.outputDeltas.data() + (blockStep * m_animals + a) * count;
            const T scored = m_group.scored.data()[(trial + 1) * m_animals + a];
            const T error = -choiceSign(trial + 1, a) * scored * errorsOf(step)[a];
            const T cost = 2 * m_task.correctionCost * scored; // 0 but for residual rules
            for (std::size_t k = 0; k < count; ++k) {
                gradient[k] += error * x[k];
                const T scale = m_task.weights.scale.data()[k];
                const T intoChange = gradient[k] + cost * (scale * output[k]);
                outputDelta[k] = intoChange * scale;
                m_work.scaleGradient.data()[a * count + k] += intoChange * output[k];
                m_work.biasGradient.data()[a * count + k] += outputDelta[k];
            }
            if (m_size.isResidual) {
                backwardTextbook(trial, step, a, gradient);
            }
            const T* HWY_RESTRICT active = m_work.layer1.data() + (step * m_animals + a) * m_size.layerStride;
            for (std::size_t i = 0; i < width; i += hn::Lanes(d)) {
                auto sum = hn::Zero(d);
                for (std::size_t k = 0; k < count; ++k) {
                    sum = hn::MulAdd(hn::Set(d, outputDelta[k]),
                        hn::Load(d, m_task.weights.layer2.data() + k * width + i), sum);
                }
                const auto isActive = hn::Gt(hn::Load(d, active + i), hn::Zero(d));
                hn::Store(hn::IfThenElseZero(isActive, sum), d, layer1[a] + i);
            }
        }
    }

    /// dw_k = (alpha_k r - offset_k) x_k (y - p): into alpha, offset and, through p, w_t.
    HWY_INLINE void backwardTextbook(
        std::size_t trial, std::size_t step, std::size_t a, T* HWY_RESTRICT gradient) {
        const std::size_t count = m_size.weights;
        const T* HWY_RESTRICT inputs = trialInputs(trial, a);
        const T* HWY_RESTRICT x = inputs + m_size.regressorsAt();
        const T error = errorsBefore(step)[a], towardsChoice = choiceSign(trial, a) * error;
        T intoProbability = 0;
        for (std::size_t k = 0; k < count; ++k) {
            const T intoGain = gradient[k] * x[k] * towardsChoice;
            m_work.alphaGradient.data()[a * count + k] += intoGain * inputs[m_size.outcomeAt()];
            m_work.offsetGradient.data()[a * count + k] -= intoGain;
            intoProbability -= gradient[k] * textbookFactor(trial, a, k);
        }
        const T intoLogit = intoProbability * error * (1 - error); // dp / d(w . x) = p (1 - p)
        for (std::size_t k = 0; k < count; ++k) {
            gradient[k] += intoLogit * x[k];
        }
    }

    /// Derivative of max(., 0): nothing passes where the unit was off.
    template<std::size_t animals>
    HWY_INLINE void maskInactive(Rows<T> deltas, const T* activations) {
        const LineTag<T> d;
        for (std::size_t a = 0; a < animals; ++a) {
            for (std::size_t i = 0; i < m_size.width; i += hn::Lanes(d)) {
                const auto isActive =
                    hn::Gt(hn::Load(d, activations + a * m_size.layerStride + i), hn::Zero(d));
                hn::Store(hn::IfThenElseZero(isActive, hn::Load(d, deltas[a] + i)), d, deltas[a] + i);
            }
        }
    }

    template<std::size_t animals>
    HWY_INLINE void backwardGates(std::size_t step, Rows<T> deltas) {
        const LineTag<T> d;
        const std::size_t width = m_size.width;
        const Rows<T> fromLayers = fromOutputs();
        const Rows<T> stateGradient{m_work.stateGradient.data(), width};
        const auto one = hn::Set(d, 1);
        for (std::size_t a = 0; a < animals; ++a) {
            const T* HWY_RESTRICT gate = m_work.gates.data() + (step * m_animals + a) * 4 * width;
            const T* HWY_RESTRICT state = inputRow(step, a);
            T* HWY_RESTRICT delta = deltas[a];
            for (std::size_t i = 0; i < width; i += hn::Lanes(d)) {
                const auto gradient =
                    hn::Add(hn::Load(d, stateGradient[a] + i), hn::Load(d, fromLayers[a] + i));
                const auto r = hn::Load(d, gate + i), z = hn::Load(d, gate + width + i);
                const auto n = hn::Load(d, gate + 2 * width + i), nState = hn::Load(d, gate + 3 * width + i);
                const auto keep = hn::Sub(one, z);
                const auto deltaN = hn::Mul(hn::Mul(gradient, keep), hn::NegMulAdd(n, n, one));
                const auto deltaZ =
                    hn::Mul(hn::Mul(gradient, hn::Sub(hn::Load(d, state + i), n)), hn::Mul(z, keep));
                const auto deltaR = hn::Mul(hn::Mul(deltaN, nState), hn::Mul(r, hn::Sub(one, r)));
                hn::Store(hn::Mul(deltaN, r), d, delta + i);
                hn::Store(deltaR, d, delta + width + i);
                hn::Store(deltaZ, d, delta + 2 * width + i);
                hn::Store(deltaN, d, delta + 3 * width + i);
                hn::Store(hn::Mul(gradient, z), d, stateGradient[a] + i);
            }
        }
        const Rows<T> throughGates{m_work.scratch.data(), width};
        product<animals, T>(
            {deltas.first, deltas.stride}, 3 * width, m_task.transposed.state.data(), width, throughGates);
        for (std::size_t a = 0; a < animals; ++a) {
            for (std::size_t i = 0; i < width; i += hn::Lanes(d)) {
                hn::Store(hn::Add(hn::Load(d, stateGradient[a] + i), hn::Load(d, throughGates[a] + i)), d,
                    stateGradient[a] + i);
            }
            for (std::size_t k = 0; k < m_size.weights; ++k) {
                m_work.weightGradient.data()[a * m_size.weights + k] +=
                    dot(deltas[a] + width, m_task.transposed.gateInput.data() + k * 3 * width, 3 * width);
            }
        }
    }

    void gatherWeightGradients(std::size_t begin, std::size_t end, std::size_t animals) {
        const std::size_t step = begin - m_begin, trials = end - begin, width = m_size.width;
        PackedWeights<T>& gradient = *m_task.gradient;
        const std::size_t inputStride = m_size.inputStride, layerStride = m_size.layerStride;
        const BlockRows<T> inputs{inputRow(step, 0), m_animals * inputStride, inputStride};
        const auto deltasFrom = [&](std::size_t part) {
            return BlockRows<T>{m_work.deltas.data() + part * width, m_animals * 6 * width, 6 * width};
        };
        if (m_size.isRecurrent) {
            addOuterProducts(inputs, m_size.gateRows(), deltasFrom(1), 2 * width, trials, animals,
                gradient.gatesRZ.data());
            addOuterProducts(
                inputs, width + 1, deltasFrom(0), width, trials, animals, gradient.gateNState.data());
            addOuterProducts({inputs.first + width, inputs.trialStride, inputs.animalStride},
                1 + m_size.inputs, deltasFrom(3), width, trials, animals, gradient.gateNInput.data());
            if (m_size.isDirect) {
                return;
            }
            addOuterProducts({inputRow(step + 1, 0), m_animals * inputStride, inputStride}, width + 1,
                deltasFrom(4), width, trials, animals, gradient.layer0.data());
        } else {
            addOuterProducts(
                inputs, 1 + m_size.inputs, deltasFrom(4), width, trials, animals, gradient.layer0.data());
        }
        addOuterProducts(
            {m_work.layer0.data() + step * m_animals * layerStride, m_animals * layerStride, layerStride},
            width + 1, deltasFrom(5), width, trials, animals, gradient.layer1.data());
        addOuterProducts({m_work.outputDeltas.data(), m_animals * m_size.weights, m_size.weights},
            m_size.weights,
            {m_work.layer1.data() + step * m_animals * layerStride, m_animals * layerStride, layerStride},
            width, trials, animals, gradient.layer2.data());
    }

    void sumOverAnimals() {
        const auto add = [&](const AlignedArray<T>& perAnimal, AlignedArray<T>& sum, std::size_t count) {
            for (std::size_t i = 0; i < m_animals * count; ++i) {
                sum.data()[i % count] += perAnimal.data()[i];
            }
        };
        PackedWeights<T>& gradient = *m_task.gradient;
        add(m_work.scaleGradient, gradient.scale, m_size.weights);
        add(m_work.biasGradient, gradient.layer2Bias, m_size.weights);
        if (m_size.isResidual) {
            add(m_work.alphaGradient, gradient.alpha, m_size.weights);
            add(m_work.offsetGradient, gradient.offset, m_size.weights);
        }
        if (m_size.isDirect) {
            add(m_work.readoutGradient, gradient.readout, m_size.width);
            add(m_work.readoutBiasGradient, gradient.readoutBias, 1);
        }
    }

    /// The last weights and state start the next window, detached.
    void carryOver() {
        const std::size_t steps = m_end - m_begin;
        std::copy_n(inputRow(steps, 0), m_animals * m_size.inputStride, inputRow(0, 0));
        std::copy_n(errorsBefore(steps), m_animals, errorsBefore(0));
    }

    const GroupTask<T>& m_task;
    const Dimensions<T>& m_size;
    const Group<T>& m_group;
    Workspace<T>& m_work;
    std::size_t m_animals;
    std::size_t m_lead;                 ///< see Dimensions
    std::size_t m_active = 0;           ///< animals with a trial to score, during the forward pass
    std::size_t m_begin = 0, m_end = 0; ///< steps of the current window
};

bool runGroupFloat(const GroupTask<float>& task) {
    return GroupRun<float>(task).run();
}

bool runGroupDouble(const GroupTask<double>& task) {
    return GroupRun<double>(task).run();
}

const char* targetName() {
    return hwy::TargetName(HWY_TARGET);
}

} // namespace HWY_NAMESPACE
} // namespace rulescope::engine::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rulescope::engine {
namespace kernels {

HWY_EXPORT(runGroupFloat);
HWY_EXPORT(runGroupDouble);
HWY_EXPORT(targetName);

bool runGroup(const GroupTask<float>& task) {
    return HWY_DYNAMIC_DISPATCH(runGroupFloat)(task);
}

bool runGroup(const GroupTask<double>& task) {
    return HWY_DYNAMIC_DISPATCH(runGroupDouble)(task);
}

} // namespace kernels

std::string instructionSet() {
    using namespace kernels;
    return HWY_DYNAMIC_DISPATCH(targetName)();
}

} // namespace rulescope::engine
#endif
