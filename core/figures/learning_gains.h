// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_parts.h"
#include "core/figures/figure_spec.h"
#include "core/insight/learning_gain.h"

#include <string>

namespace rulescope::figures {

struct LearningGainsFigureOptions {
    std::string rule;     ///< registry name
    bool hasFits = false; ///< intervals hold the spread over fits, too
};

/// What correct and error trials teach: learning gain | choice reinforcement | error ratio between its
/// landmarks, one row per animal with the pooled one on top, and below the same by chosen and by rewarded
/// side (METHOD.md section 5).
FigureSpec learningGains(const insight::LearningGain& gain, const LearningGainsFigureOptions& options);

/// The error ratio of every animal between its landmarks, which the axis names in words; "undefined" where it
/// is. Ids, letters and places are the caller's.
Panel errorRatioPanel(const insight::LearningGain& gain);

} // namespace rulescope::figures
