// SPDX-License-Identifier: GPL-3.0-or-later
#include "peak.h"

// An Eigen of its own name: its templates, compiled for this machine, must not replace those of other sources
// at link.
#define Eigen EigenNative
#include <Eigen/Core>
#undef Eigen

#include <algorithm>
#include <chrono>

namespace rulescope::benchmarks {

double peakGflopsPerCore() {
    constexpr int size = 512;
    using Matrix = EigenNative::MatrixXf;
    const Matrix a = Matrix::Random(size, size), b = Matrix::Random(size, size);
    Matrix c(size, size);
    double best = 0;
    for (int i = 0; i < 30; ++i) {
        const auto start = std::chrono::steady_clock::now();
        c.noalias() = a * b;
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        best = std::max(best, 2e-9 * size * size * size / seconds);
    }
    return c(0, 0) == c(0, 0) ? best : 0;
}

} // namespace rulescope::benchmarks
