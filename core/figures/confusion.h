// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "core/simulate/confusion.h"

namespace rulescope::figures {

/// Simulated rule (rows) x fitted rule (columns): how many of the cohorts the fitted rule wins.
FigureSpec confusion(const simulate::Confusion& confusion);

} // namespace rulescope::figures
