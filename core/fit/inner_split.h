// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/regressors.h"
#include "core/fit/fit_spec.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rulescope::fit {

/// Animals with their initial weights (animals x K, or empty for zeros).
struct WeightedAnimals {
    std::vector<data::RuleInputs> animals;
    std::vector<double> initialWeights;
};

/// A division of the training animals, by which early stopping decides: held-out animals choose nothing.
struct InnerSplit {
    WeightedAnimals training, validation;
};

/// Number of trials that count.
std::size_t scoredTrials(std::span<const data::RuleInputs> animals);

/// The inner splits that `options` ask for, drawn from the seed; none without early stopping, or where too
/// few trials are there to set any aside.
///
/// With three animals or more, `innerFolds` disjoint sets of whole animals take turns as validation animals
/// (one set: the share `validationFraction`); with fewer, the last share of each animal's trials is scored
/// apart, while its earlier trials still drive the state. Animals of one name are copies: they stay together.
std::vector<InnerSplit> innerSplits(std::span<const data::RuleInputs> animals,
    std::span<const double> initialWeights, const TrainingOptions& options, std::uint64_t seed);

} // namespace rulescope::fit
