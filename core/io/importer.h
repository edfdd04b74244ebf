// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/io/column_map.h"
#include "core/io/delimited_table.h"
#include "core/io/import_report.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rulescope::io {

/// A file to import: read and parsed once, however many importers look at it.
class ImportSource {
  public:
    ImportSource(std::filesystem::path path, std::optional<ColumnMap> columns, base::StopToken stop);

    const std::filesystem::path& path() const { return m_path; }
    std::string name() const { return m_path.filename().string(); }
    const std::optional<ColumnMap>& columns() const { return m_columns; }
    const base::StopToken& stop() const { return m_stop; }

    /// The file as a delimited table; its error if it is none.
    const base::Result<DelimitedTable>& table() const;

  private:
    std::filesystem::path m_path;
    std::optional<ColumnMap> m_columns;
    base::StopToken m_stop;
    mutable std::optional<base::Result<DelimitedTable>> m_table;
};

/// What one file holds, before files of one animal are joined.
struct ImportedFile {
    std::vector<data::Animal::Content> animals;
    std::vector<ImportWarning> warnings;
    std::vector<Convention> conventions;
};

/// One format or dialect: a file of its own in dialects/ and one line in importer_registry.cpp.
class Importer {
  public:
    virtual ~Importer() = default;

    /// Name on the command line: "ibl_trials".
    virtual std::string_view name() const = 0;
    /// Title in a list: "IBL trials (CSV)".
    virtual base::Text title() const = 0;
    /// By content alone: 0 not mine, else how specific the evidence is (the most specific importer reads the
    /// file).
    virtual int recognises(const ImportSource& source) const = 0;
    /// Reads the whole file or fails; called for files that `recognises` accepts, or that the user forced on
    /// it.
    virtual base::Result<ImportedFile> read(const ImportSource& source) const = 0;
};

/// All importers, most specific first.
const std::vector<const Importer*>& allImporters();
/// The importer of that name; NotFound lists the names.
base::Result<const Importer*> findImporter(std::string_view name);
/// The importer whose evidence is the most specific; BadFormat or the file's own error if none wants it.
base::Result<const Importer*> recognise(const ImportSource& source);

} // namespace rulescope::io
