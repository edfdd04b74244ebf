// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/fit/comparison.h"
#include "core/simulate/recipe.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rulescope::simulate {

/// Which rule wins on animals that learn by a known one (METHOD.md sections 4 to 6).
struct ConfusionRequest {
    /// Rules that animals learn by, with their parameters; empty parameters: usualParameters(). No networks.
    std::vector<std::pair<std::string, std::string>> simulated;
    std::vector<std::string> fitted; ///< any rules of the registry
    std::size_t cohorts = 10;        ///< per simulated rule
    std::size_t animals = 8;         ///< per cohort
    std::size_t heldOut = 2;         ///< of them, in one split
    std::size_t trials = 2000;       ///< per animal
    AnimalRecipe recipe;             ///< task and regressors of every animal; rule, name and stream are set
    fit::FitSpec spec;               ///< shared settings of the fits; rule and regressors are set
};

/// The textbook rules without those that contain another by a bound only: the usual rows and columns.
std::vector<std::string> usualConfusionRules();

/// A rule's pooled nats per trial on all held-out animals of a comparison; NaN if it has lost one of them, so
/// that no cohort is decided on the rest. (The comparison's own pooled score is over what its rules share.)
double scoreOnAll(const fit::Comparison& comparison, const std::string& rule);

/// One cohort under every fitted rule.
struct ConfusionCohort {
    std::size_t simulated = 0; ///< index into Confusion::simulated
    /// Index into Confusion::fitted: highest held-out likelihood; none if no fit has one.
    std::optional<std::size_t> winner;
    std::vector<double> natsPerTrial; ///< held out, one per fitted rule; NaN for one without a score
    double bernoulliNatsPerTrial = 0; ///< bias only
};

struct Confusion {
    ConfusionRequest request; ///< with parameters filled in
    std::vector<std::string> simulated, fitted;
    std::vector<ConfusionCohort> cohorts; ///< in order of simulated rule, then of cohort
    double seconds = 0;

    /// Share of the cohorts of a simulated rule that a fitted rule wins.
    double share(std::size_t simulatedRule, std::size_t fittedRule) const;
    /// Cohorts of a simulated rule that no fitted rule wins, since none has a score.
    std::size_t withoutWinner(std::size_t simulatedRule) const;
    /// Cohorts of a simulated rule for which a fitted rule has no score: its fit diverged, or its weights
    /// left every range on a held-out animal.
    std::size_t withoutScore(std::size_t simulatedRule, std::size_t fittedRule) const;
    /// Mean over the cohorts that the fitted rule has a score for of (fitted rule - best rule) in nats per
    /// held-out trial: 0 is always best; NaN if there are none.
    double meanDeficit(std::size_t simulatedRule, std::size_t fittedRule) const;
};

struct ConfusionCallbacks {
    /// Fraction of all fits done and an estimate of the seconds left; from any thread, at most 20 times a
    /// second.
    std::function<void(double fraction, double secondsLeft)> onProgress;
    int threads = 0; ///< cohorts run side by side; never changes the result's bits
};

/// Simulates every cohort and compares the rules on its held-out animals. Deterministic by the recipe's seed.
/// Errors: an unknown rule, a network as a simulated rule, fewer than two animals or nothing held out,
/// Cancelled.
base::Result<Confusion> confusionMatrix(const ConfusionRequest& request, const base::StopToken& stop = {},
    const ConfusionCallbacks& callbacks = {});

} // namespace rulescope::simulate
