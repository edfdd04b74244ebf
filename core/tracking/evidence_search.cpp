// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tracking/evidence_search.h"

#include <algorithm>
#include <cmath>
#include <nlopt.hpp>

namespace rulescope::tracking {
namespace {

constexpr double kLeastDrift = 1.0 / 16384, kMostDrift = 32; ///< times 1 / scale
/// Rates are searched in units of 1 / (32 max |x|^2), so that one unit matters as much as one unit of log
/// sigma.
constexpr double kRateSteps = 32;
constexpr int kMostEvaluations = 300;
constexpr double kLeastGain = 1e-5; ///< nats
constexpr double kLeastMove = 1e-5; ///< in the coordinates of the search
/// A drift below this (times 1 / scale) is held against none; a loss of evidence below this (nats) says
/// nothing.
constexpr double kSmallDrift = 1.0 / 64, kLeastEvidence = 0.05;

/// Between hyperparameters and the coordinates of the search: log sigma, log sigma_day, scaled rates.
class Coordinates {
  public:
    explicit Coordinates(const SearchSpace& space)
        : m_space(space)
        , m_rateUnit(1 / (kRateSteps * space.largestSquare)) {}

    std::vector<double> toPoint(const Hyperparameters& h) const {
        std::vector<double> point;
        const std::size_t count = m_space.scale.size();
        if (m_space.hasSigma)
            for (const double sigma : h.sigma)
                point.push_back(std::log(sigma));
        if (m_space.hasSigmaDay)
            for (const double sigma : h.sigmaDay)
                point.push_back(std::log(sigma));
        const std::size_t rates = m_space.learning == LearningTerm::None         ? 0
                                  : m_space.learning == LearningTerm::SharedRate ? 1
                                                                                 : count;
        for (std::size_t k = 0; k < rates; ++k)
            point.push_back(h.rate[k] / m_rateUnit);
        if (m_space.learning == LearningTerm::RateAndOffset)
            for (const double offset : h.offset)
                point.push_back(offset / m_rateUnit);
        return point;
    }

    void toHyperparameters(const std::vector<double>& point, Hyperparameters& h) const {
        auto next = point.begin();
        const auto take = [&](std::vector<double>& values, auto transform) {
            for (double& value : values)
                value = transform(*next++);
        };
        const auto exponential = [](double value) { return std::exp(value); };
        const auto rate = [this](double value) { return value * m_rateUnit; };
        if (m_space.hasSigma)
            take(h.sigma, exponential);
        if (m_space.hasSigmaDay)
            take(h.sigmaDay, exponential);
        if (m_space.learning == LearningTerm::SharedRate)
            std::fill(h.rate.begin(), h.rate.end(), rate(*next));
        else if (m_space.learning != LearningTerm::None)
            take(h.rate, rate);
        if (m_space.learning == LearningTerm::RateAndOffset)
            take(h.offset, rate);
    }

    std::vector<double> toSlope(const EvidenceGradient& gradient) const {
        std::vector<double> slope;
        if (m_space.hasSigma)
            slope.insert(slope.end(), gradient.logSigma.begin(), gradient.logSigma.end());
        if (m_space.hasSigmaDay)
            slope.insert(slope.end(), gradient.logSigmaDay.begin(), gradient.logSigmaDay.end());
        if (m_space.learning == LearningTerm::SharedRate) {
            double sum = 0;
            for (const double entry : gradient.rate)
                sum += entry;
            slope.push_back(sum * m_rateUnit);
        } else if (m_space.learning != LearningTerm::None) {
            for (const double entry : gradient.rate)
                slope.push_back(entry * m_rateUnit);
        }
        if (m_space.learning == LearningTerm::RateAndOffset)
            for (const double entry : gradient.offset)
                slope.push_back(entry * m_rateUnit);
        return slope;
    }

    /// Ends of the range of coordinate `i`. Rates stay where one update can't overshoot: the determinant of
    /// a step, 1 - sum c_k x_k^2 p (1-p), is at least a half.
    std::pair<double, double> range(std::size_t i) const {
        const std::size_t count = m_space.scale.size();
        const std::size_t drifts = (m_space.hasSigma ? count : 0) + (m_space.hasSigmaDay ? count : 0);
        if (i >= drifts)
            return {-kRateSteps, kRateSteps};
        const double scale = m_space.scale[i % count];
        return {std::log(kLeastDrift / scale), std::log(kMostDrift / scale)};
    }

  private:
    const SearchSpace& m_space;
    double m_rateUnit;
};

/// The objective as the library wants it.
struct Climb {
    PathPosterior& posterior;
    const Coordinates& coordinates;
    const base::StopToken& stop;
    const std::function<void()>& onEvaluation;
    SearchResult result; ///< the best so far
    Hyperparameters at;
    double offset = 0, unit = 1; ///< of the objective: first value, size of its first slope
    bool isFirst = true;

    double operator()(const std::vector<double>& point, std::vector<double>& slope) {
        coordinates.toHyperparameters(point, at);
        EvidenceGradient gradient;
        const PathEvidence evidence = posterior.evaluate(at, &gradient, stop);
        ++result.evaluations;
        onEvaluation();
        if (stop.stop_requested())
            throw nlopt::forced_stop();
        if (evidence.status == PathStatus::NotFinite) { // a place to turn back from
            std::fill(slope.begin(), slope.end(), 0.0);
            return isFirst ? 0 : -1e3;
        }
        std::vector<double> exact = coordinates.toSlope(gradient);
        if (isFirst) {
            double norm = 0;
            for (const double entry : exact)
                norm += entry * entry;
            offset = evidence.logEvidence;
            unit = std::max(1.0, std::sqrt(norm));
            isFirst = false;
            result.best = at;
            result.evidence = evidence;
        } else if (evidence.logEvidence > result.evidence.logEvidence) {
            result.best = at;
            result.evidence = evidence;
        }
        for (std::size_t i = 0; i < slope.size(); ++i)
            slope[i] = exact[i] / unit;
        return (evidence.logEvidence - offset) / unit;
    }
};

double objective(const std::vector<double>& point, std::vector<double>& slope, void* climb) {
    std::vector<double> unused(slope.empty() ? point.size() : 0);
    return (*static_cast<Climb*>(climb))(point, slope.empty() ? unused : slope);
}

/// The evidence is flat where a drift becomes too small to matter: the search then ends anywhere there.
std::vector<std::size_t> weightsWithoutDrift(PathPosterior& posterior, const SearchSpace& space,
    const SearchResult& found, const base::StopToken& stop) {
    std::vector<std::size_t> weights;
    for (std::size_t k = 0; k < space.scale.size(); ++k) {
        if (found.best.sigma[k] * space.scale[k] > kSmallDrift)
            continue;
        Hyperparameters still = found.best;
        still.sigma[k] = kLeastDrift / space.scale[k];
        const PathEvidence evidence = posterior.evaluate(still, nullptr, stop);
        if (evidence.status != PathStatus::NotFinite &&
            evidence.logEvidence > found.evidence.logEvidence - kLeastEvidence)
            weights.push_back(k);
    }
    return weights;
}

} // namespace

std::size_t SearchSpace::freeParameters() const {
    const std::size_t count = scale.size();
    std::size_t free = (hasSigma ? count : 0) + (hasSigmaDay ? count : 0);
    switch (learning) {
    case LearningTerm::None:
        break;
    case LearningTerm::SharedRate:
        free += 1;
        break;
    case LearningTerm::RatePerWeight:
        free += count;
        break;
    case LearningTerm::RateAndOffset:
        free += 2 * count;
        break;
    }
    return free;
}

SearchSpace searchSpace(const data::RuleInputs& inputs) {
    SearchSpace space;
    space.scale.assign(inputs.regressors, 0);
    space.largestSquare = 0;
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        double square = 0;
        for (std::size_t k = 0; k < inputs.regressors; ++k) {
            const double x = inputs.row(t)[k];
            space.scale[k] += x * x / static_cast<double>(inputs.trials);
            square += x * x;
        }
        space.largestSquare = std::max(space.largestSquare, square);
    }
    for (double& scale : space.scale)
        scale = scale > 0 ? std::sqrt(scale) : 1;
    if (!(space.largestSquare > 0))
        space.largestSquare = 1;
    return space;
}

std::vector<double> startingSigma(const SearchSpace& space) {
    std::vector<double> sigma;
    for (const double scale : space.scale)
        sigma.push_back(0.0625 / scale);
    return sigma;
}

SearchResult maximiseEvidence(PathPosterior& posterior, const SearchSpace& space,
    const Hyperparameters& start, const base::StopToken& stop, const std::function<void()>& onEvaluation) {
    const Coordinates coordinates(space);
    Climb climb{posterior, coordinates, stop, onEvaluation, {}, start};
    climb.result.best = start;
    climb.result.evidence.status = PathStatus::NotFinite;
    if (stop.stop_requested())
        return climb.result;
    if (space.isEmpty()) {
        climb.result.evidence = posterior.evaluate(start, nullptr, stop);
        climb.result.evaluations = 1;
        return climb.result;
    }
    std::vector<double> point = coordinates.toPoint(start), low, high;
    for (std::size_t i = 0; i < point.size(); ++i) {
        const auto [least, most] = coordinates.range(i);
        low.push_back(least);
        high.push_back(most);
        point[i] = std::clamp(point[i], least, most);
    }
    nlopt::opt search(nlopt::LD_SLSQP, static_cast<unsigned>(point.size()));
    search.set_lower_bounds(low);
    search.set_upper_bounds(high);
    search.set_max_objective(objective, &climb);
    search.set_xtol_abs(kLeastMove);
    search.set_maxeval(kMostEvaluations);
    double value = 0;
    try {
        std::vector<double> unused(point.size());
        climb(point, unused); // for the unit
        search.set_ftol_abs(kLeastGain / climb.unit);
        const nlopt::result ended = search.optimize(point, value);
        climb.result.hasConverged = ended != nlopt::MAXEVAL_REACHED;
    } catch (const nlopt::forced_stop&) {
        climb.result.evidence.status = PathStatus::Cancelled;
        return climb.result;
    } catch (const nlopt::roundoff_limited&) {
        // No further progress in double precision: the best point stands.
    } catch (const std::runtime_error&) {
        climb.result.hasConverged = false;
    }
    if (space.hasSigma)
        climb.result.withoutDrift = weightsWithoutDrift(posterior, space, climb.result, stop);
    // The posterior's path is that of another trial step.
    climb.result.evidence = posterior.evaluate(climb.result.best, nullptr, stop);
    return climb.result;
}

} // namespace rulescope::tracking
