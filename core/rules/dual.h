// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>

namespace rulescope::rules {

/// A number that carries its derivatives with respect to N parameters: forward-mode differentiation.
///
/// Only what the formulas of learning rules need. Operators return values, never Eigen expressions, so that a
/// formula written once runs on double and on Dual alike.
template<int N>
struct Dual {
    using Slope = Eigen::Array<double, N, 1>;
    double value = 0;
    Slope slope = Slope::Zero();

    Dual() = default;
    Dual(double constant)
        : value(constant) {} // NOLINT: constants enter formulas as plain numbers
    Dual(double v, const Slope& s)
        : value(v)
        , slope(s) {}

    Dual& operator+=(const Dual& other) {
        value += other.value;
        slope += other.slope;
        return *this;
    }
};

template<int N>
Dual<N> operator+(const Dual<N>& a, const Dual<N>& b) {
    return {a.value + b.value, a.slope + b.slope};
}

template<int N>
Dual<N> operator-(const Dual<N>& a, const Dual<N>& b) {
    return {a.value - b.value, a.slope - b.slope};
}

template<int N>
Dual<N> operator-(double a, const Dual<N>& b) {
    return {a - b.value, -b.slope};
}

template<int N>
Dual<N> operator-(const Dual<N>& a, double b) {
    return {a.value - b, a.slope};
}

template<int N>
Dual<N> operator*(const Dual<N>& a, const Dual<N>& b) {
    return {a.value * b.value, a.slope * b.value + b.slope * a.value};
}

template<int N>
Dual<N> operator*(const Dual<N>& a, double b) {
    return {a.value * b, a.slope * b};
}

template<int N>
Dual<N> operator*(double a, const Dual<N>& b) {
    return b * a;
}

inline double valueOf(double a) {
    return a;
}

template<int N>
double valueOf(const Dual<N>& a) {
    return a.value;
}

} // namespace rulescope::rules
