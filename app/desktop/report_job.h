// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/job_queue.h"
#include "widgets/models/study_context.h"

namespace rulescope::desktop {

/// The job that draws every figure of a study into a folder (writeStudyReport). `name` is what the first page
/// calls a study without a title; `further` figures, of no study, come last.
Job reportJob(const models::StudySnapshot& snapshot, const QString& name, const QString& folder,
    const std::vector<figures::FigureSpec>& further = {});

} // namespace rulescope::desktop
