// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/io/column_map.h"
#include "core/io/import_report.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace rulescope::io {

struct ImportOptions {
    /// Name of an importer or of a format ("ibl_trials", "nwb"), or "auto": recognised by content.
    std::string dialect = "auto";
    std::optional<ColumnMap> columns; ///< a mapping of the user's; only with "auto" or "generic"
};

/// NotFound, with the names that there are, unless `dialect` is one or "auto".
base::Result<void> checkDialect(const std::string& dialect);

/// Imports files and folders (walked in sorted order; links and special files inside them are left alone).
///
/// A bad file, or one whose sessions contradict those of an earlier one, is skipped whole and reported; if
/// every file is, the report has no animals. Errors: NotFound (unknown dialect), InvalidValue (columns with
/// another dialect), Cancelled.
base::Result<ImportReport> importPaths(const std::vector<std::filesystem::path>& paths,
    const ImportOptions& options = {}, base::StopToken stop = {},
    const base::ProgressCallback& onProgress = {});

} // namespace rulescope::io
