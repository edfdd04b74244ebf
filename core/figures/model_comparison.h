// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "core/fit/comparison.h"

namespace rulescope::figures {

/// Held-out log-likelihood of every rule (dots: animals, joined; diamond: mean with interval), and the paired
/// difference to REINFORCE with baseline (or else the first learning rule), effect and interval beside every
/// p.
FigureSpec modelComparison(const fit::Comparison& comparison);

} // namespace rulescope::figures
