// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/compare.h"

#include "core/base/parallel.h"
#include "core/fit/paired_test.h"
#include "core/fit/provenance.h"
#include "core/fit/rule_fit.h"
#include "core/fit/splits.h"
#include "core/rules/registry.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <map>
#include <mutex>
#include <optional>

namespace rulescope::fit {

namespace {

/// What one fit contributes for one animal.
struct Tally {
    double logLikelihood = 0;
    std::size_t trials = 0, correct = 0;

    void add(const Tally& other) {
        logLikelihood += other.logLikelihood;
        trials += other.trials;
        correct += other.correct;
    }
};

using AnimalTallies = std::map<std::string, Tally>;

/// One fit of the queue: a rule on a fold from a seed.
struct Task {
    std::size_t rule = 0, fold = 0, seed = 0;
    AnimalTallies tallies;
    std::optional<base::Error> error;
};

Tally tallyChoices(const data::RuleInputs& inputs, const std::vector<double>& logOdds) {
    Tally tally;
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        if (inputs.scored[t] == 0) {
            continue;
        }
        tally.logLikelihood += rules::logLikelihood(logOdds[t], inputs.choice[t]);
        ++tally.trials;
        tally.correct += (logOdds[t] >= 0) == (inputs.choice[t] > 0.5) ? 1 : 0; // a tie predicts right
    }
    return tally;
}

/// The rate of rightward choices among training trials, with half a trial added on each side so that it is
/// never 0 or 1.
double bernoulliRate(const std::vector<data::RuleInputs>& training) {
    double right = 0.5, trials = 1;
    for (const data::RuleInputs& inputs : training) {
        for (std::size_t t = 0; t < inputs.trials; ++t) {
            right += inputs.scored[t] != 0 ? inputs.choice[t] : 0;
            trials += inputs.scored[t] != 0 ? 1 : 0;
        }
    }
    return right / trials;
}

AnimalTallies scoreBernoulli(const Fold& fold) {
    const double rate = bernoulliRate(fold.training);
    const double logOdds = std::log(rate / (1 - rate));
    AnimalTallies tallies;
    for (const data::RuleInputs& inputs : fold.test) {
        tallies[inputs.animal].add(tallyChoices(inputs, std::vector<double>(inputs.trials, logOdds)));
    }
    return tallies;
}

base::Result<AnimalTallies> scoreFit(const FitResult& result, const Fold& fold) {
    AnimalTallies tallies;
    for (const data::RuleInputs& inputs : fold.test) {
        const auto predicted = logOdds(result, inputs);
        if (!predicted) {
            return tl::make_unexpected(predicted.error());
        }
        tallies[inputs.animal].add(tallyChoices(inputs, *predicted));
    }
    return tallies;
}

/// One progress over fits that run side by side.
class QueueProgress {
  public:
    QueueProgress(const ComparisonCallbacks& callbacks, std::size_t fits)
        : m_callbacks(callbacks)
        , m_fractions(fits, 0.0)
        , m_start(std::chrono::steady_clock::now()) {}

    void tell(std::size_t task, double fraction) {
        const std::lock_guard lock(m_mutex);
        m_fractions[task] = std::max(m_fractions[task], fraction);
        const auto now = std::chrono::steady_clock::now();
        if (!m_callbacks.onProgress || (fraction < 1 && now - m_last < std::chrono::milliseconds(50))) {
            return;
        }
        m_last = now;
        ComparisonProgress progress;
        progress.fits = m_fractions.size();
        for (const double value : m_fractions) {
            progress.fraction += value / static_cast<double>(m_fractions.size());
            progress.fitsDone += value >= 1 ? 1 : 0;
        }
        progress.secondsElapsed = seconds();
        progress.secondsLeft =
            progress.fraction > 0 ? progress.secondsElapsed * (1 - progress.fraction) / progress.fraction : 0;
        m_callbacks.onProgress(progress);
    }

    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    }

  private:
    const ComparisonCallbacks& m_callbacks;
    std::mutex m_mutex;
    std::vector<double> m_fractions;
    std::chrono::steady_clock::time_point m_start, m_last;
};

class ComparisonRun {
  public:
    ComparisonRun(const ComparisonRequest& request, const std::vector<Fold>& folds,
        const base::StopToken& stop, const ComparisonCallbacks& callbacks)
        : m_request(request)
        , m_folds(folds)
        , m_stop(stop)
        , m_callbacks(callbacks) {
        m_rules.emplace_back(kBernoulli);
        for (const std::string& rule : request.rules) {
            if (std::find(m_rules.begin(), m_rules.end(), rule) == m_rules.end()) {
                m_rules.push_back(rule);
            }
        }
    }

    base::Result<Comparison> run() {
        if (auto made = makeTasks(); !made) {
            return tl::make_unexpected(made.error());
        }
        QueueProgress progress(m_callbacks, m_tasks.size());
        base::parallelFor(m_tasks.size(), m_callbacks.threads, [&](std::size_t i) {
            if (!m_stop.stop_requested() && !m_hasFailed) {
                runTask(i, progress);
                m_hasFailed = m_hasFailed || m_tasks[i].error.has_value();
                progress.tell(i, 1);
            }
        });
        if (m_stop.stop_requested()) {
            return base::failure(
                base::ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "the comparison was cancelled."));
        }
        for (const Task& task : m_tasks) {
            if (task.error) {
                return tl::make_unexpected(*task.error);
            }
        }
        const AnimalTallies yardstick = scoredAnimals();
        if (yardstick.empty()) {
            return base::failure(base::ErrorCode::NoData,
                QT_TRANSLATE_NOOP("core", "no held-out trial is scored."), m_request.holdout,
                QT_TRANSLATE_NOOP("core", "Hold out more trials, or use more of each animal."));
        }
        Comparison comparison = summary(yardstick);
        comparison.seconds = progress.seconds();
        return comparison;
    }

  private:
    base::Result<void> makeTasks() {
        for (std::size_t rule = 0; rule < m_rules.size(); ++rule) {
            bool isSeeded = false;
            if (m_rules[rule] != kBernoulli) {
                const auto info = rules::findRule(m_rules[rule]);
                if (!info) {
                    return tl::make_unexpected(info.error());
                }
                isSeeded = (*info)->kind == rules::RuleInfo::Kind::Network;
            }
            for (std::size_t seed = 0; seed < (isSeeded ? m_request.seeds.size() : 1); ++seed) {
                for (std::size_t fold = 0; fold < m_folds.size(); ++fold) {
                    m_tasks.push_back({rule, fold, seed, {}, std::nullopt});
                }
            }
        }
        // Long fits first, so that no core waits for the last one.
        std::stable_sort(
            m_tasks.begin(), m_tasks.end(), [](const Task& a, const Task& b) { return a.rule > b.rule; });
        return {};
    }

    void runTask(std::size_t index, QueueProgress& progress) {
        Task& task = m_tasks[index];
        const Fold& fold = m_folds[task.fold];
        if (m_rules[task.rule] == kBernoulli) {
            task.tallies = scoreBernoulli(fold);
            return;
        }
        FitSpec spec = m_request.spec;
        spec.rule = m_rules[task.rule];
        spec.seed = m_request.seeds[task.seed];
        FitCallbacks callbacks;
        callbacks.threads = 1;
        callbacks.isPaused = m_callbacks.isPaused;
        callbacks.onProgress = [&](const FitProgress& fit) {
            progress.tell(index, 0.99 * fit.epoch / std::max(fit.epochs, 1));
        };
        auto result = fitRule(spec, fold.training, {}, m_stop, callbacks);
        if (!result) {
            task.error = result.error();
            return;
        }
        if (m_stop.stop_requested()) {
            return;
        }
        auto tallies = scoreFit(*result, fold);
        if (!tallies) {
            task.error = tallies.error();
            return;
        }
        task.tallies = std::move(*tallies);
    }

    std::vector<AnimalTallies> talliesOfRule(std::size_t rule) const {
        std::vector<AnimalTallies> perSeed;
        for (const Task& task : m_tasks) {
            if (task.rule == rule) {
                perSeed.resize(std::max(perSeed.size(), task.seed + 1));
                for (const auto& [animal, tally] : task.tallies) {
                    perSeed[task.seed][animal].add(tally);
                }
            }
        }
        return perSeed;
    }

    /// Means over seeds; animals in the order of the yardstick.
    RuleScore scoreOf(std::size_t rule, const AnimalTallies& yardstick) const {
        const std::vector<AnimalTallies> perSeed = talliesOfRule(rule);
        const auto seeds = static_cast<double>(perSeed.size());
        RuleScore score;
        score.rule = m_rules[rule];
        double pooledLikelihood = 0, pooledYardstick = 0, pooledCorrect = 0, pooledTrials = 0;
        for (const auto& [animal, base] : yardstick) {
            double likelihood = 0, correct = 0;
            for (const AnimalTallies& tallies : perSeed) {
                likelihood += tallies.at(animal).logLikelihood / seeds;
                correct += static_cast<double>(tallies.at(animal).correct) / seeds;
            }
            const auto trials = static_cast<double>(base.trials);
            score.perAnimal.push_back({animal, base.trials, likelihood / trials,
                (likelihood - base.logLikelihood) / (trials * std::log(2.0)), correct / trials});
            pooledLikelihood += likelihood;
            pooledYardstick += base.logLikelihood;
            pooledCorrect += correct;
            pooledTrials += trials;
        }
        score.natsPerTrial = pooledLikelihood / pooledTrials;
        score.bitsPerTrial = (pooledLikelihood - pooledYardstick) / (pooledTrials * std::log(2.0));
        score.accuracy = pooledCorrect / pooledTrials;
        for (const AnimalTallies& tallies : perSeed) {
            Tally all;
            for (const auto& [animal, tally] : tallies) {
                all.add(tally);
            }
            score.perSeed.push_back(all.logLikelihood / static_cast<double>(all.trials));
        }
        return score;
    }

    static PairedTest testOf(const RuleScore& first, const RuleScore& second) {
        std::vector<double> differences;
        for (std::size_t a = 0; a < first.perAnimal.size(); ++a) {
            differences.push_back(first.perAnimal[a].natsPerTrial - second.perAnimal[a].natsPerTrial);
        }
        const PairedStatistics statistics = pairedStatistics(differences);
        return {first.rule, second.rule, differences.size(), statistics.mean, statistics.low, statistics.high,
            statistics.tP, statistics.wilcoxonP};
    }

    /// The yardstick's tallies of the animals with held-out trials.
    AnimalTallies scoredAnimals() const {
        AnimalTallies yardstick;
        // By value: a range-for does not keep the vector alive that front() refers into.
        const AnimalTallies bernoulli = talliesOfRule(0).front();
        for (const auto& [animal, tally] : bernoulli) {
            if (tally.trials > 0) {
                yardstick[animal] = tally;
            }
        }
        return yardstick;
    }

    Comparison summary(const AnimalTallies& yardstick) const {
        Comparison comparison;
        for (std::size_t rule = 0; rule < m_rules.size(); ++rule) {
            comparison.rules.push_back(scoreOf(rule, yardstick));
        }
        for (std::size_t second = 0; second < m_rules.size(); ++second) {
            for (std::size_t first = second + 1; first < m_rules.size(); ++first) {
                comparison.tests.push_back(testOf(comparison.rules[first], comparison.rules[second]));
            }
        }
        for (const Fold& fold : m_folds) {
            comparison.folds.push_back(fold.heldOut);
        }
        return comparison;
    }

    const ComparisonRequest& m_request;
    const std::vector<Fold>& m_folds;
    const base::StopToken& m_stop;
    const ComparisonCallbacks& m_callbacks;
    std::vector<std::string> m_rules;     ///< the Bernoulli yardstick first
    std::atomic<bool> m_hasFailed{false}; ///< one error ends the queue
    std::vector<Task> m_tasks;
};

base::Result<void> checkRequest(const ComparisonRequest& request) {
    if (request.seeds.empty()) {
        return base::failure(base::ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "a comparison needs at least one seed."), "seeds");
    }
    for (const std::string& rule : request.rules) {
        if (rule != kBernoulli) {
            if (const auto info = rules::findRule(rule); !info) {
                return tl::make_unexpected(info.error());
            }
        }
    }
    return {};
}

} // namespace

base::Result<Comparison> compareRules(const data::Study& study, const ComparisonRequest& request,
    base::StopToken stop, const ComparisonCallbacks& callbacks) {
    if (const auto checked = checkRequest(request); !checked) {
        return tl::make_unexpected(checked.error());
    }
    const auto holdout = Holdout::parse(request.holdout);
    if (!holdout) {
        return tl::make_unexpected(holdout.error());
    }
    ComparisonRequest full = request;
    if (full.spec.animals.empty()) {
        for (const data::AnimalPtr& animal : study.animals) {
            full.spec.animals.push_back(animal->name());
        }
    }
    const auto animals = inputsOf(study, full.spec, full.spec.animals);
    if (!animals) {
        return tl::make_unexpected(animals.error());
    }
    const auto folds = makeFolds(*animals, *holdout, full.seeds.front());
    if (!folds) {
        return tl::make_unexpected(folds.error());
    }
    auto comparison = ComparisonRun(full, *folds, stop, callbacks).run();
    if (!comparison) {
        return comparison;
    }
    comparison->unit = holdout->unit;
    comparison->holdout = request.holdout;
    comparison->spec = full.spec;
    comparison->seeds = full.seeds;
    for (const std::string& name : full.spec.animals) {
        comparison->dataHashes.emplace_back(name, study.find(name)->contentHash());
    }
    comparison->versions = programVersions();
    comparison->createdUtc = utcNow();
    return comparison;
}

} // namespace rulescope::fit
