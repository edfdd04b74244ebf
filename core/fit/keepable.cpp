// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/keepable.h"

#include <cmath>

namespace rulescope::fit {

base::Result<void> checkKeepable(const FitResult& result) {
    if (result.status == FitStatus::Unbounded) {
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core",
                "The fit has no maximum: the likelihood does not hold a parameter back (choices that can be "
                "separated, or that are all the same)."),
            result.spec.rule,
            QT_TRANSLATE_NOOP("core",
                "Choose more trials, other regressors, or another rule; compare scores its predictions."));
    }
    if (!std::isfinite(result.trainNatsPerTrial)) {
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
