// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/data/study.h"
#include "core/fit/comparison.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace rulescope::fit {

struct ComparisonRequest {
    std::vector<std::string> rules; ///< "bernoulli" or registry names; bernoulli is added if missing
    /// "animals:5" (folds), "animals:A,B" (these held out), "future:500" (last trials), "sessions:5" (folds)
    std::string holdout = "animals:5";
    FitSpec spec;                           ///< shared settings; `rule`, `heldOut` and `seed` are set per fit
    std::vector<std::uint64_t> seeds = {1}; ///< of network rules; their scores are averaged
};

/// One of the fits of a comparison that run now: to look at, nothing is decided by it.
struct WatchedFit {
    std::string rule;                ///< empty: none has told anything yet
    std::size_t fold = 0, folds = 0; ///< counted from 0
    std::uint64_t seed = 0;
    int epoch = 0, epochs = 0;
    double trainNatsPerTrial = 0;
    double heldOutNatsPerTrial = 0; ///< NaN unless ComparisonCallbacks::wantsHeldOut asked for it
};

struct ComparisonProgress {
    std::size_t fitsDone = 0, fits = 0;
    double fraction = 0; ///< of the whole
    double secondsElapsed = 0, secondsLeft = 0;
    WatchedFit watched; ///< the same one until it ends
};

struct ComparisonCallbacks {
    std::function<void(const ComparisonProgress&)>
        onProgress; ///< at most about 20 times a second, from any thread
    std::function<bool()> isPaused;
    /// Network fits are scored on their held-out trials now and then while they run. Costs time and a copy of
    /// these trials, so not with very many trials; never changes the result's bits.
    bool wantsHeldOut = false;
    int threads = 0; ///< fits run side by side; 0: all processors; never changes the result's bits
    /// File that keeps finished fits, and the state of running ones, as FitCallbacks::checkpoint does.
    std::filesystem::path checkpoint;
    double secondsBetweenCheckpoints = 10;
    std::function<void(const base::Error&)> onCheckpointFailure;
};

/// Fits every rule on every fold (and seed) and scores it on the held-out trials, identical for all rules.
/// Held-out trials choose nothing. Fits run as one queue, side by side or with all threads inside, whichever
/// is faster and fits into memory, to the same bits. Fits that diverged, and animals whose choices a fit
/// could not predict, are named in Comparison::fits: they have no score from that seed (see addSummary).
/// Errors: unknown rule or animal, a malformed holdout, more folds than animals or sessions, too few trials
/// (InvalidValue, NoData), a checkpoint of other work, Cancelled.
base::Result<Comparison> compareRules(const data::Study& study, const ComparisonRequest& request,
    base::StopToken stop = {}, const ComparisonCallbacks& callbacks = {});

} // namespace rulescope::fit
