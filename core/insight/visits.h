// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/quantile.h"
#include "core/data/regressors.h"
#include "core/rules/rule.h"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace rulescope::insight {

/// One animal's trials with the weights at which it starts (empty: zeros).
struct AnimalInputs {
    data::RuleInputs inputs;
    std::vector<double> initialWeights;
};

/// A trial as a rule meets it on an animal's path; the spans live only during the visit.
struct Visit {
    std::size_t trial = 0;          ///< row of the inputs
    rules::Experience experience;   ///< with the weights before the update
    std::span<const double> state;  ///< the rule's memory before this trial
    std::span<const double> update; ///< dw of the trial as it happened, K
};

/// Runs the rule over the animal's trials, teacher-forced, and shows every one to `visitor`, in order.
/// Stops where the weights cease to be finite; returns the number of trials visited.
std::size_t visitTrials(const rules::LearningRule& rule, const AnimalInputs& animal,
    const std::function<void(const Visit&)>& visitor);

/// The signed stimulus of a row of regressors: "stimulus", else "stimulus_right" less "stimulus_left"; 0
/// without both.
double signedStimulus(const data::RegressorSpec& regressors, std::span<const double> x);

/// A row of regressors at this stimulus: bias 1, the stimulus regressors as they are defined, everything else
/// 0.
std::vector<double> regressorsAt(const data::RegressorSpec& regressors, double stimulus);

/// What a rule sees after choosing `choice` where `answer` was right, on a trial that opens no session.
rules::Experience experienceAt(const data::RegressorSpec& regressors, std::span<const double> weights,
    std::span<const double> x, double stimulus, double choice, double answer);

/// Where animals have been: what grids, reference weights and masks are made from.
struct VisitedSpace {
    std::vector<double> stimulus;       ///< per visit
    std::vector<double> weights;        ///< per visit, K each
    std::vector<unsigned char> outcome; ///< per visit: 1 correct, 0 error, 2 unknown
    std::vector<double> states;         ///< sampled evenly over all visits, stateSize each
    std::size_t stateCount = 0;
    std::size_t regressors = 0;

    std::size_t size() const { return stimulus.size(); }
    /// Values of one weight over all visits.
    std::vector<double> weightValues(std::size_t k) const;
    /// Median of each weight; zeros without visits.
    std::vector<double> medianWeights() const;
    /// Median |stimulus| of the trials that had one; 1 without any.
    double typicalStimulus() const;
    /// The distinct stimuli (.1 % apart) if there are at most `mostLevels`, else an even grid of `cells` over
    /// their range.
    std::vector<double> stimulusGrid(std::size_t mostLevels, std::size_t cells) const;
};

/// Runs all animals through the rule and keeps up to `mostStates` memories.
VisitedSpace visitedSpace(const rules::LearningRule& rule, const data::RegressorSpec& regressors,
    std::span<const AnimalInputs> animals, std::size_t mostStates);

using base::quantile;

/// A made-up trial of a history: the stimulus lies on the side of the answer.
struct HistoryTrial {
    bool isRight = false; ///< choice
    bool isRewarded = false;
};

/// The memory after a made-up history, from h_0 = 0 with the weights held fixed, stimuli of size
/// `stimulusSize`.
std::vector<double> stateAfter(const rules::LearningRule& rule, const data::RegressorSpec& regressors,
    std::span<const double> weights, std::span<const HistoryTrial> history, double stimulusSize);

/// All 2^8 four-trial histories of choices and outcomes [LGP], oldest trial first.
std::vector<std::vector<HistoryTrial>> allFourTrialHistories();

} // namespace rulescope::insight
