// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/regressor_scale.h"

#include <algorithm>
#include <cmath>

namespace rulescope::data {

namespace {

constexpr double kLargest = 10, kSmallest = 0.01;

/// Whether a regressor can have any size.
bool isUnbounded(const std::string& name, std::span<const AnimalPtr> animals) {
    const bool isRaw = std::any_of(animals.begin(), animals.end(),
        [](const AnimalPtr& animal) { return animal->stimulusKind() != StimulusKind::Contrast; });
    return name.starts_with("column:") || (isRaw && name.find("stimulus") != std::string::npos);
}

} // namespace

std::vector<ScaleWarning> scaleWarnings(
    std::span<const AnimalPtr> animals, const RegressorSpec& spec, std::size_t maxTrials) {
    RegressorSpec suspects = spec;
    std::erase_if(suspects.names, [animals](const std::string& name) { return !isUnbounded(name, animals); });
    if (suspects.names.empty()) {
        return {};
    }
    const std::size_t count = suspects.names.size();
    std::vector<double> largest(count, 0), squares(count, 0); // squares of x over the largest so far
    double trials = 0;
    for (const AnimalPtr& animal : animals) {
        const auto inputs = ruleInputs(*animal, suspects, maxTrials);
        if (!inputs) {
            continue;
        }
        trials += static_cast<double>(inputs->trials);
        for (std::size_t i = 0; i < inputs->x.size(); ++i) {
            const double x = std::abs(inputs->x[i]);
            const std::size_t k = i % count;
            if (x > largest[k]) {
                squares[k] *= largest[k] / x * (largest[k] / x);
                largest[k] = x;
            }
            squares[k] += x > 0 ? x / largest[k] * (x / largest[k]) : 0;
        }
    }
    std::vector<ScaleWarning> warnings;
    for (std::size_t k = 0; k < count; ++k) {
        const double size = largest[k] * std::sqrt(squares[k] / std::max(trials, 1.0));
        if (size > kLargest || (size > 0 && size < kSmallest)) {
            warnings.push_back({suspects.names[k], size});
        }
    }
    return warnings;
}

base::Text sentence(const ScaleWarning& warning) {
    return {
        QT_TRANSLATE_NOOP("core",
            "The regressor %1 is of the size of %2 where rules expect about 1: fits may run away or end far "
            "from the best. Standardise it (subtract the mean, divide by the standard deviation)."),
        {warning.regressor, base::Number{warning.size}}};
}

} // namespace rulescope::data
