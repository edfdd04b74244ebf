// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/learner_comparison.h"

#include "core/base/parallel.h"
#include "core/fit/paired_test.h"
#include "core/fit/trainer.h"
#include "core/insight/fitted_inputs.h"
#include "core/networks/learner_speed.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>
#include <optional>

namespace rulescope::networks {

namespace {

using insight::UpdateSurface;

/// A rule inferred from one animal, as a surface; on the animal's grid if one is given.
base::Result<UpdateSurface> inferredSurface(const data::AnimalPtr& animal,
    const LearnerComparisonOptions& options, std::uint64_t seed, const UpdateSurface* grid,
    const base::StopToken& stop) {
    data::Study study;
    study.animals = {animal};
    fit::FitSpec asked;
    asked.rule = options.rule;
    auto spec = fit::withPreset(asked, "default");
    if (!spec) {
        return tl::make_unexpected(spec.error());
    }
    spec->trialsPerAnimal = options.trials;
    spec->seed = seed;
    if (options.epochs > 0) { // chosen by name: it wins over what the rule brings along
        spec = fit::withOption(*spec, "epochs", options.epochs);
        if (!spec) {
            return tl::make_unexpected(spec.error());
        }
    }
    fit::FitCallbacks callbacks;
    callbacks.threads = 1;
    callbacks.isPaused = options.isPaused;
    const auto result = fit::fit(study, *spec, stop, callbacks);
    if (!result) {
        return tl::make_unexpected(result.error());
    }
    if (stop.stop_requested()) {
        return base::failure(base::ErrorCode::Cancelled,
            QT_TRANSLATE_NOOP("core", "The comparison was stopped."), animal->name());
    }
    if (result->status == fit::FitStatus::Diverged) {
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

/// One network of one learner.
struct Outcome {
    ArtificialAnimal artificial;
    UpdateSurface surface;
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

double mean(const std::vector<double>& values) {
    return values.empty()
               ? std::numeric_limits<double>::quiet_NaN()
               : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Numbers of one learner from its networks' outcomes; the k-th network is held against the k-th fit.
LearnerDistance summarised(
    std::span<const Outcome> outcomes, const std::vector<UpdateSurface>& fits, const data::Animal& model) {
    LearnerDistance learner;
    std::vector<double> cosines, scales, overlaps, accuracies, changes, speeds;
    for (std::size_t k = 0; k < outcomes.size(); ++k) {
        const SurfaceDistance found = surfaceDistance(fits[k % fits.size()], outcomes[k].surface);
        overlaps.push_back(found.overlap);
        accuracies.push_back(outcomes[k].artificial.animal->counts().accuracy());
        changes.push_back(outcomes[k].artificial.weightChange);
        speeds.push_back(speedDifference(*outcomes[k].artificial.animal, model));
        if (std::isfinite(found.distance)) {
            learner.distances.push_back(found.distance);
            cosines.push_back(found.cosine);
            scales.push_back(found.scale);
        }
    }
    learner.distance = mean(learner.distances);
    learner.low = learner.high = std::numeric_limits<double>::quiet_NaN();
    if (learner.distances.size() > 1) {
        const fit::PairedStatistics statistics = fit::pairedStatistics(learner.distances);
        learner.low = statistics.low;
        learner.high = statistics.high;
    }
    learner.cosine = mean(cosines);
    learner.scale = mean(scales);
    learner.overlap = mean(overlaps);
    learner.accuracy = mean(accuracies);
    learner.weightChange = mean(changes);
    learner.speedDifference = mean(speeds);
    learner.surface = outcomes.front().surface;
    return learner;
}

std::optional<base::Error> firstError(const std::vector<std::optional<base::Error>>& errors) {
    for (const std::optional<base::Error>& error : errors) {
        if (error) {
            return error;
        }
    }
    return std::nullopt;
}

base::Result<void> check(const LearnerComparisonOptions& options) {
    if (options.networks < 1 || options.creditRules.empty() || options.ranks.empty()) {
        return base::failure(base::ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "A comparison needs a rule, a rank and a network of each."), "network",
            QT_TRANSLATE_NOOP("core", "Name at least one of each."));
    }
    return {};
}

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
    if (!(sizes > 0)) {
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
    const auto model = data::Animal::create(animal.content());
    if (!model) {
        return tl::make_unexpected(model.error());
    }
    const std::size_t networks = static_cast<std::size_t>(options.networks);
    const std::size_t learners = options.creditRules.size() * options.ranks.size();
    std::vector<UpdateSurface> fits(networks);
    std::vector<Outcome> outcomes(learners * networks);
    std::vector<double> rates(learners, options.learner.network.optimiser.rate);
    const std::size_t searches = options.isSpeedMatched ? learners : 0;
    std::vector<std::optional<base::Error>> errors(networks + outcomes.size() + searches);
    std::mutex mutex;
    std::size_t done = 0;
    const auto finished = [&] {
        const std::lock_guard lock(mutex);
        ++done;
        if (onProgress) {
            onProgress(static_cast<double>(done) / static_cast<double>(errors.size()));
        }
    };
    // The first fit of the animal defines the grid of all others.
    auto first = inferredSurface(*model, options, options.learner.network.seed, nullptr, stop);
    if (!first) {
        return tl::make_unexpected(first.error());
    }
    fits[0] = std::move(*first);
    finished();
    const auto specOf = [&](std::size_t learner, std::size_t network) {
        LearnerSpec spec = learnerSpec(animal, options, options.creditRules[learner / options.ranks.size()],
            options.ranks[learner % options.ranks.size()], static_cast<int>(network));
        spec.network.optimiser.rate = rates[learner];
        return spec;
    };
    base::parallelFor(searches, options.threads, [&](std::size_t learner) {
        const auto matched = matchedRate(specOf(learner, 0), animal, stop, {{}, options.isPaused});
        if (!matched) {
            errors[networks + outcomes.size() + learner] = matched.error();
            return;
        }
        rates[learner] = matched->rate;
        finished();
    });
    if (const auto failed = firstError(errors)) {
        return tl::make_unexpected(*failed);
    }
    base::parallelFor(networks + outcomes.size() - 1, options.threads, [&](std::size_t i) {
        const std::size_t job = i + 1;
        if (stop.stop_requested()) {
            return;
        }
        const std::size_t network = job < networks ? job : (job - networks) % networks;
        const std::uint64_t seed = options.learner.network.seed + network;
        data::AnimalPtr subject = *model;
        if (job >= networks) {
            const std::size_t learner = (job - networks) / networks;
            auto artificial = runLearner(specOf(learner, network), animal, stop, {{}, options.isPaused});
            if (!artificial) {
                errors[job] = artificial.error();
                return;
            }
            subject = artificial->animal;
            outcomes[job - networks].artificial = std::move(*artificial);
        }
        auto surface = inferredSurface(subject, options, seed, &fits[0], stop);
        if (!surface) {
            errors[job] = surface.error();
            return;
        }
        (job < networks ? fits[job] : outcomes[job - networks].surface) = std::move(*surface);
        finished();
    });
    if (const auto failed = firstError(errors)) {
        return tl::make_unexpected(*failed);
    }
    if (stop.stop_requested()) {
        return base::failure(base::ErrorCode::Cancelled,
            QT_TRANSLATE_NOOP("core", "The comparison was stopped."), animal.name());
    }
    LearnerComparison comparison;
    comparison.animal = animal.name();
    comparison.rule = options.rule;
    comparison.networks = networks;
    comparison.isContrast = animal.stimulusKind() == data::StimulusKind::Contrast;
    comparison.surface = fits[0];
    comparison.accuracy = animal.counts().accuracy();
    std::vector<double> refits;
    for (std::size_t k = 1; k < networks; ++k) {
        refits.push_back(surfaceDistance(fits[0], fits[k]).distance);
    }
    comparison.refitDistance = mean(refits);
    for (std::size_t learner = 0; learner < learners; ++learner) {
        comparison.learners.push_back(
            summarised(std::span(outcomes).subspan(learner * networks, networks), fits, animal));
        comparison.learners.back().rate = rates[learner];
        comparison.learners.back().rule = options.creditRules[learner / options.ranks.size()];
        const std::size_t rank = options.ranks[learner % options.ranks.size()];
        comparison.learners.back().rank = rank > 0 ? rank : options.learner.network.units;
    }
    for (const Outcome& outcome : outcomes) {
        comparison.animals.push_back(outcome.artificial.animal);
    }
    return comparison;
}

std::optional<Nearest> nearestLearner(const LearnerComparison& comparison) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < comparison.learners.size(); ++i) {
        if (comparison.learners[i].distances.size() == comparison.networks) { // all met the animal's states
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
    const fit::PairedStatistics statistics = fit::pairedStatistics(differences);
    nearest.margin = statistics.mean;
    nearest.low = statistics.low;
    nearest.high = statistics.high;
    return nearest;
}

} // namespace rulescope::networks
