// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/artificial_animal.h"

#include "core/base/version.h"
#include "core/networks/animal_task.h"
#include "core/networks/credit_assignment.h"
#include "core/networks/measures.h"
#include "core/networks/optimiser.h"

#include <chrono>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

namespace rulescope::networks {

namespace {

/// A network that meets one trial after the other.
class TrialLearner {
  public:
    TrialLearner(const LearnerSpec& spec, const InitialNetwork& start, const CreditRule& rule, int trials)
        : m_dynamics(start.dynamics)
        , m_weights(start.weights.cast<float>())
        , m_assignment(rule, start.dynamics,
              {start.feedback.cast<float>(), start.cellTypes, spec.network.constantSlope})
        , m_optimiser(spec.network.optimiser, trials)
        , m_random(spec.network.seed, static_cast<std::uint64_t>(Stream::Choices))
        , m_noise(spec.network.taskOptions.noise)
        , m_hasFixedExpectation(!std::isnan(spec.expectedReward))
        , m_expected(m_hasFixedExpectation ? spec.expectedReward : 0.5)
        , m_expectedRate(spec.expectedRewardRate) {
        if (rule.isScaledToThreeFactor) {
            if (const auto reference = findCreditRule("e-prop")) {
                m_reference.emplace(**reference, start.dynamics, CreditConstants<float>{});
            }
        }
        m_batch.trials = 1;
        m_batch.steps = kAnimalSteps;
        m_batch.lossFrom = kAnimalSteps - 1;
        m_batch.classes.assign(1, 0);
        m_batch.inputs.setZero(kAnimalInputs, kAnimalSteps);
    }

    /// P(right) and the choice drawn from it.
    std::int8_t choose(double strength) {
        showStimulus(strength, m_noise, m_random, 0, m_batch);
        forward(m_dynamics, m_weights, m_batch, m_activity);
        m_probabilityRight = static_cast<double>(m_activity.outputs(1, 0));
        m_choice = m_random.bernoulli(m_probabilityRight) ? data::kRight : data::kLeft;
        return m_choice;
    }

    /// Descends -(outcome - expected) log p(choice).
    void learn(double outcome) {
        const auto surprise = static_cast<float>(outcome - m_expected);
        m_activity.errors = m_activity.outputs;
        m_activity.errors(m_choice, 0) -= 1;
        m_activity.errors *= surprise;
        m_assignment.gradient(m_weights, m_batch, m_activity, m_gradient);
        if (m_reference) {
            m_reference->gradient(m_weights, m_batch, m_activity, m_referenceGradient);
            const double share = gradientShare(m_referenceGradient.recurrent, m_gradient.recurrent);
            m_gradient.recurrent *= static_cast<float>(share);
            m_gradient.in *= static_cast<float>(share);
        }
        m_optimiser.step(m_weights, m_gradient);
        if (!m_hasFixedExpectation) {
            m_expected += m_expectedRate * (outcome - m_expected);
        }
    }

    double probabilityRight() const { return m_probabilityRight; }
    const Weights<float>& weights() const { return m_weights; }

  private:
    Dynamics m_dynamics;
    Weights<float> m_weights, m_gradient, m_referenceGradient;
    CreditAssignment<float> m_assignment;
    std::optional<CreditAssignment<float>> m_reference;
    Optimiser m_optimiser;
    base::RandomStream m_random;
    Batch<float> m_batch;
    Activity<float> m_activity;
    double m_noise;
    bool m_hasFixedExpectation;
    double m_expected, m_expectedRate;
    double m_probabilityRight = 0.5;
    std::int8_t m_choice = data::kLeft;
};

/// Content of the model without what only the animal itself had.
data::Animal::Content contentFrom(const LearnerSpec& spec, const data::Animal& model) {
    data::Animal::Content content;
    content.name = spec.name;
    content.lab = spec.lab;
    content.stimulusKind = model.stimulusKind();
    content.stimulusUnit = model.stimulusUnit();
    content.provenance = toJson(spec, model);
    content.sessions = model.sessions();
    for (data::Session& session : content.sessions) {
        session.source.clear();
    }
    content.trials.stimulus = model.trials().stimulus;
    content.trials.answer = model.trials().answer;
    content.trials.probabilityLeft = model.trials().probabilityLeft;
    return content;
}

tl::unexpected<base::Error> ranAway(const LearnerSpec& spec, std::size_t trial) {
    return base::failure(base::ErrorCode::InvalidValue,
        {QT_TRANSLATE_NOOP("core", "The network ran away on trial %1: its weights left every range."),
            {static_cast<std::int64_t>(trial + 1)}},
        spec.name, QT_TRANSLATE_NOOP("core", "Try a smaller learning rate or gain."));
}

/// Tells how far it is, and waits while paused.
void attend(
    std::size_t trial, std::size_t trials, const LearnerCallbacks& callbacks, const base::StopToken& stop) {
    constexpr std::size_t often = 100;
    if (trial % often != 0) {
        return;
    }
    while (callbacks.isPaused && callbacks.isPaused() && !stop.stop_requested()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    if (callbacks.onProgress) {
        callbacks.onProgress(static_cast<double>(trial) / static_cast<double>(trials));
    }
}

} // namespace

LearnerSpec::LearnerSpec()
    : expectedReward(std::numeric_limits<double>::quiet_NaN()) {
    network.task = "animal";
    network.units = 100;
    network.steps = 1;
    network.batch = 1;
    network.optimiser = {"sgd", 0.003, 0, 0, 1, 1};
}

std::string toJson(const LearnerSpec& spec, const data::Animal& model) {
    nlohmann::ordered_json json = {{"simulated_by", std::string("Rulescope ") + base::kVersion},
        {"learner", "network"}, {"model_animal", model.name()}, {"model_hash", model.contentHash()},
        {"expected_reward", nullptr}, {"expected_reward_rate", spec.expectedRewardRate},
        {"network", nlohmann::ordered_json::parse(toJson(spec.network))}};
    if (!std::isnan(spec.expectedReward)) {
        json["expected_reward"] = spec.expectedReward;
    }
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

base::Result<data::AnimalPtr> animalFromChoices(
    const LearnerSpec& spec, const data::Animal& model, std::span<const std::int8_t> choices) {
    LearnerSpec used = spec;
    used.network.task = "animal";
    used.network.taskOptions.stimuli = stimulusStrengths(model).levels;
    data::Animal::Content content = contentFrom(used, model);
    data::Trials& trials = content.trials;
    if (choices.size() != trials.stimulus.size()) {
        return base::failure(base::ErrorCode::BadFormat,
            QT_TRANSLATE_NOOP("core", "The network's choices do not belong to these trials."), spec.name);
    }
    trials.choice.assign(choices.begin(), choices.end());
    trials.outcome.assign(choices.size(), data::kUnknown);
    for (std::size_t t = 0; t < choices.size(); ++t) {
        if (trials.answer[t] != data::kUnknown && choices[t] != data::kNone) {
            trials.outcome[t] = choices[t] == trials.answer[t] ? 1 : 0;
        }
    }
    return data::Animal::create(std::move(content));
}

base::Result<ArtificialAnimal> runLearner(const LearnerSpec& spec, const data::Animal& model,
    const base::StopToken& stop, const LearnerCallbacks& callbacks) {
    const StimulusStrengths strengths = stimulusStrengths(model);
    LearnerSpec used = spec;
    used.network.task = "animal";
    used.network.taskOptions.stimuli = strengths.levels;
    if (const auto checked = checkSpec(used.network); !checked) {
        return tl::make_unexpected(checked.error());
    }
    const auto start = initialNetwork(used.network);
    const auto rule = findCreditRule(used.network.rule);
    if (!start || !rule) {
        return tl::make_unexpected(start ? rule.error() : start.error());
    }
    const std::vector<std::int8_t>& answers = model.trials().answer;
    const std::size_t trials = answers.size();
    std::vector<std::int8_t> choices;
    TrialLearner learner(used, *start, **rule, static_cast<int>(trials));
    for (std::size_t t = 0; t < trials; ++t) {
        attend(t, trials, callbacks, stop);
        if (stop.stop_requested()) {
            return base::failure(base::ErrorCode::Cancelled,
                QT_TRANSLATE_NOOP("core", "The network was stopped before its last trial."), used.name);
        }
        choices.push_back(learner.choose(strengths.perTrial[t]));
        if (!std::isfinite(learner.probabilityRight())) {
            return ranAway(used, t);
        }
        if (answers[t] != data::kUnknown) {
            learner.learn(choices[t] == answers[t] ? 1 : 0);
        }
    }
    if (!learner.weights().isFinite()) {
        return ranAway(used, trials - 1);
    }
    auto animal = animalFromChoices(spec, model, choices);
    if (!animal) {
        return tl::make_unexpected(animal.error());
    }
    const double change =
        static_cast<double>((learner.weights().recurrent - start->weights.recurrent.cast<float>()).norm());
    return ArtificialAnimal{std::move(*animal), change};
}

} // namespace rulescope::networks
