// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tracking/weight_tracking.h"

#include "core/tracking/evidence_search.h"
#include "core/tracking/small_matrix.h"
#include "core/tracking/tracking_checks.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace rulescope::tracking {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;

struct TermName {
    LearningTerm term;
    const char* name;
};
constexpr std::array<TermName, 4> kTerms = {{{LearningTerm::None, "none"}, {LearningTerm::SharedRate, "rf1"},
    {LearningTerm::RatePerWeight, "rfk"}, {LearningTerm::RateAndOffset, "rfbeta"}}};

/// Tells how far a search is. How many evaluations it takes is not known beforehand; the fraction slows down
/// towards 1.
class Progress {
  public:
    explicit Progress(const base::ProgressCallback& onProgress)
        : m_onProgress(onProgress) {}
    void operator()() {
        ++m_done;
        if (m_onProgress)
            m_onProgress(m_done / (m_done + 15.0));
    }

  private:
    const base::ProgressCallback& m_onProgress;
    int m_done = 0;
};

Hyperparameters startOf(const TrackingOptions& options, const SearchSpace& space) {
    const std::size_t count = space.scale.size();
    const auto each = [count](const std::vector<double>& values) {
        return values.size() == 1 ? std::vector<double>(count, values.front()) : values;
    };
    Hyperparameters h;
    h.sigma = options.sigma.empty() ? startingSigma(space) : each(options.sigma);
    if (!options.sigmaDay.empty())
        h.sigmaDay = each(options.sigmaDay);
    else if (options.optimisesSigmaDay)
        h.sigmaDay = startingSigma(space);
    h.sigmaInit = options.sigmaInit;
    return h;
}

/// A slow learner's rate, the same for all weights.
double smallRate(const SearchSpace& space) {
    const double largest = *std::max_element(space.largestSquare.begin(), space.largestSquare.end());
    return 1 / (32 * largest);
}

/// With a learning term the evidence has several hills: start from the best walk without one, and from a
/// learner with little noise.
SearchResult searchLearning(PathPosterior& posterior, SearchSpace space, const Hyperparameters& start,
    LearningTerm term, const base::StopToken& stop, const std::function<void()>& onEvaluation) {
    SearchResult walk = maximiseEvidence(posterior, space, start, stop, onEvaluation);
    space.learning = term;
    const std::size_t count = space.scale.size();
    SearchResult best;
    best.evidence.status = PathStatus::NotFinite;
    int evaluations = walk.evaluations;
    for (const bool isLearner : {false, true}) {
        Hyperparameters h = walk.best;
        h.rate.assign(count, isLearner ? smallRate(space) : 0.0);
        h.offset.assign(count, 0.0);
        for (double& sigma : h.sigma)
            sigma *= isLearner && space.hasSigma ? 0.25 : 1;
        SearchResult found = maximiseEvidence(posterior, space, h, stop, onEvaluation);
        evaluations += found.evaluations;
        const bool isFound = found.evidence.status != PathStatus::NotFinite;
        if (stop.stop_requested() || best.best.sigma.empty() ||
            (isFound && (best.evidence.status == PathStatus::NotFinite ||
                            found.evidence.logEvidence > best.evidence.logEvidence)))
            best = std::move(found);
    }
    best.evidence = posterior.evaluate(best.best, stop); // the path may be the other start's
    best.evaluations = evaluations;
    return best;
}

void describe(const SearchSpace& space, const SearchResult& search, TrackedWeights& tracked) {
    tracked.sigma = search.best.sigma;
    tracked.sigmaDay = search.best.sigmaDay;
    tracked.rate = search.best.rate;
    if (tracked.learning == LearningTerm::RateAndOffset)
        tracked.offset = search.best.offset;
    tracked.isSigmaOptimised = space.hasSigma;
    tracked.isSigmaDayOptimised = space.hasSigmaDay;
    tracked.freeParameters = space.freeParameters();
    for (const std::size_t k : search.withoutDrift)
        tracked.withoutDrift.push_back(tracked.names[k]);
    tracked.logEvidence = search.evidence.logEvidence;
    tracked.logLikelihood = search.evidence.logLikelihood;
    tracked.evaluations = search.evaluations;
    if (!search.hasConverged || search.evidence.status == PathStatus::IterationLimit)
        tracked.status = TrackingStatus::IterationLimit;
}

} // namespace

std::string toString(LearningTerm term) {
    for (const TermName& entry : kTerms)
        if (entry.term == term)
            return entry.name;
    return {};
}

Result<LearningTerm> learningTermFromString(const std::string& text) {
    for (const TermName& entry : kTerms)
        if (text == entry.name)
            return entry.term;
    return failure(ErrorCode::InvalidValue,
        {QT_TRANSLATE_NOOP("core", "There is no learning term \"%1\"."), {text}}, {},
        QT_TRANSLATE_NOOP("core", "Use none, rf1, rfk or rfbeta."));
}

std::string toString(TrackingStatus status) {
    return status == TrackingStatus::Converged ? "converged" : "iteration_limit";
}

Result<TrackedWeights> trackWeights(const data::RuleInputs& inputs, const std::vector<std::string>& names,
    const TrackingOptions& options, const base::StopToken& stop, const base::ProgressCallback& onProgress) {
    if (const Result<void> checked = checkTracking(inputs, names, options); !checked)
        return tl::make_unexpected(checked.error());
    SearchSpace space = searchSpace(inputs);
    space.hasSigma = options.sigma.empty();
    space.hasSigmaDay = options.sigmaDay.empty() && options.optimisesSigmaDay;
    const std::unique_ptr<PathPosterior> posterior = makePathPosterior(inputs);
    const std::function<void()> onEvaluation = Progress(onProgress);
    const Hyperparameters start = startOf(options, space);
    const SearchResult search =
        options.learning == LearningTerm::None
            ? maximiseEvidence(*posterior, space, start, stop, onEvaluation)
            : searchLearning(*posterior, space, start, options.learning, stop, onEvaluation);
    if (stop.stop_requested())
        return tl::make_unexpected(stopped(inputs));
    if (search.evidence.status == PathStatus::NotFinite)
        return tl::make_unexpected(notFinite(inputs));
    TrackedWeights tracked;
    tracked.animal = inputs.animal;
    tracked.names = names;
    tracked.trialIndex = inputs.trialIndex;
    tracked.sessionStart = inputs.sessionStart;
    tracked.learning = options.learning;
    tracked.sigmaInit = options.sigmaInit;
    space.learning = options.learning;
    describe(space, search, tracked);
    for (const unsigned char isScored : inputs.scored)
        tracked.scoredTrials += isScored;
    tracked.standardErrors = posterior->standardErrors();
    tracked.weights = posterior->weights();
    return tracked;
}

} // namespace rulescope::tracking
