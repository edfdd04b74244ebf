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
#include <thread>

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

std::vector<double> startingWeights(const FitSpec& spec, std::span<const data::RuleInputs> animals) {
    std::vector<double> weights;
    for (const data::RuleInputs& animal : animals) {
        const std::vector<double> start = initialWeights(spec.initialWeights, animal, spec.regressors);
        weights.insert(weights.end(), start.begin(), start.end());
    }
    return weights;
}

/// Fitted w_0 of a network rule: those that the textbook yardstick has if it is fitted together with them.
/// The network is then trained from there; they are not trained with it, since only the first trials would
/// move them, and the steps of a network's training are too short for that.
base::Result<NamedArray> fittedFirstWeights(const FitSpec& spec, std::span<const data::RuleInputs> training,
    int threads, const base::StopToken& stop) {
    TextbookFitOptions options;
    options.starts = spec.training.starts;
    options.maxIterations = spec.training.maxIterations;
    options.threads = threads;
    options.start = spec.initialWeights;
    const auto fit = fitTextbook(rules::textbookYardstick(), training, options, stop);
    if (!fit) {
        return tl::make_unexpected(fit.error());
    }
    return startArray(spec, training, fit->initialWeights);
}

/// Rows of `array` for these animals.
std::vector<double> startsOf(
    const FitSpec& spec, const NamedArray& array, std::span<const data::RuleInputs> animals) {
    FitResult holder;
    holder.spec = spec;
    holder.parameters = {array};
    std::vector<double> weights;
    for (const data::RuleInputs& animal : animals) {
        const std::vector<double> start = *fittedStart(holder, animal.animal);
        weights.insert(weights.end(), start.begin(), start.end());
    }
    return weights;
}

base::Result<FitResult> fitNetworkRule(const FitSpec& spec, std::span<const data::RuleInputs> training,
    std::span<const data::RuleInputs> heldOut, const base::StopToken& stop, const FitCallbacks& callbacks,
    StateStore* store) {
    const engine::NetworkShape shape = networkShape(spec);
    ProgressThrottle throttle(callbacks);
    double lastHeldOut = std::numeric_limits<double>::quiet_NaN();
    NetworkFitOptions options;
    options.training = spec.training;
    options.seed = spec.seed;
    options.threads = callbacks.threads;
    std::optional<NamedArray> firstWeights;
    if (areFitted(spec.initialWeights) && !shape.isDirect) {
        auto fitted = fittedFirstWeights(spec, training, callbacks.threads, stop);
        if (!fitted) {
            return tl::make_unexpected(fitted.error());
        }
        firstWeights = *std::move(fitted);
    }
    options.initialWeights =
        firstWeights ? startsOf(spec, *firstWeights, training) : startingWeights(spec, training);
    options.heldOutInitialWeights =
        firstWeights ? startsOf(spec, *firstWeights, heldOut) : startingWeights(spec, heldOut);
    options.isPaused = callbacks.isPaused;
    options.store = store;
    options.onEpoch = [&](const NetworkEpoch& epoch) {
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
    auto starts = networkStarts(shape, spec, training, options.initialWeights, callbacks.threads, stop);
    if (!starts) {
        return tl::make_unexpected(starts.error());
    }
    options.initialParameters = std::move(starts->all);
    options.innerParameters = std::move(starts->inner);
    if (stop.stop_requested()) {
        options.store = nullptr; // the start itself may have been cut short: nothing to go on from
    }
    auto fit = fitNetwork(shape, training, heldOut, options, stop);
    if (!fit) {
        return tl::make_unexpected(fit.error());
    }
    FitResult result;
    result.spec = spec;
    result.status = fit->status;
    result.parameters = networkArrays(shape, fit->parameters);
    if (firstWeights) {
        result.parameters.push_back(*std::move(firstWeights));
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
    TextbookFitOptions options;
    options.starts = spec.training.starts;
    options.maxIterations = spec.training.maxIterations;
    options.seed = spec.seed;
    options.threads = callbacks.threads;
    options.start = spec.initialWeights;
    for (const data::RuleInputs& animal : training) {
        options.initialWeights.push_back(initialWeights(spec.initialWeights, animal, spec.regressors));
    }
    options.onProgress = [&](int iterations, double natsPerTrial) {
        while (callbacks.isPaused && callbacks.isPaused() && !stop.stop_requested()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
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
    const int hidden = withTrainingOfRule(spec).training.hidden;
    engine::NetworkShape shape{static_cast<int>(spec.regressors.names.size()), hidden};
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
