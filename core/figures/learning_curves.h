// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/animal.h"
#include "core/figures/figure_spec.h"

#include <vector>

namespace rulescope::figures {

/// Accuracy by session: a thin line per animal and the cohort's mean with its interval; one animal alone has
/// its own Wilson interval.
FigureSpec learningCurves(const std::vector<data::AnimalPtr>& animals);

} // namespace rulescope::figures
