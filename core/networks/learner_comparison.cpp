// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/learner_comparison.h"

#include "core/base/first_error.h"
#include "core/base/parallel.h"
#include "core/base/quantile.h"
#include "core/base/version.h"
#include "core/fit/paired_test.h"
#include "core/fit/trainer.h"
#include "core/insight/fitted_inputs.h"
#include "core/networks/learner_store.h"
#include "core/networks/progress_count.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <fmt/ranges.h>
#include <iterator>
#include <limits>
#include <numeric>
#include <optional>

namespace rulescope::networks {

namespace {

using insight::UpdateSurface;

/// How the rule is inferred from every animal alike.
base::Result<fit::FitSpec> fitSpec(const LearnerComparisonOptions& options) {
    fit::FitSpec asked;
    asked.rule = options.rule;
    auto spec = fit::withPreset(asked, "default");
    if (!spec) {
        return spec;
    }
    spec->trialsPerAnimal = options.trials;
    // Chosen by name: it wins over what the rule brings along.
    return options.epochs > 0 ? fit::withOption(*spec, "epochs", options.epochs) : spec;
}

/// A rule inferred from one animal, as a surface; on the animal's grid if one is given.
base::Result<UpdateSurface> inferredSurface(const data::AnimalPtr& animal, const fit::FitSpec& spec,
    const UpdateSurface* grid, const base::StopToken& stop, const std::function<bool()>& isPaused) {
    data::Study study;
    study.animals = {animal};
    fit::FitCallbacks callbacks;
    callbacks.threads = 1;
    callbacks.isPaused = isPaused;
    const auto result = fit::fit(study, spec, stop, callbacks);
    if (!result) {
        return tl::make_unexpected(result.error());
    }
    if (stop.stop_requested()) {
        return base::failure(base::ErrorCode::Cancelled,
            QT_TRANSLATE_NOOP("core", "The comparison was stopped."), animal->name());
    }
    if (!fit::hasUsableParameters(result->status)) {
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP(
                "core", "The rule fitted to this animal ran away: it has no surface to compare."),
            animal->name());
    }
    const auto rule = fit::fittedRule(*result);
    const auto inputs = insight::fittedInputs(study, *result);
    if (!rule || !inputs) {
        return tl::make_unexpected(rule ? inputs.error() : rule.error());
    }
    insight::UpdateSurfaceOptions drawn;
    drawn.regressors = result->spec.regressors;
    if (grid != nullptr) {
        drawn.stimulusValues = grid->stimulus;
        drawn.weightValues = grid->weightValues;
    }
    return insight::updateSurface(**rule, *inputs, drawn);
}

/// Everything that determines a surface.
std::string surfaceKey(const data::Animal& animal, const fit::FitSpec& spec, const UpdateSurface* grid) {
    std::string key = std::string(base::kVersion) + ' ' + animal.contentHash() + ' ' + fit::toJson(spec);
    if (grid != nullptr) {
        key += fmt::format(" {} {}", fmt::join(grid->stimulus, ","), fmt::join(grid->weightValues, ","));
    }
    return key;
}

/// One network of one learner.
struct Outcome {
    std::optional<ArtificialAnimal> artificial;
    std::optional<UpdateSurface> surface;
    std::optional<base::Error> loss; ///< why there is no surface
};

std::string learnerName(const data::Animal& animal, const std::string& rule, std::size_t rank, int network) {
    const std::string connectivity = rank > 0 ? "rank " + std::to_string(rank) : std::string("full rank");
    return animal.name() + " network, " + rule + ", " + connectivity + ", " + std::to_string(network + 1);
}

LearnerSpec learnerSpec(const data::Animal& animal, const LearnerComparisonOptions& options,
    const std::string& rule, std::size_t rank, int network) {
    LearnerSpec spec = options.learner;
    spec.name = learnerName(animal, rule, rank, network);
    spec.network.rule = rule;
    spec.network.seed += static_cast<std::uint64_t>(network);
    if (rank > 0) {
        spec.network.connectivity.kind = "rank";
        spec.network.connectivity.rank = rank;
    }
    return spec;
}

std::vector<double> finite(const std::vector<double>& values) {
    std::vector<double> known;
    std::copy_if(values.begin(), values.end(), std::back_inserter(known),
        [](double value) { return std::isfinite(value); });
    return known;
}

/// Over values that are numbers; NaN without any.
double mean(const std::vector<double>& values) {
    const std::vector<double> known = finite(values);
    return known.empty()
               ? std::numeric_limits<double>::quiet_NaN()
               : std::accumulate(known.begin(), known.end(), 0.0) / static_cast<double>(known.size());
}

double median(const std::vector<double>& values) {
    return base::quantile(finite(values), 0.5);
}

/// Numbers of one learner from its networks' outcomes; the k-th network is held against the k-th fit.
LearnerDistance summarised(
    std::span<const Outcome> outcomes, const std::vector<UpdateSurface>& fits, const data::Animal& model) {
    LearnerDistance learner;
    learner.distances.assign(outcomes.size(), std::numeric_limits<double>::quiet_NaN());
    std::vector<double> cosines, scales, overlaps, accuracies, changes, speeds;
    for (std::size_t k = 0; k < outcomes.size(); ++k) {
        if (const auto& artificial = outcomes[k].artificial) {
            accuracies.push_back(artificial->animal->counts().accuracy());
            changes.push_back(artificial->weightChange);
            speeds.push_back(speedDifference(*artificial->animal, model));
        }
        if (!outcomes[k].surface) {
            ++learner.lost;
            continue;
        }
        if (learner.surface.stimulus.empty()) {
            learner.surface = *outcomes[k].surface;
        }
        const SurfaceDistance found = surfaceDistance(fits[k % fits.size()], *outcomes[k].surface);
        learner.distances[k] = found.distance;
        overlaps.push_back(found.overlap);
        cosines.push_back(found.cosine);
        scales.push_back(found.scale);
    }
    learner.distance = mean(learner.distances);
    learner.low = learner.high = std::numeric_limits<double>::quiet_NaN();
    if (learner.count() > 1) {
        const fit::PairedStatistics statistics = fit::pairedStatistics(finite(learner.distances));
        learner.low = statistics.low;
        learner.high = statistics.high;
    }
    learner.cosine = mean(cosines);
    learner.scale = median(scales); // a fit that is about to run away must not decide it
    learner.overlap = mean(overlaps);
    learner.accuracy = mean(accuracies);
    learner.weightChange = mean(changes);
    learner.speedDifference = mean(speeds);
    return learner;
}

base::Result<void> check(const LearnerComparisonOptions& options) {
    if (options.networks < 1 || options.creditRules.empty() || options.ranks.empty()) {
        return base::failure(base::ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "A comparison needs a rule, a rank and a network of each."), "network",
            QT_TRANSLATE_NOOP("core", "Name at least one of each."));
    }
    return {};
}

/// One comparison: first the animal's own fit, then the learners' rates, then networks and fits.
class Comparing {
  public:
    Comparing(data::AnimalPtr model, fit::FitSpec spec, const LearnerComparisonOptions& options,
        base::StopToken stop, const base::ProgressCallback& onProgress)
        : m_model(std::move(model))
        , m_spec(std::move(spec))
        , m_options(options)
        , m_store(options.folder)
        , m_stop(std::move(stop))
        , m_networks(static_cast<std::size_t>(options.networks))
        , m_learners(options.creditRules.size() * options.ranks.size())
        , m_fits(m_networks)
        , m_outcomes(m_learners * m_networks)
        , m_rates(m_learners, options.learner.network.optimiser.rate)
        , m_errors(m_networks + m_outcomes.size())
        , m_count(m_errors.size() + (options.isSpeedMatched ? m_learners : 0), onProgress) {}

    base::Result<LearnerComparison> run() {
        for (std::size_t learner = 0; learner < m_learners; ++learner) {
            if (const auto checked = checkSpec(specOf(learner, 0).network); !checked) {
                return tl::make_unexpected(checked.error()); // what fails later has run away
            }
        }
        // The first fit of the animal defines the grid of all others.
        auto first = surface(m_model, 0, nullptr);
        if (!first) {
            return tl::make_unexpected(first.error());
        }
        m_fits[0] = std::move(*first);
        m_count.add();
        if (m_options.isSpeedMatched) {
            base::parallelFor(
                m_learners, m_options.threads, [this](std::size_t learner) { matchRate(learner); });
        }
        if (!base::firstError(m_errors)) {
            base::parallelFor(m_errors.size() - 1, m_options.threads, [this](std::size_t i) { work(i + 1); });
        }
        if (const auto failed = base::firstError(m_errors)) {
            return tl::make_unexpected(*failed);
        }
        if (m_stop.stop_requested()) {
            return base::failure(base::ErrorCode::Cancelled,
                QT_TRANSLATE_NOOP("core", "The comparison was stopped."), m_model->name());
        }
        if (std::all_of(
                m_outcomes.begin(), m_outcomes.end(), [](const Outcome& each) { return each.loss; })) {
            return tl::make_unexpected(*m_outcomes.front().loss);
        }
        return result();
    }

  private:
    const std::string& ruleOf(std::size_t learner) const {
        return m_options.creditRules[learner / m_options.ranks.size()];
    }
    std::size_t rankOf(std::size_t learner) const {
        return m_options.ranks[learner % m_options.ranks.size()];
    }
    std::size_t placeOf(std::size_t learner, std::size_t network) const {
        return m_networks + learner * m_networks + network;
    }

    LearnerSpec specOf(std::size_t learner, std::size_t network) const {
        LearnerSpec spec =
            learnerSpec(*m_model, m_options, ruleOf(learner), rankOf(learner), static_cast<int>(network));
        spec.network.optimiser.rate = m_rates[learner];
        return spec;
    }

    base::Result<UpdateSurface> surface(
        const data::AnimalPtr& animal, std::size_t network, const UpdateSurface* grid) const {
        fit::FitSpec spec = m_spec;
        spec.seed = m_options.learner.network.seed + network;
        return m_store.surface(surfaceKey(*animal, spec, grid),
            [&] { return inferredSurface(animal, spec, grid, m_stop, m_options.isPaused); });
    }

    void matchRate(std::size_t learner) {
        if (m_hasFailed || m_stop.stop_requested()) {
            return;
        }
        const auto matched =
            m_store.matchedRate(specOf(learner, 0), *m_model, m_stop, {{}, m_options.isPaused});
        if (matched) {
            m_rates[learner] = matched->rate;
        } else if (matched.error().code ==
                   base::ErrorCode::InvalidValue) { // its networks run away at any rate
            for (std::size_t network = 0; network < m_networks; ++network) {
                m_outcomes[placeOf(learner, network) - m_networks].loss = matched.error();
            }
        } else {
            fail(placeOf(learner, 0), matched.error());
            return;
        }
        m_count.add();
    }

    /// Places below the number of networks are further fits of the animal, the others one network each.
    void work(std::size_t place) {
        if (m_hasFailed || m_stop.stop_requested()) {
            return;
        }
        const bool isNetwork = place >= m_networks;
        if (isNetwork && m_outcomes[place - m_networks].loss) { // without a rate
            m_count.add();
            return;
        }
        const std::size_t network = place % m_networks;
        data::AnimalPtr subject = m_model;
        if (isNetwork) {
            const std::size_t learner = place / m_networks - 1;
            auto artificial =
                m_store.runLearner(specOf(learner, network), *m_model, m_stop, {{}, m_options.isPaused});
            if (!artificial) {
                lose(place, artificial.error(), base::ErrorCode::InvalidValue);
                return;
            }
            subject = artificial->animal;
            m_outcomes[place - m_networks].artificial = std::move(*artificial);
        }
        auto inferred = surface(subject, network, &m_fits[0]);
        if (!inferred && isNetwork) {
            lose(place, inferred.error(), base::ErrorCode::NoData);
            return;
        }
        if (!inferred) {
            fail(place, inferred.error());
            return;
        }
        if (isNetwork) {
            m_outcomes[place - m_networks].surface = std::move(*inferred);
        } else {
            m_fits[place] = std::move(*inferred);
        }
        m_count.add();
    }

    /// A network that ran away is told in the result; anything else ends the comparison.
    void lose(std::size_t place, const base::Error& error, base::ErrorCode ofLoss) {
        if (error.code != ofLoss) {
            fail(place, error);
            return;
        }
        m_outcomes[place - m_networks].loss = error;
        m_count.add();
    }

    void fail(std::size_t place, const base::Error& error) {
        m_errors[place] = error;
        m_hasFailed = true;
    }

    LearnerComparison result() const {
        LearnerComparison comparison;
        comparison.animal = m_model->name();
        comparison.rule = m_options.rule;
        comparison.networks = m_networks;
        comparison.isContrast = m_model->stimulusKind() == data::StimulusKind::Contrast;
        comparison.surface = m_fits[0];
        comparison.accuracy = m_model->counts().accuracy();
        std::vector<double> refits;
        for (std::size_t k = 1; k < m_networks; ++k) {
            refits.push_back(surfaceDistance(m_fits[0], m_fits[k]).distance);
        }
        comparison.refitDistance = mean(refits);
        for (std::size_t learner = 0; learner < m_learners; ++learner) {
            LearnerDistance distance =
                summarised(std::span(m_outcomes).subspan(learner * m_networks, m_networks), m_fits, *m_model);
            distance.rate = m_rates[learner];
            distance.rule = ruleOf(learner);
            distance.rank = rankOf(learner) > 0 ? rankOf(learner) : m_options.learner.network.units;
            comparison.learners.push_back(std::move(distance));
        }
        for (const Outcome& outcome : m_outcomes) {
            comparison.animals.push_back(outcome.artificial ? outcome.artificial->animal : nullptr);
        }
        return comparison;
    }

    data::AnimalPtr m_model;
    fit::FitSpec m_spec;
    const LearnerComparisonOptions& m_options;
    LearnerStore m_store;
    base::StopToken m_stop;
    std::size_t m_networks, m_learners; ///< networks per learner
    std::vector<UpdateSurface> m_fits;  ///< of the animal, one per seed
    std::vector<Outcome> m_outcomes;    ///< learners x networks
    std::vector<double> m_rates;        ///< per learner
    std::vector<std::optional<base::Error>> m_errors;
    std::atomic<bool> m_hasFailed = false; ///< nothing more is begun
    ProgressCount m_count;
};

} // namespace

SurfaceDistance surfaceDistance(const UpdateSurface& first, const UpdateSurface& second) {
    const auto total = [](const UpdateSurface& surface) {
        return std::accumulate(surface.correctVisits.begin(), surface.correctVisits.end(), 0.0) +
               std::accumulate(surface.errorVisits.begin(), surface.errorVisits.end(), 0.0);
    };
    const double firstTotal = total(first), secondTotal = total(second);
    double product = 0, firstSquare = 0, secondSquare = 0;
    SurfaceDistance result;
    const auto add = [&](const std::vector<double>& a, const std::vector<double>& b,
                         const std::vector<double>& visitsA, const std::vector<double>& visitsB) {
        for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
            const double share = std::min(visitsA[i] / firstTotal, visitsB[i] / secondTotal);
            if (share > 0 && std::isfinite(a[i]) && std::isfinite(b[i])) {
                result.overlap += share;
                product += share * a[i] * b[i];
                firstSquare += share * a[i] * a[i];
                secondSquare += share * b[i] * b[i];
            }
        }
    };
    if (firstTotal > 0 && secondTotal > 0) {
        add(first.correct, second.correct, first.correctVisits, second.correctVisits);
        add(first.error, second.error, first.errorVisits, second.errorVisits);
    }
    const double sizes = std::sqrt(firstSquare) * std::sqrt(secondSquare);
    if (!(sizes > 0) || result.overlap < kLeastOverlap) {
        result.distance = result.cosine = result.scale = std::numeric_limits<double>::quiet_NaN();
        return result;
    }
    result.cosine = std::clamp(product / sizes, -1.0, 1.0);
    result.distance = std::sqrt(2 - 2 * result.cosine);
    result.scale = std::sqrt(secondSquare / firstSquare);
    return result;
}

base::Result<LearnerComparison> compareLearners(const data::Animal& animal,
    const LearnerComparisonOptions& options, const base::StopToken& stop,
    const base::ProgressCallback& onProgress) {
    if (const auto checked = check(options); !checked) {
        return tl::make_unexpected(checked.error());
    }
    auto model = data::Animal::create(animal.content());
    auto spec = fitSpec(options);
    if (!model || !spec) {
        return tl::make_unexpected(model ? spec.error() : model.error());
    }
    return Comparing(std::move(*model), std::move(*spec), options, stop, onProgress).run();
}

std::vector<data::AnimalPtr> firstAnimals(const LearnerComparison& comparison) {
    std::vector<data::AnimalPtr> firsts;
    for (std::size_t begin = 0; begin < comparison.animals.size(); begin += comparison.networks) {
        const auto first = comparison.animals.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto last = first + static_cast<std::ptrdiff_t>(comparison.networks);
        const auto found =
            std::find_if(first, last, [](const data::AnimalPtr& each) { return each != nullptr; });
        if (found != last) {
            firsts.push_back(*found);
        }
    }
    return firsts;
}

std::size_t LearnerDistance::count() const {
    return finite(distances).size();
}

std::optional<Nearest> nearestLearner(const LearnerComparison& comparison) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < comparison.learners.size(); ++i) {
        const LearnerDistance& learner = comparison.learners[i];
        if (learner.count() > 0 && learner.count() + learner.lost == comparison.networks) {
            order.push_back(i);
        }
    }
    if (order.size() < 2) {
        return std::nullopt;
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return comparison.learners[a].distance < comparison.learners[b].distance;
    });
    Nearest nearest{order[0], order[1], 0, 0, 0};
    std::vector<double> differences;
    for (std::size_t k = 0; k < comparison.networks; ++k) {
        differences.push_back(comparison.learners[nearest.next].distances[k] -
                              comparison.learners[nearest.learner].distances[k]);
    }
    differences = finite(differences); // networks of either that are lost have no partner
    if (differences.empty() || (comparison.networks > 1 && differences.size() < 2)) {
        return std::nullopt;
    }
    const fit::PairedStatistics statistics = fit::pairedStatistics(differences);
    nearest.margin = statistics.mean;
    nearest.low = statistics.low;
    nearest.high = statistics.high;
    return nearest;
}

} // namespace rulescope::networks
