// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fit/checkpoint.h"
#include "core/fit/rule_fit.h"

#include <span>
#include <vector>

namespace rulescope::fit {

/// The training trials that member `seed` of an ensemble is fitted to (see Resampling), drawn from its seed.
std::vector<data::RuleInputs> resampled(
    std::span<const data::RuleInputs> training, Resampling resampling, std::uint64_t seed);

/// Fits spec.members networks or formulas as one queue: the result is the first, trained on everything, with
/// scores; the others are its members. Errors: fitRule's, InvalidValue (number of members, animals drawn from
/// fewer than two), a checkpoint of another fit.
base::Result<FitResult> fitEnsemble(const FitSpec& spec, std::span<const data::RuleInputs> training,
    std::span<const data::RuleInputs> heldOut, const CheckpointIdentity& identity,
    const base::StopToken& stop, const FitCallbacks& callbacks);

} // namespace rulescope::fit
