// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/data/study.h"
#include "core/fit/fit_result.h"
#include "core/rules/rule.h"

#include <filesystem>
#include <functional>

namespace rulescope::fit {

/// What a running fit tells its watcher, at most 20 times a second, from the working thread.
struct FitProgress {
    int epoch = 0, epochs = 0;
    double trainNatsPerTrial = 0;   ///< NaN before a network's first epoch, while its start is fitted
    double heldOutNatsPerTrial = 0; ///< NaN without held-out animals
    double secondsElapsed = 0, secondsLeft = 0;
    /// Current parameters, only when `FitCallbacks::wantsParameters` asked for them (live surface); else
    /// empty.
    std::vector<NamedArray> parameters;
};

struct FitCallbacks {
    std::function<void(const FitProgress&)> onProgress;
    /// Polled between epochs and between evaluations of a formula's likelihood: while it returns true the fit
    /// waits (paused) but still obeys the stop token.
    std::function<bool()> isPaused;
    bool wantsParameters = false;
    int threads = 0; ///< 0: all processors; never changes the result's bits
    /// File that keeps a network fit's state, so that it can go on after a cancel, a crash or kill -9 and
    /// give the same bits as if nothing had happened; empty: none. A file that is there already is gone on
    /// from. Written every so often, when the fit pauses and when it ends, however it ends; whoever has
    /// stored the result deletes it (removeCheckpoint). Textbook fits write none: a new start gives the same
    /// bits soon.
    std::filesystem::path checkpoint;
    double secondsBetweenCheckpoints = 10;
    /// Hears, once, if the file can't be written; the fit goes on without.
    std::function<void(const base::Error&)> onCheckpointFailure;
};

/// Fits one rule as `spec` says. A stop request is no error: the best parameters so far, status Cancelled.
/// Errors: unknown rule, animal or regressor, no scored trial, options out of range, held-out trials that the
/// animals don't have, a checkpoint that can't
/// be read or belongs to another fit, other data or another build (see resumableState).
base::Result<FitResult> fit(const data::Study& study, const FitSpec& spec, base::StopToken stop = {},
    const FitCallbacks& callbacks = {});

/// The rule that a fit found, ready to evaluate, draw or simulate. BadFormat if its arrays don't fit its
/// spec, Unsupported for a model without decision weights (direct GRU).
base::Result<rules::LearningRulePtr> fittedRule(const FitResult& result);

/// One animal run through a rule, teacher-forced (METHOD.md section 2).
struct Trajectory {
    std::string animal;
    std::vector<std::string> names;       ///< K weights
    std::vector<double> weights;          ///< T x K: w_t before trial t's update
    std::vector<double> logOdds;          ///< T: w_t . x_t, log-odds of a rightward choice
    std::vector<double> probabilityRight; ///< T, before the choice
    std::vector<std::size_t> trialIndex;  ///< T rows of Animal::trials()
    std::vector<double> sessionStart;     ///< T
    double natsPerTrial = 0;              ///< over scored trials
    std::vector<double> lastWeights;      ///< after the last update, K
    /// T x K: 2.5 % and 97.5 % quantiles of w_t over the fits of an ensemble; empty for a single fit.
    std::vector<double> low, high;
    std::size_t fits = 1; ///< behind `low` and `high`
};

/// Runs `rule` over prepared inputs from initial weights w0 (K; empty: zeros).
Trajectory rollOut(
    const rules::LearningRule& rule, const data::RuleInputs& inputs, std::span<const double> w0 = {});

/// Log-odds of a rightward choice at every trial of one animal under a fit of any kind, a model without
/// weights included.
base::Result<std::vector<double>> logOdds(const FitResult& result, const data::RuleInputs& inputs);

/// Initial weights of one animal under a fit, K values; an animal that a fit with fitted ones has not seen
/// starts at their mean. BadFormat if they are missing.
base::Result<std::vector<double>> initialWeights(const FitResult& result, const data::RuleInputs& inputs);

/// Trajectories of the named animals under a fitted rule, with bands if the fit has further members. A stop
/// request leaves bands out.
base::Result<std::vector<Trajectory>> trajectories(const data::Study& study, const FitResult& result,
    const std::vector<std::string>& animals, const base::StopToken& stop = {});

} // namespace rulescope::fit
