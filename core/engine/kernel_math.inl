// SPDX-License-Identifier: GPL-3.0-or-later
// Exponentials for rollout_kernels.cpp, which includes this once per instruction set.

template<class T>
using LineTag = hn::CappedTag<T, kLine<T>>;

/// One value of each animal of a group.
template<class T>
using LanesTag = hn::CappedTag<T, kGroupLanes>;

template<class T>
struct ExpConstants;

template<>
struct ExpConstants<float> {
    using Bits = std::uint32_t;
    static constexpr float limit =
        21.0F; ///< sigma saturates in float long before; products of four stay finite
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
    static constexpr double limit = 170.0;
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

/// 1 - sigma(a), accurate where it is small.
template<class D, class V = hn::Vec<D>>
HWY_INLINE V oneMinusSigmoid(D d, V a) {
    const V one = hn::Set(d, 1);
    const V small = clampedExp(d, hn::Neg(hn::Abs(a)));
    const V larger = hn::Div(one, hn::Add(one, small));
    return hn::IfThenElse(hn::Lt(a, hn::Zero(d)), larger, hn::Mul(small, larger));
}

/// 1 / a and 1 / b for the price of one division.
template<class D, class V = hn::Vec<D>>
HWY_INLINE void inversePair(D d, V& a, V& b) {
    const V inverse = hn::Div(hn::Set(d, 1), hn::Mul(a, b));
    const V inverseA = hn::Mul(b, inverse);
    b = hn::Mul(a, inverse);
    a = inverseA;
}

/// The gates of `count` (one or two) vectors of units: sigma of r and z, tanh(n + r nState), with one
/// division for all r and z and one for all n.
template<std::size_t count, class D, class V = hn::Vec<D>>
HWY_INLINE void gateActivations(D d, V (&r)[count], V (&z)[count], const V (&nState)[count], V (&n)[count]) {
    const V one = hn::Set(d, 1), two = hn::Set(d, 2);
    V denominator[count], product[count];
    for (std::size_t v = 0; v < count; ++v) {
        const V ofR = hn::Add(one, clampedExp(d, hn::Neg(r[v])));
        const V ofZ = hn::Add(one, clampedExp(d, hn::Neg(z[v])));
        r[v] = ofZ;
        z[v] = ofR;
        product[v] = hn::Mul(ofR, ofZ);
    }
    if constexpr (count == 2) {
        inversePair(d, product[0], product[1]);
    } else {
        product[0] = hn::Div(one, product[0]);
    }
    for (std::size_t v = 0; v < count; ++v) {
        r[v] = hn::Mul(r[v], product[v]);
        z[v] = hn::Mul(z[v], product[v]);
        const V a = hn::MulAdd(r[v], nState[v], n[v]);
        denominator[v] = hn::Add(one, clampedExp(d, hn::Mul(hn::Set(d, -2), a)));
    }
    if constexpr (count == 2) {
        inversePair(d, denominator[0], denominator[1]);
    } else {
        denominator[0] = hn::Div(one, denominator[0]);
    }
    for (std::size_t v = 0; v < count; ++v) {
        n[v] = hn::MulSub(two, denominator[v], one);
    }
}
