// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/networks/recipe.h"

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace rulescope::cli {

/// Which networks `network` trains: a recipe with what the command line changes of it, or one experiment put
/// together from lists.
struct NetworkOptions {
    void declare(CLI::App& options);
    /// Specifications in the order of the tables; every list may have several entries.
    tl::expected<std::vector<networks::NetworkSpec>, Failure> specs() const;
    networks::RecipeOptions lists() const;

    std::string recipe;
    networks::NetworkSpec spec; ///< single values, where there is no recipe
    std::string tasks, connectivities, rules;
    std::vector<std::size_t> ranks;
    int seeds = 0;

    /// Options that would be ignored are better refused; %1 of the sentence is the option.
    tl::expected<void, Failure> refuse(
        const std::vector<const char*>& pointless, const char* sentence, const char* remedy) const;

  private:
    bool isGiven(const char* option) const;
    CLI::App* m_app = nullptr;
};

} // namespace rulescope::cli
