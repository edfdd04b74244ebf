// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/data/regressors.h"
#include "core/tracking/weight_tracking.h"

#include <limits>
#include <memory>
#include <vector>

namespace rulescope::tracking {

/// All that the prior over paths is made of, expanded to one entry per weight.
struct Hyperparameters {
    std::vector<double> sigma;        ///< K
    std::vector<double> sigmaDay;     ///< K, or empty: session starts are ordinary trials
    std::vector<double> rate, offset; ///< K each, or empty: no learning term
    double sigmaInit = 16;
};

/// Derivatives of the log evidence; entries as in Hyperparameters, those of sigma by its natural logarithm.
struct EvidenceGradient {
    std::vector<double> logSigma, logSigmaDay, rate, offset;
};

enum class PathStatus { Converged, IterationLimit, NotFinite, Cancelled };

struct PathEvidence {
    PathStatus status = PathStatus::Converged;
    /// Laplace, at the path; stays -infinity where there is none.
    double logEvidence = -std::numeric_limits<double>::infinity();
    double logLikelihood = 0; ///< of scored trials, at the path
};

/// The posterior over one animal's path of weights: maximum by Newton's method, Laplace evidence there,
/// decoupled Laplace evidence around it with exact gradient, marginal variances. Every pass is linear in the
/// number of trials; beyond a fixed workspace, memory is a few numbers per trial.
///
/// The path is kept between calls, so that a search over hyperparameters starts each climb near its end.
class PathPosterior {
  public:
    virtual ~PathPosterior() = default;

    /// Climbs to the path's maximum at `h`.
    virtual PathEvidence evaluate(const Hyperparameters& h, const base::StopToken& stop) = 0;
    /// Decoupled Laplace [R21]: the likelihood is held as the Gaussian that it is at the path of the last
    /// evaluate() (the learning term likewise as its linear expansion), so that one linear solve gives the
    /// path at `h`; the evidence is Laplace's at that path. Value and `gradient` are exact where `h` is that
    /// of evaluate(); elsewhere the gradient is that of this value. NotFinite where no such path is a
    /// maximum: too far from the held one.
    virtual PathEvidence evaluateDecoupled(
        const Hyperparameters& h, EvidenceGradient& gradient, const base::StopToken& stop) = 0;
    /// T x K, row-major: the path of the last evaluate().
    virtual const std::vector<double>& weights() const = 0;
    /// T x K: square roots of the diagonal of the inverse Hessian at that path.
    virtual std::vector<double> standardErrors() = 0;
};

/// `inputs` must outlive the posterior; at most kMostWeights regressors, at least one trial.
std::unique_ptr<PathPosterior> makePathPosterior(const data::RuleInputs& inputs);

} // namespace rulescope::tracking
