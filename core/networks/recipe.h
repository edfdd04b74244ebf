// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/networks/network_run.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rulescope::networks {

/// What comes of a recipe.
enum class RecipeKind {
    Sweep,      ///< trained and measured networks
    Theory,     ///< linear networks against theory
    Learners,   ///< networks that learn an animal's task and become animals
    Comparison, ///< such networks held against the animal
};

/// What a recipe's user may change; empty or 0: as the recipe has it.
struct RecipeOptions {
    std::vector<std::string> tasks, rules, connectivities;
    std::vector<std::size_t> ranks;
    int seeds = 0;
    std::uint64_t firstSeed = 1;
    int steps = 0;
    std::size_t units = 0, batch = 0;
    std::optional<std::size_t> trainingTrials; ///< 0: new ones at every step
    double rate = 0;
    std::string imageFolder;
    bool operator==(const RecipeOptions&) const = default;
};

/// A ready-made experiment: which networks it trains.
struct NetworkRecipe {
    std::string_view name; ///< contract name: "rank-sweep"
    base::Text title;
    base::Text description;
    std::vector<NetworkSpec> (*specs)(const RecipeOptions& options);
    RecipeKind kind = RecipeKind::Sweep;

    /// Needs an animal whose task is learned.
    bool needsAnimal() const { return kind == RecipeKind::Learners || kind == RecipeKind::Comparison; }
};

/// All recipes, in the order in which menus list them.
const std::vector<const NetworkRecipe*>& allNetworkRecipes();
base::Result<const NetworkRecipe*> findNetworkRecipe(std::string_view name);

/// `base` for every task x connectivity x rank (of kinds that have one) x rule x seed of the options, in this
/// order; lists that are empty keep what `base` has.
std::vector<NetworkSpec> crossed(const NetworkSpec& base, const RecipeOptions& options);

/// Mean over seeds with its spread.
struct SeedStatistics {
    double mean = 0, deviation = 0; ///< sample standard deviation; NaN below two
    std::size_t count = 0;          ///< runs that have the measure
};
SeedStatistics seedStatistics(std::span<const double> values);

/// Runs that differ in nothing but the seed.
struct RunGroup {
    NetworkSpec spec; ///< of its first run
    std::vector<std::size_t> runs;
};
/// In order of first appearance.
std::vector<RunGroup> groupBySeed(std::span<const NetworkRun> runs);

} // namespace rulescope::networks
