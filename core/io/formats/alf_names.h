// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/table.h"

#include <filesystem>
#include <optional>
#include <string>

namespace rulescope::io {

/// A file name of the ALF convention: [_namespace_]object.attribute[_timescale].[extra.]extension.
struct AlfName {
    std::string object;    ///< without the namespace: "trials"
    std::string attribute; ///< "choice", "table"
    std::string extra;     ///< a UUID or other parts between attribute and extension, or empty
    std::string extension; ///< "npy", "pqt"
};

/// Nothing if the name has no such form.
std::optional<AlfName> parseAlfName(const std::string& fileName);
/// True for the files that hold a session's trials (object "trials", .npy, or a Parquet table).
bool isAlfTrialsFile(const std::string& fileName);
/// True for the folder of a revision, "#2023-01-01#".
bool isAlfRevision(const std::string& folderName);

/// Lab, subject, date and number from a path like lab/Subjects/subject/2020-08-21/001/alf. A day's first
/// session goes by its date alone, later ones as "2020-08-21/002"; a collection below alf (task_01) is a
/// session of its own.
TableIdentity alfIdentity(const std::filesystem::path& folder);

} // namespace rulescope::io
