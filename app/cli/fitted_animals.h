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
    /// The named animals, or the fit's own that are still in the study.
    base::Result<FittedAnimals> open() const;

  private:
    base::Result<std::vector<std::string>> shownAnimals(
        const data::Study& held, const fit::FitResult& result) const;
};

} // namespace rulescope::cli
