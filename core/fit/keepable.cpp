// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/keepable.h"

#include "core/rules/registry.h"

#include <cmath>

namespace rulescope::fit {

namespace {

/// True of a fit that nothing improved: a network's parameters are drawn at random, a formula's are where its
/// search began. A residual rule's are those of the fitted textbook.
bool isUntrained(const FitResult& result) {
    const auto rule = rules::findRule(result.spec.rule);
    const bool isResidual = rule && (*rule)->network && (*rule)->network->isResidual;
    return !isResidual && result.epochs == 0;
}

} // namespace

base::Result<void> checkKeepable(const FitResult& result) {
    const bool predicts = std::isfinite(result.trainNatsPerTrial);
    if (result.status == FitStatus::Cancelled && (result.epochs == 0 || !predicts)) {
        return base::failure(base::ErrorCode::Cancelled,
            QT_TRANSLATE_NOOP("core", "The fit was stopped before its first epoch."), result.spec.rule);
    }
    if (result.status == FitStatus::Unbounded) {
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core",
                "The fit has no maximum: the likelihood does not hold a parameter back (choices that can be "
                "separated, or that are all the same)."),
            result.spec.rule,
            QT_TRANSLATE_NOOP("core",
                "Choose more trials, other regressors, or another rule; compare scores its predictions."));
    }
    if (!predicts || (result.status == FitStatus::Diverged && isUntrained(result))) {
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "The fit diverged from its start on: its weights left every range."),
            result.spec.rule,
            QT_TRANSLATE_NOOP("core",
                "Try a smaller learning rate (preset liu2025), regressors of the order of 1 or another "
                "seed."));
    }
    return {};
}

} // namespace rulescope::fit
