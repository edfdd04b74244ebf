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
constexpr int kMostPaths = 60;      ///< at which the likelihood is held
constexpr int kMostDecoupled = 100; ///< evaluations around one held path
constexpr int kMostHalvings = 10;   ///< of a step that the Laplace evidence does not gain by
constexpr double kLeastGain = 1e-5; ///< nats
constexpr double kLeastMove = 1e-5; ///< in the coordinates of the search
/// A decoupled gain of this many nats that the Laplace evidence never shows is no end to trust.
constexpr double kMostBroken = 0.01;
/// A drift below this (times 1 / scale) is held against none; a loss of evidence below this (nats) says
/// nothing.
constexpr double kSmallDrift = 1.0 / 64, kLeastEvidence = 0.05;

/// Between hyperparameters and the coordinates of the search: log sigma, log sigma_day, scaled rates.
class Coordinates {
  public:
    explicit Coordinates(const SearchSpace& space)
        : m_space(space) {
        for (std::size_t k = 0; k < space.scale.size(); ++k)
            m_rateUnits.push_back(space.largestRate(k) / kRateSteps);
        m_sharedUnit = *std::min_element(m_rateUnits.begin(), m_rateUnits.end());
    }

    std::vector<double> toPoint(const Hyperparameters& h) const {
        std::vector<double> point;
        const std::size_t count = m_space.scale.size();
        if (m_space.hasSigma)
            for (const double sigma : h.sigma)
                point.push_back(std::log(sigma));
        if (m_space.hasSigmaDay)
            for (const double sigma : h.sigmaDay)
                point.push_back(std::log(sigma));
        if (m_space.learning == LearningTerm::SharedRate)
            point.push_back(h.rate.front() / m_sharedUnit);
        else if (m_space.learning != LearningTerm::None)
            for (std::size_t k = 0; k < count; ++k)
                point.push_back(h.rate[k] / m_rateUnits[k]);
        if (m_space.learning == LearningTerm::RateAndOffset)
            for (std::size_t k = 0; k < count; ++k)
                point.push_back(h.offset[k] / m_rateUnits[k]);
        return point;
    }

    void toHyperparameters(const std::vector<double>& point, Hyperparameters& h) const {
        auto next = point.begin();
        const auto takeDrifts = [&](std::vector<double>& drifts) {
            for (double& drift : drifts)
                drift = std::exp(*next++);
        };
        const auto takeRates = [&](std::vector<double>& rates) {
            for (std::size_t k = 0; k < rates.size(); ++k)
                rates[k] = *next++ * m_rateUnits[k];
        };
        if (m_space.hasSigma)
            takeDrifts(h.sigma);
        if (m_space.hasSigmaDay)
            takeDrifts(h.sigmaDay);
        if (m_space.learning == LearningTerm::SharedRate)
            std::fill(h.rate.begin(), h.rate.end(), *next * m_sharedUnit);
        else if (m_space.learning != LearningTerm::None)
            takeRates(h.rate);
        if (m_space.learning == LearningTerm::RateAndOffset)
            takeRates(h.offset);
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
            slope.push_back(sum * m_sharedUnit);
        } else if (m_space.learning != LearningTerm::None) {
            for (std::size_t k = 0; k < gradient.rate.size(); ++k)
                slope.push_back(gradient.rate[k] * m_rateUnits[k]);
        }
        if (m_space.learning == LearningTerm::RateAndOffset)
            for (std::size_t k = 0; k < gradient.offset.size(); ++k)
                slope.push_back(gradient.offset[k] * m_rateUnits[k]);
        return slope;
    }

    /// Ends of the range of coordinate `i`.
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
    std::vector<double> m_rateUnits; ///< K
    double m_sharedUnit = 1;
};

/// The decoupled evidence around a held path, as the library wants it.
struct DecoupledClimb {
    PathPosterior& posterior;
    const Coordinates& coordinates;
    const base::StopToken& stop;
    const std::function<void()>& onEvaluation;
    Hyperparameters at;
    double first = 0, unit = 1; ///< of the objective: its value and the size of its slope at the held path
    double gain = 0;            ///< of the best point over the held path, nats
    std::vector<double> best = {};
    int evaluations = 0;

    double operator()(const std::vector<double>& point, std::vector<double>& slope) {
        coordinates.toHyperparameters(point, at);
        EvidenceGradient gradient;
        const PathEvidence evidence = posterior.evaluateDecoupled(at, gradient, stop);
        ++evaluations;
        onEvaluation();
        if (stop.stop_requested())
            throw nlopt::forced_stop();
        if (evidence.status == PathStatus::NotFinite) { // a place to turn back from
            std::fill(slope.begin(), slope.end(), 0.0);
            return -1e3;
        }
        const std::vector<double> exact = coordinates.toSlope(gradient);
        if (best.empty()) {
            double norm = 0;
            for (const double entry : exact)
                norm += entry * entry;
            first = evidence.logEvidence;
            unit = std::max(1.0, std::sqrt(norm));
        }
        if (best.empty() || evidence.logEvidence - first > gain) {
            gain = evidence.logEvidence - first;
            best = point;
        }
        for (std::size_t i = 0; i < slope.size(); ++i)
            slope[i] = exact[i] / unit;
        return (evidence.logEvidence - first) / unit;
    }
};

double objective(const std::vector<double>& point, std::vector<double>& slope, void* climb) {
    std::vector<double> unused(slope.empty() ? point.size() : 0);
    return (*static_cast<DecoupledClimb*>(climb))(point, slope.empty() ? unused : slope);
}

/// Climbs from `point`, where the path is held; `climb` receives the best point. Whoever may have stopped it
/// asks the token.
void climbDecoupled(DecoupledClimb& climb, std::vector<double> point) {
    nlopt::opt search(nlopt::LD_SLSQP, static_cast<unsigned>(point.size()));
    std::vector<double> low, high, slope(point.size());
    for (std::size_t i = 0; i < point.size(); ++i) {
        const auto [least, most] = climb.coordinates.range(i);
        low.push_back(least);
        high.push_back(most);
    }
    search.set_lower_bounds(low);
    search.set_upper_bounds(high);
    search.set_max_objective(objective, &climb);
    search.set_xtol_abs(kLeastMove);
    search.set_maxeval(kMostDecoupled);
    double value = 0;
    try {
        climb(point, slope); // for the unit
        search.set_ftol_abs(kLeastGain / climb.unit);
        search.optimize(point, value);
    } catch (const nlopt::forced_stop&) {
    } catch (const std::runtime_error&) { // no further progress in double precision: the best point stands
    }
}

/// The climb over hyperparameters; its point is always that of the best Laplace evidence so far.
class Search {
  public:
    Search(PathPosterior& posterior, const Coordinates& coordinates, const base::StopToken& stop,
        const std::function<void()>& onEvaluation)
        : m_posterior(posterior)
        , m_coordinates(coordinates)
        , m_stop(stop)
        , m_onEvaluation(onEvaluation) {}

    SearchResult result;
    double promised = 0; ///< by the last held path, nats

    void begin(const Hyperparameters& start) {
        m_point = m_coordinates.toPoint(start);
        for (std::size_t i = 0; i < m_point.size(); ++i) {
            const auto [least, most] = m_coordinates.range(i);
            m_point[i] = std::clamp(m_point[i], least, most);
        }
        result.best = start;
        m_coordinates.toHyperparameters(m_point, result.best);
        result.evidence = laplaceAt(result.best);
    }

    /// One held path: what the Laplace evidence gained, nats.
    double advance() {
        DecoupledClimb climb{m_posterior, m_coordinates, m_stop, m_onEvaluation, result.best};
        climbDecoupled(climb, m_point);
        result.evaluations += climb.evaluations;
        if (m_stop.stop_requested())
            return 0;
        promised = climb.gain;
        std::vector<double> point = climb.best;
        Hyperparameters h = result.best;
        for (int halving = 0; climb.gain > kLeastGain && halving < kMostHalvings; ++halving) {
            m_coordinates.toHyperparameters(point, h);
            const PathEvidence evidence = laplaceAt(h);
            if (m_stop.stop_requested())
                return 0;
            const double gained = evidence.logEvidence - result.evidence.logEvidence;
            if (evidence.status != PathStatus::NotFinite && gained > 0) {
                m_point = point;
                result.best = h;
                result.evidence = evidence;
                return gained;
            }
            for (std::size_t i = 0; i < point.size(); ++i)
                point[i] = (point[i] + m_point[i]) / 2;
        }
        return 0;
    }

  private:
    PathEvidence laplaceAt(const Hyperparameters& h) {
        const PathEvidence evidence = m_posterior.evaluate(h, m_stop);
        ++result.evaluations;
        m_onEvaluation();
        return evidence;
    }

    PathPosterior& m_posterior;
    const Coordinates& m_coordinates;
    const base::StopToken& m_stop;
    const std::function<void()>& m_onEvaluation;
    std::vector<double> m_point;
};

/// The evidence is flat where a drift becomes too small to matter: the search then ends anywhere there.
std::vector<std::size_t> weightsWithoutDrift(PathPosterior& posterior, const SearchSpace& space,
    const SearchResult& found, const base::StopToken& stop) {
    std::vector<std::size_t> weights;
    for (std::size_t k = 0; k < space.scale.size(); ++k) {
        if (found.best.sigma[k] * space.scale[k] > kSmallDrift)
            continue;
        Hyperparameters still = found.best;
        still.sigma[k] = kLeastDrift / space.scale[k];
        const PathEvidence evidence = posterior.evaluate(still, stop);
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

double SearchSpace::largestRate(std::size_t k) const {
    const double parts =
        static_cast<double>(scale.size()) * (learning == LearningTerm::RateAndOffset ? 2 : 1);
    return 3.6 / (parts * largestSquare[k]);
}

SearchSpace searchSpace(const data::RuleInputs& inputs) {
    SearchSpace space;
    space.scale.assign(inputs.regressors, 0);
    space.largestSquare.assign(inputs.regressors, 0);
    for (std::size_t t = 0; t < inputs.trials; ++t)
        for (std::size_t k = 0; k < inputs.regressors; ++k) {
            const double square = inputs.row(t)[k] * inputs.row(t)[k];
            space.scale[k] += square / static_cast<double>(inputs.trials);
            space.largestSquare[k] = std::max(space.largestSquare[k], square);
        }
    for (std::size_t k = 0; k < inputs.regressors; ++k) {
        const bool isZero = !(space.scale[k] > 0);
        space.scale[k] = isZero ? 1 : std::sqrt(space.scale[k]);
        space.largestSquare[k] = isZero ? 1 : space.largestSquare[k];
    }
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
    Search search(posterior, coordinates, stop, onEvaluation);
    SearchResult& result = search.result;
    if (stop.stop_requested()) {
        result.best = start;
        result.evidence.status = PathStatus::Cancelled;
        return result;
    }
    search.begin(start);
    if (space.isEmpty() || result.evidence.status == PathStatus::NotFinite)
        return result;
    result.hasConverged = false;
    for (int path = 0; path < kMostPaths && !stop.stop_requested(); ++path)
        if (search.advance() < kLeastGain) {
            result.hasConverged = search.promised < kMostBroken;
            break;
        }
    if (stop.stop_requested())
        return result;
    if (space.hasSigma)
        result.withoutDrift = weightsWithoutDrift(posterior, space, result, stop);
    result.evidence = posterior.evaluate(result.best, stop); // the path is that of another trial step
    return result;
}

} // namespace rulescope::tracking
