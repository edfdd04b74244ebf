// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/animal.h"
#include "core/networks/network_spec.h"

#include <functional>
#include <span>
#include <string>

namespace rulescope::networks {

/// Everything that determines a network that learns an animal's task as an animal does: one trial at a time,
/// told nothing but whether it was rewarded.
struct LearnerSpec {
    std::string name = "Network 1";
    std::string lab = "Networks"; ///< group that it is listed under
    /// Of this, everything but task, steps and batch counts: connectivity, rule, units, rates, noise, seed.
    NetworkSpec network;
    /// Expected reward that outcomes are compared with: the update goes with (outcome - expected). A fixed
    /// number, or (NaN) the running mean of the network's own outcomes.
    double expectedReward;
    double expectedRewardRate = 0.02; ///< of the running mean, per trial; it starts at 1/2

    LearnerSpec();
};

/// What a network did with an animal's trials.
struct ArtificialAnimal {
    /// The model's sessions, stimuli and answers with the network's choices and outcomes; provenance: the
    /// specification and the model's name and content hash as JSON.
    data::AnimalPtr animal;
    double weightChange = 0; ///< ||W_f - W_0||_F
};

struct LearnerCallbacks {
    base::ProgressCallback onProgress; ///< share of the trials, every hundred trials or so
    std::function<bool()> isPaused;    ///< polled between trials; while true the network waits
};

/// Lets a network learn `model`'s own trials in their order: it chooses by softmax, is rewarded by the
/// animal's answer and moves by REINFORCE through its credit-assignment rule. Trials without a known answer
/// are chosen on and teach nothing. Errors: those of checkSpec(); InvalidValue if the network runs away;
/// Cancelled.
base::Result<ArtificialAnimal> runLearner(const LearnerSpec& spec, const data::Animal& model,
    const base::StopToken& stop = {}, const LearnerCallbacks& callbacks = {});

/// The animal of these choices, one for each of `model`'s trials (data::kNone where there was none), as a
/// network of this specification made them. Errors: BadFormat with another number of choices; what the
/// animal's own check finds.
base::Result<data::AnimalPtr> animalFromChoices(
    const LearnerSpec& spec, const data::Animal& model, std::span<const std::int8_t> choices);

/// The specification as one JSON object, with the program's version: an artificial animal's provenance.
std::string toJson(const LearnerSpec& spec, const data::Animal& model);

} // namespace rulescope::networks
