// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/insight/history_dependence.h"

#include "core/base/parallel.h"
#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace rulescope::insight {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kRandomHistories = 256;
constexpr std::size_t kResamples = 1000;

struct Probe {
    const rules::LearningRule& rule;
    const HistoryDependenceOptions& options;
    std::size_t component;
    std::vector<double> stimulus;
    std::vector<double> weights; // reference
    double typicalStimulus;
};

/// Update after a correct trial in this memory, at each stimulus; both sides averaged at 0.
void addUpdates(const Probe& probe, std::span<const double> memory, std::vector<double>& sums) {
    std::vector<double> state(memory.size()), update(probe.weights.size());
    for (std::size_t i = 0; i < probe.stimulus.size(); ++i) {
        const double s = probe.stimulus[i];
        const std::vector<double> x = regressorsAt(probe.options.regressors, s);
        const double share = s == 0 ? 0.5 : 1;
        for (const double answer : {0.0, 1.0}) {
            if ((answer == 0 && s > 0) || (answer == 1 && s < 0))
                continue;
            std::copy(memory.begin(), memory.end(), state.begin());
            const auto now = experienceAt(probe.options.regressors, probe.weights, x, s, answer, answer);
            probe.rule.step(now, state, update);
            sums[i] += share * update[probe.component];
        }
    }
}

/// Trial `back` trials ago of a history that ends now.
HistoryTrial& trialBack(std::vector<HistoryTrial>& history, std::size_t back) {
    return history[history.size() - back];
}

std::vector<std::vector<HistoryTrial>> madeUpHistories(
    const HistoryWindow& window, bool isRewarded, base::RandomStream& random) {
    std::vector<std::vector<HistoryTrial>> histories;
    if (window.to <= 4) {
        for (auto& history : allFourTrialHistories()) {
            bool fits = true;
            for (std::size_t back = window.from; back <= window.to; ++back)
                fits = fits && trialBack(history, back).isRewarded == isRewarded;
            if (fits)
                histories.push_back(std::move(history));
        }
        return histories;
    }
    for (std::size_t i = 0; i < kRandomHistories; ++i) {
        std::vector<HistoryTrial> history(window.to);
        for (HistoryTrial& trial : history)
            trial = {random.bernoulli(0.5), random.bernoulli(0.5)};
        for (std::size_t back = window.from; back <= window.to; ++back)
            trialBack(history, back).isRewarded = isRewarded;
        histories.push_back(std::move(history));
    }
    return histories;
}

HistoryUpdates syntheticUpdates(const Probe& probe, const HistoryWindow& window, bool isRewarded) {
    // The same stream for both kinds: they differ in the window alone.
    base::RandomStream random(probe.options.seed, window.from * 1000 + window.to);
    HistoryUpdates updates;
    updates.value.assign(probe.stimulus.size(), 0);
    for (const auto& history : madeUpHistories(window, isRewarded, random)) {
        addUpdates(probe,
            stateAfter(probe.rule, probe.options.regressors, probe.weights, history, probe.typicalStimulus),
            updates.value);
        ++updates.histories;
    }
    for (double& value : updates.value)
        value /= static_cast<double>(updates.histories);
    return updates;
}

/// Trials before which every trial of the window had this outcome, thinned evenly to `most`.
std::vector<std::size_t> matchingTrials(
    const data::RuleInputs& inputs, const HistoryWindow& window, double outcome, std::size_t most) {
    std::vector<std::size_t> trials;
    for (std::size_t t = window.to; t < inputs.trials; ++t) {
        bool fits = true;
        for (std::size_t back = window.from; fits && back <= window.to; ++back)
            fits = inputs.outcome[t - back] == outcome;
        if (fits)
            trials.push_back(t);
    }
    if (trials.size() <= most)
        return trials;
    std::vector<std::size_t> thinned(most);
    for (std::size_t i = 0; i < most; ++i)
        thinned[i] = trials[i * trials.size() / most];
    return thinned;
}

/// Mean updates of one animal for one window and outcome.
struct AnimalMean {
    std::vector<double> value; // empty: no such history
    std::size_t histories = 0;
};

/// One animal's means for every window: [2 w] rewarded, [2 w + 1] unrewarded.
std::vector<AnimalMean> realMeans(const Probe& probe, const AnimalInputs& animal) {
    const auto& windows = probe.options.windows;
    std::vector<AnimalMean> means(2 * windows.size());
    std::multimap<std::size_t, std::size_t> wanted; // trial -> slot
    for (std::size_t w = 0; w < windows.size(); ++w)
        for (const std::size_t unrewarded : {0u, 1u})
            for (const std::size_t t :
                matchingTrials(animal.inputs, windows[w], unrewarded ? 0 : 1, probe.options.mostPerAnimal))
                wanted.emplace(t, 2 * w + unrewarded);
    visitTrials(probe.rule, animal, [&](const Visit& visit) {
        const auto range = wanted.equal_range(visit.trial);
        if (range.first == range.second)
            return;
        std::vector<double> updates(probe.stimulus.size(), 0.0);
        addUpdates(probe, visit.state, updates);
        for (auto it = range.first; it != range.second; ++it) {
            AnimalMean& mean = means[it->second];
            mean.value.resize(updates.size(), 0.0);
            for (std::size_t i = 0; i < updates.size(); ++i)
                mean.value[i] += updates[i];
            ++mean.histories;
        }
    });
    for (AnimalMean& mean : means)
        for (double& value : mean.value)
            value /= static_cast<double>(mean.histories);
    return means;
}

/// Per fit of the ensemble, the animals that had such histories.
using Present = std::vector<std::vector<const AnimalMean*>>;

void addMean(const std::vector<const AnimalMean*>& animals, double share, std::vector<double>& value) {
    for (const AnimalMean* animal : animals)
        for (std::size_t i = 0; i < value.size(); ++i)
            value[i] += share * animal->value[i] / static_cast<double>(animals.size());
}

/// 95 % bootstrap over animals; each resample draws a fit first.
void addInterval(const Present& fits, std::uint64_t seed, HistoryUpdates& updates) {
    const std::size_t points = updates.value.size();
    std::vector<std::vector<double>> resampled(points, std::vector<double>(kResamples, 0.0));
    base::RandomStream random(seed);
    for (std::size_t r = 0; r < kResamples; ++r) {
        const auto& animals = fits[fits.size() > 1 ? random.below(fits.size()) : 0];
        for (std::size_t a = 0; a < animals.size(); ++a) {
            const AnimalMean& drawn = *animals[random.below(animals.size())];
            for (std::size_t i = 0; i < points; ++i)
                resampled[i][r] += drawn.value[i] / static_cast<double>(animals.size());
        }
    }
    for (const auto& values : resampled) {
        updates.low.push_back(quantile(values, 0.025));
        updates.high.push_back(quantile(values, 0.975));
    }
}

HistoryUpdates acrossAnimals(const Present& fits, std::size_t points, std::uint64_t seed) {
    const auto& animals = fits.front();
    HistoryUpdates updates;
    updates.animals = animals.size();
    updates.value.assign(points, animals.empty() ? kNan : 0);
    for (const AnimalMean* animal : animals)
        updates.histories += animal->histories;
    for (const auto& fit : fits)
        addMean(fit, 1 / static_cast<double>(fits.size()), updates.value);
    if (animals.size() >= 3 || (fits.size() >= 3 && !animals.empty()))
        addInterval(fits, seed, updates);
    return updates;
}

void fillReal(
    const std::vector<Probe>& probes, std::span<const AnimalInputs> animals, HistoryDependence& result) {
    const Probe& probe = probes.front();
    std::vector<std::vector<std::vector<AnimalMean>>> means(
        probes.size(), std::vector<std::vector<AnimalMean>>(animals.size()));
    base::parallelFor(probes.size() * animals.size(), 0, [&](std::size_t i) {
        const std::size_t f = i / animals.size(), a = i % animals.size();
        means[f][a] = realMeans(probes[f], animals[a]);
    });
    for (std::size_t w = 0; w < probe.options.windows.size(); ++w) {
        HistoryCurve curve;
        curve.window = probe.options.windows[w];
        for (const std::size_t unrewarded : {0u, 1u}) {
            Present present(probes.size());
            for (std::size_t f = 0; f < probes.size(); ++f)
                for (const auto& animal : means[f])
                    if (animal[2 * w + unrewarded].histories > 0)
                        present[f].push_back(&animal[2 * w + unrewarded]);
            // A fit whose path broke off met nothing of this kind.
            std::erase_if(present, [&](const auto& fit) { return &fit != &present[0] && fit.empty(); });
            (unrewarded ? curve.unrewarded : curve.rewarded) =
                acrossAnimals(present, probe.stimulus.size(), probe.options.seed);
        }
        result.curves.push_back(std::move(curve));
    }
}

/// The mean over fits, with their spread.
HistoryUpdates acrossFits(const std::vector<Probe>& probes, const HistoryWindow& window, bool isRewarded) {
    std::vector<HistoryUpdates> fits;
    for (const Probe& probe : probes)
        fits.push_back(syntheticUpdates(probe, window, isRewarded));
    HistoryUpdates all = fits.front();
    for (std::size_t i = 0; i < all.value.size(); ++i) {
        std::vector<double> values;
        for (const HistoryUpdates& fit : fits)
            values.push_back(fit.value[i]);
        all.value[i] = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(fits.size());
        if (fits.size() < 3)
            continue;
        all.low.push_back(quantile(values, 0.025));
        all.high.push_back(quantile(values, 0.975));
    }
    return all;
}

base::Result<std::size_t> checkOptions(const HistoryDependenceOptions& options) {
    const std::size_t component = options.regressors.indexOf(options.component);
    if (component == options.regressors.names.size())
        return base::failure(base::ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "The rule has no weight named \"%1\"."), {options.component}}, {},
            QT_TRANSLATE_NOOP("core", "Choose one of the fit's regressors."));
    for (const HistoryWindow& window : options.windows)
        if (window.from == 0 || window.from > window.to)
            return base::failure(base::ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "%1 to %2 trials back is no window."),
                    {static_cast<std::int64_t>(window.from), static_cast<std::int64_t>(window.to)}},
                {}, QT_TRANSLATE_NOOP("core", "Count back from 1, the nearer trial first."));
    return component;
}

} // namespace

std::vector<HistoryWindow> publishedHistoryWindows() {
    return {{1, 1}, {1, 2}, {1, 3}, {1, 4}, {7, 10}, {17, 20}, {27, 30}};
}

base::Result<HistoryDependence> historyDependence(const rules::LearningRule& rule,
    std::span<const AnimalInputs> animals, const HistoryDependenceOptions& options) {
    const auto component = checkOptions(options);
    if (!component)
        return tl::make_unexpected(component.error());
    const VisitedSpace space = visitedSpace(rule, options.regressors, animals, 1);
    if (space.size() == 0)
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "No trial of these animals could be run through the rule."), {},
            QT_TRANSLATE_NOOP(
                "core", "Choose animals with choices, or fit again with a smaller learning rate."));
    std::vector<Probe> probes;
    const auto addProbe = [&](const rules::LearningRule& fit) {
        probes.push_back({fit, options, *component, space.stimulusGrid(15, 21), space.medianWeights(),
            space.typicalStimulus()});
    };
    addProbe(rule);
    for (const rules::LearningRulePtr& member : options.ensemble)
        addProbe(*member);
    const Probe& probe = probes.front();
    HistoryDependence result;
    result.component = options.component;
    result.kind = options.kind;
    result.stimulus = probe.stimulus;
    result.referenceWeights = probe.weights;
    result.fits = probes.size();
    result.hasMemory = rule.stateSize() > 0;
    if (options.kind == HistoryKind::Real) {
        fillReal(probes, animals, result);
        return result;
    }
    for (const HistoryWindow& window : options.windows)
        result.curves.push_back(
            {window, acrossFits(probes, window, true), acrossFits(probes, window, false)});
    return result;
}

} // namespace rulescope::insight
