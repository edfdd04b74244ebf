// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/regressors.h"
#include "core/fit/fit_result.h"
#include "core/fit/fit_spec.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rulescope::fit {

/// Trials from which psychometric initial weights are taken.
inline constexpr std::size_t kPsychometricTrials = 100;

/// w_0 (K values) of one animal where no fit finds it: zeros, or least squares of logit P(right) on
/// [stimulus, 1] over the distinct stimuli of the first 100 trials, with P clamped to [.01, .99] (METHOD.md
/// section 3); other weights start at 0.
std::vector<double> initialWeights(
    InitialWeights kind, const data::RuleInputs& inputs, const data::RegressorSpec& regressors);

/// Name of the array that keeps fitted w_0 with a fit's parameters: one row (Shared), or one for each of the
/// specification's animals (PerAnimal).
inline constexpr const char* kInitialWeightsArray = "initial_weights";

/// That array from the w_0 of each training animal. An animal of `animals` that was not trained on gets the
/// mean over those that were, each animal counted once: its own choices have no say in where it starts.
NamedArray startArray(const FitSpec& spec, std::span<const data::RuleInputs> training,
    const std::vector<std::vector<double>>& initialWeights);

/// The fitted w_0 of an animal, known or not; none if the fit has no such array of K columns.
std::optional<std::vector<double>> fittedStart(const FitResult& result, const std::string& animal);

} // namespace rulescope::fit
