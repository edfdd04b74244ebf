// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/io/table.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rulescope::io {

/// A file, or a folder that is one source, before it is read.
struct SourceFile {
    std::filesystem::path path;
    bool isFolder = false;
    std::string head; ///< a file's first bytes, enough to tell formats apart
};

/// What a format finds in a file: tables that a dialect has yet to understand, or whole animals.
struct FileContents {
    std::vector<Table> tables;
    std::vector<data::Animal::Content> animals;
    data::Annotations annotations = {};       ///< of these animals
    std::vector<ImportWarning> warnings = {}; ///< of the file as a whole
};

/// One file format: a file of its own in formats/ and one line in format_registry.cpp.
class TableFormat {
  public:
    virtual ~TableFormat() = default;
    /// Short name: "nwb".
    virtual std::string_view name() const = 0;
    /// Title in a list: "NWB".
    virtual base::Text title() const = 0;
    /// By the first bytes alone, never by the name.
    virtual bool recognises(const SourceFile& file) const = 0;
    /// Reads the whole file or fails.
    virtual base::Result<FileContents> read(const SourceFile& file, const base::StopToken& stop,
        const base::ProgressCallback& onProgress) const = 0;
};

/// All formats; the last one, text, takes whatever no other does.
const std::vector<const TableFormat*>& allFormats();

/// Reads the first bytes and finds the format. Errors: those of reading; BadFormat for an empty file.
base::Result<SourceFile> openSource(const std::filesystem::path& path, bool isFolder);
const TableFormat& formatOf(const SourceFile& file);

} // namespace rulescope::io
