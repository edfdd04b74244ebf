// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/animal_steps.h"

#include "core/engine/fused_rollout.h"
#include "core/fit/network_fit.h"
#include "core/fit/splits.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <new>
#include <torch/optim/adam.h>

namespace rulescope::fit {

namespace {

using Rollout = engine::FusedRollout<float>;

torch::Tensor leaf(const std::vector<double>& values) {
    const std::vector<float> narrow(values.begin(), values.end());
    torch::Tensor tensor = torch::tensor(narrow, torch::kFloat32);
    tensor.set_requires_grad(true);
    return tensor;
}

std::vector<double> valuesOf(const torch::Tensor& tensor) {
    const float* first = tensor.data_ptr<float>();
    return {first, first + tensor.numel()};
}

std::size_t scoredTrials(const data::RuleInputs& inputs) {
    return static_cast<std::size_t>(std::count(inputs.scored.begin(), inputs.scored.end(), 1));
}

/// The first `trials` trials.
data::RuleInputs beginningOf(const data::RuleInputs& inputs, std::size_t trials) {
    data::RuleInputs cut = inputs;
    cut.trials = std::min(trials, inputs.trials);
    cut.x.resize(cut.trials * cut.regressors);
    for (std::vector<double>* column :
        {&cut.choice, &cut.outcome, &cut.answer, &cut.side, &cut.sessionStart}) {
        column->resize(cut.trials);
    }
    cut.scored.resize(cut.trials);
    cut.trialIndex.resize(cut.trials);
    return cut;
}

class AnimalSteps {
  public:
    AnimalSteps(const engine::NetworkShape& shape, std::span<const data::RuleInputs> animals,
        const AnimalStepsOptions& options, const base::StopToken& stop)
        : m_shape(shape)
        , m_animals(animals)
        , m_options(options)
        , m_stop(stop)
        , m_weights(static_cast<std::size_t>(shape.weights))
        , m_network(leaf(engine::initialParameters(shape, options.seed)))
        , m_start(leaf(startingWeights()))
        , m_optimizer({m_network, m_start}, torch::optim::AdamOptions(options.training.learningRate)) {
        m_gradient.resize(engine::parameterCount(shape));
        m_network.mutable_grad() = torch::zeros_like(m_network);
        m_start.mutable_grad() = torch::zeros_like(m_start);
    }

    AnimalStepsFit run() {
        const int epochs = m_options.training.epochs;
        for (int epoch = 0; epoch < epochs && m_fit.status == FitStatus::Completed; ++epoch) {
            setRate(epoch);
            runEpoch(epoch);
        }
        if (m_fit.status != FitStatus::Diverged) {
            keep();
        }
        return std::move(m_fit);
    }

  private:
    std::vector<double> startingWeights() const {
        return m_options.initialWeights.empty() ? std::vector<double>(m_animals.size() * m_weights)
                                                : m_options.initialWeights;
    }

    void setRate(int epoch) {
        const TrainingOptions& training = m_options.training;
        const double rate = training.learningRate * std::pow(training.decay, epoch / training.decayEvery);
        for (torch::optim::OptimizerParamGroup& group : m_optimizer.param_groups()) {
            static_cast<torch::optim::AdamOptions&>(group.options()).lr(rate);
        }
    }

    void runEpoch(int epoch) {
        constexpr std::uint64_t kOrderStreams = 0x6f72646572ULL << 16U; // "order"
        const std::vector<std::size_t> order =
            shuffled(m_animals.size(), m_options.seed, kOrderStreams + static_cast<std::uint64_t>(epoch));
        double logLikelihood = 0, scored = 0;
        for (std::size_t i = 0; i < order.size(); ++i) {
            const engine::RolloutLoss loss = step(order[i]);
            if (loss.isStopped || !loss.isFinite) {
                m_fit.status = loss.isStopped ? FitStatus::Cancelled : FitStatus::Diverged;
                return;
            }
            logLikelihood -= loss.negativeLogLikelihood;
            scored += static_cast<double>(loss.scored);
            tell((epoch + static_cast<double>(i + 1) / static_cast<double>(order.size())) /
                     m_options.training.epochs,
                logLikelihood / std::max(scored, 1.0));
        }
        m_fit.trainCurve.push_back(logLikelihood / std::max(scored, 1.0));
        m_fit.epochs = epoch + 1;
    }

    /// One Adam step on one animal; none if it has no scored trial.
    engine::RolloutLoss step(std::size_t animal) {
        const std::size_t scored = scoredTrials(m_animals[animal]);
        if (scored == 0) {
            return {};
        }
        const float* parameters = m_network.data_ptr<float>();
        const std::span<const float> network(parameters, m_gradient.size());
        const Rollout rollout(m_shape, m_animals.subspan(animal, 1), rolloutOptions(), startOf(animal));
        engine::RolloutLoss loss = rollout.evaluate(network, m_gradient, m_stop);
        if (loss.isStopped || !loss.isFinite) {
            return loss;
        }
        keep();
        const float share = 1.0F / static_cast<float>(scored);
        float* gradient = m_network.mutable_grad().data_ptr<float>();
        std::transform(m_gradient.begin(), m_gradient.end(), gradient, [&](float g) { return g * share; });
        if (m_options.trainsInitialWeights) {
            setStartGradient(animal, network, share);
        }
        m_optimizer.step();
        return loss;
    }

    engine::RolloutOptions rolloutOptions() const { return {m_options.training.truncation, 1}; }

    std::vector<double> startOf(std::size_t animal) const {
        const float* first = m_start.data_ptr<float>() + animal * m_weights;
        return {first, first + m_weights};
    }

    /// Central differences over the first window; all shifted copies run as one group.
    void setStartGradient(std::size_t animal, std::span<const float> network, float share) {
        constexpr double kShift = 0.02; // large against float32's rounding, small against the policy's width
        const auto window = static_cast<std::size_t>(m_options.training.truncation) + 1;
        const std::vector<data::RuleInputs> copies(2 * m_weights, beginningOf(m_animals[animal], window));
        std::vector<double> starts;
        for (std::size_t copy = 0; copy < copies.size(); ++copy) {
            std::vector<double> start = startOf(animal);
            start[copy / 2] += copy % 2 == 0 ? kShift : -kShift;
            starts.insert(starts.end(), start.begin(), start.end());
        }
        const Rollout rollout(m_shape, copies, rolloutOptions(), starts);
        const engine::RolloutLoss loss = rollout.evaluate(network, {}, m_stop);
        torch::Tensor all = m_start.mutable_grad();
        all.zero_();
        if (loss.isStopped || !loss.isFinite) {
            return;
        }
        for (std::size_t k = 0; k < m_weights; ++k) {
            const double up = loss.animalLogLikelihood[2 * k], down = loss.animalLogLikelihood[2 * k + 1];
            all.data_ptr<float>()[animal * m_weights + k] =
                static_cast<float>((down - up) / (2 * kShift)) * share;
        }
    }

    void keep() {
        m_fit.parameters = valuesOf(m_network);
        m_fit.initialWeights = valuesOf(m_start);
    }

    void tell(double fraction, double natsPerTrial) {
        const auto now = std::chrono::steady_clock::now();
        if (m_options.onProgress && now - m_last >= std::chrono::milliseconds(50)) {
            m_last = now;
            m_options.onProgress(fraction, natsPerTrial);
        }
    }

    engine::NetworkShape m_shape;
    std::span<const data::RuleInputs> m_animals;
    const AnimalStepsOptions& m_options;
    const base::StopToken& m_stop;
    std::size_t m_weights;
    torch::Tensor m_network, m_start;
    torch::optim::Adam m_optimizer;
    std::vector<float> m_gradient;
    std::chrono::steady_clock::time_point m_last;
    AnimalStepsFit m_fit;
};

base::Result<void> checkRequest(const engine::NetworkShape& shape, std::span<const data::RuleInputs> animals,
    const AnimalStepsOptions& options) {
    if (const auto checked = checkTraining(options.training); !checked) {
        return checked;
    }
    const std::size_t weights = animals.size() * static_cast<std::size_t>(shape.weights);
    if (!options.initialWeights.empty() && options.initialWeights.size() != weights) {
        return base::failure(base::ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "Initial weights must be given for every animal and weight, or none."),
            "initial weights");
    }
    if (std::all_of(animals.begin(), animals.end(),
            [](const data::RuleInputs& inputs) { return scoredTrials(inputs) == 0; })) {
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "there is no trial with a choice to fit."), {},
            QT_TRANSLATE_NOOP("core", "Choose animals with trials."));
    }
    return {};
}

} // namespace

base::Result<AnimalStepsFit> fitAnimalByAnimal(const engine::NetworkShape& shape,
    std::span<const data::RuleInputs> animals, const AnimalStepsOptions& options,
    const base::StopToken& stop) {
    if (const auto checked = checkRequest(shape, animals, options); !checked) {
        return tl::make_unexpected(checked.error());
    }
    try {
        return AnimalSteps(shape, animals, options, stop).run();
    } catch (const c10::Error& error) {
        return tl::make_unexpected(libTorchFailure(error.what_without_backtrace()));
    } catch (const std::bad_alloc&) {
        return tl::make_unexpected(memoryFailure());
    }
}

} // namespace rulescope::fit
