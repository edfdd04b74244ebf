// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/fit/state_store.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rulescope::fit {

/// What a queue gives to the work that it runs.
struct QueueTools {
    int threads = 1; ///< to use inside; never changes a result's bits
    const base::StopToken& stop;
    StateStore* store = nullptr; ///< keeps the work's state in the queue's checkpoint; null without one
    std::function<void(double fraction)> tell; ///< how much of this work is done
};

/// One independent fit of a queue. Its outcome is arrays, so that a finished one can be kept in a checkpoint.
struct QueueTask {
    std::string key; ///< names it in the checkpoint; unique, without '/'
    double cost = 1; ///< how long it takes, relative to the others
    /// A Cancelled error leaves the task undone; any other ends the queue.
    std::function<base::Result<StateArrays>(const QueueTools&)> run;
};

struct QueueProgress {
    std::size_t tasksDone = 0, tasks = 0;
    double fraction = 0; ///< of all costs
    double secondsElapsed = 0, secondsLeft = 0;
};

struct QueueOptions {
    int threads = 0;         ///< side by side times inside; 0: all processors
    bool isOneByOne = false; ///< all threads inside one task: for data too large for several copies
    std::function<void(const QueueProgress&)> onProgress; ///< at most 20 times a second, from any thread
    std::filesystem::path checkpoint;                     ///< empty: none
    CheckpointIdentity identity;
    double secondsBetweenCheckpoints = 10;
    std::function<void(const base::Error&)> onCheckpointFailure; ///< told once
};

/// Outcomes in the order of the tasks; none where a stop request came first.
using QueueOutcomes = std::vector<std::optional<StateArrays>>;

/// Runs independent tasks, costly ones first, side by side as long as there are several, and the last ones
/// with all threads inside. With a checkpoint, finished tasks are not run again and unfinished ones go on
/// from their state. The first error ends the queue and is returned; a stop request is no error.
base::Result<QueueOutcomes> runQueue(
    const std::vector<QueueTask>& tasks, const QueueOptions& options, const base::StopToken& stop);

} // namespace rulescope::fit
