// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/study.h"
#include "core/simulate/recipe.h"

#include <cstdint>
#include <vector>

namespace rulescope::simulate {

/// Recipes of the demo study: twelve naive animals on the IBL contrasts, about 5,000 trials each, three for
/// each of four known rules, listed under the rule's name as their group. Animals differ in how fast they
/// learn.
///   Symmetric         REINFORCE with baseline 1/2: errors teach as much as successes (error ratio -1)
///   Reward only       REINFORCE: errors teach nothing (error ratio 0)
///   Choice repeating  REINFORCE with baseline -1: choices are repeated after errors too, half as strongly
///   (ratio +1/2).
///                     A rule that ignored the outcome altogether (+1) would never leave chance.
///   Eligibility       history-dependent: the last eleven choices are reinforced if most of them were correct
std::vector<AnimalRecipe> demoRecipes(std::uint64_t seed);

/// The demo study, simulated: bit-identical for a seed, whatever the number of threads.
data::Study demoStudy(std::uint64_t seed, int threads = 0);

} // namespace rulescope::simulate
