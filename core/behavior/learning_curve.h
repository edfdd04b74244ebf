// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/behavior/wilson.h"
#include "core/data/animal.h"

#include <cstddef>
#include <string>
#include <vector>

namespace rulescope::behavior {

/// How an animal did in one session. Shares are NaN where there is nothing to divide by.
struct SessionPerformance {
    std::size_t session = 0; ///< index into Animal::sessions()
    std::string label;
    std::string phase;      ///< by the animal's annotations; empty: none
    bool isLeftOut = false; ///< as a whole, by annotations
    data::TrialCounts counts;
    double accuracy = 0; ///< over choices with a known outcome
    Interval interval;   ///< 95 % Wilson, of the accuracy
    std::size_t easyTrials = 0;
    double easyAccuracy = 0; ///< over the easy ones among them
    double bias =
        0; ///< share of rightward choices minus share of right answers, over choices with known answer
    double medianReactionTimeS = 0; ///< s, over trials with a choice
};

struct LearningCurveOptions {
    std::size_t window = 100;  ///< judged choices in the rolling mean
    double easyContrast = 0.5; ///< easy: |contrast| at least this; for other stimuli the largest third of |x|
};

/// The course of an animal's training.
struct LearningCurve {
    std::string animal;
    std::vector<SessionPerformance> sessions;
    std::vector<double> rollingTrial;    ///< trial (index into Animal::trials()) that closes each window
    std::vector<double> rollingAccuracy; ///< mean outcome of the last `window` judged choices
};

LearningCurve learningCurve(const data::Animal& animal, const LearningCurveOptions& options = {});

/// Seconds from stimulus onset to response of one trial: their difference where the file has both times, else
/// its own reaction time; NaN where unknown.
double reactionTimeS(const data::Trials& trials, std::size_t trial);

/// Median of the finite values; NaN if there are none.
double medianOfFinite(std::vector<double> values);

} // namespace rulescope::behavior
