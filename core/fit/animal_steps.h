// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/regressors.h"
#include "core/engine/network_shape.h"
#include "core/fit/fit_result.h"
#include "core/fit/fit_spec.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace rulescope::fit {

struct AnimalStepsOptions {
    TrainingOptions training;           ///< epochs, rate and its decay, truncation are used
    std::uint64_t seed = 1;             ///< of the network's start and of the order of animals
    std::vector<double> initialWeights; ///< animals x K; empty: zeros
    bool trainsInitialWeights = false;  ///< w_0 of every animal is trained with the network
    /// Fraction of all steps done and the last epoch's nats per trial; at most 20 times a second.
    std::function<void(double fraction, double natsPerTrial)> onProgress;
};

struct AnimalStepsFit {
    std::vector<double> parameters;     ///< flat, in the order of engine::parameterSlots()
    std::vector<double> initialWeights; ///< animals x K, as trained
    FitStatus status = FitStatus::Completed;
    std::vector<double> trainCurve; ///< nats per trial of each epoch, animals scored as their step came
    int epochs = 0;
};

/// The training of [LGP]'s simulations (METHOD.md section 6): Adam takes one step an animal, animals in a new
/// order each epoch, rate x decay every `decayEvery` epochs. Made for hundreds of short animals; a full batch
/// an epoch (fitNetwork) would be far from converged after so few epochs.
///
/// The gradient for w_0 reaches back from the first truncation window, as autograd's would; it is taken by
/// central differences, since the kernels differentiate by the network's parameters only. A stop request
/// keeps what there is (Cancelled), a loss that is not finite the last good parameters (Diverged). Errors:
/// InvalidValue (options, w_0 of the wrong length), NoData (no scored trial), Internal (LibTorch's own).
base::Result<AnimalStepsFit> fitAnimalByAnimal(const engine::NetworkShape& shape,
    std::span<const data::RuleInputs> animals, const AnimalStepsOptions& options,
    const base::StopToken& stop = {});

} // namespace rulescope::fit
