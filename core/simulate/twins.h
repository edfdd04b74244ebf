// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/simulation.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rulescope::simulate {

/// What makes a twin: a learner under a known rule that meets the very trials that an animal met.
struct TwinRecipe {
    std::string name;    ///< of the twin; empty: "NAME twin N", N = stream + 1
    std::string teacher; ///< where the rule came from, as JSON or a sentence; part of the provenance
    data::RegressorSpec regressors;     ///< of the rule; column:NAME reads the animal's own columns
    std::vector<double> initialWeights; ///< w_0; empty: zeros
    std::uint64_t seed = 1, stream = 0; ///< of its own random stream: twins never share noise
};

/// Runs `teacher` through the stimuli, answers, sessions and columns of `animal`: only choices, outcomes and
/// times are new. Trials that the animal left without a choice stay so. Where the animal's file does not tell
/// the answer, the twin's outcome is unknown too. Bit-identical for the same recipe. Errors (InvalidValue): a
/// regressor that can't be made, w_0 of another length, weights that grow without bound.
base::Result<SimulatedAnimal> simulateTwin(
    const rules::LearningRule& teacher, const data::Animal& animal, const TwinRecipe& recipe);

} // namespace rulescope::simulate
