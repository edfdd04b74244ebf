// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/regressors.h"
#include "core/fit/checkpoint.h"
#include "core/fit/comparison.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace rulescope::fit {

/// What one fit contributes for one animal.
struct Tally {
    double logLikelihood = 0;
    std::size_t trials = 0, correct = 0;

    void add(const Tally& other) {
        logLikelihood += other.logLikelihood;
        trials += other.trials;
        correct += other.correct;
    }
};

/// By the animal's place in the request.
using AnimalTallies = std::map<std::size_t, Tally>;

/// One fit of the queue, and what came of it.
struct FitTask {
    std::size_t rule = 0, fold = 0, seed = 0;
    AnimalTallies tallies;           ///< of the animals that were predicted
    std::set<std::size_t> overflown; ///< animals that were not: some log-odds are no numbers
    FoldFit ended;
    bool isDone = false;
};

/// Scores choices by the log-odds before them (one per trial); none if those of a scored trial are no number.
std::optional<Tally> tallyChoices(const data::RuleInputs& inputs, const std::vector<double>& logOdds);

/// A task's outcome for a checkpoint.
StateArrays toArrays(const FitTask& task);
/// False if the arrays are no outcome of a task of a comparison of so many animals: a damaged file.
bool readArrays(const StateArrays& arrays, std::size_t animals, FitTask& task);

} // namespace rulescope::fit
