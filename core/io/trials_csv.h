// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/animal.h"

#include <filesystem>
#include <string>
#include <vector>

namespace rulescope::io {

/// The trials of animals as CSV (UTF-8, RFC 4180, C locale, shortest digits that read back equal).
///
/// Columns: animal, lab, session, session_date, protocol, trial, signed_contrast (or `stimulus [unit]` for a
/// raw stimulus), choice (1 right, 0 left, empty none), answer, outcome, the optional columns that any animal
/// has, then further columns by name. Importing the file gives animals with the same content hash.
/// InvalidValue if contrasts and raw stimuli would share the column.
base::Result<std::string> trialsCsv(const std::vector<data::AnimalPtr>& animals);
base::Result<void> writeTrialsCsv(
    const std::vector<data::AnimalPtr>& animals, const std::filesystem::path& path);

} // namespace rulescope::io
