// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_parts.h"
#include "core/figures/figure_spec.h"
#include "core/insight/learning_gain.h"
#include "core/insight/update_surface.h"

#include <string>

namespace rulescope::figures {

struct UpdateSurfaceFigureOptions {
    std::string rule;       ///< registry name
    StimulusScale stimulus; ///< how stimulus regressors came about
    double leastVisits = 5; ///< cells with fewer trials are hatched
    bool isBySide = false;  ///< `correct` holds left choices and `error` right ones, and words say so
};

/// Maps after correct | after error | difference on one scale, slices at low, middle and high weight below,
/// and, if `gain` is given, the error ratio of each animal between its landmarks on the right.
FigureSpec updateSurface(const insight::UpdateSurface& surface, const insight::LearningGain* gain,
    const UpdateSurfaceFigureOptions& options = {});

} // namespace rulescope::figures
