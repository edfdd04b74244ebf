// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fit/fit_result.h"

namespace rulescope::fit {

/// Whether a single fit is worth keeping in a study. One that diverged is: its last good parameters predict,
/// and its status marks it wherever it is shown. Refused are one without a finite maximum (Unbounded: its
/// size is the limit of the search and nothing that the animals say; NoData), one that predicts no number or
/// is a network that no epoch improved before it diverged (NoData), and one that was stopped before its
/// first epoch (Cancelled). One that was stopped later is not put into a study unless it is asked for.
base::Result<void> checkKeepable(const FitResult& result);

} // namespace rulescope::fit
