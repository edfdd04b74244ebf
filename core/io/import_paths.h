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
    std::string dialect = "auto";     ///< name of an importer, or "auto": recognised by content
    std::optional<ColumnMap> columns; ///< a mapping of the user's; only with "auto" or "generic"
};

/// Imports files and folders (walked in sorted order; links and special files inside them are left alone).
///
/// A bad file is skipped whole and reported. Errors: NotFound (unknown dialect), NoData (nothing came in;
/// `where` names the first reason), Cancelled.
base::Result<ImportReport> importPaths(const std::vector<std::filesystem::path>& paths,
    const ImportOptions& options = {}, base::StopToken stop = {},
    const base::ProgressCallback& onProgress = {});

} // namespace rulescope::io
