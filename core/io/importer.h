// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/io/column_map.h"
#include "core/io/import_report.h"
#include "core/io/source_name.h"
#include "core/io/table.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rulescope::io {

/// A table on its way in, whatever format it came in, with what the user said about it.
class ImportSource {
  public:
    ImportSource(
        std::filesystem::path path, Table table, std::optional<ColumnMap> columns, base::StopToken stop)
        : m_path(std::move(path))
        , m_table(std::move(table))
        , m_columns(std::move(columns))
        , m_stop(std::move(stop)) {}

    const std::filesystem::path& path() const { return m_path; }
    /// The file's name; of a session's folder the path from its animal on ("M1/2020-08-21/001/alf").
    std::string name() const;
    const std::optional<ColumnMap>& columns() const { return m_columns; }
    /// True if the user said which columns hold what: then only the generic dialect reads it.
    bool mapsColumns() const { return m_columns && m_columns->namesColumns(); }
    const base::StopToken& stop() const { return m_stop; }
    const Table& table() const { return m_table; }
    /// The order of day and month in the other files of the import, for a file that does not tell it itself.
    DayOrder dayOrder() const { return m_dayOrder; }
    void setDayOrder(DayOrder order) { m_dayOrder = order; }

  private:
    std::filesystem::path m_path;
    Table m_table;
    std::optional<ColumnMap> m_columns;
    base::StopToken m_stop;
    DayOrder m_dayOrder = DayOrder::Unknown;
};

/// What a file's dates tell about the order of day and month.
struct FoundDays {
    DayOrder order = DayOrder::Unknown; ///< as a date of its own shows it
    bool areAmbiguous = false;          ///< some could be read in either order, and none of its own shows it
};

/// What one file holds, before files of one animal are joined.
struct ImportedFile {
    std::vector<data::Animal::Content> animals;
    std::vector<ImportWarning> warnings;
    std::vector<Convention> conventions;
    std::vector<ColumnUse> columns;
    data::Annotations annotations = {}; ///< trials that only count, and what our own tables note
    /// Per animal the row of the table in which each of its trials stands.
    std::vector<std::vector<std::uint32_t>> rows = {};
    /// Time of day at which the only session began, if the file says so.
    std::string startTime = {};
    FoundDays days = {};
};

/// One dialect (which columns mean what): a file of its own in dialects/ and one line in
/// importer_registry.cpp.
class Importer {
  public:
    virtual ~Importer() = default;

    /// Name on the command line: "ibl_trials".
    virtual std::string_view name() const = 0;
    /// Title in a list: "IBL trials".
    virtual base::Text title() const = 0;
    /// By content alone: 0 not mine, else how specific the evidence is (the most specific importer reads the
    /// table).
    virtual int recognises(const ImportSource& source) const = 0;
    /// Reads the whole table or fails; called for tables that `recognises` accepts, or that the user forced
    /// on it.
    virtual base::Result<ImportedFile> read(const ImportSource& source) const = 0;
};

/// All importers, most specific first.
const std::vector<const Importer*>& allImporters();
/// The importer of that name; NotFound lists the names.
base::Result<const Importer*> findImporter(std::string_view name);
/// The importer whose evidence is the most specific; BadFormat if none wants the table.
base::Result<const Importer*> recognise(const ImportSource& source);

} // namespace rulescope::io
