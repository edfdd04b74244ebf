// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/table_trials.h"

/// What the two IBL dialects share.
namespace rulescope::io::ibl {

/// True if the columns of IBL trials are there.
bool hasTrialColumns(const Table& table);
/// True if its choices may be turns of the wheel: feedback is called so, or -1 occurs. Other labs use the
/// same names for contrasts beside choices of 0 and 1.
bool hasWheelChoices(const Table& table);
/// True if feedbackType is coded 1/0, as in the processed table of the 2019 data release; the sessions' own
/// is 1/-1.
bool hasProcessedFeedback(const Table& table);
/// Reads contrastLeft, contrastRight, choice, feedbackType and the rest with these choice codes.
base::Result<ImportedFile> read(
    const ImportSource& source, std::string_view dialect, std::vector<ValueCodes> choiceCodes);

} // namespace rulescope::io::ibl
