// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/regressors.h"
#include "core/fit/fit_result.h"
#include "core/rules/registry.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace rulescope::fit {

struct TextbookFitOptions {
    int starts = 4;          ///< starting points; the best end wins
    int maxIterations = 500; ///< likelihood evaluations per start
    std::uint64_t seed = 1;  ///< of the starting points beyond the first
    int threads = 0;         ///< over animals; 0: all processors; never changes the result's bits
    /// w_0 per animal, K values each; empty: all zeros. Ignored by a rule that fits its initial weights.
    std::vector<std::vector<double>> initialWeights;
    /// Shared: one w_0 for all is fitted together with the rule. PerAnimal: one for each name, in turns: the
    /// rule with a shared w_0, then w_0 of each under that rule, then the rule from there (the joint maximum
    /// may lie where rollouts run apart from the least difference in w_0, and predicts nothing).
    /// `initialWeights` is not looked at then. Otherwise w_0 is given.
    InitialWeights start = InitialWeights::Zero;
    /// Called after each evaluation, from the calling thread: how many so far, and the best nats per trial so
    /// far.
    std::function<void(int iterations, double natsPerTrial)> onProgress;
    std::function<bool()> isPaused; ///< polled before each evaluation
};

/// What a specification says about a textbook fit, alone or behind a network; given w_0 and the watcher's
/// functions are the caller's to add.
TextbookFitOptions textbookOptions(const FitSpec& spec);

/// A textbook rule at its maximum likelihood.
struct TextbookFit {
    std::vector<double> parameters; ///< in the order of rules::TextbookRule; always finite
    /// w_0 of each animal (K values each), as given or as fitted; empty if none were given.
    std::vector<std::vector<double>> initialWeights;
    /// Converged; NotConverged (out of iterations or of steps); Cancelled (best so far); Unbounded (no finite
    /// maximum, e.g. choices that are separable: parameters are then the largest that were searched, see
    /// `unbounded`); Diverged (every start met a likelihood that is no number: the best point before that, or
    /// with 0 iterations and natsPerTrial NaN the first start, if no point has one).
    FitStatus status = FitStatus::Converged;
    std::vector<std::size_t> unbounded; ///< parameters whose growth the likelihood does not stop; not of w_0
    double natsPerTrial = 0;            ///< mean log-likelihood over scored trials; finite
    std::size_t trials = 0;             ///< scored trials
    int iterations = 0;                 ///< evaluations over all starts
    std::vector<double> curve;          ///< best nats per trial after each evaluation, never falling
};

/// Maximises the teacher-forced log-likelihood (METHOD.md sections 2-4) summed over animals, by gradient from
/// several deterministic starts. Independent of the order of the animals and of the units of the regressors.
/// Animals are read in place; the caller keeps them. A parameter whose regressor is 0 throughout stays 0.
/// Errors: InvalidValue (a network rule, NaN or infinity, animals with different regressors, options out of
/// range, regressors so large that no likelihood is finite), NoData (no animal, no scored trial).
base::Result<TextbookFit> fitTextbook(const rules::RuleInfo& rule, std::span<const data::RuleInputs> animals,
    const TextbookFitOptions& options = {}, base::StopToken stop = {});

} // namespace rulescope::fit
