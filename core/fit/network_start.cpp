// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/network_start.h"

#include "core/fit/inner_split.h"
#include "core/fit/textbook_fit.h"
#include "core/rules/registry.h"

#include <algorithm>

namespace rulescope::fit {

namespace {

/// The last layer of the correction: while it is 0, the rule is the textbook.
void silenceCorrection(const engine::NetworkShape& shape, std::vector<double>& parameters) {
    for (const engine::ParameterSlot& slot : engine::parameterSlots(shape)) {
        if (slot.name == "mlp2_weight" || slot.name == "mlp2_bias") {
            std::fill_n(parameters.begin() + static_cast<std::ptrdiff_t>(slot.offset), slot.size, 0.0);
        }
    }
}

base::Result<std::vector<double>> residualStart(const engine::NetworkShape& shape, const FitSpec& spec,
    std::span<const data::RuleInputs> training, std::span<const double> initialWeights, int threads,
    const base::StopToken& stop) {
    TextbookFitOptions options;
    options.starts = spec.training.starts;
    options.maxIterations = spec.training.maxIterations;
    options.threads = threads;
    const auto weights = static_cast<std::size_t>(shape.weights);
    for (std::size_t a = 0; a < training.size() && !initialWeights.empty(); ++a) {
        const std::span<const double> w0 = initialWeights.subspan(a * weights, weights);
        options.initialWeights.emplace_back(w0.begin(), w0.end());
    }
    const auto textbook = fitTextbook(rules::textbookYardstick(), training, options, stop);
    if (!textbook) {
        return tl::make_unexpected(textbook.error());
    }
    std::vector<double> start = engine::initialParameters(shape, spec.seed);
    silenceCorrection(shape, start);
    if (textbook->status != FitStatus::Diverged) { // alpha, then offset: the last slots in the same order
        std::copy(textbook->parameters.rbegin(), textbook->parameters.rend(), start.rbegin());
    }
    return start;
}

} // namespace

base::Result<NetworkStarts> networkStarts(const engine::NetworkShape& shape, const FitSpec& spec,
    std::span<const data::RuleInputs> training, std::span<const double> initialWeights, int threads,
    const base::StopToken& stop) {
    NetworkStarts starts;
    if (!shape.isResidual) {
        starts.all = engine::initialParameters(shape, spec.seed);
        return starts;
    }
    auto all = residualStart(shape, spec, training, initialWeights, threads, stop);
    if (!all) {
        return tl::make_unexpected(all.error());
    }
    starts.all = *std::move(all);
    for (const InnerSplit& split : innerSplits(training, initialWeights, spec.training, spec.seed)) {
        auto inner =
            residualStart(shape, spec, split.training.animals, split.training.initialWeights, threads, stop);
        if (!inner) {
            return tl::make_unexpected(inner.error());
        }
        starts.inner.push_back(*std::move(inner));
    }
    return starts;
}

} // namespace rulescope::fit
