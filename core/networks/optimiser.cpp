// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/optimiser.h"

#include <cmath>

namespace rulescope::networks {

float Optimiser::rate() const {
    const bool isLate = m_done >= m_options.decayAt * m_steps;
    return static_cast<float>(m_options.rate * (isLate ? m_options.decayFactor : 1));
}

void Optimiser::move(
    Matrix<float>& weights, Matrix<float>& gradient, Matrix<float>& first, Matrix<float>& second) {
    if (m_options.l2 > 0) {
        gradient += static_cast<float>(m_options.l2) * weights;
    }
    if (m_options.kind == "adam") {
        constexpr float beta1 = 0.9F, beta2 = 0.999F, epsilon = 1e-8F;
        if (m_done == 0) {
            first.setZero(weights.rows(), weights.cols());
            second.setZero(weights.rows(), weights.cols());
        }
        const float correction1 = 1 - std::pow(beta1, static_cast<float>(m_done + 1));
        const float correction2 = 1 - std::pow(beta2, static_cast<float>(m_done + 1));
        first = beta1 * first + (1 - beta1) * gradient;
        second.array() = beta2 * second.array() + (1 - beta2) * gradient.array().square();
        weights.array() -=
            rate() / correction1 * first.array() / ((second.array() / correction2).sqrt() + epsilon);
        return;
    }
    if (m_options.momentum == 0) {
        weights -= rate() * gradient;
        return;
    }
    if (m_done == 0) {
        first = gradient;
    } else {
        first = static_cast<float>(m_options.momentum) * first + gradient;
    }
    weights -= rate() * first;
}

void Optimiser::step(Weights<float>& weights, Weights<float>& gradient) {
    move(weights.in, gradient.in, m_first.in, m_second.in);
    move(weights.recurrent, gradient.recurrent, m_first.recurrent, m_second.recurrent);
    move(weights.out, gradient.out, m_first.out, m_second.out);
    ++m_done;
}

} // namespace rulescope::networks
