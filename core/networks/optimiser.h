// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/networks/network_spec.h"

namespace rulescope::networks {

/// Moves float weights along a gradient: SGD with momentum or Adam, with L2 and a two-level rate.
class Optimiser {
  public:
    Optimiser(const OptimiserOptions& options, int steps)
        : m_options(options)
        , m_steps(steps) {}

    /// One step; `gradient` is overwritten with the gradient including L2.
    void step(Weights<float>& weights, Weights<float>& gradient);

  private:
    float rate() const;
    void move(Matrix<float>& weights, Matrix<float>& gradient, Matrix<float>& first, Matrix<float>& second);

    OptimiserOptions m_options;
    int m_steps = 0;
    int m_done = 0;
    Weights<float> m_first, m_second; ///< momentum; Adam's moments
};

} // namespace rulescope::networks
