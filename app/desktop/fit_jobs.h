// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/job_queue.h"
#include "widgets/models/study_context.h"
#include "widgets/panels/fit_request.h"

#include <filesystem>

namespace rulescope::desktop {

/// Where a job keeps what it has reached, so that it can go on after the program has ended in any way.
struct CheckpointPlace {
    std::filesystem::path file; ///< empty: nowhere
    double seconds = 3;         ///< between two writings
};

/// The job that does what the fit panel asked for, on a snapshot of the study. It goes on from a checkpoint
/// that is there, to the same bits; one that can't be used (of another build, damaged) is deleted and it
/// starts afresh.
Job jobFor(const panels::FitRequest& request, const models::StudySnapshot& snapshot,
    const CheckpointPlace& checkpoint = {});

} // namespace rulescope::desktop
