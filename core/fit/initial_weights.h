// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/regressors.h"
#include "core/fit/fit_spec.h"

#include <vector>

namespace rulescope::fit {

/// Trials from which psychometric initial weights are taken.
inline constexpr std::size_t kPsychometricTrials = 100;

/// w_0 (K values) of one animal: zeros, or least squares of logit P(right) on [stimulus, 1] over the distinct
/// stimuli of the first 100 trials, with P clamped to [.01, .99] (METHOD.md section 3); other weights start
/// at 0.
std::vector<double> initialWeights(
    InitialWeights kind, const data::RuleInputs& inputs, const data::RegressorSpec& regressors);

} // namespace rulescope::fit
