// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/networks/network.h"

#include <cmath>

namespace rulescope::networks {

inline Eigen::MatrixXd randomMatrix(
    Eigen::Index rows, Eigen::Index columns, double scale, base::RandomStream& random) {
    Eigen::MatrixXd matrix(rows, columns);
    for (Eigen::Index i = 0; i < matrix.size(); ++i) {
        matrix.data()[i] = scale * random.normal();
    }
    return matrix;
}

/// Seven neurons, three inputs, two outputs, with weights large enough that every term of a gradient matters.
inline Weights<double> smallWeights(std::uint64_t seed = 1, Eigen::Index neurons = 7) {
    base::RandomStream random(seed);
    const double scale = 1.2 / std::sqrt(static_cast<double>(neurons));
    return {randomMatrix(neurons, 3, 0.7, random), randomMatrix(neurons, neurons, scale, random),
        randomMatrix(2, neurons, 0.6, random)};
}

/// Four trials of five steps with random inputs and targets.
inline Batch<double> smallBatch(LossKind loss, std::size_t lossFrom, std::uint64_t seed = 2,
    std::size_t steps = 5, std::size_t trials = 4) {
    base::RandomStream random(seed);
    Batch<double> batch;
    batch.trials = trials;
    batch.steps = steps;
    batch.lossFrom = lossFrom;
    batch.loss = loss;
    batch.inputs = randomMatrix(3, static_cast<Eigen::Index>(steps * trials), 1, random);
    for (std::size_t i = 0; i < batch.lossSteps() * trials; ++i) {
        batch.classes.push_back(static_cast<int>(random.below(2)));
    }
    batch.targets = randomMatrix(2, static_cast<Eigen::Index>(batch.lossSteps() * trials), 1, random);
    return batch;
}

} // namespace rulescope::networks
