// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/subject.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numbers>

namespace rulescope::simulate {

using base::ErrorCode;
using base::failure;
using base::Result;
using base::Text;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

using Past = DecisionInputs::Past;

struct KnownRegressor {
    const char* name;
    double (*made)(double stimulus, const Past& past);
};

constexpr KnownRegressor kRegressors[] = {
    {"bias", [](double, const Past&) { return 1.0; }},
    {"stimulus", [](double stimulus, const Past&) { return stimulus; }},
    {"stimulus_left", [](double stimulus, const Past&) { return std::max(0.0, -stimulus); }},
    {"stimulus_right", [](double stimulus, const Past&) { return std::max(0.0, stimulus); }},
    {"previous_choice", [](double, const Past& past) { return past.choice; }},
    {"previous_stimulus", [](double, const Past& past) { return past.stimulus; }},
    {"previous_outcome", [](double, const Past& past) { return past.outcome; }},
    {"win_stay", [](double, const Past& past) { return past.choice * past.outcome; }},
};

bool areAllFinite(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

tl::unexpected<base::Error> notMade(const std::string& regressor, const std::string& animal) {
    return failure(ErrorCode::InvalidValue,
        Text{QT_TRANSLATE_NOOP("core", "A simulated animal can't decide by the regressor \"%1\"."),
            {regressor}},
        animal, QT_TRANSLATE_NOOP("core", "Use bias, stimulus or regressors made from the trial before."));
}

constexpr std::string_view kColumnPrefix = "column:";

/// The column behind "column:NAME": one of the file's own, or the block probabilities that the task set.
/// Errors: there is none, a cell is empty on a trial with a choice, times that the animal's own choices took.
Result<const std::vector<double>*> columnOf(
    const data::Trials& trials, const std::string& regressor, const std::string& animal) {
    const std::string name = regressor.substr(kColumnPrefix.size());
    const data::Column* own = trials.findExtra(name);
    if (own == nullptr && (name == "stimulus_onset_s" || name == "response_s" || name == "reaction_time_s")) {
        return failure(ErrorCode::InvalidValue,
            Text{QT_TRANSLATE_NOOP("core",
                     "A simulated animal takes its own time: the column %1 says how long another one took."),
                {name}},
            animal, QT_TRANSLATE_NOOP("core", "Leave the regressor out of the fit that teaches it."));
    }
    const std::vector<double>* column = own != nullptr               ? &own->values
                                        : name == "probability_left" ? &trials.probabilityLeft
                                                                     : nullptr;
    if (column == nullptr || column->empty()) {
        return notMade(regressor, animal);
    }
    for (std::size_t row = 0; row < column->size(); ++row) {
        if (trials.choice[row] != data::kNone && !std::isfinite((*column)[row])) {
            return notMade(regressor, animal);
        }
    }
    return column;
}

/// Reaction time (s): a fixed motor delay plus a log-normal decision time, shorter the stronger the evidence;
/// medians run from about 1 s without evidence to .3 s, as mice's do in such tasks.
double reactionTime(double evidence, base::RandomStream& random) {
    constexpr double kMotorS = 0.12, kFastestS = 0.12, kHesitationS = 0.7, kSpread = 0.45;
    const double median = kFastestS + kHesitationS / (1.0 + std::abs(evidence));
    return kMotorS + median * std::exp(kSpread * random.normal());
}

double codeOf(std::int8_t answer) {
    return answer == data::kUnknown ? 0.5 : answer;
}

} // namespace

Result<DecisionInputs> DecisionInputs::create(
    const data::RegressorSpec& spec, const data::Trials* columns, const std::string& animal) {
    DecisionInputs inputs;
    for (const std::string& name : spec.names) {
        const auto found = std::find_if(std::begin(kRegressors), std::end(kRegressors),
            [&](const KnownRegressor& regressor) { return regressor.name == name; });
        Evaluator evaluator;
        if (found != std::end(kRegressors)) {
            evaluator.made = found->made;
        } else if (columns == nullptr || !name.starts_with(kColumnPrefix)) {
            return notMade(name, animal);
        } else {
            const auto column = columnOf(*columns, name, animal);
            if (!column) {
                return tl::make_unexpected(column.error());
            }
            evaluator.column = *column;
        }
        inputs.m_evaluators.push_back(evaluator);
    }
    return inputs;
}

void DecisionInputs::fill(double stimulus, std::size_t row, std::vector<double>& x) const {
    for (std::size_t k = 0; k < m_evaluators.size(); ++k) {
        const Evaluator& evaluator = m_evaluators[k];
        x[k] = evaluator.made != nullptr ? evaluator.made(stimulus, m_past) : (*evaluator.column)[row];
    }
}

void DecisionInputs::remember(double stimulus, bool isRight, double outcome) {
    m_past = {stimulus, isRight ? 1.0 : -1.0, 2 * outcome - 1};
}

Subject::Subject(const rules::LearningRule& teacher, const SubjectTraits& traits, DecisionInputs inputs,
    base::RandomStream& random)
    : m_teacher(teacher)
    , m_traits(traits)
    , m_inputs(std::move(inputs))
    , m_random(random)
    , m_weights(traits.initialWeights)
    , m_x(m_inputs.count())
    , m_update(m_inputs.count())
    , m_state(teacher.stateSize()) {
    m_weights.resize(m_inputs.count());
    const std::vector<std::string>& fixed = traits.fixedWeights;
    for (const std::string& name : traits.regressors.names) {
        m_learns.push_back(std::find(fixed.begin(), fixed.end(), name) == fixed.end());
    }
}

void Subject::startSession() {
    m_inputs.forget();
    m_isSessionStart = true;
    m_clockS = 0;
}

void Subject::runTrial(const TaskTrial& task) {
    const double shown = std::isnan(task.stimulus) ? 0 : task.stimulus;
    const bool isContrast = m_traits.kind == data::StimulusKind::Contrast;
    const double stimulus = isContrast ? m_traits.regressors.transform.apply(shown) : shown;
    m_trials.stimulus.push_back(task.stimulus);
    m_trials.answer.push_back(task.answer);
    m_trials.probabilityLeft.push_back(task.probabilityLeft);
    m_clockS += 1.0 + m_random.gamma(2.0, 0.75); // interval between trials
    m_trials.stimulusOnsetS.push_back(m_clockS);
    if (m_random.bernoulli(m_traits.missRate) || task.isMissed) {
        recordMiss();
        return;
    }
    const double evidence = weigh(stimulus, task.row);
    const bool isRight = m_random.bernoulli(probabilityRight(evidence));
    const double outcome = task.answer == data::kUnknown ? 0.5 : (isRight == (task.answer == data::kRight));
    recordChoice(isRight, outcome, evidence);
    const double answer = codeOf(task.answer);
    learn(isRight, outcome, answer,
        m_traits.regressors.side == data::SideInput::Answer ? answer : stimulus > 0);
    m_inputs.remember(stimulus, isRight, outcome);
    m_isSessionStart = false;
}

bool Subject::hasDiverged() const {
    return !areAllFinite(m_weights);
}

/// Fills x and returns w.x.
double Subject::weigh(double stimulus, std::size_t row) {
    m_inputs.fill(stimulus, row, m_x);
    double evidence = 0;
    for (std::size_t k = 0; k < m_x.size(); ++k) {
        evidence += m_weights[k] * m_x[k];
    }
    return evidence;
}

double Subject::probabilityRight(double evidence) const {
    double attentive = 0;
    switch (m_traits.policy) {
    case Policy::Logistic:
        attentive = rules::logistic(evidence);
        break;
    case Policy::Probit:
        attentive = 0.5 * std::erfc(-evidence / std::numbers::sqrt2);
        break;
    case Policy::Cauchit:
        attentive = 0.5 + std::atan(evidence) / std::numbers::pi;
        break;
    }
    return m_traits.lapseRight + (1.0 - m_traits.lapseLeft - m_traits.lapseRight) * attentive;
}

void Subject::recordMiss() {
    constexpr double kResponseWindowS = 60;
    m_clockS += kResponseWindowS;
    m_trials.choice.push_back(data::kNone);
    m_trials.outcome.push_back(data::kUnknown);
    m_trials.responseS.push_back(kNaN);
    m_trials.reactionTimeS.push_back(kNaN);
}

void Subject::recordChoice(bool isRight, double outcome, double evidence) {
    const double reactionS = reactionTime(evidence, m_random);
    m_clockS += reactionS;
    m_trials.choice.push_back(isRight ? data::kRight : data::kLeft);
    m_trials.outcome.push_back(outcome == 0.5 ? data::kUnknown : static_cast<std::int8_t>(outcome));
    m_trials.responseS.push_back(m_clockS);
    m_trials.reactionTimeS.push_back(reactionS);
}

void Subject::learn(bool isRight, double outcome, double answer, double side) {
    m_path.insert(m_path.end(), m_weights.begin(), m_weights.end());
    const rules::Experience experience{
        m_weights, m_x, isRight ? 1.0 : 0.0, outcome, answer, side, m_isSessionStart ? 1.0 : 0.0};
    m_teacher.step(experience, m_state, m_update);
    for (std::size_t k = 0; k < m_weights.size(); ++k) {
        if (m_learns[k]) {
            const double noise = m_traits.updateNoise > 0 ? m_traits.updateNoise * m_random.normal() : 0.0;
            m_weights[k] += m_update[k] + noise;
        }
    }
}

} // namespace rulescope::simulate
