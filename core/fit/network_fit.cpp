// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/network_fit.h"

#include "core/engine/fused_rollout.h"
#include "core/engine/rule_module.h"
#include "core/fit/provenance.h"
#include "core/fit/splits.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <thread>
#include <torch/optim/adamw.h>
#include <torch/version.h>

namespace rulescope::fit {

namespace {

using Rollout = engine::FusedRollout<float>;

/// Held-out animals are only watched: often enough for a curve, seldom enough to cost little.
constexpr int kHeldOutEvery = 5;

std::vector<float> toFloat(std::span<const double> values) {
    return {values.begin(), values.end()};
}

/// The animals of one phase of training.
struct TrainingSet {
    const Rollout* training = nullptr;
    const Rollout* validation = nullptr; ///< decides when to stop; null: all epochs
    const Rollout* watched = nullptr;    ///< held-out animals, never decide anything
};

/// The textbook part of a residual rule is not decayed towards 0: the penalty draws towards it instead.
std::vector<torch::optim::OptimizerParamGroup> optimizerGroups(
    const engine::NetworkRuleModule& module, const TrainingOptions& training) {
    std::vector<torch::optim::OptimizerParamGroup> groups;
    for (const engine::NetworkRuleModule::ParameterGroup& group : module.parameterGroups()) {
        auto options = std::make_unique<torch::optim::AdamWOptions>(training.learningRate * group.rate);
        options->weight_decay(group.isTextbook ? 0 : training.weightDecay);
        groups.emplace_back(group.parameters, std::move(options));
    }
    return groups;
}

/// Training from the seed's initial network over at most `epochs` epochs.
class TrainingRun {
  public:
    TrainingRun(const engine::NetworkShape& shape, const NetworkFitOptions& options,
        const base::StopToken& stop, int firstEpoch, int allEpochs)
        : m_options(options)
        , m_stop(stop)
        , m_firstEpoch(firstEpoch)
        , m_allEpochs(allEpochs)
        , m_module(shape, torch::kFloat32)
        , m_optimizer(optimizerGroups(m_module, options.training)) {
        m_module.setParameters(options.initialParameters.empty()
                                   ? engine::initialParameters(shape, options.seed)
                                   : options.initialParameters);
        m_fit.parameters = m_module.parameterValues();
    }

    /// The parameters kept: the last of a fixed protocol, the best on validation animals, the best so far if
    /// stopped.
    NetworkFit run(const TrainingSet& set, int epochs) {
        for (int epoch = 0; epoch < epochs; ++epoch) {
            if (!waitWhilePaused() || !step(set, epoch)) {
                return finish(m_isDiverged ? FitStatus::Diverged : FitStatus::Cancelled);
            }
            if (set.validation != nullptr && epoch - m_bestEpoch >= m_options.training.patience) {
                return finish(FitStatus::StoppedEarly);
            }
        }
        return keepLast(set) ? finish(FitStatus::Completed) : finish(FitStatus::Diverged);
    }

    int bestEpoch() const { return m_bestEpoch; }

  private:
    /// A fixed protocol keeps its last parameters, unless the last step ruined them. False: it did.
    bool keepLast(const TrainingSet& set) {
        if (set.validation != nullptr) {
            return true;
        }
        const std::vector<double> last = m_module.parameterValues();
        const engine::RolloutLoss loss = set.training->evaluate(toFloat(last), {});
        if (!loss.isFinite) {
            return false;
        }
        m_fit.parameters = last;
        return true;
    }

    /// False when the stop token says so; pausing keeps polling both.
    bool waitWhilePaused() const {
        while (m_options.isPaused && m_options.isPaused() && !m_stop.stop_requested()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return !m_stop.stop_requested();
    }

    bool step(const TrainingSet& set, int epoch) {
        const std::vector<double> before = m_module.parameterValues();
        m_optimizer.zero_grad();
        engine::RolloutLoss loss;
        torch::Tensor mean = engine::fusedLoss<float>(m_module.flatParameters(), *set.training, loss, m_stop);
        if (loss.isStopped) {
            return false;
        }
        if (!loss.isFinite) {
            m_isDiverged = true;
            return false;
        }
        const double nats = -loss.negativeLogLikelihood / static_cast<double>(loss.scored);
        keepBest(set, epoch, nats, before);
        mean.backward();
        setRate(epoch);
        m_optimizer.step();
        report(set, epoch, nats, before);
        return true;
    }

    /// Remembers the best parameters: on validation animals if there are any, else on the training animals.
    void keepBest(
        const TrainingSet& set, int epoch, double trainNats, const std::vector<double>& parameters) {
        const double score =
            set.validation != nullptr ? natsPerTrial(*set.validation, parameters) : trainNats;
        if (score > m_bestScore) {
            m_bestScore = score;
            m_bestEpoch = epoch;
            m_fit.parameters = parameters;
        }
    }

    double natsPerTrial(const Rollout& rollout, const std::vector<double>& parameters) const {
        const engine::RolloutLoss loss = rollout.evaluate(toFloat(parameters), {}, m_stop);
        return loss.isStopped ? std::numeric_limits<double>::quiet_NaN()
                              : -loss.negativeLogLikelihood / static_cast<double>(loss.scored);
    }

    void setRate(int epoch) {
        const TrainingOptions& training = m_options.training;
        const double rate = training.learningRate * std::pow(training.decay, epoch / training.decayEvery);
        const std::vector<engine::NetworkRuleModule::ParameterGroup> groups = m_module.parameterGroups();
        for (std::size_t g = 0; g < groups.size(); ++g) {
            static_cast<torch::optim::AdamWOptions&>(m_optimizer.param_groups()[g].options())
                .lr(rate * groups[g].rate);
        }
    }

    void report(const TrainingSet& set, int epoch, double nats, const std::vector<double>& parameters) {
        m_fit.trainCurve.push_back(nats);
        double heldOut = std::numeric_limits<double>::quiet_NaN();
        if (set.watched != nullptr) {
            if (epoch % kHeldOutEvery == 0) {
                heldOut = natsPerTrial(*set.watched, parameters);
            }
            m_fit.heldOutCurve.push_back(heldOut);
        }
        if (m_options.onEpoch) {
            m_options.onEpoch({m_firstEpoch + epoch + 1, m_allEpochs, nats, heldOut, parameters});
        }
    }

    NetworkFit finish(FitStatus status) {
        m_fit.status = status;
        m_fit.epochs = static_cast<int>(m_fit.trainCurve.size());
        return std::move(m_fit);
    }

    const NetworkFitOptions& m_options;
    const base::StopToken& m_stop;
    int m_firstEpoch, m_allEpochs;
    engine::NetworkRuleModule m_module;
    torch::optim::AdamW m_optimizer; ///< equals Adam at weight decay 0
    NetworkFit m_fit;
    double m_bestScore = -std::numeric_limits<double>::infinity();
    int m_bestEpoch = 0;
    bool m_isDiverged = false;
};

std::size_t scoredTrials(std::span<const data::RuleInputs> animals) {
    std::size_t scored = 0;
    for (const data::RuleInputs& animal : animals) {
        scored += static_cast<std::size_t>(std::count(animal.scored.begin(), animal.scored.end(), 1));
    }
    return scored;
}

/// An inner split of the training animals, drawn from the seed.
struct InnerSplit {
    std::vector<data::RuleInputs> training, validation;
    std::vector<double> trainingWeights, validationWeights;
};

void appendWeights(
    std::span<const double> all, std::size_t animal, std::size_t regressors, std::vector<double>& out) {
    if (!all.empty()) {
        out.insert(out.end(), all.begin() + static_cast<std::ptrdiff_t>(animal * regressors),
            all.begin() + static_cast<std::ptrdiff_t>((animal + 1) * regressors));
    }
}

/// The trial before which this share of the scored trials lies.
std::ptrdiff_t trialAtShare(const data::RuleInputs& animal, double share) {
    const auto scored = static_cast<double>(std::count(animal.scored.begin(), animal.scored.end(), 1));
    double before = 0;
    std::size_t trial = 0;
    for (; trial < animal.trials && before < share * scored; ++trial) {
        before += animal.scored[trial];
    }
    return static_cast<std::ptrdiff_t>(trial);
}

/// Fewer than three animals: the last trials of each are scored apart; their earlier trials still drive the
/// state.
InnerSplit splitTrials(std::span<const data::RuleInputs> animals, const NetworkFitOptions& options) {
    InnerSplit split;
    split.training.assign(animals.begin(), animals.end());
    split.validation = split.training;
    split.trainingWeights = split.validationWeights = options.initialWeights;
    for (std::size_t a = 0; a < animals.size(); ++a) {
        const std::ptrdiff_t first = trialAtShare(animals[a], 1 - options.training.validationFraction);
        std::fill(split.training[a].scored.begin() + first, split.training[a].scored.end(), 0);
        std::fill(split.validation[a].scored.begin(), split.validation[a].scored.begin() + first, 0);
    }
    return split;
}

InnerSplit splitAnimals(std::span<const data::RuleInputs> animals, const NetworkFitOptions& options) {
    const std::vector<std::size_t> order = shuffled(animals.size(), options.seed, 0x73706c6974ULL); // "split"
    const auto wanted = static_cast<std::size_t>(
        std::lround(static_cast<double>(animals.size()) * options.training.validationFraction));
    const std::size_t validation = std::clamp<std::size_t>(wanted, 1, animals.size() - 1);
    InnerSplit split;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const bool isValidation = i < validation;
        (isValidation ? split.validation : split.training).push_back(animals[order[i]]);
        appendWeights(options.initialWeights, order[i], animals[order[i]].regressors,
            isValidation ? split.validationWeights : split.trainingWeights);
    }
    return split;
}

base::Result<void> checkOptions(const TrainingOptions& training) {
    const auto invalid = [](const char* sentence, const char* where) {
        return base::failure(base::ErrorCode::InvalidValue, sentence, where);
    };
    if (training.epochs < 1 || training.epochs > 10'000'000) {
        return invalid(
            QT_TRANSLATE_NOOP("core", "the number of epochs must be between 1 and ten million."), "epochs");
    }
    if (!(training.learningRate > 0) || !std::isfinite(training.learningRate)) {
        return invalid(
            QT_TRANSLATE_NOOP("core", "the learning rate must be a positive number."), "learning_rate");
    }
    if (!(training.decay > 0) || training.decay > 1 || training.decayEvery < 1) {
        return invalid(
            QT_TRANSLATE_NOOP("core", "the decay of the learning rate must lie in (0, 1]."), "decay");
    }
    if (!(training.weightDecay >= 0) || !std::isfinite(training.weightDecay)) {
        return invalid(QT_TRANSLATE_NOOP("core", "the weight decay must be 0 or positive."), "weight_decay");
    }
    if (training.truncation < 1 || training.hidden < 1 || training.hidden > 1024) {
        return invalid(QT_TRANSLATE_NOOP("core",
                           "truncation must be at least 1 trial and hidden units between 1 and 1024."),
            "truncation, hidden");
    }
    if (!(training.residualPenalty >= 0) || !std::isfinite(training.residualPenalty)) {
        return invalid(QT_TRANSLATE_NOOP("core", "the penalty of corrections must be 0 or positive."),
            "residual_penalty");
    }
    if (!(training.validationFraction >= 0) || training.validationFraction >= 1 || training.patience < 0) {
        return invalid(
            QT_TRANSLATE_NOOP("core", "the share of animals for early stopping must lie in [0, 1)."),
            "validation_fraction");
    }
    return {};
}

/// Two phases: an inner split finds the number of epochs, then all animals are trained for as many.
class NetworkFitter {
  public:
    NetworkFitter(const engine::NetworkShape& shape, std::span<const data::RuleInputs> animals,
        std::span<const data::RuleInputs> heldOut, const NetworkFitOptions& options,
        const base::StopToken& stop)
        : m_shape(shape)
        , m_animals(animals)
        , m_options(options)
        , m_stop(stop) {
        if (!heldOut.empty()) {
            m_heldOut =
                std::make_unique<Rollout>(shape, heldOut, rolloutOptions(), options.heldOutInitialWeights);
        }
    }

    NetworkFit run() {
        const int epochs = m_options.training.epochs;
        if (m_options.training.validationFraction == 0 || m_options.training.patience == 0) {
            return train(epochs, 0, epochs);
        }
        const InnerSplit split =
            m_animals.size() < 3 ? splitTrials(m_animals, m_options) : splitAnimals(m_animals, m_options);
        if (scoredTrials(split.training) == 0 || scoredTrials(split.validation) == 0) {
            return train(epochs, 0, epochs); // too few trials to set any aside
        }
        TrainingRun search(m_shape, m_options, m_stop, 0, 2 * epochs);
        const NetworkFit found = searchEpochs(search, split);
        if (found.status == FitStatus::Cancelled || found.status == FitStatus::Diverged) {
            return found;
        }
        const int kept = std::max(search.bestEpoch(), 1);
        NetworkFit fit = train(kept, found.epochs, found.epochs + kept);
        if (fit.status == FitStatus::Cancelled) { // the whole search's best beats a beginning
            fit = found;
            fit.status = FitStatus::Cancelled;
        } else if (fit.status == FitStatus::Completed) {
            fit.status = found.status;
        }
        return fit;
    }

  private:
    engine::RolloutOptions rolloutOptions() const {
        return {m_options.training.truncation, m_options.threads, m_options.training.residualPenalty};
    }

    NetworkFit searchEpochs(TrainingRun& search, const InnerSplit& split) const {
        const Rollout training(m_shape, split.training, rolloutOptions(), split.trainingWeights);
        const Rollout validation(m_shape, split.validation, rolloutOptions(), split.validationWeights);
        return search.run({&training, &validation, m_heldOut.get()}, m_options.training.epochs);
    }

    NetworkFit train(int epochs, int firstEpoch, int allEpochs) const {
        const Rollout rollout(m_shape, m_animals, rolloutOptions(), m_options.initialWeights);
        TrainingRun run(m_shape, m_options, m_stop, firstEpoch, allEpochs);
        return run.run({&rollout, nullptr, m_heldOut.get()}, epochs);
    }

    engine::NetworkShape m_shape;
    std::span<const data::RuleInputs> m_animals;
    const NetworkFitOptions& m_options;
    const base::StopToken& m_stop;
    std::unique_ptr<Rollout> m_heldOut;
};

} // namespace

std::string torchVersion() {
    return TORCH_VERSION;
}

base::Result<NetworkFit> fitNetwork(const engine::NetworkShape& shape,
    std::span<const data::RuleInputs> animals, std::span<const data::RuleInputs> heldOut,
    const NetworkFitOptions& options, const base::StopToken& stop) {
    if (auto checked = checkOptions(options.training); !checked) {
        return tl::make_unexpected(checked.error());
    }
    if (scoredTrials(animals) == 0) {
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "there is no trial with a choice to fit."), {},
            QT_TRANSLATE_NOOP("core", "Choose animals with trials."));
    }
    try {
        return NetworkFitter(shape, animals, heldOut, options, stop).run();
    } catch (const c10::Error& error) {
        return base::failure(base::ErrorCode::Internal,
            {QT_TRANSLATE_NOOP("core", "LibTorch could not train the network (%1)."),
                {std::string(error.what_without_backtrace())}});
    } catch (const std::bad_alloc&) {
        return base::failure(base::ErrorCode::TooLarge,
            QT_TRANSLATE_NOOP("core", "the fit needs more memory than there is."), {},
            QT_TRANSLATE_NOOP("core", "Choose fewer trials or animals."));
    }
}

} // namespace rulescope::fit
