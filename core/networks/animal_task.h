// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/animal.h"
#include "core/networks/task.h"

#include <vector>

namespace rulescope::networks {

/// One trial of an animal's task as a network sees it: three steps of noisy stimulus (strength on the left,
/// on the right, and a constant), then a decision between two outputs, left and right.
inline constexpr std::size_t kAnimalInputs = 3, kAnimalOutputs = 2, kAnimalSteps = 4;

/// Stimuli of an animal as strengths from -1 to 1: contrasts by tanh 5 (METHOD.md section 1), other stimuli
/// divided by the largest. A missing stimulus is 0.
struct StimulusStrengths {
    std::vector<double> perTrial; ///< one per trial of the animal
    std::vector<double> levels;   ///< the distinct ones, rising
};
StimulusStrengths stimulusStrengths(const data::Animal& animal);

/// Writes the inputs of one trial into column block `trial` of a prepared batch.
void showStimulus(
    double strength, double noise, base::RandomStream& random, std::size_t trial, Batch<float>& batch);

} // namespace rulescope::networks
