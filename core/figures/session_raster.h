// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/animal.h"
#include "core/figures/figure_spec.h"

#include <cstddef>

namespace rulescope::figures {

/// The trials of one session: stimulus and outcome, choice, reaction time.
FigureSpec sessionRaster(const data::Animal& animal, std::size_t session);

} // namespace rulescope::figures
