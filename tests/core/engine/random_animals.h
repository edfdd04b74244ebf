// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/data/regressors.h"
#include "core/engine/network_shape.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace rulescope::engine {

/// Every architecture, with `weights` and `hidden` units.
inline std::vector<NetworkShape> everyShape(int weights, int hidden) {
    std::vector<NetworkShape> shapes;
    for (int layers = 1; layers <= kMaxHiddenLayers; ++layers) {
        for (const bool isRecurrent : {false, true}) {
            for (const bool isResidual : {false, true}) {
                shapes.push_back({weights, hidden, isRecurrent, isResidual, false, layers});
            }
        }
    }
    shapes.push_back({weights, hidden, true, false, true});
    return shapes;
}

inline std::string nameOf(const NetworkShape& shape) {
    return shape.isDirect
               ? "direct GRU"
               : std::string(shape.isResidual ? "residual " : "") + (shape.isRecurrent ? "RNN" : "DNN") +
                     " of " + std::to_string(shape.hiddenLayers) + " hidden layers";
}

/// Trials that no animal made: enough structure to have gradients in every parameter.
inline std::vector<data::RuleInputs> randomAnimals(
    const std::vector<std::size_t>& lengths, std::size_t regressors) {
    std::vector<data::RuleInputs> animals;
    for (std::size_t a = 0; a < lengths.size(); ++a) {
        base::RandomStream random(7, a);
        data::RuleInputs inputs;
        inputs.trials = lengths[a];
        inputs.regressors = regressors;
        for (std::size_t t = 0; t < lengths[a]; ++t) {
            inputs.x.push_back(1);
            for (std::size_t k = 1; k < regressors; ++k) {
                inputs.x.push_back(random.uniform(-1, 1));
            }
            inputs.choice.push_back(random.bernoulli(0.6) ? 1 : 0);
            inputs.outcome.push_back(random.bernoulli(0.1) ? 0.5 : random.bernoulli(0.7) ? 1 : 0);
            inputs.answer.push_back(random.bernoulli(0.5) ? 1 : 0);
            inputs.side.push_back(inputs.answer.back());
            inputs.sessionStart.push_back(t % 37 == 0 ? 1 : 0);
            inputs.scored.push_back(random.bernoulli(0.9) ? 1 : 0);
            inputs.trialIndex.push_back(t);
        }
        animals.push_back(inputs);
    }
    return animals;
}

/// Initial parameters with an ordinary `scale` and `offset`, or the other gradients drown.
inline std::vector<double> lively(const NetworkShape& shape, std::uint64_t seed) {
    std::vector<double> parameters = initialParameters(shape, seed);
    for (const ParameterSlot& slot : parameterSlots(shape)) {
        for (std::size_t i = slot.offset; i < slot.offset + slot.size; ++i) {
            if (slot.name == "scale") {
                parameters[i] = 0.2;
            } else if (slot.name == "alpha" || slot.name == "offset") {
                parameters[i] = 0.1 + 0.03 * static_cast<double>(i - slot.offset);
            }
        }
    }
    return parameters;
}

/// Largest deviation of each tensor relative to that tensor's largest entry, over all tensors.
template<class T>
double worstTensorError(
    const NetworkShape& shape, const std::vector<T>& actual, const std::vector<double>& expected) {
    double worst = 0;
    for (const ParameterSlot& slot : parameterSlots(shape)) {
        double largest = 0, deviation = 0;
        for (std::size_t i = slot.offset; i < slot.offset + slot.size; ++i) {
            largest = std::max(largest, std::abs(expected[i]));
            deviation = std::max(deviation, std::abs(static_cast<double>(actual[i]) - expected[i]));
        }
        worst = std::max(worst, deviation / largest);
    }
    return worst;
}

} // namespace rulescope::engine
