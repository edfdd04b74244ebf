// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/textbook_fit.h"

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/fit/pause.h"
#include "core/fit/search_end.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <nlopt.hpp>
#include <numeric>
#include <string>
#include <tuple>

namespace rulescope::fit {

using base::ErrorCode;
using base::failure;
using base::Result;
using base::Text;

namespace {

/// Animals by name, so that sums, and therefore the result's bits, do not depend on the caller's order.
std::vector<std::size_t> canonicalOrder(std::span<const data::RuleInputs> animals) {
    std::vector<std::size_t> order(animals.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) {
        const data::RuleInputs& a = animals[i];
        const data::RuleInputs& b = animals[j];
        return std::tie(a.animal, a.trials, a.choice, a.outcome, a.x) <
               std::tie(b.animal, b.trials, b.choice, b.outcome, b.x);
    });
    return order;
}

bool areAllFinite(std::span<const double> values) {
    return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

bool areAllIn(std::span<const double> values, std::initializer_list<double> allowed) {
    return std::all_of(values.begin(), values.end(),
        [&](double value) { return std::find(allowed.begin(), allowed.end(), value) != allowed.end(); });
}

Result<void> checkAnimal(const data::RuleInputs& inputs, std::size_t weights) {
    const std::size_t trials = inputs.trials;
    if (inputs.regressors != weights || weights == 0) {
        return failure(ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "The animals of a fit must have the same regressors."), inputs.animal);
    }
    const bool hasColumns = inputs.x.size() == trials * weights && inputs.choice.size() == trials &&
                            inputs.outcome.size() == trials && inputs.answer.size() == trials &&
                            inputs.scored.size() == trials;
    if (!hasColumns) {
        return failure(ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "The columns of an animal are not equally long."), inputs.animal);
    }
    if (!areAllFinite(inputs.x)) {
        return failure(ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "A regressor is not a finite number."), inputs.animal,
            QT_TRANSLATE_NOOP("core", "Leave the regressor or the animal out."));
    }
    if (!areAllIn(inputs.choice, {0, 1}) || !areAllIn(inputs.outcome, {0, 0.5, 1}) ||
        !areAllIn(inputs.answer, {0, 0.5, 1})) {
        return failure(ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "A choice, outcome or answer is neither 0, 1 nor unknown."),
            inputs.animal);
    }
    return {};
}

Result<void> checkInitialWeights(
    const TextbookFitOptions& options, std::size_t animals, std::size_t weights) {
    if (options.initialWeights.empty()) {
        return {};
    }
    const bool isUsable =
        options.initialWeights.size() == animals &&
        std::all_of(options.initialWeights.begin(), options.initialWeights.end(),
            [&](const std::vector<double>& w) { return w.size() == weights && areAllFinite(w); });
    if (!isUsable) {
        return failure(ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP(
                "core", "Initial weights must be finite, one set per animal and one value per weight."),
            "initial weights");
    }
    return {};
}

Result<void> checkRequest(const rules::RuleInfo& rule, std::span<const data::RuleInputs> animals,
    const TextbookFitOptions& options) {
    if (rule.textbook == nullptr) {
        return failure(ErrorCode::InvalidValue,
            Text{QT_TRANSLATE_NOOP("core", "The rule \"%1\" is a network, not a formula with parameters."),
                {std::string(rule.name)}},
            "rule", QT_TRANSLATE_NOOP("core", "Train it instead."));
    }
    constexpr int kMostStarts = 1000, kMostIterations = 1'000'000;
    if (options.starts < 1 || options.starts > kMostStarts || options.maxIterations < 1 ||
        options.maxIterations > kMostIterations || options.threads < 0) {
        return failure(ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP(
                "core", "A fit takes between 1 and 1,000 starts of between 1 and a million iterations each."),
            "fit options");
    }
    if (animals.empty()) {
        return failure(ErrorCode::NoData, QT_TRANSLATE_NOOP("core", "There is no animal to fit."), "animals",
            QT_TRANSLATE_NOOP("core", "Choose at least one."));
    }
    for (const data::RuleInputs& inputs : animals) {
        if (Result<void> usable = checkAnimal(inputs, animals[0].regressors); !usable) {
            return usable;
        }
    }
    return checkInitialWeights(options, animals.size(), animals[0].regressors);
}

/// One parameter of the search: theta = u x `unit`, u of the order of 1 whatever units the regressors came
/// in.
struct Coordinate {
    double unit = 1;
    double start = 0; ///< of u
    double low = 0, high = 0;
};

/// Mean square of each regressor over all trials of all animals.
std::vector<double> meanSquares(
    std::span<const data::RuleInputs> animals, const std::vector<std::size_t>& order) {
    std::vector<double> squares(animals[0].regressors, 0.0);
    double trials = 0;
    for (const std::size_t i : order) {
        const data::RuleInputs& inputs = animals[i];
        for (std::size_t t = 0; t < inputs.trials; ++t) {
            for (std::size_t k = 0; k < squares.size(); ++k) {
                squares[k] += inputs.row(t)[k] * inputs.row(t)[k];
            }
        }
        trials += static_cast<double>(inputs.trials);
    }
    for (double& square : squares) {
        square /= std::max(trials, 1.0);
    }
    return squares;
}

Coordinate coordinate(const rules::ParameterInfo& group, double meanSquare) {
    if (!(meanSquare > 0)) {
        return {0, 0, 0, 0}; // nothing depends on it: it stays 0
    }
    const double limit = group.limit / group.scale;
    return {group.scale * std::pow(meanSquare, -0.5 * group.regressorPower), group.start / group.scale,
        std::max(group.low / group.scale, -limit), limit};
}

std::vector<Coordinate> coordinates(const rules::RuleInfo& rule, const std::vector<double>& squares) {
    std::vector<Coordinate> all;
    for (const rules::ParameterInfo& group : rule.parameters) {
        if (!group.isPerWeight) {
            const double mean =
                std::accumulate(squares.begin(), squares.end(), 0.0) / static_cast<double>(squares.size());
            all.push_back(coordinate(group, mean));
            continue;
        }
        for (const double square : squares) {
            all.push_back(coordinate(group, square));
        }
    }
    return all;
}

/// Which of the fitted w_0 each animal starts at: copies of an animal share theirs.
struct FittedStarts {
    std::size_t count = 0;             ///< 0: none is fitted
    std::vector<std::size_t> ofAnimal; ///< by its place in the request
};

FittedStarts fittedStarts(const rules::TextbookRule& rule, std::span<const data::RuleInputs> animals,
    const TextbookFitOptions& options, const std::vector<std::size_t>& order) {
    FittedStarts starts;
    if (!areFitted(options.start) || rule.ownsInitialWeights()) {
        return starts;
    }
    starts.ofAnimal.resize(animals.size());
    std::map<std::string, std::size_t> places;
    for (const std::size_t animal : order) {
        const std::string name = options.start == InitialWeights::Shared ? "" : animals[animal].animal;
        starts.ofAnimal[animal] = places.emplace(name, places.size()).first->second;
    }
    starts.count = places.size();
    return starts;
}

/// Weights from which animals start, as parameters of the search: within +-10 for regressors of unit mean
/// square, where a choice is all but certain.
rules::ParameterInfo startingWeight() {
    rules::ParameterInfo weight;
    weight.regressorPower = 1;
    weight.limit = 10;
    return weight;
}

/// Mean log-likelihood per scored trial over the animals, in the coordinates of the search: the rule's
/// parameters, then fitted w_0.
class Objective {
  public:
    Objective(const rules::RuleInfo& rule, std::span<const data::RuleInputs> animals,
        const TextbookFitOptions& options, std::vector<std::size_t> order)
        : m_rule(*rule.textbook)
        , m_animals(animals)
        , m_options(options)
        , m_order(std::move(order))
        , m_weights(animals[0].regressors)
        , m_starts(fittedStarts(m_rule, animals, options, m_order)) {
        const std::vector<double> squares = meanSquares(animals, m_order);
        m_coordinates = fit::coordinates(rule, squares);
        m_ofRule = m_coordinates.size();
        for (std::size_t i = 0; i < m_starts.count * m_weights; ++i) {
            m_coordinates.push_back(coordinate(startingWeight(), squares[i % m_weights]));
        }
        std::size_t trials = 0;
        for (const data::RuleInputs& inputs : animals) {
            m_trials += static_cast<std::size_t>(std::count(inputs.scored.begin(), inputs.scored.end(), 1));
            trials += inputs.trials;
        }
        constexpr std::size_t kWorthAThread =
            4000; // trials: below, starting threads costs more than it saves
        m_threads = trials < kWorthAThread ? 1 : options.threads;
    }

    std::size_t scoredTrials() const { return m_trials; }
    const std::vector<Coordinate>& coordinates() const { return m_coordinates; }
    std::size_t parameterCount() const { return m_ofRule; } ///< of the rule alone

    std::vector<double> parameters(std::span<const double> u) const {
        const std::vector<double> theta = inUnits(u);
        return {theta.begin(), theta.begin() + static_cast<std::ptrdiff_t>(m_ofRule)};
    }

    /// w_0 of every animal, in the order of the request; as they were given if none are fitted.
    std::vector<std::vector<double>> initialWeights(std::span<const double> u) const {
        if (m_starts.count == 0) {
            return m_options.initialWeights;
        }
        const std::vector<double> theta = inUnits(u);
        std::vector<std::vector<double>> all;
        for (std::size_t a = 0; a < m_animals.size(); ++a) {
            const std::span<const double> w0 = start(theta, a);
            all.emplace_back(w0.begin(), w0.end());
        }
        return all;
    }

    /// From the coordinates of the same rule with one w_0 for all animals.
    std::vector<double> fromShared(std::span<const double> shared) const {
        std::vector<double> u(shared.begin(), shared.begin() + static_cast<std::ptrdiff_t>(m_ofRule));
        for (std::size_t i = 0; i < m_starts.count; ++i) {
            u.insert(u.end(), shared.begin() + static_cast<std::ptrdiff_t>(m_ofRule), shared.end());
        }
        return u;
    }
    std::size_t fittedStartCount() const { return m_starts.count; }

    /// nats per trial at u; `gradient` (empty or as long as u) receives d/du.
    double evaluate(std::span<const double> u, std::span<double> gradient) const {
        const std::vector<double> theta = inUnits(u);
        const std::span<const double> parameters = std::span(theta).first(m_ofRule);
        const std::size_t count = m_order.size();
        const std::size_t slopesEach = gradient.empty() ? 0 : m_ofRule + (m_starts.count > 0 ? m_weights : 0);
        std::vector<double> values(count);
        std::vector<double> slopes(count * slopesEach);
        base::parallelFor(count, m_threads, [&](std::size_t i) {
            const std::span<double> slope = std::span<double>(slopes).subspan(i * slopesEach, slopesEach);
            const std::size_t animal = m_order[i];
            values[i] = m_rule.logLikelihood(m_animals[animal], parameters, start(theta, animal), slope);
        });
        std::fill(gradient.begin(), gradient.end(), 0.0);
        const double trials = static_cast<double>(m_trials);
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t j = 0; j < slopesEach; ++j) {
                const std::size_t at = j < m_ofRule ? j : j + m_starts.ofAnimal[m_order[i]] * m_weights;
                gradient[at] += slopes[i * slopesEach + j] * (m_coordinates[at].unit / trials);
            }
        }
        return std::accumulate(values.begin(), values.end(), 0.0) / trials;
    }

  private:
    std::vector<double> inUnits(std::span<const double> u) const {
        std::vector<double> theta(u.size());
        for (std::size_t i = 0; i < u.size(); ++i) {
            theta[i] = u[i] * m_coordinates[i].unit;
        }
        return theta;
    }

    std::span<const double> start(std::span<const double> theta, std::size_t animal) const {
        if (m_starts.count > 0) {
            return theta.subspan(m_ofRule + m_starts.ofAnimal[animal] * m_weights, m_weights);
        }
        return m_options.initialWeights.empty() || m_rule.ownsInitialWeights()
                   ? std::span<const double>{}
                   : std::span<const double>(m_options.initialWeights[animal]);
    }

    const rules::TextbookRule& m_rule;
    std::span<const data::RuleInputs> m_animals;
    const TextbookFitOptions& m_options;
    std::vector<std::size_t> m_order;
    std::size_t m_weights = 0; ///< K
    FittedStarts m_starts;
    std::vector<Coordinate> m_coordinates;
    std::size_t m_ofRule = 0; ///< coordinates before those of w_0
    std::size_t m_trials = 0;
    int m_threads = 0;
};

/// One search from one start; keeps the best point itself, so that any ending has one.
class Search {
  public:
    Search(const Objective& objective, const TextbookFitOptions& options, const base::StopToken& stop,
        TextbookFit& fit)
        : m_objective(objective)
        , m_options(options)
        , m_stop(stop)
        , m_fit(fit) {}

    /// What a search leaves as it is.
    enum class Held { Nothing, Rule, Starts };

    /// From u until a step gains less than `tolerance` nats per trial.
    SearchEnd run(std::vector<double> u, double tolerance, Held held = Held::Nothing) {
        const std::vector<Coordinate>& all = m_objective.coordinates();
        constexpr std::size_t kMostDense = 80; // SLSQP's steps cost the cube of the number of parameters
        nlopt::opt optimiser(
            u.size() > kMostDense ? nlopt::LD_LBFGS : nlopt::LD_SLSQP, static_cast<unsigned>(u.size()));
        std::vector<double> low, high;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const bool isOfRule = i < m_objective.parameterCount();
            const bool isHeld = held == (isOfRule ? Held::Rule : Held::Starts);
            low.push_back(isHeld ? u[i] : all[i].low);
            high.push_back(isHeld ? u[i] : all[i].high);
        }
        optimiser.set_lower_bounds(low);
        optimiser.set_upper_bounds(high);
        optimiser.set_min_objective(&Search::evaluate, this);
        optimiser.set_ftol_abs(tolerance);
        optimiser.set_maxeval(m_options.maxIterations);
        double value = 0;
        try {
            const nlopt::result ended = optimiser.optimize(u, value);
            m_end.status = ended == nlopt::MAXEVAL_REACHED ? FitStatus::NotConverged : FitStatus::Converged;
        } catch (const nlopt::roundoff_limited&) {
            m_end.status = FitStatus::Converged; // no step improves it any more in double precision
        } catch (const nlopt::forced_stop&) {
            m_end.status = m_isDiverged ? FitStatus::Diverged : FitStatus::Cancelled;
        } catch (const std::runtime_error&) {
            m_end.status = FitStatus::NotConverged; // the line search gave up; the best point stands
        }
        return std::move(m_end);
    }

  private:
    static double evaluate(unsigned count, const double* u, double* gradient, void* self) {
        return static_cast<Search*>(self)->evaluate({u, count}, {gradient, gradient == nullptr ? 0 : count});
    }

    double evaluate(std::span<const double> u, std::span<double> gradient) {
        if (!waitWhilePaused(m_options.isPaused, m_stop)) {
            throw nlopt::forced_stop();
        }
        const double value = m_objective.evaluate(u, gradient);
        ++m_fit.iterations;
        if (!std::isfinite(value) || !areAllFinite(gradient)) {
            m_isDiverged = true;
            throw nlopt::forced_stop();
        }
        if (value > m_end.natsPerTrial) {
            m_end.natsPerTrial = value;
            m_end.u.assign(u.begin(), u.end());
        }
        m_fit.curve.push_back(m_fit.curve.empty() ? value : std::max(value, m_fit.curve.back()));
        if (m_options.onProgress) {
            m_options.onProgress(m_fit.iterations, m_fit.curve.back());
        }
        for (double& slope : gradient) {
            slope = -slope;
        }
        return -value;
    }

    const Objective& m_objective;
    const TextbookFitOptions& m_options;
    const base::StopToken& m_stop;
    TextbookFit& m_fit;
    SearchEnd m_end;
    bool m_isDiverged = false;
};

/// Start 0 is the registry's; further ones scatter around it: rates by a factor, the rest by an amount.
std::vector<double> startingPoint(const std::vector<Coordinate>& all, std::uint64_t seed, int start) {
    base::RandomStream random(seed, static_cast<std::uint64_t>(start));
    std::vector<double> u;
    for (const Coordinate& c : all) {
        const double draw = start == 0 ? 0.0 : random.normal();
        const double scattered = c.start != 0 ? c.start * std::exp(draw) : 0.5 * draw;
        u.push_back(std::clamp(scattered, c.low, c.high));
    }
    return u;
}

/// Parameters that the likelihood does not hold back: large, and half as much again costs nothing.
std::vector<std::size_t> unboundedParameters(const Objective& objective, const SearchEnd& end) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < objective.parameterCount(); ++i) {
        const double limit = objective.coordinates()[i].high;
        if (!(std::abs(end.u[i]) > 0.2 * limit)) {
            continue;
        }
        std::vector<double> further = end.u;
        further[i] *= 1.5;
        const double value = objective.evaluate(further, {});
        const double lostNats = (end.natsPerTrial - value) * static_cast<double>(objective.scoredTrials());
        if (std::isfinite(value) && lostNats < 1e-3) {
            found.push_back(i);
        }
    }
    return found;
}

/// Searches from every start, coarsely, then finely from where the best one ended. Starts that diverge are
/// dropped unless all do.
SearchEnd searchAll(const Objective& objective, const TextbookFitOptions& options,
    const base::StopToken& stop, TextbookFit& fit) {
    constexpr double kCoarse = 1e-7, kFine = 1e-11; // nats per trial
    SearchEnd best;
    best.status = FitStatus::Diverged;
    for (int start = 0; start < options.starts && !stop.stop_requested(); ++start) {
        const std::vector<double> u = startingPoint(objective.coordinates(), options.seed, start);
        SearchEnd end = Search(objective, options, stop, fit).run(u, kCoarse);
        if (!end.u.empty() && (best.u.empty() || isBetter(end, best))) {
            best = std::move(end);
        }
    }
    if (!best.u.empty() && best.status != FitStatus::Diverged && !stop.stop_requested()) {
        SearchEnd end = Search(objective, options, stop, fit).run(best.u, kFine);
        best = refined(std::move(best), std::move(end));
    }
    if (stop.stop_requested() && best.status != FitStatus::Diverged) {
        best.status = FitStatus::Cancelled;
    }
    if (stop.stop_requested() && best.u.empty()) {
        best.u = startingPoint(objective.coordinates(), options.seed, 0);
        best.status = FitStatus::Cancelled;
    }
    return best;
}

/// w_0 of each animal in turns: the rule with one w_0 for all, then w_0 of each under that rule, then the
/// rule from there. The joint maximum is none of the animals': where what an error teaches outweighs the
/// rest, paths run apart from the least difference in w_0, and a w_0 for each animal can be chosen to hit its
/// choices by chance.
SearchEnd searchInTurns(const rules::RuleInfo& rule, std::span<const data::RuleInputs> animals,
    const TextbookFitOptions& options, const Objective& objective, const base::StopToken& stop,
    TextbookFit& fit) {
    constexpr double kFine = 1e-11; // nats per trial
    TextbookFitOptions forAll = options;
    forAll.start = InitialWeights::Shared;
    const Objective shared(rule, animals, forAll, canonicalOrder(animals));
    SearchEnd best = searchAll(shared, forAll, stop, fit);
    if (best.u.empty()) {
        return best;
    }
    best.u = objective.fromShared(best.u);
    for (const Search::Held held : {Search::Held::Rule, Search::Held::Starts}) {
        if (best.status == FitStatus::Diverged || best.status == FitStatus::Cancelled) {
            break;
        }
        const bool isUnsettled = best.status == FitStatus::NotConverged;
        SearchEnd end = Search(objective, options, stop, fit).run(best.u, kFine, held);
        best = refined(std::move(best), std::move(end));
        if (isUnsettled && best.status == FitStatus::Converged) {
            best.status = FitStatus::NotConverged;
        }
    }
    return best;
}

} // namespace

TextbookFitOptions textbookOptions(const FitSpec& spec) {
    TextbookFitOptions options;
    options.starts = spec.training.starts;
    options.maxIterations = spec.training.maxIterations;
    options.seed = spec.seed;
    options.start = spec.initialWeights;
    return options;
}

Result<TextbookFit> fitTextbook(const rules::RuleInfo& rule, std::span<const data::RuleInputs> animals,
    const TextbookFitOptions& options, base::StopToken stop) {
    if (const Result<void> usable = checkRequest(rule, animals, options); !usable) {
        return tl::make_unexpected(usable.error());
    }
    const std::vector<std::size_t> order = canonicalOrder(animals);
    const Objective objective(rule, animals, options, order);
    if (objective.scoredTrials() == 0) {
        return failure(ErrorCode::NoData, QT_TRANSLATE_NOOP("core", "No trial counts towards the fit."),
            "animals", QT_TRANSLATE_NOOP("core", "Choose animals or sessions that are not all held out."));
    }
    TextbookFit fit;
    fit.trials = objective.scoredTrials();
    const bool hasOwnStarts = options.start == InitialWeights::PerAnimal && objective.fittedStartCount() > 1;
    SearchEnd end = hasOwnStarts ? searchInTurns(rule, animals, options, objective, stop, fit)
                                 : searchAll(objective, options, stop, fit);
    if (end.status == FitStatus::Cancelled && !std::isfinite(end.natsPerTrial)) {
        end.natsPerTrial = objective.evaluate(end.u, {});
    }
    if (end.u.empty() || !std::isfinite(end.natsPerTrial)) { // regressors beyond all range
        end.u = startingPoint(objective.coordinates(), options.seed, 0);
        end.natsPerTrial = std::numeric_limits<double>::quiet_NaN();
        end.status = FitStatus::Diverged;
        fit.iterations = 0; // none of them found anything
    }
    fit.parameters = objective.parameters(end.u);
    fit.initialWeights = objective.initialWeights(end.u);
    fit.natsPerTrial = end.natsPerTrial;
    fit.status = end.status;
    if (fit.status == FitStatus::Converged || fit.status == FitStatus::NotConverged) {
        fit.unbounded = unboundedParameters(objective, end);
        fit.status = fit.unbounded.empty() ? fit.status : FitStatus::Unbounded;
    }
    return fit;
}

} // namespace rulescope::fit
