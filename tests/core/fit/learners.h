// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/study.h"
#include "core/simulate/simulation.h"

#include <string>

namespace rulescope::fit::tests {

/// A small cohort of reward-only learners, "Learner 1" and so on.
inline data::Study cohort(std::size_t animals, std::size_t trials) {
    data::Study study;
    for (std::size_t a = 0; a < animals; ++a) {
        simulate::AnimalRecipe recipe;
        recipe.name = "Learner " + std::to_string(a + 1);
        recipe.rule = "reinforce";
        recipe.parameters = "alpha=0.03";
        recipe.trials = trials;
        recipe.shortestSession = 100;
        recipe.longestSession = 200;
        recipe.seed = 5;
        recipe.stream = a;
        study.animals.push_back(simulate::simulateAnimal(recipe)->animal);
    }
    return study;
}

} // namespace rulescope::fit::tests
