// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rules/formula.h"

namespace rulescope::rules {

/// dw_k = (alpha_k r - a_k) e_y (1 - p_y) x_k: REINFORCE with baseline beta_k = a_k / alpha_k, in the form
/// that stays well-conditioned where alpha_k is near 0. Parameters: alpha (K), then offset a (K).
struct ReinforceBaseline {
    static constexpr bool kOwnsInitialWeights = false;
    static constexpr std::size_t stateSize(std::size_t) { return 0; }

    template<class S>
    static void update(const Observation<S>& trial, const S* parameters, S*, S* dw) {
        const S step = trial.towardsChoice();
        const S* const offset = parameters + trial.weights;
        for (std::size_t k = 0; k < trial.weights; ++k) {
            dw[k] = (parameters[k] * trial.outcome - offset[k]) * (step * trial.x[k]);
        }
    }
};

/// Offset a = alpha beta, one per weight.
ParameterInfo baselineOffset();

} // namespace rulescope::rules
