// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/network_start.h"

#include "core/fit/textbook_fit.h"
#include "core/rules/registry.h"

#include <algorithm>

namespace rulescope::fit {

base::Result<std::vector<double>> networkStart(const engine::NetworkShape& shape, const FitSpec& spec,
    std::span<const data::RuleInputs> training, std::span<const double> initialWeights, int threads,
    const base::StopToken& stop) {
    std::vector<double> start = engine::initialParameters(shape, spec.seed);
    if (!shape.isResidual) {
        return start;
    }
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
    if (textbook->status != FitStatus::Diverged) { // alpha, then offset: the last slots in the same order
        std::copy(textbook->parameters.rbegin(), textbook->parameters.rend(), start.rbegin());
    }
    return start;
}

} // namespace rulescope::fit
