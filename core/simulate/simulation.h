// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/rules/rule.h"
#include "core/simulate/recipe.h"

#include <vector>

namespace rulescope::simulate {

/// A simulated animal and what it really was.
struct SimulatedAnimal {
    data::AnimalPtr animal;          ///< provenance: the recipe as JSON
    std::vector<double> weights;     ///< w_t before each trial with a choice, choices x K
    std::vector<double> lastWeights; ///< after the last update, K
};

/// Runs the task trial by trial: choices are drawn from the policy sigma(w.x) (with lapses, if any), the
/// answer makes the outcome, and `teacher` moves the weights. Bit-identical for the same recipe. Errors
/// (InvalidValue): a recipe that can't be run (no stimuli, probabilities outside 0 to 1, an unknown or column
/// regressor, a bad date), a teacher whose weights diverge.
base::Result<SimulatedAnimal> simulateAnimal(const rules::LearningRule& teacher, const AnimalRecipe& recipe);

/// The same with the textbook rule that the recipe names; also NotFound for an unknown rule.
base::Result<SimulatedAnimal> simulateAnimal(const AnimalRecipe& recipe);

/// All of them, in parallel, in the order of the recipes; the first error, if any. Cancelled if stopped.
base::Result<std::vector<SimulatedAnimal>> simulateCohort(
    const std::vector<AnimalRecipe>& recipes, int threads = 0, base::StopToken stop = {});

} // namespace rulescope::simulate
