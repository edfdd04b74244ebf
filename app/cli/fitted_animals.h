// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/fit/trainer.h"
#include "core/insight/visits.h"

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace rulescope::cli {

/// A stored fit with the animals it was fitted to, ready to be looked into.
struct FittedAnimals {
    fit::FitResultPtr result;
    rules::LearningRulePtr rule;
    std::vector<insight::AnimalInputs> animals;
};

/// --study, --fit and --animals: what the subcommands about a fit share.
struct FitOptions {
    std::string study;
    std::string fit;
    std::string animals;

    void declare(CLI::App& options);
    /// The fit's own animals, or the named ones.
    base::Result<FittedAnimals> open() const;
};

} // namespace rulescope::cli
