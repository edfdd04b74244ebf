// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/regressors.h"
#include "core/engine/network_shape.h"
#include "core/fit/fit_spec.h"

#include <span>
#include <vector>

namespace rulescope::fit {

/// Flat parameters with which the training of a network rule begins: PyTorch's initialisation from the seed
/// and, for a residual rule, REINFORCE with baseline fitted to the training animals (METHOD.md section 3), so
/// that training begins at the textbook. A textbook fit that diverges is left out. `initialWeights` as in
/// NetworkFitOptions. Errors: those of fitTextbook.
base::Result<std::vector<double>> networkStart(const engine::NetworkShape& shape, const FitSpec& spec,
    std::span<const data::RuleInputs> training, std::span<const double> initialWeights, int threads,
    const base::StopToken& stop);

} // namespace rulescope::fit
