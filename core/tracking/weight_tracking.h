// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/regressors.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rulescope::tracking {

/// What moves the weights beside noise (METHOD.md section 7, [A20]).
enum class LearningTerm {
    None,          ///< RF_0: a random walk, PsyTrack's model
    SharedRate,    ///< RF_1: REINFORCE with one rate for all weights
    RatePerWeight, ///< RF_K: one rate per weight
    RateAndOffset, ///< RF_beta: a rate and an offset per weight (REINFORCE with baseline)
};

/// "none", "rf1", "rfk" or "rfbeta".
std::string toString(LearningTerm term);
base::Result<LearningTerm> learningTermFromString(const std::string& text);

/// How weights may drift. Standard deviations are in weight units (log-odds per unit of the regressor) per
/// trial; one entry per weight, or a single one for all.
struct TrackingOptions {
    std::vector<double> sigma = {};    ///< fixed drift per trial; empty: chosen by evidence
    std::vector<double> sigmaDay = {}; ///< fixed drift into each later session; empty: see optimisesSigmaDay
    /// With empty `sigmaDay`: true chooses it by evidence, false makes session starts ordinary trials.
    bool optimisesSigmaDay = false;
    double sigmaInit = 16;                      ///< of the weights at the first trial
    LearningTerm learning = LearningTerm::None; ///< its rates are always chosen by evidence
};

/// How a tracking ended.
enum class TrackingStatus {
    Converged,
    IterationLimit, ///< the path or the search for hyperparameters had not settled: look before you trust it
};

std::string toString(TrackingStatus status);

/// The weights of one animal, trial by trial, with what was assumed about their drift.
struct TrackedWeights {
    std::string animal;
    std::vector<std::string> names;      ///< K weights
    std::vector<double> weights;         ///< T x K, row-major: maximum a posteriori path
    std::vector<double> standardErrors;  ///< T x K, from the inverse Hessian at the path
    std::vector<std::size_t> trialIndex; ///< T rows of Animal::trials()
    std::vector<double> sessionStart;    ///< T: 1 on each session's first trial
    std::vector<double> sigma;           ///< K
    std::vector<double> sigmaDay;        ///< K, or empty: session starts are ordinary trials
    std::vector<double> rate, offset;    ///< K each, or empty: no learning term
    LearningTerm learning = LearningTerm::None;
    bool isSigmaOptimised = false, isSigmaDayOptimised = false;
    double sigmaInit = 16;
    std::vector<std::string>
        withoutDrift;         ///< weights whose drift, chosen by evidence, can't be told from none
    double logEvidence = 0;   ///< nats, Laplace, of all scored trials
    double logLikelihood = 0; ///< nats, at the path; no measure of fit: the path has seen every choice
    std::size_t scoredTrials = 0;
    std::size_t freeParameters = 0; ///< chosen by evidence
    TrackingStatus status = TrackingStatus::Converged;
    int evaluations = 0; ///< of the evidence

    std::size_t trials() const { return trialIndex.size(); }
    double aic() const { return 2 * static_cast<double>(freeParameters) - 2 * logEvidence; }
};

using TrackedWeightsPtr = std::shared_ptr<const TrackedWeights>;

/// Tracks the weights of one animal: maximum a posteriori path, 1.96 x standardErrors either side cover 95 %.
///
/// Hyperparameters by the decoupled Laplace method (METHOD.md section 7, [R21]), rates and offsets of a
/// learning term with them: the likelihood is held as a Gaussian at the present path while drifts and rates
/// climb the evidence that it makes, then the path is found anew, until the Laplace evidence gains nothing.
/// No polish follows, since where it ends the decoupled gradient is the exact one. Measured against climbing
/// the exact gradient throughout: W053 -6389.273826 either way (42 evaluations in 180 ms of processor against
/// 20 in 133); eight mice with drifts alone, with a day's drift or with five weights at most .0004 nats below
/// and up to .004 above. With a learning term the evidence has several hills, and either way may end on the
/// lower one (60 fits: five of them .2 to .4 nats higher and one 2.3 lower than by the exact gradient, the
/// others within .004).
///
/// Masked trials (`scored` 0) carry no evidence, but their choices still drive a learning term. Errors: not
/// finite or too large numbers, no trial (NoData, InvalidValue), drifts that are not positive,
/// hyperparameters to choose but a single trial, stopped (Cancelled). Linear in the number of trials.
base::Result<TrackedWeights> trackWeights(const data::RuleInputs& inputs,
    const std::vector<std::string>& names, const TrackingOptions& options, const base::StopToken& stop = {},
    const base::ProgressCallback& onProgress = {});

/// How well held-out trials are predicted by the path through the others.
struct TrackingValidation {
    std::size_t folds = 0, trials = 0;
    double natsPerTrial = 0; ///< mean log-likelihood of held-out choices, <= 0
    std::vector<double> foldNatsPerTrial;
    std::size_t unsettledFolds = 0; ///< whose tracking reached a limit of iterations
};

/// K-fold cross-validation over single trials, shuffled by `seed`: hyperparameters and path from the other
/// folds, the held-out choice predicted by the path (interpolated, so never to be ranked against held-out
/// animals or future trials). Held-out trials are masked: their likelihood is left out, while with a learning
/// term their regressors, choices and outcomes still move the weights, as they moved the animal's. The path
/// so knows them by what followed; on simulated animals this number stayed below that of the true weights and
/// was best for the term that made them (rate .2: -.2824 without, -.2797 with one rate, -.2805 with rate and
/// offset per weight; without learning -.6065, -.6067, -.6137). Errors: as above; fewer than 2 folds or more
/// than scored trials (InvalidValue).
base::Result<TrackingValidation> crossValidate(const data::RuleInputs& inputs,
    const std::vector<std::string>& names, const TrackingOptions& options, std::size_t folds,
    std::uint64_t seed = 1, const base::StopToken& stop = {}, const base::ProgressCallback& onProgress = {});

} // namespace rulescope::tracking
