// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/recovery.h"

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/engine/network_rule.h"
#include "core/fit/animal_steps.h"
#include "core/fit/initial_weights.h"
#include "core/fit/rule_fit.h"
#include "core/fit/textbook_fit.h"
#include "core/rules/registry.h"
#include "core/simulate/comparison_with_truth.h"
#include "core/simulate/simulation.h"
#include "core/simulate/teacher.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace rulescope::simulate {

using base::ErrorCode;
using base::failure;
using base::Result;
using base::Text;

namespace {

constexpr double kSimulated = 0.1, kFitted = 0.9; // fractions of the whole when a phase ends

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

tl::unexpected<base::Error> cancelled() {
    return failure(ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "The recovery was stopped."));
}

tl::unexpected<base::Error> impossible(const RecoveryCondition& condition, const char* what, Text remedy) {
    return failure(ErrorCode::InvalidValue, what, condition.name, std::move(remedy));
}

void tell(const RecoveryCallbacks& callbacks, double fraction, const char* phase) {
    if (callbacks.onProgress) {
        callbacks.onProgress(fraction, phase);
    }
}

Result<void> checkCondition(const RecoveryCondition& condition) {
    const std::vector<std::string>& own = condition.recipe.regressors.names;
    const std::vector<std::string>& seen = condition.spec.regressors.names;
    if (condition.animals == 0 || condition.refits < 0) {
        return impossible(condition, QT_TRANSLATE_NOOP("core", "A recovery needs at least one animal."), {});
    }
    if (!(condition.rateSpread >= 0) || !std::isfinite(condition.rateSpread) ||
        !std::isfinite(condition.startError)) {
        return impossible(condition,
            QT_TRANSLATE_NOOP("core",
                "The spread of learning rates and the error of w_0 must be numbers, the "
                "spread 0 or positive."),
            {});
    }
    if (std::find(own.begin(), own.end(), "stimulus") == own.end()) {
        return impossible(condition,
            QT_TRANSLATE_NOOP("core",
                "A recovery compares updates of the stimulus weight: there is no regressor stimulus."),
            QT_TRANSLATE_NOOP("core", "Add the regressor stimulus."));
    }
    if (seen.size() < own.size() || !std::equal(own.begin(), own.end(), seen.begin())) {
        return impossible(condition,
            QT_TRANSLATE_NOOP("core", "The fit must see the animals' own regressors first, in their order."),
            QT_TRANSLATE_NOOP("core", "Give both the same regressors."));
    }
    return {};
}

/// How many times as fast as the recipe says an animal learns.
double speedOf(const RecoveryCondition& condition, std::size_t index) {
    if (!(condition.rateSpread > 0)) {
        return 1;
    }
    // A stream of its own, so that the trials' noise is the same whatever the traits.
    constexpr std::uint64_t kSpeedStreams = std::uint64_t{3} << 32U;
    base::RandomStream random(condition.recipe.seed, kSpeedStreams + condition.recipe.stream + index);
    return std::exp(condition.rateSpread * random.normal());
}

/// The recipe of one animal of the cohort.
Result<AnimalRecipe> recipeOf(const RecoveryCondition& condition, std::size_t index) {
    constexpr std::uint64_t kBiasStreams = std::uint64_t{1} << 32U;
    AnimalRecipe recipe = condition.recipe;
    recipe.stream = condition.recipe.stream + index;
    recipe.name = "Simulated " + std::to_string(index + 1);
    recipe.initialWeights.resize(recipe.regressors.names.size());
    const std::size_t bias = recipe.regressors.indexOf("bias");
    if (condition.drawsBias && bias < recipe.initialWeights.size()) {
        base::RandomStream random(recipe.seed, kBiasStreams + recipe.stream);
        recipe.initialWeights[bias] = static_cast<double>(random.below(3)) - 1.0;
    }
    if (condition.rateSpread > 0) {
        const Result<std::string> scaled = scaledParameters(recipe, speedOf(condition, index));
        if (!scaled) {
            return tl::make_unexpected(scaled.error());
        }
        recipe.parameters = *scaled;
    }
    return recipe;
}

/// w_0 that the fit starts from.
std::vector<double> assumedStart(
    const RecoveryCondition& condition, const AnimalRecipe& recipe, const data::RuleInputs& inputs) {
    if (condition.start != StartKnowledge::Known) {
        return fit::initialWeights(fit::InitialWeights::Psychometric, inputs, condition.spec.regressors);
    }
    std::vector<double> start = recipe.initialWeights;
    start[recipe.regressors.indexOf("stimulus")] += condition.startError;
    start.resize(inputs.regressors);
    return start;
}

Result<KnownAnimal> knownAnimal(const RecoveryCondition& condition, std::size_t index) {
    const Result<AnimalRecipe> recipe = recipeOf(condition, index);
    if (!recipe) {
        return tl::make_unexpected(recipe.error());
    }
    Result<SimulatedAnimal> simulated = simulateAnimal(*recipe);
    if (!simulated) {
        return tl::make_unexpected(simulated.error());
    }
    Result<data::RuleInputs> inputs = data::ruleInputs(*simulated->animal, condition.spec.regressors);
    if (!inputs) {
        return tl::make_unexpected(inputs.error());
    }
    Result<rules::LearningRulePtr> teacher = teacherAmong(*recipe, inputs->regressors);
    if (!teacher) {
        return tl::make_unexpected(teacher.error());
    }
    if (condition.isOneAnimalPerStep) { // as the published script has it
        std::fill(inputs->sessionStart.begin(), inputs->sessionStart.end(), 0.0);
        inputs->scored.front() = 0;
    }
    KnownAnimal known;
    known.start = assumedStart(condition, *recipe, *inputs);
    known.trueStart = recipe->initialWeights;
    known.trueStart.resize(inputs->regressors);
    known.truePath = std::move(simulated->weights);
    known.teacher = *std::move(teacher);
    known.inputs = *std::move(inputs);
    return known;
}

Result<std::vector<KnownAnimal>> knownCohort(
    const RecoveryCondition& condition, const base::StopToken& stop, const RecoveryCallbacks& callbacks) {
    std::vector<Result<KnownAnimal>> made(condition.animals);
    base::parallelFor(condition.animals, callbacks.threads, [&](std::size_t i) {
        if (!stop.stop_requested()) {
            made[i] = knownAnimal(condition, i);
        }
    });
    if (stop.stop_requested()) {
        return cancelled();
    }
    std::vector<KnownAnimal> cohort;
    for (Result<KnownAnimal>& animal : made) {
        if (!animal) {
            return tl::make_unexpected(animal.error());
        }
        cohort.push_back(*std::move(animal));
    }
    return cohort;
}

/// The rule of the cohort as a whole: the recipe's at the animals' mean speed, which is the mean of their
/// rules where updates are proportional to the parameters.
Result<rules::LearningRulePtr> meanTeacher(const RecoveryCondition& condition) {
    AnimalRecipe recipe = condition.recipe;
    if (condition.rateSpread > 0) {
        double mean = 0;
        for (std::size_t i = 0; i < condition.animals; ++i) {
            mean += speedOf(condition, i) / static_cast<double>(condition.animals);
        }
        const Result<std::string> scaled = scaledParameters(recipe, mean);
        if (!scaled) {
            return tl::make_unexpected(scaled.error());
        }
        recipe.parameters = *scaled;
    }
    return teacherAmong(recipe, condition.spec.regressors.names.size());
}

/// What a fit leaves behind, whatever kind it was.
struct FittedRule {
    rules::LearningRulePtr rule;
    fit::FitStatus status = fit::FitStatus::Completed;
    int epochs = 0;
    double natsPerTrial = 0;
};

class RuleFitter {
  public:
    /// `part` of `parts` fits, for the progress.
    RuleFitter(const RecoveryCondition& condition, std::vector<KnownAnimal>& cohort,
        const base::StopToken& stop, const RecoveryCallbacks& callbacks, int part, int parts)
        : m_condition(condition)
        , m_cohort(cohort)
        , m_stop(stop)
        , m_callbacks(callbacks)
        , m_part(part)
        , m_parts(parts) {
        for (KnownAnimal& animal : cohort) { // lent for the fit: a large cohort is not held twice
            m_inputs.push_back(std::move(animal.inputs));
        }
    }
    ~RuleFitter() {
        for (std::size_t i = 0; i < m_cohort.size(); ++i) {
            m_cohort[i].inputs = std::move(m_inputs[i]);
        }
    }
    RuleFitter(const RuleFitter&) = delete;
    RuleFitter& operator=(const RuleFitter&) = delete;

    Result<FittedRule> run() {
        const auto rule = rules::findRule(m_condition.spec.rule);
        if (!rule) {
            return tl::make_unexpected(rule.error());
        }
        if ((*rule)->textbook != nullptr) {
            return fitFormula(**rule);
        }
        return m_condition.isOneAnimalPerStep ? fitInSteps() : fitInBatches();
    }

  private:
    void tellFraction(double fraction) const {
        const double done = (m_part + std::min(fraction, 1.0)) / m_parts;
        tell(m_callbacks, kSimulated + (kFitted - kSimulated) * done, QT_TRANSLATE_NOOP("core", "fitting"));
    }

    Result<FittedRule> fitFormula(const rules::RuleInfo& rule) const {
        fit::TextbookFitOptions options;
        options.starts = m_condition.spec.training.starts;
        options.maxIterations = m_condition.spec.training.maxIterations;
        options.seed = m_condition.spec.seed;
        options.threads = m_callbacks.threads;
        options.onProgress = [&](int iterations, double) { tellFraction(iterations / 200.0); };
        for (const KnownAnimal& animal : m_cohort) {
            options.initialWeights.push_back(animal.start);
        }
        const auto fitted = fit::fitTextbook(rule, m_inputs, options, m_stop);
        if (!fitted) {
            return tl::make_unexpected(fitted.error());
        }
        return FittedRule{rule.textbook->at(fitted->parameters, m_inputs.front().regressors), fitted->status,
            fitted->iterations, fitted->natsPerTrial};
    }

    Result<FittedRule> fitInSteps() const {
        const auto info = rules::findRule(m_condition.spec.rule);
        if (!info || !(*info)->network || (*info)->network->isResidual || (*info)->network->isDirect) {
            return impossible(m_condition,
                QT_TRANSLATE_NOOP("core", "Only the rules dnn and rnn can be trained one animal per step."),
                QT_TRANSLATE_NOOP("core", "Choose one of them, or a preset that trains in full batches."));
        }
        const engine::NetworkShape shape = fit::networkShape(m_condition.spec);
        fit::AnimalStepsOptions options;
        options.training = m_condition.spec.training;
        options.seed = m_condition.spec.seed;
        options.trainsInitialWeights = m_condition.start == StartKnowledge::Trained;
        options.onProgress = [&](double fraction, double) { tellFraction(fraction); };
        for (const KnownAnimal& animal : m_cohort) {
            options.initialWeights.insert(
                options.initialWeights.end(), animal.start.begin(), animal.start.end());
        }
        const auto fitted = fit::fitAnimalByAnimal(shape, m_inputs, options, m_stop);
        if (!fitted) {
            return tl::make_unexpected(fitted.error());
        }
        keepStarts(fitted->initialWeights);
        return FittedRule{engine::networkRule(shape, fitted->parameters), fitted->status, fitted->epochs,
            fitted->trainCurve.empty() ? 0.0 : fitted->trainCurve.back()};
    }

    void keepStarts(const std::vector<double>& starts) const {
        for (std::size_t i = 0; i < m_cohort.size(); ++i) {
            std::copy_n(starts.begin() + static_cast<std::ptrdiff_t>(i * m_cohort[i].start.size()),
                m_cohort[i].start.size(), m_cohort[i].start.begin());
        }
    }

    Result<FittedRule> fitInBatches() const {
        fit::FitSpec spec = m_condition.spec;
        if (m_condition.start == StartKnowledge::Known) {
            spec.initialWeights = fit::InitialWeights::Zero;
            for (const KnownAnimal& animal : m_cohort) {
                if (std::any_of(animal.start.begin(), animal.start.end(), [](double w) { return w != 0; })) {
                    return impossible(m_condition,
                        QT_TRANSLATE_NOOP("core", "A network that is trained in full batches starts its "
                                                  "animals at zero or at their "
                                                  "psychometric weights."),
                        QT_TRANSLATE_NOOP("core", "Start the animals at zero, or let the fit estimate w_0."));
                }
            }
        } else {
            spec.initialWeights = fit::InitialWeights::Psychometric;
        }
        fit::FitCallbacks callbacks;
        callbacks.threads = m_callbacks.threads;
        callbacks.onProgress = [&](const fit::FitProgress& progress) {
            tellFraction(static_cast<double>(progress.epoch) / std::max(progress.epochs, 1));
        };
        const auto fitted = fit::fitRule(spec, m_inputs, {}, m_stop, callbacks);
        if (!fitted) {
            return tl::make_unexpected(fitted.error());
        }
        const auto rule = fit::fittedRule(*fitted);
        if (!rule) {
            return tl::make_unexpected(rule.error());
        }
        return FittedRule{*rule, fitted->status, fitted->epochs,
            fitted->trainCurve.empty() ? 0.0 : fitted->trainCurve.back()};
    }

    const RecoveryCondition& m_condition;
    std::vector<KnownAnimal>& m_cohort;
    const base::StopToken& m_stop;
    const RecoveryCallbacks& m_callbacks;
    int m_part, m_parts;
    std::vector<data::RuleInputs> m_inputs;
};

/// Fits to as many animals, drawn with replacement, from other seeds; those without usable parameters are
/// left out.
Result<std::vector<rules::LearningRulePtr>> refits(const RecoveryCondition& condition,
    const std::vector<KnownAnimal>& cohort, const base::StopToken& stop, const RecoveryCallbacks& callbacks) {
    constexpr std::uint64_t kRefitStreams = std::uint64_t{4} << 32U;
    std::vector<rules::LearningRulePtr> rules;
    for (int i = 1; i <= condition.refits; ++i) {
        const auto number = static_cast<std::uint64_t>(i);
        base::RandomStream random(condition.recipe.seed, kRefitStreams + number);
        std::vector<KnownAnimal> drawn;
        for (std::size_t a = 0; a < cohort.size(); ++a) {
            drawn.push_back(cohort[random.below(cohort.size())]);
        }
        RecoveryCondition again = condition;
        again.spec.seed = condition.spec.seed + number;
        const auto fitted = RuleFitter(again, drawn, stop, callbacks, i, condition.refits + 1).run();
        if (!fitted) {
            return tl::make_unexpected(fitted.error());
        }
        if (stop.stop_requested()) {
            return cancelled();
        }
        if (fit::hasUsableParameters(fitted->status)) {
            rules.push_back(fitted->rule);
        }
    }
    return rules;
}

} // namespace

Result<Recovery> recover(
    const RecoveryCondition& condition, const base::StopToken& stop, const RecoveryCallbacks& callbacks) {
    if (const Result<void> usable = checkCondition(condition); !usable) {
        return tl::make_unexpected(usable.error());
    }
    Recovery recovery;
    recovery.condition = condition;
    tell(callbacks, 0, QT_TRANSLATE_NOOP("core", "simulating"));
    Clock::time_point start = Clock::now();
    Result<std::vector<KnownAnimal>> cohort = knownCohort(condition, stop, callbacks);
    if (!cohort) {
        return tl::make_unexpected(cohort.error());
    }
    recovery.secondsSimulating = secondsSince(start);
    start = Clock::now();
    const Result<FittedRule> fitted =
        RuleFitter(condition, *cohort, stop, callbacks, 0, condition.refits + 1).run();
    if (!fitted) {
        return tl::make_unexpected(fitted.error());
    }
    if (stop.stop_requested() || fitted->status == fit::FitStatus::Cancelled) {
        return cancelled();
    }
    const auto ensemble = refits(condition, *cohort, stop, callbacks);
    if (!ensemble) {
        return tl::make_unexpected(ensemble.error());
    }
    recovery.secondsFitting = secondsSince(start);
    recovery.status = fitted->status;
    recovery.epochs = fitted->epochs;
    recovery.trainNatsPerTrial = fitted->natsPerTrial;
    tell(callbacks, kFitted, QT_TRANSLATE_NOOP("core", "comparing"));
    const Result<rules::LearningRulePtr> teacher = meanTeacher(condition);
    if (!teacher) {
        return tl::make_unexpected(teacher.error());
    }
    compareWithTruth({**teacher, *fitted->rule, *ensemble}, *cohort, callbacks.threads, recovery);
    tell(callbacks, 1, QT_TRANSLATE_NOOP("core", "done"));
    return stop.stop_requested() ? Result<Recovery>(cancelled()) : Result<Recovery>(std::move(recovery));
}

} // namespace rulescope::simulate
