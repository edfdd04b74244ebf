// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/behavior/psychometric_fit.h"

namespace rulescope::cli {

/// bias, threshold, lapse_low, lapse_high, log_likelihood, n, identified (DESIGN.md, Contracts).
Json fitJson(const behavior::PsychometricFit& fit);

} // namespace rulescope::cli
