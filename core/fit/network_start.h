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

/// Flat parameters with which a network's training begins, for each network that a fit trains.
struct NetworkStarts {
    std::vector<double> all;                ///< on all training animals
    std::vector<std::vector<double>> inner; ///< on each inner split's, in the order of innerSplits()
};

/// PyTorch's initialisation from the seed. A residual rule begins at the textbook itself (METHOD.md section
/// 3): REINFORCE with baseline fitted to the animals that the network will be trained on, those alone, and a
/// correction whose last layer is 0; its start is then the textbook rule to the last bit, and what inner
/// validation animals say about it is as honest as about any later epoch. A textbook fit that diverges is
/// left out. `initialWeights` as in NetworkFitOptions. Errors: those of fitTextbook.
base::Result<NetworkStarts> networkStarts(const engine::NetworkShape& shape, const FitSpec& spec,
    std::span<const data::RuleInputs> training, std::span<const double> initialWeights, int threads,
    const base::StopToken& stop);

} // namespace rulescope::fit
