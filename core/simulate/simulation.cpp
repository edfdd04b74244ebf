// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/simulation.h"

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/rules/parameters.h"
#include "core/simulate/session_calendar.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace rulescope::simulate {

using base::ErrorCode;
using base::failure;
using base::Result;
using base::Text;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// What the next trial can look back on; zeros at a session's start, as data::ruleInputs has it.
struct Past {
    double stimulus = 0; ///< transformed
    double choice = 0;   ///< +-1
    double outcome = 0;  ///< +-1
};

using Evaluate = double (*)(double stimulus, const Past& past);

struct Regressor {
    const char* name;
    Evaluate evaluate;
};

constexpr Regressor kRegressors[] = {
    {"bias", [](double, const Past&) { return 1.0; }},
    {"stimulus", [](double stimulus, const Past&) { return stimulus; }},
    {"stimulus_left", [](double stimulus, const Past&) { return std::max(0.0, -stimulus); }},
    {"stimulus_right", [](double stimulus, const Past&) { return std::max(0.0, stimulus); }},
    {"previous_choice", [](double, const Past& past) { return past.choice; }},
    {"previous_stimulus", [](double, const Past& past) { return past.stimulus; }},
    {"previous_outcome", [](double, const Past& past) { return past.outcome; }},
    {"win_stay", [](double, const Past& past) { return past.choice * past.outcome; }},
};

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
        recipe.lapseLeft + recipe.lapseRight > 1 || !(recipe.updateNoise >= 0)) {
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

Result<std::vector<Evaluate>> regressorsOf(const AnimalRecipe& recipe) {
    std::vector<Evaluate> chosen;
    for (const std::string& name : recipe.regressors.names) {
        const auto found = std::find_if(std::begin(kRegressors), std::end(kRegressors),
            [&](const Regressor& regressor) { return regressor.name == name; });
        if (found == std::end(kRegressors)) {
            return failure(ErrorCode::InvalidValue,
                Text{QT_TRANSLATE_NOOP("core", "A simulated animal can't decide by the regressor \"%1\"."),
                    {name}},
                recipe.name,
                QT_TRANSLATE_NOOP("core", "Use bias, stimulus or regressors made from the trial before."));
        }
        chosen.push_back(found->evaluate);
    }
    return chosen;
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

/// Reaction time (s): a fixed motor delay plus a log-normal decision time, shorter the stronger the evidence;
/// medians run from about 1 s without evidence to .3 s, as mice's do in such tasks.
double reactionTime(double evidence, base::RandomStream& random) {
    constexpr double kMotorS = 0.12, kFastestS = 0.12, kHesitationS = 0.7, kSpread = 0.45;
    const double median = kFastestS + kHesitationS / (1.0 + std::abs(evidence));
    return kMotorS + median * std::exp(kSpread * random.normal());
}

/// An animal at its task: its weights and memory, and the trials done so far.
class Subject {
  public:
    Subject(const rules::LearningRule& teacher, const AnimalRecipe& recipe, std::vector<Evaluate> regressors,
        base::RandomStream& random)
        : m_teacher(teacher)
        , m_recipe(recipe)
        , m_regressors(std::move(regressors))
        , m_random(random)
        , m_weights(recipe.initialWeights)
        , m_x(m_regressors.size())
        , m_update(m_regressors.size())
        , m_state(teacher.stateSize()) {
        m_weights.resize(m_regressors.size());
        for (const std::string& name : recipe.regressors.names) {
            m_learns.push_back(std::find(recipe.fixedWeights.begin(), recipe.fixedWeights.end(), name) ==
                               recipe.fixedWeights.end());
        }
    }

    void startSession() {
        m_past = {};
        m_isSessionStart = true;
        m_clockS = 0;
    }

    void runTrial() {
        const double stimulus = m_recipe.task.stimuli[m_random.below(m_recipe.task.stimuli.size())];
        const bool isRightRewarded =
            stimulus == 0 ? m_random.bernoulli(m_recipe.task.zeroRewardsRight) : stimulus > 0;
        const bool isContrast = m_recipe.task.kind == data::StimulusKind::Contrast;
        const double transformed = isContrast ? m_recipe.regressors.transform.apply(stimulus) : stimulus;
        m_trials.stimulus.push_back(stimulus);
        m_trials.answer.push_back(isRightRewarded ? data::kRight : data::kLeft);
        m_trials.probabilityLeft.push_back(0.5);
        m_clockS += 1.0 + m_random.gamma(2.0, 0.75); // interval between trials
        m_trials.stimulusOnsetS.push_back(m_clockS);
        if (m_random.bernoulli(m_recipe.missRate)) {
            recordMiss();
            return;
        }
        const double evidence = weigh(transformed);
        const bool isRight =
            m_random.bernoulli(m_recipe.lapseRight +
                               (1.0 - m_recipe.lapseLeft - m_recipe.lapseRight) * rules::logistic(evidence));
        recordChoice(isRight, isRight == isRightRewarded, evidence);
        const double side =
            m_recipe.regressors.side == data::SideInput::Answer ? isRightRewarded : stimulus > 0;
        learn(isRight, isRight == isRightRewarded, isRightRewarded, side);
        m_past = {transformed, isRight ? 1.0 : -1.0, isRight == isRightRewarded ? 1.0 : -1.0};
        m_isSessionStart = false;
    }

    bool hasDiverged() const { return !areAllFinite(m_weights); }
    std::size_t trialsDone() const { return m_trials.size(); }
    data::Trials takeTrials() { return std::move(m_trials); }
    std::vector<double> takePath() { return std::move(m_path); }
    const std::vector<double>& weights() const { return m_weights; }

  private:
    /// Fills x and returns w.x.
    double weigh(double stimulus) {
        double evidence = 0;
        for (std::size_t k = 0; k < m_x.size(); ++k) {
            m_x[k] = m_regressors[k](stimulus, m_past);
            evidence += m_weights[k] * m_x[k];
        }
        return evidence;
    }

    void recordMiss() {
        constexpr double kResponseWindowS = 60;
        m_clockS += kResponseWindowS;
        m_trials.choice.push_back(data::kNone);
        m_trials.outcome.push_back(data::kUnknown);
        m_trials.responseS.push_back(kNaN);
        m_trials.reactionTimeS.push_back(kNaN);
    }

    void recordChoice(bool isRight, bool isCorrect, double evidence) {
        const double reactionS = reactionTime(evidence, m_random);
        m_clockS += reactionS;
        m_trials.choice.push_back(isRight ? data::kRight : data::kLeft);
        m_trials.outcome.push_back(isCorrect ? 1 : 0);
        m_trials.responseS.push_back(m_clockS);
        m_trials.reactionTimeS.push_back(reactionS);
    }

    void learn(bool isRight, bool isCorrect, bool isRightRewarded, double side) {
        m_path.insert(m_path.end(), m_weights.begin(), m_weights.end());
        const rules::Experience experience{m_weights, m_x, isRight ? 1.0 : 0.0, isCorrect ? 1.0 : 0.0,
            isRightRewarded ? 1.0 : 0.0, side, m_isSessionStart ? 1.0 : 0.0};
        m_teacher.step(experience, m_state, m_update);
        for (std::size_t k = 0; k < m_weights.size(); ++k) {
            if (m_learns[k]) {
                const double noise =
                    m_recipe.updateNoise > 0 ? m_recipe.updateNoise * m_random.normal() : 0.0;
                m_weights[k] += m_update[k] + noise;
            }
        }
    }

    const rules::LearningRule& m_teacher;
    const AnimalRecipe& m_recipe;
    std::vector<Evaluate> m_regressors;
    base::RandomStream& m_random;
    std::vector<double> m_weights, m_x, m_update, m_state;
    std::vector<bool> m_learns;
    std::vector<double> m_path;
    data::Trials m_trials;
    Past m_past;
    bool m_isSessionStart = true;
    double m_clockS = 0;
};

} // namespace

Result<SimulatedAnimal> simulateAnimal(const rules::LearningRule& teacher, const AnimalRecipe& recipe) {
    if (const Result<void> usable = checkRecipe(recipe); !usable) {
        return tl::make_unexpected(usable.error());
    }
    Result<std::vector<Evaluate>> regressors = regressorsOf(recipe);
    if (!regressors) {
        return tl::make_unexpected(regressors.error());
    }
    base::RandomStream random(recipe.seed, recipe.stream);
    const std::vector<std::size_t> lengths = sessionLengths(recipe, random);
    const std::vector<std::string> days = trainingDays(recipe.firstDay, lengths.size());
    if (days.empty()) {
        return badRecipe(recipe,
            QT_TRANSLATE_NOOP("core", "The first day of a simulation must be a date like 2024-01-08."));
    }
    Subject subject(teacher, recipe, *std::move(regressors), random);
    data::Animal::Content content;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        const std::size_t begin = subject.trialsDone();
        subject.startSession();
        for (std::size_t t = 0; t < lengths[i]; ++t) {
            subject.runTrial();
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
