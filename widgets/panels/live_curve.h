// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "widgets/models/job_status.h"

namespace rulescope::panels {

/// Log-likelihood of training and held-out trials by epoch, as far as a running job has come.
figures::FigureSpec liveCurve(const models::JobStatus& job);

} // namespace rulescope::panels
