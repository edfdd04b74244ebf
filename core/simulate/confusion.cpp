// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/confusion.h"

#include "core/base/parallel.h"
#include "core/fit/compare.h"
#include "core/rules/registry.h"
#include "core/simulate/simulation.h"
#include "core/simulate/teacher.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>

namespace rulescope::simulate {

using base::ErrorCode;
using base::failure;
using base::Result;

namespace {

using Clock = std::chrono::steady_clock;

/// One progress over cohorts that run side by side.
class CohortProgress {
  public:
    CohortProgress(const ConfusionCallbacks& callbacks, std::size_t cohorts)
        : m_callbacks(callbacks)
        , m_fractions(cohorts, 0.0)
        , m_start(Clock::now()) {}

    void tell(std::size_t cohort, double fraction) {
        const std::lock_guard lock(m_mutex);
        m_done += fraction - m_fractions[cohort];
        m_fractions[cohort] = fraction;
        const Clock::time_point now = Clock::now();
        if (!m_callbacks.onProgress || now - m_last < std::chrono::milliseconds(50)) {
            return;
        }
        m_last = now;
        const double all = m_done / static_cast<double>(m_fractions.size());
        m_callbacks.onProgress(all, all > 0 ? seconds() * (1 - all) / all : 0);
    }
    double seconds() const { return std::chrono::duration<double>(Clock::now() - m_start).count(); }

  private:
    const ConfusionCallbacks& m_callbacks;
    std::mutex m_mutex;
    std::vector<double> m_fractions;
    double m_done = 0;
    Clock::time_point m_start, m_last;
};

Result<ConfusionRequest> completed(ConfusionRequest request) {
    if (request.simulated.empty() || request.fitted.empty() || request.cohorts == 0) {
        return failure(ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP(
                "core", "A confusion matrix needs rules to simulate, rules to fit and cohorts."),
            "rules");
    }
    if (request.heldOut == 0 || request.animals <= request.heldOut || request.trials == 0) {
        return failure(ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP(
                "core", "Some of a cohort's animals must be held out and some left to fit, with trials."),
            "animals");
    }
    for (auto& [rule, parameters] : request.simulated) {
        const auto info = rules::findRule(rule);
        if (!info) {
            return tl::make_unexpected(info.error());
        }
        parameters = parameters.empty() ? usualParameters(rule) : parameters;
        if ((*info)->textbook == nullptr) {
            return failure(ErrorCode::InvalidValue,
                QT_TRANSLATE_NOOP("core", "A network rule must be trained before it can be simulated."), rule,
                QT_TRANSLATE_NOOP("core", "Simulate textbook rules; networks may be fitted to them."));
        }
    }
    for (const std::string& rule : request.fitted) {
        if (const auto info = rules::findRule(rule); !info) {
            return tl::make_unexpected(info.error());
        }
    }
    return request;
}

/// Animals of one cohort; cohorts never share a random stream.
Result<data::Study> studyOf(const ConfusionRequest& request, std::size_t rule, std::size_t cohort) {
    data::Study study;
    for (std::size_t i = 0; i < request.animals; ++i) {
        AnimalRecipe recipe = request.recipe;
        recipe.rule = request.simulated[rule].first;
        recipe.parameters = request.simulated[rule].second;
        recipe.trials = request.trials;
        recipe.name = "Simulated " + std::to_string(i + 1);
        recipe.stream = (rule * request.cohorts + cohort) * request.animals + i;
        const Result<SimulatedAnimal> made = simulateAnimal(recipe);
        if (!made) {
            return tl::make_unexpected(made.error());
        }
        study.animals.push_back(made->animal);
    }
    return study;
}

fit::ComparisonRequest comparisonOf(const ConfusionRequest& request) {
    fit::ComparisonRequest comparison;
    comparison.rules = request.fitted;
    comparison.spec = request.spec;
    comparison.spec.regressors = request.recipe.regressors;
    comparison.seeds = {request.spec.seed};
    comparison.holdout = "animals:";
    for (std::size_t i = request.animals - request.heldOut; i < request.animals; ++i) {
        comparison.holdout +=
            (comparison.holdout.back() == ':' ? "Simulated " : ",Simulated ") + std::to_string(i + 1);
    }
    return comparison;
}

/// The rule that predicts best; none if no rule has a score.
std::optional<std::size_t> winnerOf(const std::vector<double>& natsPerTrial) {
    std::optional<std::size_t> best;
    for (std::size_t rule = 0; rule < natsPerTrial.size(); ++rule) {
        if (std::isfinite(natsPerTrial[rule]) && (!best || natsPerTrial[rule] > natsPerTrial[*best])) {
            best = rule;
        }
    }
    return best;
}

Result<ConfusionCohort> runCohort(const ConfusionRequest& request, std::size_t index,
    const base::StopToken& stop, CohortProgress& progress) {
    const std::size_t rule = index / request.cohorts;
    const Result<data::Study> study = studyOf(request, rule, index % request.cohorts);
    if (!study) {
        return tl::make_unexpected(study.error());
    }
    fit::ComparisonCallbacks callbacks;
    callbacks.threads = 1;
    callbacks.onProgress = [&](const fit::ComparisonProgress& p) { progress.tell(index, p.fraction); };
    const auto comparison = fit::compareRules(*study, comparisonOf(request), stop, callbacks);
    if (!comparison) {
        return tl::make_unexpected(comparison.error());
    }
    ConfusionCohort cohort;
    cohort.simulated = rule;
    for (const std::string& name : request.fitted) {
        cohort.natsPerTrial.push_back(scoreOnAll(*comparison, name));
    }
    cohort.bernoulliNatsPerTrial = scoreOnAll(*comparison, fit::kBernoulli);
    cohort.winner = winnerOf(cohort.natsPerTrial);
    progress.tell(index, 1);
    return cohort;
}

} // namespace

std::vector<std::string> usualConfusionRules() {
    std::vector<std::string> names;
    for (const rules::RuleInfo* rule : rules::allRules()) {
        if (!rule->usualParameters.empty() && rule->variation != rules::RuleInfo::Variation::Bounds) {
            names.emplace_back(rule->name);
        }
    }
    return names;
}

double scoreOnAll(const fit::Comparison& comparison, const std::string& name) {
    const auto score = std::find_if(comparison.rules.begin(), comparison.rules.end(),
        [&](const fit::RuleScore& rule) { return rule.rule == name; });
    if (!score->lostAnimals.empty()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    if (comparison.pooledAnimals.size() == score->perAnimal.size()) {
        return score->natsPerTrial;
    }
    double nats = 0, trials = 0;
    for (const fit::HeldOutScore& animal : score->perAnimal) {
        nats += animal.natsPerTrial * static_cast<double>(animal.trials);
        trials += static_cast<double>(animal.trials);
    }
    return nats / trials;
}

double Confusion::share(std::size_t simulatedRule, std::size_t fittedRule) const {
    double won = 0, all = 0;
    for (const ConfusionCohort& cohort : cohorts) {
        all += cohort.simulated == simulatedRule;
        won += cohort.simulated == simulatedRule && cohort.winner == fittedRule;
    }
    return all > 0 ? won / all : 0;
}

std::size_t Confusion::withoutWinner(std::size_t simulatedRule) const {
    return static_cast<std::size_t>(std::count_if(cohorts.begin(), cohorts.end(),
        [&](const ConfusionCohort& cohort) { return cohort.simulated == simulatedRule && !cohort.winner; }));
}

std::size_t Confusion::withoutScore(std::size_t simulatedRule, std::size_t fittedRule) const {
    return static_cast<std::size_t>(
        std::count_if(cohorts.begin(), cohorts.end(), [&](const ConfusionCohort& cohort) {
            return cohort.simulated == simulatedRule && !std::isfinite(cohort.natsPerTrial[fittedRule]);
        }));
}

double Confusion::meanDeficit(std::size_t simulatedRule, std::size_t fittedRule) const {
    double sum = 0, all = 0;
    for (const ConfusionCohort& cohort : cohorts) {
        if (cohort.simulated == simulatedRule && std::isfinite(cohort.natsPerTrial[fittedRule])) {
            sum += cohort.natsPerTrial[fittedRule] - cohort.natsPerTrial[*cohort.winner];
            all += 1;
        }
    }
    return all > 0 ? sum / all : std::numeric_limits<double>::quiet_NaN();
}

Result<Confusion> confusionMatrix(
    const ConfusionRequest& asked, const base::StopToken& stop, const ConfusionCallbacks& callbacks) {
    const Result<ConfusionRequest> request = completed(asked);
    if (!request) {
        return tl::make_unexpected(request.error());
    }
    Confusion confusion;
    confusion.request = *request;
    for (const auto& [rule, parameters] : request->simulated) {
        confusion.simulated.push_back(rule);
    }
    confusion.fitted = request->fitted;
    const std::size_t count = request->simulated.size() * request->cohorts;
    CohortProgress progress(callbacks, count);
    std::vector<std::optional<Result<ConfusionCohort>>> made(count);
    std::atomic<bool> hasFailed{false};
    base::parallelFor(count, callbacks.threads, [&](std::size_t i) {
        if (!stop.stop_requested() && !hasFailed) {
            made[i] = runCohort(*request, i, stop, progress);
            hasFailed = hasFailed || !made[i]->has_value();
        }
    });
    if (stop.stop_requested()) {
        return failure(
            ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "The comparison of rules was stopped."));
    }
    for (const std::optional<Result<ConfusionCohort>>& cohort : made) {
        if (cohort && !*cohort) {
            return tl::make_unexpected(cohort->error());
        }
    }
    for (std::optional<Result<ConfusionCohort>>& cohort : made) {
        confusion.cohorts.push_back(std::move(**cohort));
    }
    confusion.seconds = progress.seconds();
    return confusion;
}

} // namespace rulescope::simulate
