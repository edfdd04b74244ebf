// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/rule_fit.h"

#include "core/fit/initial_weights.h"
#include "core/fit/network_fit.h"
#include "core/fit/network_start.h"
#include "core/fit/splits.h"
#include "core/fit/textbook_fit.h"
#include "core/rules/parameters.h"
#include "core/rules/registry.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

namespace rulescope::fit {

namespace {

using Clock = std::chrono::steady_clock;

/// Likelihood evaluations that one start of a textbook fit usually takes; for the estimate of the time left.
constexpr int kUsualEvaluations = 40;

/// Watchers hear from a fit at most twenty times a second.
class ProgressThrottle {
  public:
    explicit ProgressThrottle(const FitCallbacks& callbacks)
        : m_callbacks(callbacks)
        , m_start(Clock::now()) {}

    double seconds() const { return std::chrono::duration<double>(Clock::now() - m_start).count(); }

    /// Tells the watcher unless it heard within the last 50 ms; the last epoch is always told.
    void tell(FitProgress progress, bool isLast) {
        const Clock::time_point now = Clock::now();
        if (!m_callbacks.onProgress || (!isLast && now - m_last < std::chrono::milliseconds(50))) {
            return;
        }
        m_last = now;
        progress.secondsElapsed = seconds();
        progress.secondsLeft =
            progress.epoch > 0 ? progress.secondsElapsed * (progress.epochs - progress.epoch) / progress.epoch
                               : 0;
        m_callbacks.onProgress(progress);
    }

  private:
    const FitCallbacks& m_callbacks;
    Clock::time_point m_start;
    Clock::time_point m_last;
};

std::vector<NamedArray> networkArrays(const engine::NetworkShape& shape, std::span<const double> parameters) {
    std::vector<NamedArray> arrays;
    for (const engine::ParameterSlot& slot : engine::parameterSlots(shape)) {
        const auto first = parameters.begin() + static_cast<std::ptrdiff_t>(slot.offset);
        arrays.push_back({slot.name, slot.shape, {first, first + static_cast<std::ptrdiff_t>(slot.size)}});
    }
    return arrays;
}

std::vector<NamedArray> textbookArrays(
    const rules::RuleInfo& rule, std::size_t weights, std::span<const double> parameters) {
    std::vector<NamedArray> arrays;
    std::size_t offset = 0;
    for (const rules::ParameterInfo& group : rule.parameters) {
        const std::size_t size = group.isPerWeight ? weights : 1;
        const auto first = parameters.begin() + static_cast<std::ptrdiff_t>(offset);
        arrays.push_back(
            {std::string(group.name), {size}, {first, first + static_cast<std::ptrdiff_t>(size)}});
        offset += size;
    }
    return arrays;
}

/// Whether inner splits decide the number of epochs: the training then counts twice as many.
bool hasInnerSearch(const TrainingOptions& training) {
    return training.validationFraction > 0 && training.patience > 0;
}

/// What the textbook fits before a network's training tell and obey.
StartTools startTools(const FitSpec& spec, const FitCallbacks& callbacks, ProgressThrottle& throttle) {
    StartTools tools;
    tools.threads = callbacks.threads;
    tools.isPaused = callbacks.isPaused;
    tools.onEvaluation = [epochs = (hasInnerSearch(spec.training) ? 2 : 1) * spec.training.epochs,
                             &throttle] {
        FitProgress progress;
        progress.epochs = epochs;
        progress.trainNatsPerTrial = progress.heldOutNatsPerTrial = std::numeric_limits<double>::quiet_NaN();
        throttle.tell(std::move(progress), false);
    };
    return tools;
}

/// How a network fit ended, the textbook fit that it began with considered: a residual rule that never left
/// its start is that fit, and first weights that no search has settled are not a fit's last word.
FitStatus endOf(const NetworkFit& fit, const engine::NetworkShape& shape, const NetworkStarts& starts) {
    if (fit.status != FitStatus::Completed && fit.status != FitStatus::StoppedEarly) {
        return fit.status;
    }
    if (shape.isResidual && fit.epochs == 0 && starts.status != FitStatus::Converged) {
        return starts.status;
    }
    const bool isUnsettled = starts.status == FitStatus::NotConverged || starts.status == FitStatus::Diverged;
    return starts.firstWeights && isUnsettled ? FitStatus::NotConverged : fit.status;
}

NetworkFitOptions networkOptions(const engine::NetworkShape& shape, const FitSpec& spec,
    const FitCallbacks& callbacks, StateStore* store, ProgressThrottle& throttle) {
    NetworkFitOptions options;
    options.training = spec.training;
    options.seed = spec.seed;
    options.threads = callbacks.threads;
    options.isPaused = callbacks.isPaused;
    options.store = store;
    options.onEpoch = [shape, &callbacks, &throttle, lastHeldOut = std::numeric_limits<double>::quiet_NaN()](
                          const NetworkEpoch& epoch) mutable {
        lastHeldOut = std::isfinite(epoch.heldOutNatsPerTrial) ? epoch.heldOutNatsPerTrial : lastHeldOut;
        FitProgress progress;
        progress.epoch = epoch.epoch;
        progress.epochs = epoch.epochs;
        progress.trainNatsPerTrial = epoch.trainNatsPerTrial;
        progress.heldOutNatsPerTrial = lastHeldOut;
        if (callbacks.wantsParameters) {
            progress.parameters = networkArrays(shape, epoch.parameters);
        }
        throttle.tell(std::move(progress), epoch.epoch == epoch.epochs);
    };
    return options;
}

/// The start itself, where a stop request came before the first epoch.
NetworkFit cancelledAtStart(NetworkStarts& starts) {
    NetworkFit fit;
    fit.parameters = std::move(starts.all.parameters);
    fit.status = FitStatus::Cancelled;
    return fit;
}

base::Result<FitResult> fitNetworkRule(const FitSpec& spec, std::span<const data::RuleInputs> training,
    std::span<const data::RuleInputs> heldOut, const base::StopToken& stop, const FitCallbacks& callbacks,
    StateStore* store) {
    if (const auto checked = checkTraining(spec.training); !checked) {
        return tl::make_unexpected(checked.error());
    }
    const engine::NetworkShape shape = networkShape(spec);
    ProgressThrottle throttle(callbacks);
    const StateArrays saved = store != nullptr ? store->saved().value_or(StateArrays()) : StateArrays();
    const auto kept = keptStarts(saved, shape, spec, training, heldOut);
    if (!kept) {
        return tl::make_unexpected(kept.error());
    }
    auto starts =
        *kept ? base::Result<NetworkStarts>(**kept)
              : networkStarts(shape, spec, training, heldOut, startTools(spec, callbacks, throttle), stop);
    if (!starts) {
        return tl::make_unexpected(starts.error());
    }
    NetworkFitOptions options = networkOptions(shape, spec, callbacks, store, throttle);
    // A start that was cut short is nothing to train from, nor to keep in the store.
    const bool isCutShort = !*kept && stop.stop_requested() && (shape.isResidual || starts->firstWeights);
    options.starts = *starts;
    auto fit = isCutShort ? base::Result<NetworkFit>(cancelledAtStart(*starts))
                          : fitNetwork(shape, training, heldOut, options, stop);
    if (!fit) {
        return tl::make_unexpected(fit.error());
    }
    FitResult result;
    result.spec = spec;
    result.status = endOf(*fit, shape, *starts);
    result.parameters = networkArrays(shape, fit->parameters);
    if (starts->firstWeights) {
        result.parameters.push_back(*std::move(starts->firstWeights));
    }
    result.trainCurve = std::move(fit->trainCurve);
    result.heldOutCurve = std::move(fit->heldOutCurve);
    result.validationCurve = std::move(fit->validationCurve);
    result.epochs = fit->epochs;
    result.seconds = throttle.seconds();
    return result;
}

base::Result<FitResult> fitTextbookRule(const rules::RuleInfo& rule, const FitSpec& spec,
    std::span<const data::RuleInputs> training, const base::StopToken& stop, const FitCallbacks& callbacks) {
    ProgressThrottle throttle(callbacks);
    TextbookFitOptions options = textbookOptions(spec);
    options.threads = callbacks.threads;
    for (const data::RuleInputs& animal : training) {
        options.initialWeights.push_back(initialWeights(spec.initialWeights, animal, spec.regressors));
    }
    options.isPaused = callbacks.isPaused;
    options.onProgress = [&](int iterations, double natsPerTrial) {
        FitProgress progress;
        progress.epoch = iterations;
        progress.epochs = std::max(iterations + 1, kUsualEvaluations * (spec.training.starts + 1));
        progress.trainNatsPerTrial = natsPerTrial;
        progress.heldOutNatsPerTrial = std::numeric_limits<double>::quiet_NaN();
        throttle.tell(std::move(progress), false);
    };
    auto fit = fitTextbook(rule, training, options, stop);
    if (!fit) {
        return tl::make_unexpected(fit.error());
    }
    FitResult result;
    result.spec = spec;
    result.status = fit->status;
    result.parameters = textbookArrays(rule, spec.regressors.names.size(), fit->parameters);
    if (areFitted(spec.initialWeights) && !rule.textbook->ownsInitialWeights()) {
        result.parameters.push_back(startArray(spec, training, fit->initialWeights));
    }
    result.trainCurve = std::move(fit->curve);
    result.epochs = fit->iterations;
    result.seconds = throttle.seconds();
    return result;
}

} // namespace

engine::NetworkShape networkShape(const FitSpec& spec) {
    const TrainingOptions training = withTrainingOfRule(spec).training;
    engine::NetworkShape shape;
    shape.weights = static_cast<int>(spec.regressors.names.size());
    shape.hidden = training.hidden;
    shape.hiddenLayers = training.hiddenLayers;
    const auto rule = rules::findRule(spec.rule);
    if (rule && (*rule)->network) {
        const rules::RuleNetwork& network = *(*rule)->network;
        shape.isRecurrent = network.isRecurrent;
        shape.isResidual = network.isResidual;
        shape.isDirect = network.isDirect;
    }
    return shape;
}

std::vector<double> flatParameters(const FitResult& result) {
    std::vector<double> flat;
    for (const NamedArray& array : result.parameters) {
        if (array.name == kInitialWeightsArray) {
            continue;
        }
        flat.insert(flat.end(), array.values.begin(), array.values.end());
    }
    return flat;
}

base::Result<FitResult> fitRule(const FitSpec& asked, std::span<const data::RuleInputs> training,
    std::span<const data::RuleInputs> heldOut, const base::StopToken& stop, const FitCallbacks& callbacks,
    StateStore* store) {
    const auto rule = rules::findRule(asked.rule);
    if (!rule) {
        return tl::make_unexpected(rule.error());
    }
    FitSpec spec = withTrainingOfRule(asked);
    if (spec.animals.empty()) { // fitted w_0 are kept by name
        for (const data::RuleInputs& animal : training) {
            spec.animals.push_back(animal.animal);
        }
    }
    if (training.empty()) {
        return base::failure(base::ErrorCode::NoData, QT_TRANSLATE_NOOP("core", "there is no animal to fit."),
            {}, QT_TRANSLATE_NOOP("core", "Choose at least one animal."));
    }
    if ((*rule)->kind != rules::RuleInfo::Kind::Network) {
        return fitTextbookRule(**rule, spec, training, stop, callbacks);
    }
    // Sums of rounded numbers depend on their order: the same animals give the same network however listed.
    const std::vector<std::size_t> order = orderByName(training);
    if (std::is_sorted(order.begin(), order.end())) {
        return fitNetworkRule(spec, training, heldOut, stop, callbacks, store);
    }
    std::vector<data::RuleInputs> sorted;
    for (const std::size_t a : order) {
        sorted.push_back(training[a]);
    }
    return fitNetworkRule(spec, sorted, heldOut, stop, callbacks, store);
}

base::Result<std::vector<data::RuleInputs>> inputsOf(
    const data::Study& study, const FitSpec& spec, const std::vector<std::string>& animals) {
    std::vector<data::RuleInputs> all;
    for (const std::string& name : animals) {
        if (std::count(animals.begin(), animals.end(), name) > 1) {
            return base::failure(base::ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "animal %1 is named more than once."), {name}}, name,
                QT_TRANSLATE_NOOP("core", "Name each animal once."));
        }
        const auto animal = study.require(name);
        if (!animal) {
            return tl::make_unexpected(animal.error());
        }
        auto inputs = data::ruleInputs(**animal, spec.regressors, spec.trialsPerAnimal);
        if (!inputs) {
            return tl::make_unexpected(inputs.error());
        }
        if (spec.initialWeights == InitialWeights::Psychometric) {
            const std::size_t used = std::min(inputs->trials, kPsychometricTrials);
            std::fill_n(inputs->scored.begin(), used, 0);
        }
        all.push_back(std::move(*inputs));
    }
    return all;
}

} // namespace rulescope::fit
