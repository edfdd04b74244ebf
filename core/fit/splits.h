// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/regressors.h"
#include "core/fit/comparison.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rulescope::fit {

/// 0 .. count-1 in an order drawn from the seed's stream.
std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed, std::uint64_t stream);

/// What "animals:5", "animals:A,B", "future:500" or "sessions:5" asks for.
struct Holdout {
    HeldOutUnit unit = HeldOutUnit::Animals;
    std::size_t count = 0; ///< folds of animals or sessions, or last trials; 0 if `animals` are named
    std::vector<std::string>
        animals; ///< named held-out animals; of "animals:5", the animal "5" if there is one

    static base::Result<Holdout> parse(const std::string& text);
};

/// One division of the data: every scored trial is in exactly one of the two, by animal or by mask. In future
/// and session folds both lists hold all trials of all animals, since held-out inputs still drive the state.
struct Fold {
    std::vector<data::RuleInputs> training, test;
    std::vector<std::string> heldOut; ///< names of held-out animals; empty in future and session folds
};

/// All folds over prepared animals; which animal or session falls into which fold is drawn from `seed`.
/// Errors: more folds than animals or sessions, fewer than two folds, an unknown name, nothing left to train
/// on.
base::Result<std::vector<Fold>> makeFolds(
    const std::vector<data::RuleInputs>& animals, const Holdout& holdout, std::uint64_t seed);

} // namespace rulescope::fit
