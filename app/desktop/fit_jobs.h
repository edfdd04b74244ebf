// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/job_queue.h"
#include "widgets/models/study_context.h"
#include "widgets/panels/fit_request.h"

namespace rulescope::desktop {

/// The job that does what the fit panel asked for, on a snapshot of the study.
Job jobFor(const panels::FitRequest& request, const models::StudySnapshot& snapshot);

} // namespace rulescope::desktop
