// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/behavior/psychometric_fit.h"

#include <algorithm>
#include <cmath>
#include <nlopt.hpp>

namespace rulescope::behavior {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kProfileDrop = 1.92; // half of the 95 % quantile of chi-squared with one degree of freedom
constexpr double kLeastThreshold = 1e-9;    // a threshold of 0 is a step
constexpr double kLeastProbability = 1e-15; // keeps the search away from log 0; the reported value is exact

using Vector = std::array<double, 4>; // bias, threshold, lapse low, lapse high

struct Box {
    Vector start, low, high;
};

PsychometricParameters parametersOf(const Vector& v) {
    return {v[0], v[1], v[2], v[3]};
}

/// n log p with 0 log 0 = 0.
double weightedLog(double count, double p) {
    return count > 0 ? count * std::log(p) : 0;
}

struct Problem {
    std::vector<ChoiceLevel> levels; // in percent units, n > 0, ordered by x

    double low() const { return levels.front().x; }
    double high() const { return levels.back().x; }
};

/// Log-likelihood at v with its gradient (null: none), probabilities kept off 0 and 1.
double guardedLogLikelihood(const Problem& problem, const double* v, double* gradient) {
    constexpr double kTwoOverRootPi = 1.1283791670955126;
    const double threshold = std::max(v[1], kLeastThreshold);
    const double span = 1 - v[2] - v[3];
    double sum = 0;
    if (gradient)
        std::fill_n(gradient, 4, 0.0);
    for (const ChoiceLevel& level : problem.levels) {
        const double z = (level.x - v[0]) / threshold;
        const double rise = (std::erf(z) + 1) / 2;
        const double p = std::clamp(v[2] + span * rise, kLeastProbability, 1 - kLeastProbability);
        const double right = static_cast<double>(level.right);
        const double left = static_cast<double>(level.n - level.right);
        sum += right * std::log(p) + left * std::log1p(-p);
        if (!gradient)
            continue;
        const double slope = right / p - left / (1 - p); // d sum / d p
        const double density = span * kTwoOverRootPi * std::exp(-z * z) / 2 / threshold;
        gradient[0] -= slope * density;
        gradient[1] -= slope * density * z;
        gradient[2] += slope * (1 - rise);
        gradient[3] -= slope * rise;
    }
    return sum;
}

double nloptObjective(unsigned, const double* v, double* gradient, void* problem) {
    return guardedLogLikelihood(*static_cast<const Problem*>(problem), v, gradient);
}

/// One bounded local search from `start`; never worse than the start.
void climb(
    const Problem& problem, const Box& box, nlopt::algorithm algorithm, Vector& best, double& bestValue) {
    nlopt::opt search(algorithm, 4);
    search.set_lower_bounds(std::vector<double>(box.low.begin(), box.low.end()));
    search.set_upper_bounds(std::vector<double>(box.high.begin(), box.high.end()));
    search.set_max_objective(nloptObjective, const_cast<Problem*>(&problem));
    search.set_ftol_abs(1e-11);
    search.set_xtol_abs(1e-9);
    search.set_maxeval(algorithm == nlopt::LD_SLSQP ? 200 : 400);
    std::vector<double> v(best.begin(), best.end());
    double value = 0;
    try {
        search.optimize(v, value);
    } catch (const std::exception&) {
        // Round-off in a flat likelihood ends a search early; the point it reached still counts.
    }
    Vector reached;
    for (std::size_t i = 0; i < 4; ++i)
        reached[i] = std::isfinite(v[i]) ? std::clamp(v[i], box.low[i], box.high[i]) : best[i];
    value = guardedLogLikelihood(problem, reached.data(), nullptr);
    const double before = guardedLogLikelihood(problem, best.data(), nullptr);
    if (!(value >= before)) {
        reached = best;
        value = before;
    }
    best = reached;
    bestValue = value;
}

struct Optimum {
    Vector v{};
    double value = -std::numeric_limits<double>::infinity();
};

/// Starting points: the variant's own, then shallow and steep curves with lapses read off the ends.
std::vector<Vector> startingPoints(const Problem& problem, const Box& box) {
    const double lapseLow = std::min(problem.levels.front().fractionRight(), 0.3);
    const double lapseHigh = std::min(1 - problem.levels.back().fractionRight(), 0.3);
    const auto at = [&](double place, double threshold) -> Vector {
        return {problem.low() + place * (problem.high() - problem.low()), threshold, lapseLow, lapseHigh};
    };
    return {box.start, at(0.5, 6), at(0.5, 70), at(0.3, 20), at(0.7, 20)};
}

/// The best of local searches from `starts`, the earliest among equals.
Optimum maximise(const Problem& problem, const Box& box, const std::vector<Vector>& starts) {
    Optimum best;
    for (const Vector& start : starts) {
        Optimum local{start, 0};
        for (std::size_t i = 0; i < 4; ++i)
            local.v[i] = std::clamp(start[i], box.low[i], box.high[i]);
        climb(problem, box, nlopt::LD_SLSQP, local.v, local.value);
        if (local.value > best.value + 1e-12)
            best = local;
    }
    return best;
}

/// All starts, then a search without gradients, which gets past kinks at the bounds.
Optimum maximiseThoroughly(const Problem& problem, const Box& box) {
    Optimum best = maximise(problem, box, startingPoints(problem, box));
    climb(problem, box, nlopt::LN_NELDERMEAD, best.v, best.value);
    climb(problem, box, nlopt::LD_SLSQP, best.v, best.value);
    return best;
}

Box boxOf(const Problem& problem, PsychometricVariant variant) {
    double mean = 0;
    for (const ChoiceLevel& level : problem.levels)
        mean += level.x / static_cast<double>(problem.levels.size());
    const double low = problem.low(), high = problem.high();
    switch (variant) {
    case PsychometricVariant::IblPlot:
        return {{0, 40, .1, .1}, {-50, 10, 0, 0}, {50, 50, .2, .2}};
    case PsychometricVariant::Paper:
        return {{0, 20, .05, .05}, {low, 5, 0, 0}, {high, 40, 1, 1}};
    case PsychometricVariant::Psychofit:
        return {{mean, 3, .05, .05}, {low, 0, 0, 0}, {high, 10, .4, .4}};
    case PsychometricVariant::IblStatus:
        break;
    }
    return {{mean, 20, .05, .05}, {low, 0, 0, 0}, {high, 100, 1, 1}};
}

/// The bounds in which identifiability is judged: any bias among the stimuli, any threshold in (0, 100).
Box profileBox(const Problem& problem, PsychometricVariant variant) {
    Box box = boxOf(problem, variant);
    box.low[0] = problem.low();
    box.high[0] = problem.high();
    box.low[1] = 0;
    box.high[1] = 100;
    return box;
}

/// Log-likelihood of levels [begin, end) sharing one probability as near their own as the bounds allow.
double pooledLogLikelihood(
    const Problem& problem, std::size_t begin, std::size_t end, Interval bounds, double& probability) {
    double n = 0, right = 0;
    for (std::size_t i = begin; i < end; ++i) {
        n += static_cast<double>(problem.levels[i].n);
        right += static_cast<double>(problem.levels[i].right);
    }
    probability = std::clamp(n > 0 ? right / n : 0.5, bounds.low, bounds.high);
    return weightedLog(right, probability) + weightedLog(n - right, 1 - probability);
}

/// The profile likelihood as the threshold goes to 0, in closed form: a step between two levels, or through
/// one level, which may then take any probability between the two lapses. (A numeric search can't follow the
/// limit.)
double stepLogLikelihood(const Problem& problem, const Box& box) {
    const std::size_t count = problem.levels.size();
    const Interval lower{box.low[2], box.high[2]}, upper{1 - box.high[3], 1 - box.low[3]};
    double best = -std::numeric_limits<double>::infinity(), below = 0, above = 0, own = 0;
    for (std::size_t step = 0; step <= count; ++step) {
        const double lowSide = pooledLogLikelihood(problem, 0, step, lower, below);
        best = std::max(best, lowSide + pooledLogLikelihood(problem, step, count, upper, above));
        if (step == count)
            break;
        const double highSide = pooledLogLikelihood(problem, step + 1, count, upper, above);
        if (step == 0)
            below = std::min(lower.low, above);
        if (step + 1 == count)
            above = std::max(upper.high, below);
        const Interval between{std::min(below, above), std::max(below, above)};
        best =
            std::max(best, lowSide + highSide + pooledLogLikelihood(problem, step, step + 1, between, own));
    }
    return best;
}

/// Profile log-likelihood with one parameter held at `value`, searched from the fit and from two other
/// curves.
double profileAt(const Problem& problem, Box box, std::size_t parameter, double value, const Optimum& fit) {
    if (parameter == 1 && value <= 0)
        return stepLogLikelihood(problem, box);
    box.low[parameter] = box.high[parameter] = box.start[parameter] = value;
    const std::vector<Vector> starts = startingPoints(problem, box);
    return maximise(problem, box, {fit.v, starts[1], starts[2]}).value;
}

/// The highest likelihood within the profile's bounds, which may be wider than the fit's.
Optimum profileMaximum(const Problem& problem, const Box& box, const Optimum& fit) {
    const Optimum wide = maximise(problem, box, {fit.v, box.start});
    return wide.value >= fit.value ? wide : fit;
}

bool isIdentified(const Problem& problem, PsychometricVariant variant, const Optimum& fit) {
    if (problem.levels.size() < 2)
        return false;
    const Box box = profileBox(problem, variant);
    const Optimum top = profileMaximum(problem, box, fit);
    const double floor = top.value - kProfileDrop;
    return stepLogLikelihood(problem, box) < floor && profileAt(problem, box, 1, box.high[1], top) < floor &&
           profileAt(problem, box, 0, box.low[0], top) < floor &&
           profileAt(problem, box, 0, box.high[0], top) < floor;
}

Problem problemOf(std::span<const ChoiceLevel> levels, double unit) {
    Problem problem;
    for (const ChoiceLevel& level : levels)
        if (level.n > 0 && std::isfinite(level.x))
            problem.levels.push_back({level.x / unit, level.n, std::min(level.right, level.n)});
    std::sort(problem.levels.begin(), problem.levels.end(),
        [](const ChoiceLevel& a, const ChoiceLevel& b) { return a.x < b.x; });
    return problem;
}

/// End of the interval on the way from the maximum to `end`, by bisection of the profile.
double crossing(
    const Problem& problem, const Box& box, std::size_t parameter, double end, const Optimum& top) {
    const double floor = top.value - kProfileDrop;
    double inside = top.v[parameter], outside = end;
    if (profileAt(problem, box, parameter, outside, top) >= floor)
        return outside;
    for (int i = 0; i < 40 && std::abs(outside - inside) > 1e-4; ++i) {
        const double middle = (inside + outside) / 2;
        (profileAt(problem, box, parameter, middle, top) >= floor ? inside : outside) = middle;
    }
    return (inside + outside) / 2;
}

struct VariantName {
    PsychometricVariant variant;
    const char* name;
};
constexpr std::array<VariantName, 4> kVariants = {
    {{PsychometricVariant::IblStatus, "ibl-status"}, {PsychometricVariant::IblPlot, "ibl-plot"},
        {PsychometricVariant::Paper, "paper"}, {PsychometricVariant::Psychofit, "psychofit"}}};

} // namespace

std::string toString(PsychometricVariant variant) {
    for (const VariantName& entry : kVariants)
        if (entry.variant == variant)
            return entry.name;
    return {};
}

base::Result<PsychometricVariant> psychometricVariantFromString(const std::string& text) {
    for (const VariantName& entry : kVariants)
        if (text == entry.name)
            return entry.variant;
    return base::failure(base::ErrorCode::InvalidValue,
        {QT_TRANSLATE_NOOP("core", "There is no psychometric variant \"%1\"."), {text}}, {},
        QT_TRANSLATE_NOOP("core", "Use ibl-status, ibl-plot, paper or psychofit."));
}

bool countsNoGos(PsychometricVariant variant) {
    return variant == PsychometricVariant::IblStatus || variant == PsychometricVariant::IblPlot;
}

double psychometricCurve(const PsychometricParameters& parameters, double x) {
    const double threshold = std::max(parameters.threshold, kLeastThreshold);
    const double rise = (std::erf((x - parameters.bias) / threshold) + 1) / 2;
    return parameters.lapseLow + (1 - parameters.lapseLow - parameters.lapseHigh) * rise;
}

double psychometricLogLikelihood(
    const PsychometricParameters& parameters, std::span<const ChoiceLevel> levels) {
    double sum = 0;
    for (const ChoiceLevel& level : levels) {
        const double p = psychometricCurve(parameters, level.x);
        sum += weightedLog(static_cast<double>(level.right), p);
        sum += weightedLog(static_cast<double>(level.n - level.right), 1 - p);
    }
    return sum;
}

PsychometricFit fitPsychometric(
    std::span<const ChoiceLevel> levels, PsychometricVariant variant, double unit) {
    const Problem problem = problemOf(levels, unit);
    PsychometricFit fit;
    if (problem.levels.empty()) {
        fit.parameters = {kNan, kNan, kNan, kNan};
        fit.logLikelihood = kNan;
        return fit;
    }
    for (const ChoiceLevel& level : problem.levels)
        fit.n += level.n;
    const Optimum best = maximiseThoroughly(problem, boxOf(problem, variant));
    fit.parameters = parametersOf(best.v);
    fit.logLikelihood = psychometricLogLikelihood(fit.parameters, problem.levels);
    if (!std::isfinite(
            fit.logLikelihood)) // a probability of exactly 0 or 1 against a stray choice: rounding only
        fit.logLikelihood = best.value;
    fit.isIdentified = isIdentified(problem, variant, best);
    fit.parameters.bias *= unit;
    fit.parameters.threshold *= unit;
    return fit;
}

PsychometricParameters fitPsychometricParameters(
    std::span<const ChoiceLevel> levels, PsychometricVariant variant, double unit) {
    const Problem problem = problemOf(levels, unit);
    if (problem.levels.empty())
        return {kNan, kNan, kNan, kNan};
    PsychometricParameters parameters = parametersOf(maximiseThoroughly(problem, boxOf(problem, variant)).v);
    parameters.bias *= unit;
    parameters.threshold *= unit;
    return parameters;
}

Interval profileInterval(std::span<const ChoiceLevel> levels, PsychometricVariant variant,
    PsychometricParameter parameter, double unit) {
    const Problem problem = problemOf(levels, unit);
    if (problem.levels.empty())
        return {kNan, kNan};
    const Box box = profileBox(problem, variant);
    const Optimum top = maximiseThoroughly(problem, box);
    const auto index = static_cast<std::size_t>(parameter);
    const double scale = index < 2 ? unit : 1;
    return {scale * crossing(problem, box, index, box.low[index], top),
        scale * crossing(problem, box, index, box.high[index], top)};
}

} // namespace rulescope::behavior
