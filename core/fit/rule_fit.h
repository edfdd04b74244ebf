// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/network_shape.h"
#include "core/fit/fit_result.h"
#include "core/fit/state_store.h"
#include "core/fit/trainer.h"

#include <span>

namespace rulescope::fit {

/// The architecture that a network rule's specification asks for.
engine::NetworkShape networkShape(const FitSpec& spec);
/// All parameter values of a fit's rule in the order they were stored, without fitted w_0.
std::vector<double> flatParameters(const FitResult& result);

/// Fits spec.rule to prepared inputs, whatever kind of rule it is: parameters, status, curves, epochs and
/// seconds of the result are filled in; scores, hashes and identity are the caller's. Masks of the inputs
/// decide what is scored. `store`, if any, keeps the state of network fits; the callbacks' checkpoint is not
/// looked at.
base::Result<FitResult> fitRule(const FitSpec& spec, std::span<const data::RuleInputs> training,
    std::span<const data::RuleInputs> heldOut, const base::StopToken& stop, const FitCallbacks& callbacks,
    StateStore* store = nullptr);

/// Inputs of the named animals under a specification. Psychometric initial weights use up the first trials:
/// they are not scored then. Errors name the animal.
base::Result<std::vector<data::RuleInputs>> inputsOf(
    const data::Study& study, const FitSpec& spec, const std::vector<std::string>& animals);

} // namespace rulescope::fit
