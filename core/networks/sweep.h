// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/networks/network_run.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rulescope::networks {

struct SweepOptions {
    int threads = 0;    ///< runs at a time; 0: all processors; never changes a bit
    std::string folder; ///< finished runs are kept here and taken from here; empty: nowhere
};

/// What a sweep tells its watcher, from any working thread.
struct SweepProgress {
    std::size_t run = 0; ///< index of the run that this is about
    std::size_t done = 0, runs = 0;
    std::size_t resumed = 0; ///< of the finished ones: taken from the folder
    double fraction = 0;     ///< of all steps of all runs
    RunProgress running;     ///< of that run
};

struct SweepCallbacks {
    std::function<void(const SweepProgress&)> onProgress;
    std::function<void(std::size_t index, const NetworkRun& run)> onRun;      ///< one finished, in any order
    std::function<void(std::size_t index, const NetworkRun& run)> onMeasured; ///< one is further than before
    std::function<bool()> isPaused;
};

/// Runs of a sweep in the order of their specifications; unfinished ones are Cancelled.
struct SweepResult {
    std::vector<NetworkRun> runs;
    std::size_t resumed = 0;
    bool isCancelled = false;
    double seconds = 0;
};

/// Trains every specification, several at a time, one thread each. Every specification is checked before the
/// first one starts. Errors: those of checkSpec(), a folder that can't be written.
base::Result<SweepResult> runSweep(const std::vector<NetworkSpec>& specs, const SweepOptions& options = {},
    const base::StopToken& stop = {}, const SweepCallbacks& callbacks = {});

/// The finished run of exactly this specification that a folder keeps, if it has one that can be read.
std::optional<NetworkRun> storedRun(const std::string& folder, const NetworkSpec& spec);

/// File name under which a run of this specification is kept: "run-<16 hex digits>.json".
std::string runFileName(const NetworkSpec& spec);

} // namespace rulescope::networks
