// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "app/cli/network_options.h"
#include "core/networks/learner_comparison.h"
#include "core/networks/sweep.h"

#include <CLI/App.hpp>
#include <string>

namespace rulescope::cli {

/// The recipes of `network` that need an animal: `learner` (networks that learn its task become animals of
/// the study) and `six-learners` (whose inferred rule lies nearest to the animal's?).
struct NetworkLearners {
    void declare(CLI::App& options);
    static bool isRecipe(const std::string& recipe);
    Answer run(const NetworkOptions& options, const networks::SweepOptions& where,
        const base::StopToken& stop) const;

    std::string study, animal;
    std::string inferred = "dnn"; ///< rule inferred from choices
    std::string keep = "first";   ///< which networks become animals of the study: none, first, all
    int epochs = 0;
    std::size_t trials = 0;
    bool hasOwnSpeed = false;   ///< no rate is searched that matches the animal's speed
    double expectedReward = -1; ///< below 0: the running mean

  private:
    Answer runLearners(const data::Animal& model, const NetworkOptions& options,
        const networks::SweepOptions& where, const base::StopToken& stop) const;
    Answer runComparison(const data::Animal& model, const NetworkOptions& options,
        const networks::SweepOptions& where, const base::StopToken& stop) const;
    /// So that the window can show the folder; not where options were changed that a request can't hold.
    base::Result<void> writeRequest(const NetworkOptions& options, const std::string& folder) const;
    networks::LearnerSpec learnerSpec(const NetworkOptions& options) const;
    base::Result<void> addToStudy(const std::vector<data::AnimalPtr>& animals) const;
};

} // namespace rulescope::cli
