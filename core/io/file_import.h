// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/import_report.h"
#include "core/io/importer.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// What importPaths knows of each file, and how files become animals. Private to core/io.
namespace rulescope::io {

/// One file, or folder that is one source, on its way in.
struct FileImport {
    std::filesystem::path path;
    bool isFolder = false;
    std::string startTime = {}; ///< time of day of its only session, if the file says so
    FoundDays days = {};
    DayOrder dayOrder = DayOrder::Unknown; ///< of the other files
    std::string dialect = {};
    std::vector<data::AnimalPtr> animals = {};
    std::vector<ImportWarning> warnings = {};
    std::vector<Convention> conventions = {};
    std::vector<ColumnUse> columns = {};
    data::Annotations annotations = {};
    std::optional<base::Error> error = {};
};

/// Joins the files of each animal, in the order in which animals first occur, and tells what they hold; files
/// whose sessions contradict those of an earlier one drop out.
ImportReport reportOn(std::vector<FileImport>& files);

} // namespace rulescope::io
