// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/regressors.h"
#include "core/engine/network_shape.h"
#include "core/fit/checkpoint.h"
#include "core/fit/fit_result.h"
#include "core/fit/fit_spec.h"

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace rulescope::fit {

/// Where one network's training begins.
struct NetworkStart {
    std::vector<double> parameters;     ///< flat, in the order of engine::parameterSlots()
    std::vector<double> initialWeights; ///< of the animals that it is trained on (animals x K); empty: zeros
    std::vector<double> judgeWeights;   ///< of those that judge it: held-out or inner validation animals
};

/// Where each network that a fit trains begins.
struct NetworkStarts {
    NetworkStart all; ///< on all training animals
    std::vector<NetworkStart>
        inner; ///< on each inner split's, in the order of innerSplits(); empty: as `all`
    std::optional<NamedArray> firstWeights; ///< fitted w_0, to be kept with the fit; none if they are given
    /// How the textbook fit behind `all` ended; Converged if there was none to make.
    FitStatus status = FitStatus::Converged;
};

/// What the textbook fits of a start use and tell.
struct StartTools {
    int threads = 0;                    ///< never changes the result's bits
    std::function<bool()> isPaused;     ///< polled before each evaluation
    std::function<void()> onEvaluation; ///< called after each; its likelihood is not the network's
};

/// PyTorch's initialisation from the seed, and w_0 as spec.initialWeights says.
///
/// A residual rule begins at the textbook itself (METHOD.md section 3): REINFORCE with baseline fitted to the
/// animals that the network will be trained on, those alone, and a correction whose last layer is 0; its
/// start is then the textbook rule to the last bit, and what inner validation animals say about it is as
/// honest as about any later epoch. Fitted w_0 of a network rule are those that the same textbook fit finds
/// together with its rates: of an inner split, from its training side alone, and a validation animal that is
/// not trained on starts like a held-out one, at the shared or mean w_0. The network is then trained from
/// there; w_0 are not trained with it, since only the first trials would move them, and a network's steps are
/// too short for that.
///
/// A stop request ends the running fit and leaves the rest out. Errors: those of fitTextbook.
base::Result<NetworkStarts> networkStarts(const engine::NetworkShape& shape, const FitSpec& spec,
    std::span<const data::RuleInputs> training, std::span<const data::RuleInputs> heldOut,
    const StartTools& tools, const base::StopToken& stop);

/// Adds the starts to the state of a running fit, so that one that goes on need not fit them again: it knows
/// at once where it stands, also if it is stopped at once.
void addArrays(const NetworkStarts& starts, StateArrays& arrays);
/// The same back; none if the arrays hold no starts. BadFormat if they are not those of this network on these
/// animals: as many parameters, first weights and inner splits, all of them numbers.
base::Result<std::optional<NetworkStarts>> keptStarts(const StateArrays& arrays,
    const engine::NetworkShape& shape, const FitSpec& spec, std::span<const data::RuleInputs> training,
    std::span<const data::RuleInputs> heldOut);

} // namespace rulescope::fit
