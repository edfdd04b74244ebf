// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/table_trials.h"

/// What the two IBL dialects share.
namespace rulescope::io::ibl {

/// True if the columns of IBL trials are there.
bool hasTrialColumns(const Table& table);
/// True if feedbackType is coded 1/0, as in the processed table of the 2019 data release; the sessions' own
/// is 1/-1.
bool hasProcessedFeedback(const Table& table);
/// Reads contrastLeft, contrastRight, choice, feedbackType and the rest with these choice codes.
base::Result<ImportedFile> read(
    const ImportSource& source, std::string_view dialect, std::vector<ValueCodes> choiceCodes);

} // namespace rulescope::io::ibl
