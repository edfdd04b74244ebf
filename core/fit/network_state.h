// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fit/checkpoint.h"

#include <limits>
#include <optional>
#include <vector>

namespace rulescope::fit {

/// One network between two epochs: all that its further training depends on. P values in each of the first
/// four, float32 numbers.
struct TrainingState {
    std::vector<double> parameters;
    std::vector<double> firstMoments, secondMoments; ///< Adam's
    std::vector<double> average;                     ///< running mean of the parameters
    std::vector<double> trainCurve;                  ///< nats per trial before each step
    bool operator==(const TrainingState&) const = default;

    int epochs() const { return static_cast<int>(trainCurve.size()); }
};

/// Networks that are trained side by side: one on each inner split, or one on all animals.
struct PhaseState {
    std::vector<TrainingState> networks;
    int epochs = 0; ///< done by all networks
    std::vector<double> validationCurve, heldOutCurve;
    std::vector<double> best; ///< of the first network, at the best score so far
    /// Nats per trial of each validation animal of all networks, before the first epoch and at the best
    /// score.
    std::vector<double> startScores, bestScores;
    double bestScore = -std::numeric_limits<double>::infinity();
    int bestEpoch = 0;
    bool operator==(const PhaseState&) const = default;
};

/// A network fit between two epochs.
struct NetworkFitState {
    PhaseState search; ///< on inner splits; empty without early stopping
    bool isSearchDone = false;
    bool hasStoppedEarly = false; ///< the search, before the last epoch
    int chosenEpochs = 0;         ///< for the training on all animals
    PhaseState training;
    bool operator==(const NetworkFitState&) const = default;
};

StateArrays toArrays(const NetworkFitState& state);
/// None if the arrays are not the state of a network of `parameters` values.
std::optional<NetworkFitState> networkFitState(const StateArrays& arrays, std::size_t parameters);

} // namespace rulescope::fit
