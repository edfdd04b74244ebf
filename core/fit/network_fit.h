// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/regressors.h"
#include "core/engine/network_shape.h"
#include "core/fit/fit_result.h"
#include "core/fit/fit_spec.h"
#include "core/fit/network_start.h"
#include "core/fit/state_store.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace rulescope::fit {

/// One state of a running network fit.
struct NetworkEpoch {
    int epoch = 0;  ///< done
    int epochs = 0; ///< upper bound over all phases
    double trainNatsPerTrial = 0;
    double heldOutNatsPerTrial = 0;     ///< NaN where not evaluated
    std::span<const double> parameters; ///< current, flat
};

struct NetworkFitOptions {
    TrainingOptions training;
    std::uint64_t seed = 1;
    int threads = 0;                                  ///< never changes the result's bits
    std::function<void(const NetworkEpoch&)> onEpoch; ///< after every epoch, from the calling thread
    std::function<bool()> isPaused;                   ///< polled between epochs
    NetworkStarts starts;                             ///< parameters and w_0 of every network
    StateStore* store = nullptr;                      ///< keeps the state for a later process; may be null
};

/// A trained network rule.
struct NetworkFit {
    std::vector<double> parameters; ///< flat, in the order of engine::parameterSlots()
    FitStatus status = FitStatus::Completed;
    std::vector<double> trainCurve; ///< nats per trial before each epoch's step
    std::vector<double>
        heldOutCurve; ///< the same length; NaN where not evaluated; empty without held-out animals
    std::vector<double> validationCurve; ///< of the search on inner splits, nats per trial; may be empty
    int epochs = 0; ///< done; where it diverged those behind the parameters kept, 0 if they are the start's
};

/// InvalidValue for options out of range.
base::Result<void> checkTraining(const TrainingOptions& training);

/// What to say of a training that LibTorch refused (Internal) or that memory did not suffice for (TooLarge).
base::Error libTorchFailure(const std::string& why);
base::Error memoryFailure();

/// Trains a network rule by LibTorch's Adam on one full batch an epoch, through the fused rollout.
///
/// With `validationFraction` and `patience`, inner splits of the training animals (see innerSplits) first
/// decide the number of epochs, and the network is then trained anew on all of them for as many: held-out
/// animals choose nothing. A residual rule leaves its start, the textbook, only if the inner validation
/// animals gain more by it than two standard errors of their mean gain. A fixed protocol keeps its last
/// parameters. A stop request keeps the best parameters so far (Cancelled); a loss that is not finite, or a
/// last epoch that is worse than the first, ends with the last good ones (Diverged). With a store, a fit that
/// was stopped or killed goes on from what was saved, to the same bits. Errors: InvalidValue (options out of
/// range), NoData (no scored trial), BadFormat (a saved state that does not fit), Internal (LibTorch's own).
base::Result<NetworkFit> fitNetwork(const engine::NetworkShape& shape,
    std::span<const data::RuleInputs> animals, std::span<const data::RuleInputs> heldOut,
    const NetworkFitOptions& options, const base::StopToken& stop);

} // namespace rulescope::fit
