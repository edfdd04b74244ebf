// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "core/simulate/recovery.h"

namespace rulescope::figures {

/// True against inferred: updates of visited trials, slices of the surface at three weights, error ratio.
FigureSpec recovery(const simulate::Recovery& recovery);

} // namespace rulescope::figures
