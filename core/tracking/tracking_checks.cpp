// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tracking/tracking_checks.h"

#include "core/tracking/small_matrix.h"

#include <algorithm>
#include <cmath>

namespace rulescope::tracking {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;
using base::Text;

constexpr double kMostSize = 1e9; ///< of a regressor: its square times a variance must stay a sensible number

std::string whereIs(const data::RuleInputs& inputs, std::size_t t) {
    const std::size_t row = t < inputs.trialIndex.size() ? inputs.trialIndex[t] : t;
    return inputs.animal + ", trial " + std::to_string(row + 1);
}

Result<void> checkSigma(const std::vector<double>& sigma, std::size_t count, const char* name) {
    if (!sigma.empty() && sigma.size() != 1 && sigma.size() != count)
        return failure(ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "%1 drifts are given for %2 weights."),
                {static_cast<std::int64_t>(sigma.size()), static_cast<std::int64_t>(count)}},
            name, QT_TRANSLATE_NOOP("core", "Give one for all weights, or one for each."));
    for (const double value : sigma)
        if (!(value >= 1e-6 && value <= 1e6))
            return failure(ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "A drift of %1 is out of range."), {base::Number{value}}}, name,
                QT_TRANSLATE_NOOP("core", "Give a standard deviation per trial from 0.000001 to 1000000."));
    return {};
}

Result<void> checkNumbers(const data::RuleInputs& inputs) {
    for (std::size_t t = 0; t < inputs.trials; ++t) {
        const double* const row = inputs.row(t);
        for (std::size_t k = 0; k < inputs.regressors; ++k)
            if (!(std::abs(row[k]) <= kMostSize))
                return failure(ErrorCode::InvalidValue,
                    QT_TRANSLATE_NOOP("core", "A regressor is not a number, or too large to be weighed."),
                    whereIs(inputs, t),
                    QT_TRANSLATE_NOOP("core", "Correct the value, or scale the column to about ±1."));
        if (inputs.choice[t] != 0 && inputs.choice[t] != 1)
            return failure(ErrorCode::InvalidValue,
                QT_TRANSLATE_NOOP("core", "The trial has no left or right choice."), whereIs(inputs, t));
    }
    return {};
}

/// A free hyperparameter needs trials that could tell it.
Result<void> checkFree(const data::RuleInputs& inputs, const TrackingOptions& options) {
    const bool isFree = options.sigma.empty() || options.learning != LearningTerm::None;
    if (inputs.trials < 2 && isFree)
        return failure(ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "A single trial can't tell how the weights drift."), inputs.animal,
            QT_TRANSLATE_NOOP("core", "Give the drift (sigma), or use more trials."));
    const bool hasLaterSession = std::find(inputs.sessionStart.begin() + 1, inputs.sessionStart.end(), 1.0) !=
                                 inputs.sessionStart.end();
    if (options.sigmaDay.empty() && options.optimisesSigmaDay && !hasLaterSession)
        return failure(ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "A single session can't tell how the weights drift between sessions."),
            inputs.animal, QT_TRANSLATE_NOOP("core", "Use more sessions, or track without a day's drift."));
    return {};
}

} // namespace

Result<void> checkTracking(
    const data::RuleInputs& inputs, const std::vector<std::string>& names, const TrackingOptions& options) {
    if (inputs.trials == 0)
        return failure(ErrorCode::NoData, QT_TRANSLATE_NOOP("core", "There is no trial with a choice."),
            inputs.animal, QT_TRANSLATE_NOOP("core", "Leave this animal out."));
    if (inputs.regressors == 0 || inputs.regressors != names.size())
        return failure(ErrorCode::InvalidValue, QT_TRANSLATE_NOOP("core", "No regressor is chosen."),
            "regressors", QT_TRANSLATE_NOOP("core", "Name at least one, for example bias,stimulus."));
    if (inputs.regressors > kMostWeights)
        return failure(ErrorCode::TooLarge,
            Text{QT_TRANSLATE_NOOP("core", "%1 weights are too many to track at once."),
                {static_cast<std::int64_t>(inputs.regressors)}},
            "regressors",
            Text{QT_TRANSLATE_NOOP("core", "Choose at most %1."), {std::int64_t{kMostWeights}}});
    for (const auto& [sigma, name] :
        {std::pair(&options.sigma, "sigma"), std::pair(&options.sigmaDay, "sigma_day")})
        if (const Result<void> checked = checkSigma(*sigma, inputs.regressors, name); !checked)
            return checked;
    if (const Result<void> checked = checkSigma({options.sigmaInit}, inputs.regressors, "sigma_init");
        !checked)
        return checked;
    if (const Result<void> checked = checkNumbers(inputs); !checked)
        return checked;
    return checkFree(inputs, options);
}

base::Error stopped(const data::RuleInputs& inputs) {
    return {ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "Tracking was stopped."), inputs.animal, {}};
}

base::Error notFinite(const data::RuleInputs& inputs) {
    return {ErrorCode::NoData,
        QT_TRANSLATE_NOOP("core", "The weights can't be tracked: the numbers leave the range of arithmetic."),
        inputs.animal, QT_TRANSLATE_NOOP("core", "Scale the regressors to about ±1, or give other drifts.")};
}

} // namespace rulescope::tracking
