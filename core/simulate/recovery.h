// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/fit/fit_result.h"
#include "core/fit/fit_spec.h"
#include "core/simulate/recipe.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace rulescope::simulate {

/// What a fit knows of its animals' weights at their first trial.
enum class StartKnowledge {
    Known,     ///< the true ones, plus RecoveryCondition::startError
    Estimated, ///< from each animal's first 100 trials (METHOD.md section 3)
    Trained,   ///< estimated, then trained with the network; only with one animal per step
};

/// An experiment with known truth: a cohort is simulated, a rule is fitted to it, both are compared.
struct RecoveryCondition {
    std::string name = "quick";
    AnimalRecipe recipe; ///< of every animal; its stream numbers them
    std::size_t animals = 8;
    bool drawsBias = false; ///< the bias starts at -1, 0 or 1, drawn per animal
    double rateSpread = 0;  ///< standard deviation of the log learning rate between animals
    fit::FitSpec spec;      ///< the rule fitted, and how; regressors beyond the recipe's are distractors
    bool isOneAnimalPerStep = false; ///< training as published (fit::fitAnimalByAnimal)
    StartKnowledge start = StartKnowledge::Known;
    double startError = 0; ///< added to the known w_0 of the stimulus before the fit
    int refits = 0;        ///< further fits to animals drawn with replacement, for the error ratio's interval
    double publishedRmse = 0; ///< what [LGP] report for such a condition; 0: nothing
};

/// Names of the conditions, with a sentence each: METHOD.md section 6's and our own.
struct RecoveryPreset {
    std::string name;
    base::Text description;
};
const std::vector<RecoveryPreset>& recoveryPresets();
/// The condition of that name; a NotFound error that lists the names.
base::Result<RecoveryCondition> recoveryPreset(const std::string& name);

/// Adds `count` distractor columns to the animals and to what the fit sees.
void addDistractors(RecoveryCondition& condition, std::size_t count);

/// A line of the update surface at one weight, bias 0: true and inferred.
struct RecoverySlice {
    double weight = 0;
    std::vector<double> trueCorrect, trueError, correct, error; ///< one per stimulus
};

/// How close the inferred rule came to the true one.
struct Recovery {
    RecoveryCondition condition;
    fit::FitStatus status = fit::FitStatus::Completed;
    int epochs = 0;
    double trainNatsPerTrial = 0; ///< of the last epoch or likelihood evaluation
    double rmse = 0, cosine = 0;  ///< of the stimulus weight's update, over the grid of METHOD.md section 5
    double trueRms = 0;           ///< root mean square of the true update over the grid: what rmse is to beat
    std::size_t gridPoints = 0;
    double rmseVisited = 0, cosineVisited = 0; ///< the same over the trials as they happened
    std::size_t visited = 0;
    double trueErrorRatio = 0, errorRatio = 0; ///< NaN: undefined
    /// 95 % over the animals and the refits; without refits the inferred rule is taken as it is.
    double errorRatioLow = 0, errorRatioHigh = 0;
    std::vector<double> stimulus;             ///< of the slices
    std::vector<RecoverySlice> slices;        ///< low, middle and high weight
    std::vector<double> trueUpdates, updates; ///< of visited trials, thinned to a few thousand
    double secondsSimulating = 0, secondsFitting = 0;
};

struct RecoveryCallbacks {
    /// Fraction of everything done, from the calling thread; at most about 20 times a second.
    std::function<void(double fraction, const base::Text& phase)> onProgress;
    int threads = 0; ///< never changes the result's bits
};

/// Simulates, fits and compares. Deterministic by the recipe's and the spec's seeds. Errors: a recipe that
/// can't be run, a rule that can't be fitted this way, Cancelled (a stop keeps nothing).
base::Result<Recovery> recover(const RecoveryCondition& condition, const base::StopToken& stop = {},
    const RecoveryCallbacks& callbacks = {});

} // namespace rulescope::simulate
