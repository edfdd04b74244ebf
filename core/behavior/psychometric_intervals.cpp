// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/behavior/psychometric_intervals.h"

#include "core/base/parallel.h"
#include "core/base/random.h"

#include <algorithm>
#include <cmath>

namespace rulescope::behavior {
namespace {

struct MethodName {
    IntervalMethod method;
    const char* name;
};
constexpr std::array<MethodName, 3> kMethods = {{{IntervalMethod::None, "none"},
    {IntervalMethod::Profile, "profile"}, {IntervalMethod::Bootstrap, "bootstrap"}}};

std::vector<ChoiceLevel> drawn(
    const PsychometricParameters& curve, std::span<const ChoiceLevel> levels, base::RandomStream& random) {
    std::vector<ChoiceLevel> result(levels.begin(), levels.end());
    for (ChoiceLevel& level : result) {
        const double p = psychometricCurve(curve, level.x);
        level.right = 0;
        for (std::size_t i = 0; i < level.n; ++i)
            level.right += random.bernoulli(p) ? 1 : 0;
    }
    return result;
}

/// Between the 2.5th and the 97.5th percentile.
Interval middleOf(std::vector<double> values) {
    if (values.empty())
        return {std::nan(""), std::nan("")};
    std::sort(values.begin(), values.end());
    const auto quantile = [&](double share) {
        const double place = share * static_cast<double>(values.size() - 1);
        const auto below = static_cast<std::size_t>(place);
        const std::size_t above = std::min(below + 1, values.size() - 1);
        return std::lerp(values[below], values[above], place - static_cast<double>(below));
    };
    return {quantile(0.025), quantile(0.975)};
}

} // namespace

std::string toString(IntervalMethod method) {
    for (const MethodName& entry : kMethods)
        if (entry.method == method)
            return entry.name;
    return {};
}

base::Result<IntervalMethod> intervalMethodFromString(const std::string& text) {
    for (const MethodName& entry : kMethods)
        if (text == entry.name)
            return entry.method;
    return base::failure(base::ErrorCode::InvalidValue,
        {QT_TRANSLATE_NOOP("core", "There is no kind of interval \"%1\"."), {text}}, {},
        QT_TRANSLATE_NOOP("core", "Use none, profile or bootstrap."));
}

PsychometricIntervals profileIntervals(
    std::span<const ChoiceLevel> levels, PsychometricVariant variant, double unit) {
    const auto of = [&](PsychometricParameter parameter) {
        return profileInterval(levels, variant, parameter, unit);
    };
    return {of(PsychometricParameter::Bias), of(PsychometricParameter::Threshold),
        of(PsychometricParameter::LapseLow), of(PsychometricParameter::LapseHigh)};
}

std::optional<PsychometricIntervals> bootstrapIntervals(const PsychometricParameters& fitted,
    std::span<const ChoiceLevel> levels, PsychometricVariant variant, const BootstrapOptions& options,
    double unit, const base::StopToken& stop) {
    std::vector<PsychometricParameters> fits(options.resamples);
    base::parallelFor(options.resamples, options.threads, [&](std::size_t i) {
        if (stop.stop_requested())
            return;
        base::RandomStream random(options.seed, i);
        fits[i] = fitPsychometricParameters(drawn(fitted, levels, random), variant, unit);
    });
    if (stop.stop_requested())
        return std::nullopt;
    const auto of = [&](double PsychometricParameters::*parameter) {
        std::vector<double> values;
        for (const PsychometricParameters& fit : fits)
            values.push_back(fit.*parameter);
        return middleOf(std::move(values));
    };
    return PsychometricIntervals{of(&PsychometricParameters::bias), of(&PsychometricParameters::threshold),
        of(&PsychometricParameters::lapseLow), of(&PsychometricParameters::lapseHigh)};
}

} // namespace rulescope::behavior
