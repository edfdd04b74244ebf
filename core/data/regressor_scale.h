// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/regressors.h"

#include <span>
#include <string>
#include <vector>

namespace rulescope::data {

/// A regressor far from the size that rules are made for: first steps, penalties and ranges of weights are
/// set for about 1.
struct ScaleWarning {
    std::string regressor;
    double size = 0; ///< root mean square over the trials of all animals
    bool operator==(const ScaleWarning&) const = default;
};

/// The regressors whose size is above 10 or below .01 (all zero is no size). Contrasts and what is made of
/// choices never are, so only raw stimuli and columns are looked at; animals whose inputs can't be built are
/// passed over, the fit says why. Linear in the trials, nothing without such regressors.
std::vector<ScaleWarning> scaleWarnings(
    std::span<const AnimalPtr> animals, const RegressorSpec& spec, std::size_t maxTrials = 0);

/// What is wrong and what to do.
base::Text sentence(const ScaleWarning& warning);

} // namespace rulescope::data
