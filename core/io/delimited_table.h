// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rulescope::io {

/// Bounds that no table of trials reaches; beyond them the file is something else.
inline constexpr std::size_t kLargestTableBytes = std::size_t{2} << 30;
inline constexpr std::size_t kMostTableColumns = 4096;

/// Delimited text as a table of cells: RFC 4180 (quoted fields, CRLF), UTF-8 with or without BOM, comma,
/// semicolon or tab, comment lines (#) before the header. Cells point into the text; numbers are parsed when
/// asked for.
class DelimitedTable {
  public:
    /// Takes over the bytes of a file; `where` goes into errors as "where:line". Errors: BadFormat (empty,
    /// binary, no rows, ragged, open quote, a column twice), Unsupported (UTF-16), TooLarge, Cancelled.
    static base::Result<DelimitedTable> parse(
        std::vector<char> bytes, std::string where, base::StopToken stop = {});

    const std::vector<std::string>& header() const { return m_header; }
    std::size_t rows() const { return m_lines.size(); }
    std::size_t columns() const { return m_header.size(); }
    char separator() const { return m_separator; }
    const std::string& where() const { return m_where; }
    /// Lines before the header that start with '#', without it.
    const std::vector<std::string>& comments() const { return m_comments; }

    /// Index of a column by its name without regard to case, surrounding spaces, or '_', '-', ' ' and '.' in
    /// it.
    std::optional<std::size_t> find(std::string_view name) const;
    /// The first of several names that is there.
    std::optional<std::size_t> findAny(const std::vector<std::string_view>& names) const;

    /// Text of a cell without surrounding spaces.
    std::string_view cell(std::size_t row, std::size_t column) const {
        const Cell& found = m_cells[row * m_header.size() + column];
        return {m_bytes.data() + found.begin, found.length};
    }
    /// Line of the file at which a row starts, from 1; the header has one too.
    std::size_t line(std::size_t row) const { return m_lines[row]; }
    /// "where:line" of a row.
    std::string place(std::size_t row) const;

    /// Number in a cell; NaN if it is empty, NA, NaN or null; nothing if it is no number. True and false
    /// count as 1 and 0; "0,5" counts where the separator is not a comma.
    std::optional<double> number(std::size_t row, std::size_t column) const;
    /// A whole column; an InvalidValue error names the line of the first cell that is no number.
    base::Result<std::vector<double>> numbers(std::size_t column) const;
    /// True if every cell is a number or empty, and one at least is a number.
    bool isNumeric(std::size_t column) const;

  private:
    struct Cell {
        std::uint32_t begin = 0;
        std::uint32_t length = 0;
    };
    class Parser;

    std::vector<char> m_bytes;
    std::string m_where;
    char m_separator = ',';
    std::vector<std::string> m_header;
    std::vector<std::string> m_comments;
    std::vector<Cell> m_cells;          ///< rows x columns
    std::vector<std::uint32_t> m_lines; ///< per row
};

/// A name as find() compares it: lower case, without spaces, '_', '-' and '.'.
std::string foldedName(std::string_view name);
/// A number as number() understands it.
std::optional<double> parseNumber(std::string_view text, bool allowsDecimalComma);

} // namespace rulescope::io
