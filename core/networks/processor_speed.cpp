// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/processor_speed.h"

#include "core/networks/matrix.h"

#include <algorithm>
#include <chrono>

namespace rulescope::networks {

namespace {

double measured() {
    constexpr Eigen::Index neurons = 300, trials = 32;
    constexpr double operations = 2.0 * neurons * neurons * trials;
    const Matrix<float> weights = Matrix<float>::Constant(neurons, neurons, 0.01F);
    const Matrix<float> states = Matrix<float>::Constant(neurons, trials, 1.0F);
    Matrix<float> out(neurons, trials);
    const LeftFactor<float> factor(weights);
    double fastest = 1; // seconds; the processor may be busy with something else in between
    for (int repeat = 0; repeat < 60; ++repeat) {
        const auto began = std::chrono::steady_clock::now();
        factor.times(states, out);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        fastest = std::min(fastest, std::max(took.count(), 1e-6));
    }
    return operations / fastest;
}

} // namespace

double processorFlopsPerSecond() {
    static const double speed = measured();
    return speed;
}

} // namespace rulescope::networks
