// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fit/fit_result.h"

namespace rulescope::fit {

/// Whether a single fit is worth keeping in a study. One that diverged is: its last good parameters predict,
/// and its status marks it wherever it is shown. Refused (NoData) are one without a finite maximum
/// (Unbounded: its size is the limit of the search and nothing that the animals say), and one that predicts
/// no number.
base::Result<void> checkKeepable(const FitResult& result);

} // namespace rulescope::fit
