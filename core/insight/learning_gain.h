// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/insight/visits.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace rulescope::insight {

/// A number with its 95 % bootstrap interval; NaN where there is nothing to average.
struct Estimate {
    double value = 0, low = 0, high = 0;
};

/// What a rule does to its animals after correct and after error trials (METHOD.md section 5).
struct GainEstimates {
    std::string name;       ///< animal, "pooled", or the side: "left" | "right"
    std::size_t trials = 0; ///< visited trials with a known answer
    std::size_t errors = 0; ///< errors among them
    Estimate gainCorrect,
        gainError; ///< mean dw . x (2z - 1) as it happened: log-odds of the rewarded side per trial
    Estimate reinforcementCorrect,
        reinforcementError; ///< mean dw . x (2y - 1) / ((1 - p_y) |x|^2), both outcomes tried
    Estimate errorRatio;    ///< reinforcementError / reinforcementCorrect
    bool hasErrorRatio =
        false; ///< false: undefined, reinforcementCorrect has no interval, or one that contains 0
};

struct LearningGain {
    GainEstimates pooled; ///< over all visited trials; bootstrap over animals; without `lostAnimals`
    std::vector<std::string> lostAnimals; ///< on which every fit's weights leave every range: NaN below
    /// On which those of some fits do: numbers, pooled or not, are then of the other fits.
    std::vector<std::string> partlyLostAnimals;
    std::vector<GainEstimates>
        perAnimal; ///< bootstrap over sessions (or blocks of 100 trials if these are few)
    std::vector<GainEstimates> byChoiceSide; ///< pooled, left then right choices
    std::vector<GainEstimates> byAnswerSide; ///< pooled, left then right answers
};

struct LearningGainOptions {
    data::RegressorSpec regressors; ///< as the rule was fitted
    /// Further fits of the same rule (other seeds, resampled animals). Values are then means over all of
    /// them, and every bootstrap resample draws one: intervals hold the uncertainty of the fit, too.
    std::vector<rules::LearningRulePtr> ensemble;
    int resamples = 2000;
    std::uint64_t seed = 1;
};

/// Deterministic for a seed. NoData if no visited trial has a known answer; Cancelled.
base::Result<LearningGain> learningGain(const rules::LearningRule& rule,
    std::span<const AnimalInputs> animals, const LearningGainOptions& options = {},
    const base::StopToken& stop = {});

} // namespace rulescope::insight
