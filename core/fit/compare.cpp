// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/compare.h"

#include "core/base/parallel.h"
#include "core/data/analysed.h"
#include "core/fit/comparison_summary.h"
#include "core/fit/comparison_task.h"
#include "core/fit/fit_queue.h"
#include "core/fit/json.h"
#include "core/fit/provenance.h"
#include "core/fit/rule_fit.h"
#include "core/fit/splits.h"
#include "core/rules/registry.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace rulescope::fit {

namespace {

/// Trials beyond which fits run one by one: each one beside others takes a copy of all trials.
constexpr std::size_t kTrialsForCopies = 2'000'000;

/// The rate of rightward choices among training trials, with half a trial added on each side so that it is
/// never 0 or 1.
double bernoulliRate(std::span<const data::RuleInputs> training) {
    double right = 0.5, trials = 1;
    for (const data::RuleInputs& inputs : training) {
        for (std::size_t t = 0; t < inputs.trials; ++t) {
            right += inputs.scored[t] != 0 ? inputs.choice[t] : 0;
            trials += inputs.scored[t] != 0 ? 1 : 0;
        }
    }
    return right / trials;
}

/// The inputs of as many fits as run at once; one of them is the original, the others are copies.
class InputsPool {
  public:
    InputsPool(std::vector<data::RuleInputs> animals, const Folds& folds, std::size_t count) {
        for (std::size_t i = 1; i < count; ++i) {
            m_free.push_back(std::make_unique<FoldInputs>(animals, folds));
        }
        m_free.push_back(std::make_unique<FoldInputs>(std::move(animals), folds));
    }

    /// Gives itself back.
    using Loan = std::unique_ptr<FoldInputs, std::function<void(FoldInputs*)>>;
    Loan take() {
        const std::lock_guard lock(m_mutex);
        FoldInputs* inputs = m_free.back().release();
        m_free.pop_back();
        return {inputs, [this](FoldInputs* returned) {
                    const std::lock_guard giving(m_mutex);
                    m_free.emplace_back(returned);
                }};
    }

  private:
    std::mutex m_mutex;
    std::vector<std::unique_ptr<FoldInputs>> m_free;
};

class ComparisonRun {
  public:
    ComparisonRun(const ComparisonRequest& request, const std::vector<data::RuleInputs>& animals,
        const Folds& folds, const base::StopToken& stop, const ComparisonCallbacks& callbacks)
        : m_request(request)
        , m_folds(folds)
        , m_stop(stop)
        , m_callbacks(callbacks) {
        for (const data::RuleInputs& animal : animals) {
            m_animals.push_back(animal.animal);
        }
        m_rules.emplace_back(kBernoulli);
        for (const std::string& rule : request.rules) {
            if (std::find(m_rules.begin(), m_rules.end(), rule) == m_rules.end()) {
                m_rules.push_back(rule);
            }
        }
        makeTasks();
    }

    base::Result<Comparison> run(std::vector<data::RuleInputs> animals, QueueOptions options) {
        m_watchesHeldOut = m_callbacks.wantsHeldOut && !options.isOneByOne;
        if (m_callbacks.onProgress) {
            options.onProgress = [this](const QueueProgress& progress) { tell(progress); };
        }
        const auto threads =
            static_cast<std::size_t>(options.threads > 0 ? options.threads : base::defaultThreads());
        InputsPool pool(
            std::move(animals), m_folds, options.isOneByOne ? 1 : std::min(threads, m_tasks.size()));
        const auto outcomes = runQueue(queueTasks(pool), options, m_stop);
        if (!outcomes) {
            return tl::make_unexpected(outcomes.error());
        }
        if (!readOutcomes(*outcomes)) {
            return base::failure(base::ErrorCode::BadFormat,
                QT_TRANSLATE_NOOP("core", "the checkpoint does not hold the fits of this comparison."),
                options.checkpoint.string(),
                QT_TRANSLATE_NOOP("core", "Delete it to start the comparison afresh."));
        }
        if (m_stop.stop_requested() && !isWhole()) {
            return base::failure(
                base::ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "the comparison was cancelled."));
        }
        return summary();
    }

  private:
    void makeTasks() {
        for (std::size_t rule = 0; rule < m_rules.size(); ++rule) {
            for (std::size_t seed = 0; seed < seedsOf(rule); ++seed) {
                for (std::size_t fold = 0; fold < m_folds.count; ++fold) {
                    FitTask task;
                    task.rule = rule;
                    task.fold = fold;
                    task.seed = seed;
                    task.ended = {m_rules[rule], fold, m_request.seeds[seed]};
                    m_tasks.push_back(std::move(task));
                }
            }
        }
    }

    bool isNetwork(std::size_t rule) const {
        return m_rules[rule] != kBernoulli &&
               (*rules::findRule(m_rules[rule]))->kind == rules::RuleInfo::Kind::Network;
    }

    /// What a rule is fitted with, but for the seed.
    FitSpec specOf(std::size_t rule) const {
        FitSpec spec = m_request.spec;
        spec.rule = m_rules[rule];
        return withTrainingOfRule(std::move(spec));
    }

    /// About how long a fit takes, in epochs of a memoryless network.
    double costOf(const FitTask& task) const {
        constexpr double kTextbook = 20, kMemory = 3;
        if (!isNetwork(task.rule)) {
            return m_rules[task.rule] == kBernoulli ? 0.1 : kTextbook;
        }
        const FitSpec spec = specOf(task.rule);
        return spec.training.epochs * (networkShape(spec).isRecurrent ? kMemory : 1.0);
    }

    std::vector<QueueTask> queueTasks(InputsPool& pool) {
        std::vector<QueueTask> tasks;
        for (const FitTask& task : m_tasks) {
            const std::string key = m_rules[task.rule] + ", fold " + std::to_string(task.fold) + ", seed " +
                                    std::to_string(task.seed);
            tasks.push_back({key, costOf(task),
                [this, &pool, &task](const QueueTools& tools) { return outcomeOf(task, pool, tools); }});
        }
        return tasks;
    }

    base::Result<StateArrays> outcomeOf(
        const FitTask& asked, InputsPool& pool, const QueueTools& tools) const {
        const InputsPool::Loan inputs = pool.take();
        FitTask task = asked;
        if (m_rules[task.rule] == kBernoulli) {
            scoreBernoulli(*inputs, task);
            return toArrays(task);
        }
        FitSpec spec = specOf(task.rule);
        spec.seed = m_request.seeds[task.seed];
        FitCallbacks callbacks;
        callbacks.threads = tools.threads;
        callbacks.isPaused = m_callbacks.isPaused;
        callbacks.onProgress = [&](const FitProgress& fit) {
            watch(asked, spec, fit);
            tools.tell(static_cast<double>(fit.epoch) / std::max(fit.epochs, 1));
        };
        std::vector<data::RuleInputs> heldOut; // a copy: the inputs turn to one side at a time
        if (m_watchesHeldOut && isNetwork(task.rule)) {
            const auto test = inputs->test(task.fold);
            heldOut.assign(test.begin(), test.end());
        }
        const auto result =
            fitRule(spec, inputs->training(task.fold), heldOut, tools.stop, callbacks, tools.store);
        unwatch(asked);
        if (!result) {
            return tl::make_unexpected(result.error());
        }
        if (result->status == FitStatus::Cancelled || tools.stop.stop_requested()) {
            return base::failure(
                base::ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "the comparison was cancelled."));
        }
        task.ended.status = result->status;
        task.ended.epochs = result->epochs;
        return scoreFit(*result, *inputs, task).map([&] { return toArrays(task); });
    }

    /// The first fit that tells something is watched until it ends.
    void watch(const FitTask& task, const FitSpec& spec, const FitProgress& fit) const {
        const std::lock_guard lock(m_watchMutex);
        if (m_watchedTask == nullptr || m_watchedTask == &task) {
            m_watchedTask = &task;
            m_watched = {spec.rule, task.fold, m_folds.count, spec.seed, fit.epoch, fit.epochs,
                fit.trainNatsPerTrial, fit.heldOutNatsPerTrial};
        }
    }

    void unwatch(const FitTask& task) const {
        const std::lock_guard lock(m_watchMutex);
        m_watchedTask = m_watchedTask == &task ? nullptr : m_watchedTask;
    }

    void tell(const QueueProgress& progress) const {
        WatchedFit watched;
        {
            const std::lock_guard lock(m_watchMutex);
            watched = m_watched;
        }
        m_callbacks.onProgress({progress.tasksDone, progress.tasks, progress.fraction,
            progress.secondsElapsed, progress.secondsLeft, std::move(watched)});
    }

    void add(const data::RuleInputs& inputs, const std::vector<double>& logOdds, FitTask& task) const {
        const auto animal = static_cast<std::size_t>(
            std::find(m_animals.begin(), m_animals.end(), inputs.animal) - m_animals.begin());
        if (const auto tally = tallyChoices(inputs, logOdds)) {
            task.tallies[animal].add(*tally);
        } else {
            task.overflown.insert(animal);
        }
    }

    void scoreBernoulli(FoldInputs& inputs, FitTask& task) const {
        const double rate = bernoulliRate(inputs.training(task.fold));
        const double logOdds = std::log(rate / (1 - rate));
        for (const data::RuleInputs& animal : inputs.test(task.fold)) {
            add(animal, std::vector<double>(animal.trials, logOdds), task);
        }
    }

    base::Result<void> scoreFit(const FitResult& result, FoldInputs& inputs, FitTask& task) const {
        for (const data::RuleInputs& animal : inputs.test(task.fold)) {
            const auto predicted = logOdds(result, animal);
            if (!predicted) {
                return tl::make_unexpected(predicted.error());
            }
            add(animal, *predicted, task);
        }
        return {};
    }

    bool readOutcomes(const QueueOutcomes& outcomes) {
        for (std::size_t i = 0; i < m_tasks.size(); ++i) {
            if (outcomes[i] && !readArrays(*outcomes[i], m_animals.size(), m_tasks[i])) {
                return false;
            }
        }
        return true;
    }

    bool isWhole() const {
        return std::all_of(m_tasks.begin(), m_tasks.end(), [](const FitTask& task) { return task.isDone; });
    }

    std::size_t seedsOf(std::size_t rule) const { return isNetwork(rule) ? m_request.seeds.size() : 1; }

    /// Of the rules that are done.
    base::Result<Comparison> summary() const {
        Comparison comparison;
        if (const auto summed = addSummary({m_animals, m_rules, m_tasks}, comparison); !summed) {
            base::Error error = summed.error();
            error.where = m_request.holdout;
            return tl::make_unexpected(std::move(error));
        }
        for (RuleScore& score : comparison.rules) {
            const auto rule = std::find(m_rules.begin(), m_rules.end(), score.rule) - m_rules.begin();
            if (score.rule != kBernoulli) {
                score.training = specOf(static_cast<std::size_t>(rule)).training;
            }
        }
        comparison.folds = m_folds.heldOut;
        return comparison;
    }

    const ComparisonRequest& m_request;
    const Folds& m_folds;
    const base::StopToken& m_stop;
    const ComparisonCallbacks& m_callbacks;
    std::vector<std::string> m_animals;
    std::vector<std::string> m_rules; ///< the Bernoulli yardstick first
    std::vector<FitTask> m_tasks;
    bool m_watchesHeldOut = false;
    // What a watcher sees; fits tell it from their threads.
    mutable std::mutex m_watchMutex;
    mutable const FitTask* m_watchedTask = nullptr;
    mutable WatchedFit m_watched;
};

base::Result<void> checkRequest(const ComparisonRequest& request) {
    if (request.seeds.empty()) {
        return base::failure(base::ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "a comparison needs at least one seed."), "seeds");
    }
    for (std::size_t i = 0; i < request.seeds.size(); ++i) {
        if (std::count(request.seeds.begin(), request.seeds.end(), request.seeds[i]) > 1) {
            return base::failure(base::ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "seed %1 is named more than once."),
                    {std::to_string(request.seeds[i])}},
                "seeds", QT_TRANSLATE_NOOP("core", "Name each seed once."));
        }
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

/// The request with its animals spelt out: an empty list means all.
ComparisonRequest resolved(const data::Study& study, ComparisonRequest request) {
    if (request.spec.animals.empty()) {
        for (const data::AnimalPtr& animal : study.animals) {
            if (!data::isExcludedWhole(*animal)) {
                request.spec.animals.push_back(animal->name());
            }
        }
    }
    return request;
}

std::string workText(const ComparisonRequest& request) {
    Json rules = request.rules, seeds = request.seeds;
    return "compare " + Json{{"rules", rules}, {"holdout", request.holdout}, {"seeds", seeds},
                            {"spec", specToJson(request.spec)}}
                            .dump();
}

QueueOptions queueOptions(const ComparisonCallbacks& callbacks, CheckpointIdentity identity,
    const std::vector<data::RuleInputs>& animals) {
    std::size_t trials = 0;
    for (const data::RuleInputs& animal : animals) {
        trials += animal.trials;
    }
    QueueOptions options;
    options.threads = callbacks.threads;
    options.isOneByOne = trials > kTrialsForCopies;
    options.checkpoint = callbacks.checkpoint;
    options.identity = std::move(identity);
    options.secondsBetweenCheckpoints = callbacks.secondsBetweenCheckpoints;
    options.onCheckpointFailure = callbacks.onCheckpointFailure;
    return options;
}

} // namespace

base::Result<Comparison> compareRules(const data::Study& whole, const ComparisonRequest& request,
    base::StopToken stop, const ComparisonCallbacks& callbacks) {
    const auto start = std::chrono::steady_clock::now();
    if (const auto checked = checkRequest(request); !checked) {
        return tl::make_unexpected(checked.error());
    }
    const auto holdout = Holdout::parse(request.holdout);
    if (!holdout) {
        return tl::make_unexpected(holdout.error());
    }
    const data::Study study = data::analysed(whole);
    const ComparisonRequest full = resolved(study, request);
    auto animals = inputsOf(study, full.spec, full.spec.animals);
    if (!animals) {
        return tl::make_unexpected(animals.error());
    }
    const auto folds = makeFolds(*animals, *holdout, full.seeds.front());
    if (!folds) {
        return tl::make_unexpected(folds.error());
    }
    std::vector<std::pair<std::string, std::string>> hashes;
    for (const std::string& name : full.spec.animals) {
        hashes.emplace_back(name, study.find(name)->contentHash());
    }
    const QueueOptions options =
        queueOptions(callbacks, {workText(full), identityText(hashes), programIdentity()}, *animals);
    ComparisonRun run(full, *animals, *folds, stop, callbacks);
    auto comparison = run.run(std::move(*animals), options);
    if (!comparison) {
        return comparison;
    }
    comparison->unit = holdout->unit;
    comparison->holdout = request.holdout;
    comparison->spec = full.spec;
    comparison->seeds = full.seeds;
    comparison->dataHashes = std::move(hashes);
    comparison->versions = programVersions();
    comparison->createdUtc = utcNow();
    comparison->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return comparison;
}

} // namespace rulescope::fit
