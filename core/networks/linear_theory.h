// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rulescope::networks {

/// Theory of [RL]: a two-layer linear network y = w2^T W1 x on whitened data, trained from small weights with
/// ||W1||_F = ||w2||; E[KA] over random targets, kernel over both layers (METHOD.md section 10).
///
/// `shares` are p_i = s_i^2 / sum s^2 of the initial W1's singular values; d = `inputs`.
double expectedKernelAlignment(const std::vector<double>& shares, std::size_t inputs);
/// The same for a flat spectrum of this rank: p_i = 1/r.
double expectedKernelAlignment(std::size_t rank, std::size_t inputs);

struct LinearTheoryOptions {
    std::size_t inputs = 20, hidden = 20;
    std::vector<std::size_t> ranks = {1, 5, 20};
    std::size_t networks = 400; ///< Monte-Carlo samples per rank
    double scale = 1e-4;        ///< ||W1||_F at the start; the target has length 1
    bool isAligned = false;     ///< the first input direction of W1 is the target's
    std::uint64_t seed = 1;
    int threads = 0; ///< never changes a bit
};

struct LinearTheoryPoint {
    std::size_t rank = 1;
    double expected = 0;      ///< theory; for an aligned start exactly 1 at rank 1, else NaN
    double mean = 0;          ///< over trained networks
    double standardError = 0; ///< of the mean
    double loss = 0;          ///< largest final loss: all were trained to the end
};

/// Trains the networks by gradient descent and compares. Errors: InvalidValue (rank below 1 or above inputs
/// or hidden units, no networks, a scale outside (0, 0.1]); Cancelled.
base::Result<std::vector<LinearTheoryPoint>> linearTheory(
    const LinearTheoryOptions& options, const base::StopToken& stop = {});

} // namespace rulescope::networks
