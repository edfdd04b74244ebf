// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/data/regressors.h"
#include "core/rules/rule.h"
#include "core/simulate/recipe.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rulescope::simulate {

/// What a simulated animal decides by: the regressors of a trial, made while its own choices are being made.
/// The same numbers as data::ruleInputs gives for the finished animal.
class DecisionInputs {
  public:
    /// What the next trial can look back on; zeros at a session's start.
    struct Past {
        double stimulus = 0; ///< transformed
        double choice = 0;   ///< +-1
        double outcome = 0;  ///< +-1; 0 unknown
    };

    /// `columns`: the trials whose further columns `column:NAME` reads; null: there are none. Errors
    /// (InvalidValue): a regressor that can't be made, a column with a hole.
    static base::Result<DecisionInputs> create(
        const data::RegressorSpec& spec, const data::Trials* columns, const std::string& animal);

    std::size_t count() const { return m_evaluators.size(); }
    /// Nothing lies behind: a session begins.
    void forget() { m_past = {}; }
    /// x of trial `row` of the columns at this (transformed) stimulus.
    void fill(double stimulus, std::size_t row, std::vector<double>& x) const;
    /// `outcome`: 1, 0 or .5 where unknown.
    void remember(double stimulus, bool isRight, double outcome);

  private:
    /// A regressor made from the trial and the one before it, or a column.
    struct Evaluator {
        double (*made)(double stimulus, const Past& past) = nullptr;
        const std::vector<double>* column = nullptr;
    };

    std::vector<Evaluator> m_evaluators;
    Past m_past;
};

/// What the task puts before an animal.
struct TaskTrial {
    double stimulus = 0;                 ///< NaN: none
    std::int8_t answer = data::kUnknown; ///< rewarded side
    double probabilityLeft = 0.5;
    bool isMissed = false; ///< no choice is made
    std::size_t row = 0;   ///< of the columns that regressors read
};

/// How a simulated animal decides and learns, whatever its task.
struct SubjectTraits {
    data::RegressorSpec regressors;
    data::StimulusKind kind = data::StimulusKind::Contrast;
    std::vector<double> initialWeights;
    std::vector<std::string> fixedWeights;
    Policy policy = Policy::Logistic;
    double updateNoise = 0;
    double lapseLeft = 0, lapseRight = 0;
    double missRate = 0;
};

/// An animal at its task: its weights and memory, and the trials done so far.
class Subject {
  public:
    Subject(const rules::LearningRule& teacher, const SubjectTraits& traits, DecisionInputs inputs,
        base::RandomStream& random);

    void startSession();
    void runTrial(const TaskTrial& task);

    bool hasDiverged() const;
    std::size_t trialsDone() const { return m_trials.size(); }
    data::Trials takeTrials() { return std::move(m_trials); }
    std::vector<double> takePath() { return std::move(m_path); }
    const std::vector<double>& weights() const { return m_weights; }

  private:
    double weigh(double stimulus, std::size_t row);
    double probabilityRight(double evidence) const;
    void recordMiss();
    void recordChoice(bool isRight, double outcome, double evidence);
    void learn(bool isRight, double outcome, double answer, double side);

    const rules::LearningRule& m_teacher;
    const SubjectTraits& m_traits;
    DecisionInputs m_inputs;
    base::RandomStream& m_random;
    std::vector<double> m_weights, m_x, m_update, m_state;
    std::vector<bool> m_learns;
    std::vector<double> m_path;
    data::Trials m_trials;
    bool m_isSessionStart = true;
    double m_clockS = 0;
};

} // namespace rulescope::simulate
