// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/simulate/recipe.h"

#include <CLI/App.hpp>
#include <cstdint>
#include <optional>
#include <string>

namespace rulescope::cli {

inline constexpr double kMostTrials = 5e7; ///< of all simulated animals together: about 5 GB

/// The options that say how an animal is made up: task, regressors, start, noise, decision rule.
struct SimulationOptions {
    std::string task, regressors, transform, start, fixed, policy, sessions;
    std::optional<double> noise, lapseLeft, lapseRight, missRate;
    std::optional<std::size_t> distractors;

    void declare(CLI::App& options);
    /// `recipe` with what was given by name. Exit code 2 for values that make no animal.
    tl::expected<simulate::AnimalRecipe, Failure> applied(simulate::AnimalRecipe recipe) const;
};

/// "bias=0.5,stimulus=-2" as one value per regressor, 0 for those not named.
tl::expected<std::vector<double>, Failure> namedWeights(
    const std::string& text, const std::vector<std::string>& names, const std::string& option);

} // namespace rulescope::cli
