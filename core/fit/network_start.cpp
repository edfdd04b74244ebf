// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/network_start.h"

#include "core/fit/initial_weights.h"
#include "core/fit/inner_split.h"
#include "core/fit/textbook_fit.h"
#include "core/rules/registry.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace rulescope::fit {

namespace {

/// The last layer of the correction: while it is 0, the rule is the textbook.
void silenceCorrection(const engine::NetworkShape& shape, std::vector<double>& parameters) {
    const std::string last = engine::mlpLayerName(shape.hiddenLayers);
    for (const engine::ParameterSlot& slot : engine::parameterSlots(shape)) {
        if (slot.name == last + "_weight" || slot.name == last + "_bias") {
            std::fill_n(parameters.begin() + static_cast<std::ptrdiff_t>(slot.offset), slot.size, 0.0);
        }
    }
}

/// w_0 that no fit finds, animals x K.
std::vector<double> givenWeights(const FitSpec& spec, std::span<const data::RuleInputs> animals) {
    std::vector<double> weights;
    for (const data::RuleInputs& animal : animals) {
        const std::vector<double> start = initialWeights(spec.initialWeights, animal, spec.regressors);
        weights.insert(weights.end(), start.begin(), start.end());
    }
    return weights;
}

/// Rows of `array` for these animals, known to it or not.
std::vector<double> fittedWeights(
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

/// A start with what the textbook fit behind it found besides.
struct FittedStart {
    NetworkStart start;
    std::optional<NamedArray> firstWeights;
    FitStatus status = FitStatus::Converged;
};

class Starter {
  public:
    Starter(const engine::NetworkShape& shape, const FitSpec& spec, const StartTools& tools,
        const base::StopToken& stop)
        : m_shape(shape)
        , m_spec(spec)
        , m_tools(tools)
        , m_stop(stop)
        , m_fitsWeights(areFitted(spec.initialWeights) && !shape.isDirect) {}

    /// True if a textbook fit stands behind a start, another one behind that of each inner split.
    bool needsTextbook() const { return m_shape.isResidual || m_fitsWeights; }

    /// For a network that is trained on `training` and judged by `judges`, who have no say in it.
    base::Result<FittedStart> startFor(
        std::span<const data::RuleInputs> training, std::span<const data::RuleInputs> judges) const {
        FittedStart made;
        made.start.parameters = engine::initialParameters(m_shape, m_spec.seed);
        if (!m_fitsWeights) {
            made.start.initialWeights = givenWeights(m_spec, training);
            made.start.judgeWeights = givenWeights(m_spec, judges);
        }
        if (!needsTextbook()) {
            return made;
        }
        const auto textbook = textbookFit(training, made.start.initialWeights);
        if (!textbook) {
            return tl::make_unexpected(textbook.error());
        }
        made.status = textbook->status;
        if (m_fitsWeights) {
            made.firstWeights = startArray(m_spec, training, textbook->initialWeights);
            made.start.initialWeights = fittedWeights(m_spec, *made.firstWeights, training);
            made.start.judgeWeights = fittedWeights(m_spec, *made.firstWeights, judges);
        }
        if (m_shape.isResidual) { // alpha, then offset: the last slots in the same order
            silenceCorrection(m_shape, made.start.parameters);
            std::copy(
                textbook->parameters.rbegin(), textbook->parameters.rend(), made.start.parameters.rbegin());
        }
        return made;
    }

  private:
    base::Result<TextbookFit> textbookFit(
        std::span<const data::RuleInputs> training, std::span<const double> given) const {
        TextbookFitOptions options = textbookOptions(m_spec);
        options.threads = m_tools.threads;
        options.isPaused = m_tools.isPaused;
        options.onProgress = [this](int, double) {
            if (m_tools.onEvaluation) {
                m_tools.onEvaluation();
            }
        };
        const auto weights = static_cast<std::size_t>(m_shape.weights);
        for (std::size_t a = 0; a < training.size() && !given.empty(); ++a) {
            const std::span<const double> w0 = given.subspan(a * weights, weights);
            options.initialWeights.emplace_back(w0.begin(), w0.end());
        }
        return fitTextbook(rules::textbookYardstick(), training, options, m_stop);
    }

    const engine::NetworkShape& m_shape;
    const FitSpec& m_spec;
    const StartTools& m_tools;
    const base::StopToken& m_stop;
    bool m_fitsWeights;
};

std::string innerPrefix(std::size_t split) {
    return "start/inner/" + std::to_string(split) + "/";
}

void addArrays(const std::string& prefix, const NetworkStart& start, StateArrays& arrays) {
    arrays[prefix + "parameters"] = start.parameters;
    arrays[prefix + "initial_weights"] = start.initialWeights;
    arrays[prefix + "judge_weights"] = start.judgeWeights;
}

std::vector<double> valuesOf(const std::string& name, const StateArrays& arrays) {
    const auto found = arrays.find(name);
    return found != arrays.end() ? found->second : std::vector<double>();
}

NetworkStart startFrom(const std::string& prefix, const StateArrays& arrays) {
    return {valuesOf(prefix + "parameters", arrays), valuesOf(prefix + "initial_weights", arrays),
        valuesOf(prefix + "judge_weights", arrays)};
}

bool areFinite(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

/// Whether this can be where a network of `shape` begins, with so many animals and judges.
bool isStartOf(
    const NetworkStart& start, const engine::NetworkShape& shape, std::size_t animals, std::size_t judges) {
    const auto weights = static_cast<std::size_t>(shape.weights);
    const auto fits = [weights](const std::vector<double>& values, std::size_t count) {
        return (values.empty() || values.size() == count * weights) && areFinite(values);
    };
    return start.parameters.size() == engine::parameterCount(shape) && areFinite(start.parameters) &&
           fits(start.initialWeights, animals) && fits(start.judgeWeights, judges);
}

} // namespace

base::Result<NetworkStarts> networkStarts(const engine::NetworkShape& shape, const FitSpec& spec,
    std::span<const data::RuleInputs> training, std::span<const data::RuleInputs> heldOut,
    const StartTools& tools, const base::StopToken& stop) {
    const Starter starter(shape, spec, tools, stop);
    auto all = starter.startFor(training, heldOut);
    if (!all) {
        return tl::make_unexpected(all.error());
    }
    NetworkStarts starts{std::move(all->start), {}, std::move(all->firstWeights), all->status};
    if (!starter.needsTextbook() || stop.stop_requested()) {
        return starts;
    }
    for (const InnerSplit& split : innerSplits(training, {}, spec.training, spec.seed)) {
        auto inner = starter.startFor(split.training.animals, split.validation.animals);
        if (!inner) {
            return tl::make_unexpected(inner.error());
        }
        starts.inner.push_back(std::move(inner->start));
        if (stop.stop_requested()) {
            break;
        }
    }
    return starts;
}

void addArrays(const NetworkStarts& starts, StateArrays& arrays) {
    arrays["start/ended"] = {static_cast<double>(starts.status), static_cast<double>(starts.inner.size())};
    addArrays("start/all/", starts.all, arrays);
    for (std::size_t i = 0; i < starts.inner.size(); ++i) {
        addArrays(innerPrefix(i), starts.inner[i], arrays);
    }
    if (starts.firstWeights) {
        const NamedArray& array = *starts.firstWeights;
        arrays["start/first_weights"] = array.values;
        arrays["start/first_weights_shape"] = {array.shape.begin(), array.shape.end()};
    }
}

base::Result<std::optional<NetworkStarts>> keptStarts(const StateArrays& arrays,
    const engine::NetworkShape& shape, const FitSpec& spec, std::span<const data::RuleInputs> training,
    std::span<const data::RuleInputs> heldOut) {
    if (arrays.find("start/ended") == arrays.end()) {
        return std::optional<NetworkStarts>();
    }
    const std::vector<double> ended = valuesOf("start/ended", arrays);
    const double mostStatus = static_cast<double>(FitStatus::Unbounded);
    bool isWhole = ended.size() == 2 && ended[0] >= 0 && ended[0] <= mostStatus;
    NetworkStarts starts;
    starts.all = startFrom("start/all/", arrays);
    isWhole = isWhole && isStartOf(starts.all, shape, training.size(), heldOut.size());
    if (isWhole && ended[1] != 0) {
        const auto splits = innerSplits(training, {}, spec.training, spec.seed);
        isWhole = ended[1] == static_cast<double>(splits.size());
        for (std::size_t i = 0; isWhole && i < splits.size(); ++i) {
            starts.inner.push_back(startFrom(innerPrefix(i), arrays));
            isWhole = isStartOf(starts.inner.back(), shape, splits[i].training.animals.size(),
                splits[i].validation.animals.size());
        }
    }
    if (const auto values = arrays.find("start/first_weights"); isWhole && values != arrays.end()) {
        const std::vector<double> size = valuesOf("start/first_weights_shape", arrays);
        isWhole = size.size() == 2 && size[0] >= 1 && size[1] == shape.weights &&
                  size[0] * size[1] == static_cast<double>(values->second.size()) &&
                  areFinite(values->second);
        if (isWhole) {
            starts.firstWeights = NamedArray{
                kInitialWeightsArray, {std::size_t(size[0]), std::size_t(size[1])}, values->second};
        }
    }
    if (!isWhole) {
        return base::failure(base::ErrorCode::BadFormat,
            QT_TRANSLATE_NOOP("core", "the checkpoint does not hold where this network began."), "checkpoint",
            QT_TRANSLATE_NOOP("core", "Delete it to start the fit afresh."));
    }
    starts.status = static_cast<FitStatus>(static_cast<int>(ended[0]));
    return std::optional(std::move(starts));
}

} // namespace rulescope::fit
