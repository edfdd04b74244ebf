// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/animal.h"
#include "core/data/regressors.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rulescope::simulate {

/// A two-choice task: which stimuli come, and which side is rewarded.
struct Task {
    std::vector<double> stimuli; ///< signed, right positive; each trial draws one of them, all equally likely
    data::StimulusKind kind = data::StimulusKind::Contrast;
    std::string unit;              ///< of a Raw stimulus
    double zeroRewardsRight = 0.5; ///< probability that stimulus 0 rewards right
    bool operator==(const Task&) const = default;
};

/// Contrasts of the IBL task [IBL]: +-{1, .5, .25, .125, .0625} and 0, where the answer is random.
Task iblTask();
/// Stimuli of the simulations of [LGP]: -2, -1.75, ..., 2 as they are; 0 rewards left (METHOD.md section 6).
Task liu2025Task();

/// How the evidence w.x becomes the probability of choosing right. Rules always reckon with the logistic one;
/// the others make animals that decide differently from what a fit assumes.
enum class Policy {
    Logistic, ///< sigma(w.x) (METHOD.md section 2)
    Probit,   ///< Phi(w.x): steeper
    Cauchit,  ///< 1/2 + atan(w.x) / pi: heavy tails, as from now and then not attending
};

/// "logistic", "probit", "cauchit".
std::string toString(Policy policy);
base::Result<Policy> policyFromString(const std::string& text);

/// Everything that determines a simulated animal; stored as its provenance.
struct AnimalRecipe {
    std::string name = "Simulated 1";
    std::string lab;                ///< group that it is listed under
    std::string rule = "reinforce"; ///< registry name of the teacher
    std::string parameters;         ///< as rules::parseParameters reads them: "alpha=0.03125"
    data::RegressorSpec regressors; ///< what the animal decides by; any but column:NAME
    Task task = iblTask();
    std::vector<double> initialWeights;    ///< w_0, one per regressor; empty: zeros (naive)
    std::vector<std::string> fixedWeights; ///< regressors whose weights are not learned
    double updateNoise = 0;                ///< standard deviation added to each learned weight on every trial
    Policy policy = Policy::Logistic;
    std::size_t distractors = 0; ///< columns "distractor_1", ... of numbers with which nothing is done
    double lapseLeft = 0, lapseRight = 0; ///< probability of choosing a side whatever the evidence
    double missRate = 0;                  ///< probability of a trial without a choice
    std::size_t trials = 5000;            ///< in all, with or without a choice
    std::size_t shortestSession = 300,
                longestSession = 700;    ///< trials; a session's length is uniform between them
    std::string firstDay = "2024-01-08"; ///< ISO 8601; one session a day, none on weekends
    std::uint64_t seed = 1, stream = 0;  ///< of its own random stream: animals never share noise
    bool operator==(const AnimalRecipe&) const = default;
};

/// The recipe as one JSON object with the version that ran it: a simulated animal's provenance.
std::string toJson(const AnimalRecipe& recipe);

/// Name of the i-th (from 0) distractor column.
std::string distractorName(std::size_t i);

/// The learner of [LGP]'s simulations: REINFORCE, stimulus weight from -2 (`startWeight`), a fixed bias drawn
/// from
/// {-1, 0, 1} by (seed, stream), one session (METHOD.md section 6).
AnimalRecipe liu2025Recipe(
    double alpha, std::size_t trials, std::uint64_t seed, std::uint64_t stream, double startWeight = -2);

} // namespace rulescope::simulate
