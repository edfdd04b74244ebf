// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "core/fit/fit_result.h"

#include <vector>

namespace rulescope::figures {

/// What a reader of numbers from this fit must know: that it diverged, was cancelled, had not converged or
/// has no finite maximum, or that members of its ensemble are left out. Empty for one that ended as it
/// should; stopping early on purpose is no news.
Text endingNote(const fit::FitResult& fit);

/// Adds the notes to the figure's footer, so that they are wherever it goes. Empty ones are passed over; a
/// figure without panels stays as it is.
void addNotes(const std::vector<Text>& notes, FigureSpec& figure);

} // namespace rulescope::figures
