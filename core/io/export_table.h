// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace rulescope::io {

/// One column of a table for other programs: numbers (NaN missing) or texts, with its unit.
struct ExportColumn {
    std::string name;
    std::string unit; ///< "s", "nats per trial"; "1" for counts, shares and codes
    std::string description;
    std::vector<double> numbers = {};
    std::vector<std::string> texts = {};   ///< instead of numbers: one a row
    std::vector<std::uint32_t> codes = {}; ///< if not empty: per row an index into `texts`

    std::size_t size() const {
        return !codes.empty() ? codes.size() : texts.empty() ? numbers.size() : texts.size();
    }
    const std::string& text(std::size_t row) const { return texts[codes.empty() ? row : codes[row]]; }
    /// Adds a row; a text that repeats the one before is kept once.
    void addText(const std::string& value);
};

/// Columns of equal length with what is needed to know where they came from.
struct ExportTable {
    std::string name; ///< file-name stem and HDF5 group: "trials", "weights-rnn-1"
    std::string description;
    std::vector<ExportColumn> columns;
    std::vector<std::pair<std::string, std::string>> provenance; ///< program, data hashes, specification
};

enum class ExportFormat { Csv, Hdf5 };

/// The table as CSV (UTF-8, RFC 4180, C locale, shortest digits that read back equal; a missing value is an
/// empty cell).
std::string toCsv(const ExportTable& table);
/// Units, descriptions and provenance of the CSV as JSON: {name, description, columns: [{name, unit,
/// description}], provenance: {...}}.
std::string describedInJson(const ExportTable& table);
/// All tables in one HDF5 file: a group a table, a dataset a column, with the attributes `unit` and
/// `description`; provenance as the group's attributes.
base::Result<std::vector<char>> toHdf5(const std::vector<ExportTable>& tables);

/// Writes the tables into `folder` (made if need be): NAME.csv with NAME.json beside each, or the one file
/// rulescope.h5. Each file is replaced in one step. Returns the files.
base::Result<std::vector<std::filesystem::path>> writeTables(
    const std::vector<ExportTable>& tables, const std::filesystem::path& folder, ExportFormat format);

} // namespace rulescope::io
