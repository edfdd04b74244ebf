// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/ensemble_fit.h"

#include "core/base/random.h"
#include "core/fit/fit_queue.h"
#include "core/fit/fit_scores.h"
#include "core/fit/splits.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <mutex>
#include <optional>

namespace rulescope::fit {

namespace {

constexpr int kMostMembers = 1000;
constexpr std::size_t kFewestSessions = 4; ///< below, blocks of trials are drawn instead
constexpr std::size_t kBlock = 100;        ///< trials

/// The block of every trial: its session, or its hundred trials where there are few sessions.
std::vector<std::size_t> blockOfTrials(const data::RuleInputs& inputs) {
    std::vector<std::size_t> blocks(inputs.trials, 0);
    for (std::size_t t = 1; t < inputs.trials; ++t) {
        blocks[t] = blocks[t - 1] + (inputs.sessionStart[t] != 0 ? 1 : 0);
    }
    if (blocks.empty() || blocks.back() + 1 >= kFewestSessions) {
        return blocks;
    }
    const std::size_t block = std::clamp<std::size_t>(inputs.trials / kFewestSessions, 1, kBlock);
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        blocks[t] = t / block;
    }
    return blocks;
}

/// Masks half of the blocks, drawn at random.
void maskHalf(data::RuleInputs& inputs, std::uint64_t seed, std::uint64_t stream) {
    const std::vector<std::size_t> blocks = blockOfTrials(inputs);
    const std::size_t count = blocks.empty() ? 0 : blocks.back() + 1;
    if (count < 2) {
        return;
    }
    const std::vector<std::size_t> order = shuffled(count, seed, stream);
    std::vector<bool> isMasked(count, false);
    for (std::size_t i = 0; i < count / 2; ++i) {
        isMasked[order[i]] = true;
    }
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        inputs.scored[t] = isMasked[blocks[t]] ? 0 : inputs.scored[t];
    }
}

/// "00012": sorts as a number.
std::string ordinal(std::size_t number) {
    return fmt::format("{:05}", number);
}

/// What a queue keeps of a finished fit.
StateArrays toArrays(const FitResult& result) {
    StateArrays arrays = {{"train_curve", result.trainCurve}, {"heldout_curve", result.heldOutCurve},
        {"validation_curve", result.validationCurve},
        {"ended", {static_cast<double>(result.status), static_cast<double>(result.epochs), result.seconds,
                      result.trainNatsPerTrial, result.heldOutNatsPerTrial}}};
    for (std::size_t i = 0; i < result.parameters.size(); ++i) {
        const NamedArray& array = result.parameters[i];
        arrays["array/" + ordinal(i) + "/" + array.name] = array.values;
        arrays["shape/" + ordinal(i)] = {array.shape.begin(), array.shape.end()};
    }
    return arrays;
}

/// The same back; none if the arrays are no fit.
std::optional<FitResult> fitResult(const StateArrays& arrays, const FitSpec& spec) {
    const auto valuesOf = [&](const std::string& name) {
        const auto found = arrays.find(name);
        return found == arrays.end() ? std::vector<double>() : found->second;
    };
    const std::vector<double> ended = valuesOf("ended");
    if (ended.size() != 5) {
        return std::nullopt;
    }
    FitResult result;
    result.spec = spec;
    result.status = static_cast<FitStatus>(static_cast<int>(ended[0]));
    result.epochs = static_cast<int>(ended[1]);
    result.seconds = ended[2];
    result.trainNatsPerTrial = ended[3];
    result.heldOutNatsPerTrial = ended[4];
    result.trainCurve = valuesOf("train_curve");
    result.heldOutCurve = valuesOf("heldout_curve");
    result.validationCurve = valuesOf("validation_curve");
    const std::string prefix = "array/";
    for (auto entry = arrays.lower_bound(prefix); entry != arrays.end() && entry->first.starts_with(prefix);
         ++entry) {
        const std::vector<double> shape = valuesOf("shape/" + entry->first.substr(prefix.size(), 5));
        result.parameters.push_back({entry->first.substr(prefix.size() + 6),
            std::vector<std::size_t>(shape.begin(), shape.end()), entry->second});
    }
    return result;
}

/// All fits of an ensemble as tasks of one queue; the first is the fit itself.
class Ensemble {
  public:
    Ensemble(const FitSpec& spec, std::span<const data::RuleInputs> training,
        std::span<const data::RuleInputs> heldOut, const base::StopToken& stop, const FitCallbacks& callbacks)
        : m_spec(spec)
        , m_training(training)
        , m_heldOut(heldOut)
        , m_stop(stop)
        , m_callbacks(callbacks)
        , m_start(std::chrono::steady_clock::now()) {}

    base::Result<FitResult> run(const CheckpointIdentity& identity) {
        std::vector<QueueTask> tasks;
        for (int member = 0; member < m_spec.members; ++member) {
            // The fit itself first: it is what a watcher sees.
            tasks.push_back({"member " + std::to_string(member), member == 0 ? 1.01 : 1.0,
                [this, member](const QueueTools& tools) { return fitOne(member, tools); }});
        }
        const auto outcomes = runQueue(tasks, queueOptions(identity), m_stop);
        if (!outcomes) {
            return tl::make_unexpected(outcomes.error());
        }
        return assembled(*outcomes);
    }

  private:
    QueueOptions queueOptions(const CheckpointIdentity& identity) {
        QueueOptions options;
        options.threads = m_callbacks.threads;
        options.checkpoint = m_callbacks.checkpoint;
        options.identity = identity;
        options.secondsBetweenCheckpoints = m_callbacks.secondsBetweenCheckpoints;
        options.onCheckpointFailure = m_callbacks.onCheckpointFailure;
        if (m_callbacks.onProgress) {
            options.onProgress = [this](const QueueProgress& progress) { tell(progress); };
        }
        return options;
    }

    /// The queue's time and share with the first fit's likelihoods and parameters.
    void tell(const QueueProgress& queue) {
        FitProgress progress;
        {
            const std::lock_guard lock(m_mutex);
            progress = m_watched;
        }
        progress.epochs = m_spec.members * std::max(progress.epochs, 1);
        progress.epoch = static_cast<int>(std::lround(queue.fraction * progress.epochs));
        progress.secondsElapsed = queue.secondsElapsed;
        progress.secondsLeft = queue.secondsLeft;
        m_callbacks.onProgress(progress);
    }

    FitSpec specOf(int member) const {
        FitSpec spec = m_spec;
        spec.seed += static_cast<std::uint64_t>(member);
        return spec;
    }

    FitCallbacks callbacksOf(int member, const QueueTools& tools) {
        FitCallbacks callbacks;
        callbacks.threads = tools.threads;
        callbacks.isPaused = m_callbacks.isPaused;
        callbacks.wantsParameters = member == 0 && m_callbacks.wantsParameters;
        callbacks.onProgress = [this, member, &tools](const FitProgress& progress) {
            if (member == 0) {
                const std::lock_guard lock(m_mutex);
                m_watched = progress;
            }
            tools.tell(static_cast<double>(progress.epoch) / std::max(progress.epochs, 1));
        };
        return callbacks;
    }

    base::Result<StateArrays> fitOne(int member, const QueueTools& tools) {
        const FitSpec spec = specOf(member);
        const std::vector<data::RuleInputs> drawn = member == 0 || spec.resampling == Resampling::None
                                                        ? std::vector<data::RuleInputs>()
                                                        : resampled(m_training, spec.resampling, spec.seed);
        auto result = fitRule(spec, drawn.empty() ? m_training : drawn,
            member == 0 ? m_heldOut : std::span<const data::RuleInputs>(), tools.stop,
            callbacksOf(member, tools), tools.store);
        if (!result) {
            return tl::make_unexpected(result.error());
        }
        if (const auto scored = addScores(*result, m_training, m_heldOut, tools.threads); !scored) {
            return tl::make_unexpected(scored.error());
        }
        if (result->status == FitStatus::Cancelled) {
            if (member == 0) {
                const std::lock_guard lock(m_mutex);
                m_cancelled = std::move(*result);
            }
            return base::failure(
                base::ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "the fit was cancelled."));
        }
        return toArrays(*result);
    }

    base::Result<FitResult> assembled(const QueueOutcomes& outcomes) {
        std::optional<FitResult> first =
            outcomes.front() ? fitResult(*outcomes.front(), m_spec) : std::move(m_cancelled);
        if (!first && m_stop.stop_requested()) {
            return base::failure(
                base::ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "the fit was cancelled."));
        }
        for (int member = 1; first && member < m_spec.members; ++member) {
            const auto& outcome = outcomes[static_cast<std::size_t>(member)];
            const std::optional<FitResult> fit = outcome ? fitResult(*outcome, specOf(member)) : std::nullopt;
            if (outcome && !fit) {
                first.reset();
            } else if (fit) {
                first->members.push_back({fit->spec.seed, fit->status, fit->parameters, fit->epochs,
                    fit->trainNatsPerTrial, fit->heldOutNatsPerTrial});
            } else {
                first->status = FitStatus::Cancelled; // some of the ensemble is missing
            }
        }
        if (!first) {
            return base::failure(base::ErrorCode::BadFormat,
                QT_TRANSLATE_NOOP("core", "the checkpoint does not hold the fits of this ensemble."),
                m_callbacks.checkpoint.string(),
                QT_TRANSLATE_NOOP("core", "Delete it to start the fit afresh."));
        }
        if (const auto scored = addScores(*first, m_training, m_heldOut, m_callbacks.threads); !scored) {
            return tl::make_unexpected(scored.error());
        }
        first->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
        return std::move(*first);
    }

    const FitSpec& m_spec;
    std::span<const data::RuleInputs> m_training, m_heldOut;
    const base::StopToken& m_stop;
    const FitCallbacks& m_callbacks;
    std::chrono::steady_clock::time_point m_start;
    std::mutex m_mutex;
    FitProgress m_watched;
    std::optional<FitResult> m_cancelled; ///< the fit itself, if a stop request ended it
};

} // namespace

std::vector<data::RuleInputs> resampled(
    std::span<const data::RuleInputs> training, Resampling resampling, std::uint64_t seed) {
    const std::vector<std::size_t> byName = orderByName(training);
    std::vector<data::RuleInputs> drawn(training.size());
    base::RandomStream random(seed, 0x64726177ULL); // "draw"
    for (std::size_t rank = 0; rank < training.size(); ++rank) {
        const std::size_t place = byName[rank];
        drawn[place] =
            training[resampling == Resampling::Animals ? byName[random.below(training.size())] : place];
        if (resampling == Resampling::Sessions) {
            maskHalf(drawn[place], seed, 0x68616c66ULL + rank); // "half"
        }
    }
    return drawn;
}

base::Result<FitResult> fitEnsemble(const FitSpec& spec, std::span<const data::RuleInputs> training,
    std::span<const data::RuleInputs> heldOut, const CheckpointIdentity& identity,
    const base::StopToken& stop, const FitCallbacks& callbacks) {
    if (spec.members < 1 || spec.members > kMostMembers) {
        return base::failure(base::ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "an ensemble has between 1 and 1,000 members."), "members");
    }
    if (spec.resampling == Resampling::Animals && training.size() < 2) {
        return base::failure(base::ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "animals can't be drawn from a single one."), "resampling",
            QT_TRANSLATE_NOOP("core", "Draw its sessions instead."));
    }
    return Ensemble(spec, training, heldOut, stop, callbacks).run(identity);
}

} // namespace rulescope::fit
