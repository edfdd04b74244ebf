// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/study.h"

#include <filesystem>
#include <vector>

namespace rulescope::io {

/// One session of an animal as an NWB file (schema 2.6.0): /intervals/trials is a TimeIntervals table whose
/// columns carry Rulescope's own names, so that importing the file gives the session back as it was.
///
/// start_time and stop_time are stimulus onset and response in s, NaN where the source had no times. Without
/// a date the session is said to have started on 1970-01-01. Identifiers follow from the content: the same
/// session gives the same bytes but for the day of writing, `createdUtc` (ISO 8601).
///
/// Notes add columns: left_out (1: kept out of analyses) and left_out_reason, phase; the note and the tags
/// stand in the subject's description and the file's keywords.
base::Result<std::vector<char>> nwbSession(const data::Animal& animal, std::size_t session,
    const std::string& createdUtc, const data::AnimalNotes& notes = {});

/// Every session of the study's animals, with their notes, into `folder` (made if need be), each in a file
/// sub-ANIMAL_ses-LABEL.nwb with letters, digits and '-' only; names that would be the same get a number.
/// Returns the files. Stops between files; what was written stays.
base::Result<std::vector<std::filesystem::path>> writeNwb(const data::Study& study,
    const std::filesystem::path& folder, const base::StopToken& stop = {},
    const base::ProgressCallback& onProgress = {});

} // namespace rulescope::io
