// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/animal.h"
#include "core/figures/figure_spec.h"

#include <vector>

namespace rulescope::figures {

/// What else changes from session to session: accuracy on easy trials, choice bias, median reaction time (s)
/// and trials with a choice; a thin line per animal and the cohort's mean with its interval. A measure that
/// no animal has is left out.
FigureSpec sessionMeasures(const std::vector<data::AnimalPtr>& animals);

} // namespace rulescope::figures
