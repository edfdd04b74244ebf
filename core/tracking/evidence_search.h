// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tracking/path_posterior.h"

#include <functional>

namespace rulescope::tracking {

/// Which hyperparameters are free, and within which ranges.
struct SearchSpace {
    bool hasSigma = false, hasSigmaDay = false;
    LearningTerm learning = LearningTerm::None;
    std::vector<double> scale;         ///< K: root mean square of each regressor (1 where it is 0)
    std::vector<double> largestSquare; ///< K: of each regressor (1 where it is 0)

    bool isEmpty() const { return !hasSigma && !hasSigmaDay && learning == LearningTerm::None; }
    std::size_t freeParameters() const;
    /// Largest rate or offset of weight k. One update may not overshoot: for every trial the determinant of a
    /// step, 1 - sum c_k x_k^2 p (1 - p) with c_k = rate_k r - offset_k, stays above a tenth.
    double largestRate(std::size_t k) const;
};

SearchSpace searchSpace(const data::RuleInputs& inputs);

struct SearchResult {
    Hyperparameters best;
    PathEvidence evidence;                 ///< Laplace, at `best`; the posterior's path is there too
    std::vector<std::size_t> withoutDrift; ///< weights whose drift the evidence can't tell from none
    bool hasConverged = true;
    int evaluations = 0;
};

/// Drift to start a search from: 2^-4 log-odds per trial for a regressor of unit size.
std::vector<double> startingSigma(const SearchSpace& space);

/// Climbs the Laplace evidence from `start` by the decoupled Laplace method [R21]: at the path of the best
/// hyperparameters so far the likelihood is held as a Gaussian, the evidence that it makes is climbed along
/// its gradient within a trust region, and the path is found anew there; until the Laplace evidence gains
/// nothing. Since the decoupled gradient is that of the Laplace evidence where the path was found, the climb
/// ends at one of its maxima. `onEvaluation` is called after each evaluation of either kind.
SearchResult maximiseEvidence(PathPosterior& posterior, const SearchSpace& space,
    const Hyperparameters& start, const base::StopToken& stop, const std::function<void()>& onEvaluation);

} // namespace rulescope::tracking
