// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/import_report.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rulescope::io {

/// Bounds that no table of trials reaches; beyond them the file is something else.
inline constexpr std::size_t kMostTableColumns = 4096;
inline constexpr std::size_t kMostTableRows = 50'000'000;

/// Whose trials a table holds, as far as its file or folder says so outside the columns; each may be empty.
struct TableIdentity {
    std::string animal, lab;
    std::string date;    ///< ISO 8601 day
    std::string session; ///< what tells it from the other sessions of that day, or its label without a date
    std::string protocol;
    std::string startTime = {}; ///< time of day at which the session began, "14:30:05"
    bool operator==(const TableIdentity&) const = default;
};

/// A table of trials as a format reads it: named columns of numbers or of texts, equally long.
///
/// Texts are kept once each, so that a column costs 4 or 8 bytes a row whatever the format.
class Table {
  public:
    /// `where` (a path, with the place inside the file behind it) goes into errors.
    explicit Table(std::string where = {})
        : m_where(std::move(where)) {}

    /// Columns must be equally long (asserted); NaN is a missing number, "" a missing text.
    /// `hasPercentSigns`: cells said percent themselves before they became fractions.
    void addNumbers(std::string name, std::vector<double> values, bool hasPercentSigns = false);
    void addTexts(std::string name, const std::vector<std::string>& values);
    /// Texts that are kept already: per row an index into `texts`.
    void addCoded(std::string name, std::vector<std::uint32_t> codes, std::vector<std::string> texts);

    std::size_t rows() const { return m_rows; }
    std::size_t columns() const { return m_columns.size(); }
    const std::vector<std::string>& header() const { return m_header; }
    const std::string& where() const { return m_where; }

    /// Index of the column of just this name; else of the first whose name differs in nothing but case,
    /// '_', '-', ' ', '.', '?', '#' and a unit (foldedName).
    std::optional<std::size_t> find(std::string_view name) const;
    /// The first of several names that is there.
    std::optional<std::size_t> findAny(const std::vector<std::string_view>& names) const;

    /// A cell as text; numbers in their shortest form, a missing one as "".
    std::string cell(std::size_t row, std::size_t column) const;
    bool areEqual(std::size_t rowA, std::size_t rowB, std::size_t column) const;
    /// Number in a cell; NaN if it is empty, NA, NaN or null; nothing if it is no number.
    std::optional<double> number(std::size_t row, std::size_t column) const;
    /// A whole column; an InvalidValue error names the place of the first cell that is no number.
    base::Result<std::vector<double>> numbers(std::size_t column) const;
    /// True if every cell is a number or empty, and one at least is a number.
    bool isNumeric(std::size_t column) const;
    /// True if a cell says percent itself: "50 %", which number() reads as .5.
    bool hasPercentSigns(std::size_t column) const;
    /// Per row an index into `texts`, each text once; nothing if there are more than `most` different ones.
    struct Coded {
        std::vector<std::uint32_t> codes;
        std::vector<std::string> texts;
    };
    std::optional<Coded> coded(std::size_t column, std::size_t most) const;
    /// True for a column that was added as texts.
    bool isCoded(std::size_t column) const { return !m_columns[column].codes.empty(); }

    /// "where:line" of a row, or "where, row N" in formats without lines.
    std::string place(std::size_t row) const;
    void setLines(std::vector<std::uint32_t> lines) { m_lines = std::move(lines); }
    /// True where "0,5" is a number.
    void setDecimalComma(bool isAllowed) { m_hasDecimalComma = isAllowed; }

    TableIdentity identity;              ///< what the file or folder says beside its columns
    std::vector<ImportWarning> warnings; ///< what the format left out or mended

  private:
    struct Column {
        std::vector<double> numbers; ///< per row, or empty: then it is coded
        std::vector<std::uint32_t> codes;
        std::vector<std::string> texts;
        bool hasPercentSigns = false;
    };
    void add(std::string name, Column column, std::size_t rows);

    std::string m_where;
    std::size_t m_rows = 0;
    std::vector<std::string> m_header;
    std::vector<Column> m_columns;
    std::vector<std::uint32_t> m_lines; ///< per row, or empty
    bool m_hasDecimalComma = false;
};

/// A name as find() compares it: lower case, without spaces, '_', '-', '.', '?', '#' and a unit of s or % in
/// brackets behind.
std::string foldedName(std::string_view name);
/// True for the name of a column whose values are percent: "contrast (%)", "contrast_pct".
bool saysPercent(std::string_view name);
/// True for the name of a column of times in milliseconds: "RT (ms)", "rt_ms".
bool saysMilliseconds(std::string_view name);
/// A number as number() understands it: true and false are 1 and 0, "50%" and "50 %" are .5, "0,5" only with
/// a decimal comma.
std::optional<double> parseNumber(std::string_view text, bool allowsDecimalComma);
/// A number in its shortest form that reads back equal; "" for NaN.
std::string numberText(double value);

} // namespace rulescope::io
