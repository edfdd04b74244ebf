// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/job_queue.h"
#include "widgets/panels/validation_page.h"

namespace rulescope::desktop {

/// The job that simulates animals, fits rules to them and hands back the figure that compares both.
Job validationJob(const panels::ValidationRequest& request);

} // namespace rulescope::desktop
