// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/simulation.h"

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/rules/parameters.h"
#include "core/simulate/session_calendar.h"
#include "core/simulate/subject.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace rulescope::simulate {

using base::ErrorCode;
using base::failure;
using base::Result;
using base::Text;

namespace {

tl::unexpected<base::Error> badRecipe(const AnimalRecipe& recipe, const char* what) {
    return failure(ErrorCode::InvalidValue, what, recipe.name);
}

bool isProbability(double value) {
    return value >= 0 && value <= 1;
}

bool areAllFinite(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

Result<void> checkRecipe(const AnimalRecipe& recipe) {
    const Task& task = recipe.task;
    if (task.stimuli.empty() || !areAllFinite(task.stimuli)) {
        return badRecipe(
            recipe, QT_TRANSLATE_NOOP("core", "A simulated task needs stimuli that are finite numbers."));
    }
    if (!isProbability(task.zeroRewardsRight) || !isProbability(recipe.missRate) ||
        !isProbability(recipe.lapseLeft) || !isProbability(recipe.lapseRight) ||
        recipe.lapseLeft + recipe.lapseRight > 1 || !(recipe.updateNoise >= 0) ||
        !std::isfinite(recipe.updateNoise)) {
        return badRecipe(
            recipe, QT_TRANSLATE_NOOP("core",
                        "Rates of a simulation must lie between 0 and 1, both lapse rates together too, "
                        "and its noise may not be negative."));
    }
    if (recipe.trials == 0 || recipe.shortestSession == 0 || recipe.longestSession < recipe.shortestSession) {
        return badRecipe(recipe, QT_TRANSLATE_NOOP("core",
                                     "A simulation needs at least one trial, and sessions of at least one."));
    }
    const std::size_t weights = recipe.regressors.names.size();
    if (weights == 0 || (!recipe.initialWeights.empty() && recipe.initialWeights.size() != weights) ||
        !areAllFinite(recipe.initialWeights)) {
        return badRecipe(
            recipe, QT_TRANSLATE_NOOP("core",
                        "A simulation needs regressors, and a finite initial weight for each or none."));
    }
    return {};
}

/// Lengths of the sessions: uniform between the recipe's bounds, the last ones adjusted to the total.
std::vector<std::size_t> sessionLengths(const AnimalRecipe& recipe, base::RandomStream& random) {
    std::vector<std::size_t> lengths;
    std::size_t left = recipe.trials;
    while (left > recipe.longestSession) {
        const std::size_t spared = left > recipe.shortestSession ? left - recipe.shortestSession : left;
        const std::size_t longest = std::max(recipe.shortestSession, std::min(recipe.longestSession, spared));
        const std::size_t length =
            recipe.shortestSession + random.below(longest - recipe.shortestSession + 1);
        lengths.push_back(std::min(length, left));
        left -= lengths.back();
    }
    if (left > 0) {
        lengths.push_back(left);
    }
    return lengths;
}

SubjectTraits traitsOf(const AnimalRecipe& recipe) {
    SubjectTraits traits;
    traits.regressors = recipe.regressors;
    traits.kind = recipe.task.kind;
    traits.initialWeights = recipe.initialWeights;
    traits.fixedWeights = recipe.fixedWeights;
    traits.policy = recipe.policy;
    traits.updateNoise = recipe.updateNoise;
    traits.lapseLeft = recipe.lapseLeft, traits.lapseRight = recipe.lapseRight;
    traits.missRate = recipe.missRate;
    return traits;
}

TaskTrial drawTrial(const Task& task, base::RandomStream& random) {
    TaskTrial trial;
    trial.stimulus = task.stimuli[random.below(task.stimuli.size())];
    const bool isRight = trial.stimulus == 0 ? random.bernoulli(task.zeroRewardsRight) : trial.stimulus > 0;
    trial.answer = isRight ? data::kRight : data::kLeft;
    return trial;
}

/// Columns of stimuli of the task that the animal never sees, from a stream of their own: the animal's trials
/// are the same with and without them.
std::vector<data::Column> distractorColumns(const AnimalRecipe& recipe, std::size_t trials) {
    constexpr std::uint64_t kDistractorStreams = std::uint64_t{2} << 32U;
    base::RandomStream random(recipe.seed, kDistractorStreams + recipe.stream);
    std::vector<data::Column> columns;
    for (std::size_t i = 0; i < recipe.distractors; ++i) {
        data::Column column{distractorName(i), std::vector<double>(trials)};
        for (double& value : column.values) {
            value = recipe.task.stimuli[random.below(recipe.task.stimuli.size())];
        }
        columns.push_back(std::move(column));
    }
    return columns;
}

} // namespace

Result<SimulatedAnimal> simulateAnimal(const rules::LearningRule& teacher, const AnimalRecipe& recipe) {
    if (const Result<void> usable = checkRecipe(recipe); !usable) {
        return tl::make_unexpected(usable.error());
    }
    Result<DecisionInputs> inputs = DecisionInputs::create(recipe.regressors, nullptr, recipe.name);
    if (!inputs) {
        return tl::make_unexpected(inputs.error());
    }
    base::RandomStream random(recipe.seed, recipe.stream);
    const std::vector<std::size_t> lengths = sessionLengths(recipe, random);
    const std::vector<std::string> days = trainingDays(recipe.firstDay, lengths.size());
    if (days.empty()) {
        return badRecipe(recipe,
            QT_TRANSLATE_NOOP("core", "The first day of a simulation must be a date like 2024-01-08."));
    }
    const SubjectTraits traits = traitsOf(recipe);
    Subject subject(teacher, traits, *std::move(inputs), random);
    data::Animal::Content content;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        const std::size_t begin = subject.trialsDone();
        subject.startSession();
        for (std::size_t t = 0; t < lengths[i]; ++t) {
            subject.runTrial(drawTrial(recipe.task, random));
        }
        content.sessions.push_back({days[i], days[i], "simulated", "", begin, subject.trialsDone()});
        if (subject.hasDiverged()) {
            return badRecipe(
                recipe, QT_TRANSLATE_NOOP("core", "The weights of the simulated animal grow without bound."));
        }
    }
    content.name = recipe.name;
    content.lab = recipe.lab;
    content.stimulusKind = recipe.task.kind;
    content.stimulusUnit = recipe.task.unit;
    content.provenance = toJson(recipe);
    content.trials = subject.takeTrials();
    content.trials.extra = distractorColumns(recipe, content.trials.size());
    Result<data::AnimalPtr> animal = data::Animal::create(std::move(content));
    if (!animal) {
        return tl::make_unexpected(animal.error());
    }
    return SimulatedAnimal{*std::move(animal), subject.takePath(), subject.weights()};
}

Result<SimulatedAnimal> simulateAnimal(const AnimalRecipe& recipe) {
    const Result<const rules::RuleInfo*> rule = rules::findRule(recipe.rule);
    if (!rule) {
        return tl::make_unexpected(rule.error());
    }
    if ((*rule)->textbook == nullptr) {
        return badRecipe(
            recipe, QT_TRANSLATE_NOOP("core", "A network rule must be trained before it can be simulated."));
    }
    const Result<std::vector<double>> parameters =
        rules::parseParameters(**rule, recipe.regressors.names, recipe.parameters);
    if (!parameters) {
        return tl::make_unexpected(parameters.error());
    }
    const std::size_t weights = recipe.regressors.names.size();
    AnimalRecipe run = recipe;
    if ((*rule)->textbook->ownsInitialWeights()) {
        run.initialWeights = *parameters;
    }
    return simulateAnimal(*(*rule)->textbook->at(*parameters, weights), run);
}

Result<std::vector<SimulatedAnimal>> simulateCohort(
    const std::vector<AnimalRecipe>& recipes, int threads, base::StopToken stop) {
    std::vector<std::optional<Result<SimulatedAnimal>>> made(recipes.size());
    base::parallelFor(recipes.size(), threads, [&](std::size_t i) {
        if (!stop.stop_requested()) {
            made[i] = simulateAnimal(recipes[i]);
        }
    });
    std::vector<SimulatedAnimal> cohort;
    for (std::optional<Result<SimulatedAnimal>>& animal : made) {
        if (!animal) {
            return failure(ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "The simulation was stopped."));
        }
        if (!*animal) {
            return tl::make_unexpected(animal->error());
        }
        cohort.push_back(std::move(**animal));
    }
    return cohort;
}

} // namespace rulescope::simulate
