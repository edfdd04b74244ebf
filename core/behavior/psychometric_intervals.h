// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/behavior/psychometric_fit.h"

#include <cstdint>
#include <optional>

namespace rulescope::behavior {

/// How sure the parameters of a psychometric curve are.
enum class IntervalMethod {
    None,
    Profile,   ///< where the likelihood, maximised over the other parameters, is 1.92 nats below its maximum
    Bootstrap, ///< between quantiles of fits to choices drawn from the fitted curve
};

/// "none", "profile" or "bootstrap".
std::string toString(IntervalMethod method);
base::Result<IntervalMethod> intervalMethodFromString(const std::string& text);

/// 95 % intervals; bias and threshold in the unit of the stimulus.
struct PsychometricIntervals {
    Interval bias, threshold, lapseLow, lapseHigh;
    bool operator==(const PsychometricIntervals&) const = default;
};

struct BootstrapOptions {
    std::size_t resamples = 1000;
    std::uint64_t seed = 1;
    int threads = 0; ///< 0: all; never changes the numbers
};

PsychometricIntervals profileIntervals(
    std::span<const ChoiceLevel> levels, PsychometricVariant variant, double unit = 1);

/// Parametric: each resample draws every level's choices from the curve `fitted` and is fitted again. Nothing
/// if it was stopped. `unit` as in fitPsychometric.
std::optional<PsychometricIntervals> bootstrapIntervals(const PsychometricParameters& fitted,
    std::span<const ChoiceLevel> levels, PsychometricVariant variant, const BootstrapOptions& options,
    double unit = 1, const base::StopToken& stop = {});

} // namespace rulescope::behavior
