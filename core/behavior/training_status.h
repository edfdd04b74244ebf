// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/behavior/psychometric.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rulescope::behavior {

/// Stages of the IBL training protocol (METHOD.md section 8).
enum class TrainingStatus { InTraining, Trained1a, Trained1b, ReadyForEphys };

/// "in_training", "trained_1a", "trained_1b" or "ready4ephysrig".
std::string toString(TrainingStatus status);

/// Whether a session ran the block task: its protocol says so, else block priors take only .2, .5, .8 and not
/// only .5.
bool isBlockSession(const data::Animal& animal, std::size_t session);

/// Where an animal stands in its last three sessions, and what keeps it from the next stage.
struct TrainingReport {
    TrainingStatus status = TrainingStatus::InTraining;
    std::vector<std::size_t> sessions; ///< the (up to) three sessions judged
    std::vector<std::string> failed;   ///< criteria of the next stage that are not met: "sessions",
                                       ///< "zero_contrast", "n", "easy", "lapse_low", "lapse_high", "bias",
                                       ///< "threshold", "median_rt", "bias_shift", "block_sessions" (some
                                       ///< of the three ran no blocks)
    std::vector<std::size_t> n;        ///< trials of each session, no-gos included
    std::vector<double> easy; ///< accuracy of each session at |contrast| >= 50 %, no-gos count as errors
    double medianRtZeroS = 0; ///< s, pooled 0 % trials; NaN without them
    PsychometricFit fit;      ///< ibl-status, pooled over the sessions
    std::optional<PsychometricFit> fit20,
        fit80; ///< of the .2 and .8 blocks, if all sessions are block sessions
};

/// Judges the last three of `sessions`; with fewer the animal is in training. All limits are strict.
/// Errors: no session given, or none of their trials has a stimulus (NoData), stimuli that are no contrasts
/// (Unsupported).
base::Result<TrainingReport> trainingStatus(
    const data::Animal& animal, std::span<const std::size_t> sessions);

} // namespace rulescope::behavior
