// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/simulation.h"

namespace rulescope::testing_networks {

/// An animal that learns, for networks to be laid beside.
inline data::AnimalPtr modelAnimal(std::size_t trials) {
    simulate::AnimalRecipe recipe;
    recipe.name = "Model";
    recipe.trials = trials;
    recipe.parameters = "alpha=0.03";
    return simulate::simulateAnimal(recipe)->animal;
}

} // namespace rulescope::testing_networks
