// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/data/regressors.h"
#include "core/engine/network_shape.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace rulescope::engine {

struct RolloutOptions {
    int truncation = 500;       ///< updates between detached states; gradients never cross such a boundary
    int threads = 0;            ///< 0: all processors; never changes a bit of the result
    double residualPenalty = 0; ///< lambda of residual rules, nats per trial and squared weight
};

/// One pass over all animals.
struct RolloutLoss {
    double negativeLogLikelihood = 0; ///< sum over scored trials, nats
    double penalty = 0;               ///< lambda x mean |correction|^2 of a residual rule, nats per trial
    std::size_t scored = 0;           ///< number of scored trials
    std::vector<double>
        animalLogLikelihood; ///< sum over scored trials of each animal, nats, in the given order
    bool isFinite =
        true; ///< sum, penalty and gradient are, as numbers of type T; false: the network diverged
    bool isStopped = false; ///< the stop token ended the pass; the numbers are then meaningless
};

/// The teacher-forced rollout of a network rule over many animals and its gradient, in SIMD kernels of our
/// own.
///
/// w_{t+1} = w_t + scale o MLP(GRU(u_t)), trial t + 1 is scored with w_{t+1}, trial 0 with w_0. A residual
/// rule adds (alpha r - offset)(y - p) x; its penalty is the mean of the network's |dw|^2 over the updates
/// before a scored trial. The direct GRU scores trial t with its log-odds from u_t. Truncation as
/// [LGP]: w and h are detached before the updates k = 0 mod truncation, so the score of trial k + 1 belongs
/// to update k's window. Forward and backward run window by window while the window's activations are in
/// cache. Animals are packed in groups of up to six that share each load of the weights; groups run in
/// parallel and are summed in a fixed order, so the bits depend on the instruction set alone. T is float
/// (training) or double (checks).
template<class T>
class FusedRollout {
  public:
    /// `animals` with K regressors each = shape.weights; `initialWeights` animals x K, or empty for zeros.
    FusedRollout(const NetworkShape& shape, std::span<const data::RuleInputs> animals,
        const RolloutOptions& options, std::span<const double> initialWeights = {});
    ~FusedRollout();
    FusedRollout(const FusedRollout&) = delete;
    FusedRollout& operator=(const FusedRollout&) = delete;

    std::size_t scoredTrials() const;

    /// The sum of negative log-likelihoods; the gradient of that sum + scored x penalty into `gradient`
    /// (parameterCount, overwritten) unless empty.
    RolloutLoss evaluate(
        std::span<const T> parameters, std::span<T> gradient, const base::StopToken& stop = {}) const;

    /// w_t before every trial, T x K row-major, of one animal (index as given). Not of the direct GRU.
    std::vector<double> weightsPath(std::span<const T> parameters, std::size_t animal) const;
    /// Log-odds of a rightward choice at every trial of one animal under the direct GRU, T.
    std::vector<double> directLogOdds(std::span<const T> parameters, std::size_t animal) const;

  private:
    std::vector<double> path(std::span<const T> parameters, std::size_t animal, std::size_t columns) const;

    struct Implementation;
    std::unique_ptr<Implementation> m_implementation;
};

extern template class FusedRollout<float>;
extern template class FusedRollout<double>;

/// Name of the instruction set that the kernels chose at run time ("AVX3", "AVX2", "SSE4", ...).
std::string instructionSet();

} // namespace rulescope::engine
