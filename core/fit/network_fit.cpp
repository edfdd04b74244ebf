// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/network_fit.h"

#include "core/engine/fused_rollout.h"
#include "core/fit/inner_split.h"
#include "core/fit/network_state.h"
#include "core/fit/pause.h"
#include "core/fit/training_run.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

namespace rulescope::fit {

namespace {

/// Held-out animals are only watched: often enough for a curve, seldom enough to cost little.
constexpr int kHeldOutEvery = 5;
/// Nats per trial below its first epoch at which a fit that has ended counts as having run away.
constexpr double kLostNats = 0.01;

/// Nats per trial, NaN where the network's weights leave every range. No stop token: a curve must not depend
/// on when a fit was stopped, and this takes a fraction of an epoch.
double natsPerTrial(const TrainingRollout& rollout, const std::vector<double>& parameters) {
    const std::vector<float> values(parameters.begin(), parameters.end());
    const engine::RolloutLoss loss = rollout.evaluate(values, {});
    return loss.isFinite ? -loss.negativeLogLikelihood / static_cast<double>(loss.scored)
                         : std::numeric_limits<double>::quiet_NaN();
}

/// True if the animals' mean gain exceeds two of its standard errors: a residual rule leaves the textbook for
/// no less. Fewer than three animals have no such error worth the name; any gain counts then.
bool isClearGain(const std::vector<double>& before, const std::vector<double>& after) {
    const auto animals = static_cast<double>(after.size());
    double sum = 0, squares = 0;
    for (std::size_t a = 0; a < after.size(); ++a) {
        const double gain = after[a] - before[a];
        sum += gain;
        squares += gain * gain;
    }
    const double mean = sum / animals;
    if (!std::isfinite(mean)) { // the best is finite: it was the start that ran away
        return true;
    }
    if (animals < 3) {
        return mean > 0;
    }
    const double variance = std::max(squares / animals - mean * mean, 0.0) * animals / (animals - 1);
    return mean > 2 * std::sqrt(variance / animals);
}

/// Nats of each animal (the sum over its scored trials); all NaN where the network's weights leave every
/// range.
std::vector<double> natsOfEach(const TrainingRollout& rollout, const std::vector<double>& parameters) {
    const std::vector<float> values(parameters.begin(), parameters.end());
    engine::RolloutLoss loss = rollout.evaluate(values, {});
    if (!loss.isFinite) {
        std::fill(loss.animalLogLikelihood.begin(), loss.animalLogLikelihood.end(), std::nan(""));
    }
    return std::move(loss.animalLogLikelihood);
}

/// One network of a phase with the animals that it is trained on, and those that judge it.
struct Member {
    std::shared_ptr<const TrainingRollout> training;
    std::shared_ptr<const TrainingRollout> validation; ///< null: all epochs are trained
    std::vector<std::size_t> validationTrials;         ///< scored, of each validation animal
    TrainingRun run;
};

/// What all phases share.
struct PhaseContext {
    const NetworkFitOptions& options;
    const base::StopToken& stop;
    const TrainingRollout* watched;               ///< held-out animals, never decide anything; may be null
    std::function<void(bool isForced)> keepState; ///< to the store; unless forced, only if it is due
};

/// Trains its members side by side, epoch by epoch, from wherever `state` stands.
class Phase {
  public:
    Phase(const PhaseContext& context, PhaseState& state, std::vector<Member> members)
        : m_context(context)
        , m_state(state)
        , m_members(std::move(members)) {
        if (m_state.best.empty()) {
            m_state.best = m_members.front().run.parameters();
        }
    }

    enum class End { Finished, OutOfPatience, Cancelled, Diverged };

    /// Up to `epochs` in all; progress counts from `firstEpoch` of `allEpochs`.
    End run(int epochs, int firstEpoch, int allEpochs) {
        while (m_state.epochs < epochs) {
            if (!waitWhilePaused()) {
                return End::Cancelled;
            }
            watch();
            if (validates() && m_state.epochs - m_state.bestEpoch >= m_context.options.training.patience) {
                return End::OutOfPatience;
            }
            if (const End end = stepAll(); end != End::Finished) {
                return end;
            }
            ++m_state.epochs;
            m_context.keepState(false); // what has been told of has been kept
            report(firstEpoch, allEpochs);
        }
        return End::Finished;
    }

    /// The members' states as they are now; costs a copy of everything.
    void collect() {
        m_state.networks.clear();
        for (const Member& member : m_members) {
            m_state.networks.push_back(member.run.state());
        }
    }

    const Member& first() const { return m_members.front(); }

  private:
    bool validates() const { return m_members.front().validation != nullptr; }

    /// False when the stop token says so; pausing keeps polling both.
    bool waitWhilePaused() const {
        return fit::waitWhilePaused(
            m_context.options.isPaused, m_context.stop, [this] { m_context.keepState(true); });
    }

    /// Scores the parameters as they are before this epoch's steps, once (a resumed epoch may have them).
    void watch() {
        const auto epoch = static_cast<std::size_t>(m_state.epochs);
        if (validates() && m_state.validationCurve.size() == epoch) {
            validate();
        }
        if (m_context.watched != nullptr && m_state.heldOutCurve.size() == epoch) {
            m_state.heldOutCurve.push_back(m_state.epochs % kHeldOutEvery == 0
                                               ? natsPerTrial(*m_context.watched, first().run.parameters())
                                               : std::numeric_limits<double>::quiet_NaN());
        }
    }

    /// Scores the validation animals of all members; what counts is the mean over their trials.
    void validate() {
        double sum = 0, trials = 0;
        std::vector<double> each;
        for (const Member& member : m_members) {
            const std::vector<double> scores = natsOfEach(*member.validation, member.run.parameters());
            for (std::size_t a = 0; a < scores.size(); ++a) {
                const auto scored = static_cast<double>(member.validationTrials[a]);
                sum += scored > 0 ? scores[a] : 0;
                trials += scored;
                if (scored > 0) {
                    each.push_back(scores[a] / scored);
                }
            }
        }
        m_state.validationCurve.push_back(sum / trials);
        if (m_state.epochs == 0) {
            m_state.startScores = m_state.bestScores = each;
        }
        if (keepBest(sum / trials, m_members.front().run.parameters())) {
            m_state.bestScores = std::move(each);
        }
    }

    bool keepBest(double score, const std::vector<double>& parameters) {
        if (!(score > m_state.bestScore)) { // also of NaN
            return false;
        }
        m_state.bestScore = score;
        m_state.bestEpoch = m_state.epochs;
        m_state.best = parameters;
        return true;
    }

    End stepAll() {
        for (Member& member : m_members) {
            if (member.run.epochs() > m_state.epochs) {
                continue; // stopped between members: this one has done its part
            }
            const std::vector<double> before = validates() ? std::vector<double>() : member.run.parameters();
            const TrainingRun::Step step = member.run.step(*member.training, m_context.stop);
            if (step != TrainingRun::Step::Done) {
                return step == TrainingRun::Step::Stopped ? End::Cancelled : End::Diverged;
            }
            if (!validates()) {
                keepBest(member.run.trainCurve().back(), before);
            }
        }
        return End::Finished;
    }

    void report(int firstEpoch, int allEpochs) const {
        if (!m_context.options.onEpoch) {
            return;
        }
        double train = 0;
        for (const Member& member : m_members) {
            train += member.run.trainCurve().back() / static_cast<double>(m_members.size());
        }
        const double heldOut = m_state.heldOutCurve.empty() ? std::numeric_limits<double>::quiet_NaN()
                                                            : m_state.heldOutCurve.back();
        m_context.options.onEpoch(
            {firstEpoch + m_state.epochs, allEpochs, train, heldOut, first().run.parameters()});
    }

    const PhaseContext& m_context;
    PhaseState& m_state;
    std::vector<Member> m_members;
};

/// Two phases: inner splits find the number of epochs, then all animals are trained for as many.
class NetworkFitter {
  public:
    NetworkFitter(const engine::NetworkShape& shape, std::span<const data::RuleInputs> animals,
        std::span<const data::RuleInputs> heldOut, const NetworkFitOptions& options,
        const base::StopToken& stop, NetworkFitState state)
        : m_shape(shape)
        , m_animals(animals)
        , m_options(options)
        , m_state(std::move(state)) {
        if (!heldOut.empty()) {
            m_heldOut = rollout(heldOut, options.starts.all.judgeWeights);
        }
        m_context = std::make_unique<PhaseContext>(
            PhaseContext{options, stop, m_heldOut.get(), [this](bool isForced) { keepState(isForced); }});
    }

    NetworkFit run() {
        const FitStatus searched = search();
        if (searched == FitStatus::Cancelled || searched == FitStatus::Diverged) {
            return result(m_state.search, searched);
        }
        return train();
    }

  private:
    static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max(); ///< no inner split

    static std::vector<std::size_t> trialsOfEach(std::span<const data::RuleInputs> animals) {
        std::vector<std::size_t> trials;
        for (const data::RuleInputs& animal : animals) {
            trials.push_back(scoredTrials({&animal, 1}));
        }
        return trials;
    }

    std::shared_ptr<const TrainingRollout> rollout(
        std::span<const data::RuleInputs> animals, std::span<const double> initialWeights) const {
        const engine::RolloutOptions options{
            m_options.training.truncation, m_options.threads, m_options.training.residualPenalty};
        return std::make_shared<const TrainingRollout>(m_shape, animals, options, initialWeights);
    }

    TrainingRun runFrom(const PhaseState& phase, std::size_t member) const {
        if (member < phase.networks.size()) {
            return TrainingRun(m_shape, m_options.training, phase.networks[member]);
        }
        return TrainingRun(m_shape, m_options.training, startOf(&phase == &m_state.search ? member : kAll));
    }

    /// Parameters with which the network on an inner split begins, or the one on all animals.
    std::vector<double> startOf(std::size_t split) const {
        const NetworkStarts& starts = m_options.starts;
        return split < starts.inner.size() ? starts.inner[split].parameters : starts.all.parameters;
    }

    /// Runs a phase and keeps its state, however it ended.
    Phase::End runPhase(
        PhaseState& state, std::vector<Member> members, int epochs, int firstEpoch, int allEpochs) {
        Phase phase(*m_context, state, std::move(members));
        m_running = &phase;
        const Phase::End end = phase.run(epochs, firstEpoch, allEpochs);
        phase.collect();
        m_running = nullptr;
        return end;
    }

    std::vector<Member> searchMembers() const {
        std::vector<Member> members;
        const NetworkStarts& starts = m_options.starts;
        for (const InnerSplit& split :
            innerSplits(m_animals, starts.all.initialWeights, m_options.training, m_options.seed)) {
            const std::size_t i = members.size();
            const bool hasOwn = i < starts.inner.size();
            members.push_back({rollout(split.training.animals,
                                   hasOwn ? starts.inner[i].initialWeights : split.training.initialWeights),
                rollout(split.validation.animals,
                    hasOwn ? starts.inner[i].judgeWeights : split.validation.initialWeights),
                trialsOfEach(split.validation.animals), runFrom(m_state.search, members.size())});
        }
        return members;
    }

    /// Finds the number of epochs. Cancelled and Diverged end the fit with the best so far.
    FitStatus search() {
        const int epochs = m_options.training.epochs;
        if (m_state.isSearchDone) {
            return FitStatus::Completed;
        }
        std::vector<Member> members = searchMembers();
        if (members.empty()) {
            m_state.chosenEpochs = epochs;
            m_state.isSearchDone = true;
            return FitStatus::Completed;
        }
        const Phase::End end = runPhase(m_state.search, std::move(members), epochs, 0, 2 * epochs);
        if (end == Phase::End::Cancelled) {
            keepState(true);
            return FitStatus::Cancelled;
        }
        const bool hasScore = std::isfinite(m_state.search.bestScore);
        // A residual rule that ran away at once still has its start, which is a fitted textbook rule.
        const bool hasLeft = m_state.search.bestEpoch > 0;
        if (!hasScore || (end == Phase::End::Diverged && !hasLeft && !m_shape.isResidual)) {
            return FitStatus::Diverged;
        }
        m_state.hasStoppedEarly = end != Phase::End::Finished;
        m_state.chosenEpochs = std::max(m_state.search.bestEpoch, 1);
        if (m_shape.isResidual && !isClearGain(m_state.search.startScores, m_state.search.bestScores)) {
            m_state.chosenEpochs = 0; // its start is a fitted textbook rule
        }
        m_state.isSearchDone = true;
        keepState(true);
        return FitStatus::Completed;
    }

    NetworkFit train() {
        const std::shared_ptr<const TrainingRollout> all =
            rollout(m_animals, m_options.starts.all.initialWeights);
        const int searched = m_state.search.epochs, epochs = m_state.chosenEpochs;
        PhaseState& state = m_state.training;
        std::vector<Member> members;
        members.push_back({all, nullptr, {}, runFrom(state, 0)});
        const Phase::End end = runPhase(state, std::move(members), epochs, searched, searched + epochs);
        keepState(true);
        if (end == Phase::End::Cancelled) { // the whole search's best beats a beginning
            return result(m_state.search.best.empty() ? state : m_state.search, FitStatus::Cancelled);
        }
        if (epochs == 0) {
            return startItself(*all);
        }
        const TrainingState& last = state.networks.front();
        const bool isLost = end == Phase::End::Diverged ||
                            !(natsPerTrial(*all, last.average) >= last.trainCurve.front() - kLostNats);
        if (isLost) {
            return result(state, FitStatus::Diverged);
        }
        state.best = last.average;
        return result(state, m_state.hasStoppedEarly ? FitStatus::StoppedEarly : FitStatus::Completed);
    }

    /// No epoch was better than none: the curves have one point, the start's.
    NetworkFit startItself(const TrainingRollout& all) const {
        NetworkFit fit = result(m_state.training, FitStatus::StoppedEarly);
        fit.trainCurve = {natsPerTrial(all, fit.parameters)};
        if (m_heldOut) {
            fit.heldOutCurve = {natsPerTrial(*m_heldOut, fit.parameters)};
        }
        return fit;
    }

    NetworkFit result(const PhaseState& phase, FitStatus status) const {
        NetworkFit fit;
        fit.status = status;
        fit.parameters = phase.best;
        fit.trainCurve = phase.networks.front().trainCurve;
        fit.heldOutCurve = phase.heldOutCurve;
        fit.heldOutCurve.resize(m_heldOut ? fit.trainCurve.size() : 0, std::nan(""));
        fit.validationCurve = m_state.search.validationCurve;
        fit.epochs =
            status == FitStatus::Diverged ? phase.bestEpoch : static_cast<int>(fit.trainCurve.size());
        return fit;
    }

    void keepState(bool isForced) {
        if (m_options.store == nullptr || (!isForced && !m_options.store->isDue())) {
            return;
        }
        if (m_running != nullptr) {
            m_running->collect();
        }
        StateArrays arrays = toArrays(m_state);
        addArrays(m_options.starts, arrays);
        m_options.store->save(std::move(arrays));
    }

    engine::NetworkShape m_shape;
    std::span<const data::RuleInputs> m_animals;
    const NetworkFitOptions& m_options;
    NetworkFitState m_state;
    std::shared_ptr<const TrainingRollout> m_heldOut;
    std::unique_ptr<PhaseContext> m_context;
    Phase* m_running = nullptr;
};

base::Result<NetworkFitState> startingState(const engine::NetworkShape& shape, const StateStore* store) {
    const std::optional<StateArrays> saved = store != nullptr ? store->saved() : std::nullopt;
    if (!saved) {
        return NetworkFitState();
    }
    auto state = networkFitState(*saved, engine::parameterCount(shape));
    if (!state) {
        return base::failure(base::ErrorCode::BadFormat,
            QT_TRANSLATE_NOOP("core", "the checkpoint does not hold the state of this network."),
            "checkpoint", QT_TRANSLATE_NOOP("core", "Delete it to start the fit afresh."));
    }
    return std::move(*state);
}

} // namespace

base::Result<void> checkTraining(const TrainingOptions& training) {
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
    if (training.hiddenLayers < 1 || training.hiddenLayers > engine::kMaxHiddenLayers) {
        return invalid(QT_TRANSLATE_NOOP("core", "the number of hidden layers must be between 1 and 4."),
            "hidden_layers");
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
    if (training.innerFolds < 1 || training.innerFolds > 100) {
        return invalid(QT_TRANSLATE_NOOP("core", "the number of inner folds must lie between 1 and 100."),
            "inner_folds");
    }
    if (!(training.averaging >= 0) || training.averaging >= 1) {
        return invalid(
            QT_TRANSLATE_NOOP("core", "the averaging of parameters must lie in [0, 1)."), "averaging");
    }
    if (!(training.clipNorm >= 0) || !std::isfinite(training.clipNorm)) {
        return invalid(QT_TRANSLATE_NOOP("core", "the limit of the gradient's norm must be 0 or positive."),
            "clip_norm");
    }
    return {};
}

base::Error libTorchFailure(const std::string& why) {
    return {base::ErrorCode::Internal,
        {QT_TRANSLATE_NOOP("core", "LibTorch could not train the network (%1)."), {why}}, {}, {}};
}

base::Error memoryFailure() {
    return {base::ErrorCode::TooLarge, QT_TRANSLATE_NOOP("core", "the fit needs more memory than there is."),
        {}, QT_TRANSLATE_NOOP("core", "Choose fewer trials or animals.")};
}

base::Result<NetworkFit> fitNetwork(const engine::NetworkShape& shape,
    std::span<const data::RuleInputs> animals, std::span<const data::RuleInputs> heldOut,
    const NetworkFitOptions& options, const base::StopToken& stop) {
    if (auto checked = checkTraining(options.training); !checked) {
        return tl::make_unexpected(checked.error());
    }
    if (scoredTrials(animals) == 0) {
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "there is no trial with a choice to fit."), {},
            QT_TRANSLATE_NOOP("core", "Choose animals with trials."));
    }
    auto state = startingState(shape, options.store);
    if (!state) {
        return tl::make_unexpected(state.error());
    }
    try {
        return NetworkFitter(shape, animals, heldOut, options, stop, std::move(*state)).run();
    } catch (const LibTorchError& error) {
        return tl::make_unexpected(libTorchFailure(error.what()));
    } catch (const std::bad_alloc&) {
        return tl::make_unexpected(memoryFailure());
    }
}

} // namespace rulescope::fit
