// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/delimited_table.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstring>
#include <limits>
#include <set>

namespace rulescope::io {

namespace {

using base::ErrorCode;
using base::Text;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kRowsBetweenPolls = 65536;

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

bool equalsFolded(std::string_view text, std::string_view lower) {
    return text.size() == lower.size() &&
           std::equal(text.begin(), text.end(), lower.begin(),
               [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

bool isMissing(std::string_view text) {
    constexpr std::array<std::string_view, 7> kWords = {"nan", "na", "n/a", "null", "none", "-", "."};
    return text.empty() || std::any_of(kWords.begin(), kWords.end(),
                               [&](std::string_view word) { return equalsFolded(text, word); });
}

/// The separator that the header line has most of; a comma if it has none.
char separatorOf(std::string_view headerLine) {
    std::size_t most = 0;
    char best = ',';
    for (const char candidate : {',', ';', '\t'}) {
        bool isQuoted = false;
        std::size_t count = 0;
        for (const char c : headerLine) {
            isQuoted = c == '"' ? !isQuoted : isQuoted;
            count += !isQuoted && c == candidate ? 1 : 0;
        }
        if (count > most) {
            most = count;
            best = candidate;
        }
    }
    return best;
}

/// Length of the UTF-8 sequence that starts here, or 0 if there is none.
std::size_t sequenceLength(const std::vector<char>& bytes, std::size_t at) {
    const auto lead = static_cast<unsigned char>(bytes[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (length == 0 || lead > 0xF4 || at + length > bytes.size()) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((static_cast<unsigned char>(bytes[at + i]) & 0xC0U) != 0x80) {
            return 0;
        }
    }
    return length;
}

/// Text that is not UTF-8 is taken for Latin-1, as older spreadsheets on Windows write it.
void ensureUtf8(std::vector<char>& bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        const std::size_t length = sequenceLength(bytes, at);
        if (length == 0) {
            break;
        }
        at += length;
    }
    if (at == bytes.size()) {
        return;
    }
    std::vector<char> converted;
    converted.reserve(bytes.size() + bytes.size() / 8);
    for (const char c : bytes) {
        const auto code = static_cast<unsigned char>(c);
        if (code < 0x80) {
            converted.push_back(c);
        } else {
            converted.push_back(static_cast<char>(0xC0U | (code >> 6U)));
            converted.push_back(static_cast<char>(0x80U | (code & 0x3FU)));
        }
    }
    bytes = std::move(converted);
}

} // namespace

/// One pass over the bytes of a file; quoted cells are unescaped where they stand.
class DelimitedTable::Parser {
  public:
    Parser(DelimitedTable& table, base::StopToken stop)
        : m_table(table)
        , m_stop(std::move(stop)) {}

    base::Result<void> run() {
        if (const auto checked = checkBytes(); !checked) {
            return checked;
        }
        skipComments();
        if (m_next >= m_size) {
            return problem(ErrorCode::BadFormat, QT_TRANSLATE_NOOP("core", "The file is empty."), 0);
        }
        const char* const end = std::find(m_text + m_next, m_text + m_size, '\n');
        m_table.m_separator =
            separatorOf({m_text + m_next, static_cast<std::size_t>(end - (m_text + m_next))});
        return readHeader().and_then([this] { return readRows(); });
    }

  private:
    base::Result<void> problem(ErrorCode code, Text what, std::size_t line, Text remedy = {}) const {
        const std::string where = m_table.m_where + (line > 0 ? ":" + std::to_string(line) : "");
        return base::failure(code, std::move(what), where, std::move(remedy));
    }

    base::Result<void> checkBytes() {
        std::string_view text(m_table.m_bytes.data(), m_table.m_bytes.size());
        if (text.substr(0, 2) == "\xff\xfe" || text.substr(0, 2) == "\xfe\xff") {
            return problem(ErrorCode::Unsupported,
                QT_TRANSLATE_NOOP("core", "The text is encoded as UTF-16."), 0,
                QT_TRANSLATE_NOOP("core", "Save it as UTF-8."));
        }
        if (text.find('\0') != std::string_view::npos) {
            return problem(ErrorCode::BadFormat,
                QT_TRANSLATE_NOOP("core", "This is a binary file, not a table in text form."), 0);
        }
        ensureUtf8(m_table.m_bytes);
        m_text = m_table.m_bytes.data();
        m_size = m_table.m_bytes.size();
        text = {m_text, m_size};
        m_next = text.substr(0, 3) == "\xef\xbb\xbf" ? 3 : 0;
        if (text.find_first_not_of(" \t\r\n", m_next) == std::string_view::npos) {
            return problem(ErrorCode::BadFormat, QT_TRANSLATE_NOOP("core", "The file is empty."), 0);
        }
        return {};
    }

    /// Comment lines and blank lines before the header.
    void skipComments() {
        while (m_next < m_size) {
            const auto* const end = std::find(m_text + m_next, m_text + m_size, '\n');
            std::string_view line(m_text + m_next, static_cast<std::size_t>(end - (m_text + m_next)));
            const bool isBlankLine = line.find_first_not_of(" \t\r") == std::string_view::npos;
            if (!isBlankLine && line.front() != '#') {
                return;
            }
            if (!isBlankLine) {
                line.remove_prefix(1);
                line.remove_suffix(line.empty() || line.back() != '\r' ? 0 : 1);
                m_table.m_comments.emplace_back(line);
            }
            m_next = std::min(m_size, static_cast<std::size_t>(end - m_text) + 1);
            ++m_line;
        }
    }

    base::Result<void> readHeader() {
        const std::size_t line = m_line;
        std::vector<Cell> cells;
        if (!readRecord(cells)) {
            return openQuote(line);
        }
        if (cells.size() > kMostTableColumns) {
            return problem(ErrorCode::TooLarge,
                {QT_TRANSLATE_NOOP("core", "The table has more than %1 columns."),
                    {static_cast<std::int64_t>(kMostTableColumns)}},
                line);
        }
        std::set<std::string> names;
        for (const Cell& cell : cells) {
            std::string name(m_text + cell.begin, cell.length);
            if (!name.empty() && !names.insert(name).second) {
                return problem(ErrorCode::BadFormat,
                    {QT_TRANSLATE_NOOP("core", "Two columns are called \u201c%1\u201d."), {name}}, line,
                    QT_TRANSLATE_NOOP("core", "Rename one of them."));
            }
            m_table.m_header.push_back(std::move(name));
        }
        return {};
    }

    base::Result<void> readRows() {
        const std::size_t columns = m_table.m_header.size();
        while (m_next < m_size) {
            if (m_table.m_lines.size() % kRowsBetweenPolls == 0 && m_stop.stop_requested()) {
                return problem(ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "Reading was stopped."), 0);
            }
            const std::size_t line = m_line;
            const std::size_t before = m_table.m_cells.size();
            if (!readRecord(m_table.m_cells)) {
                return openQuote(line);
            }
            const std::size_t found = m_table.m_cells.size() - before;
            if (found == 1 && columns > 1 && m_table.m_cells.back().length == 0) {
                m_table.m_cells.pop_back(); // a blank line
                continue;
            }
            if (found != columns) {
                return problem(ErrorCode::BadFormat,
                    {QT_TRANSLATE_NOOP("core", "The row has %1 cells, the header %2."),
                        {static_cast<std::int64_t>(found), static_cast<std::int64_t>(columns)}},
                    line, QT_TRANSLATE_NOOP("core", "The file may be cut short; export it again."));
            }
            m_table.m_lines.push_back(static_cast<std::uint32_t>(line));
        }
        if (m_table.m_lines.empty()) {
            return problem(
                ErrorCode::BadFormat, QT_TRANSLATE_NOOP("core", "The file has a header but no rows."), 0);
        }
        return {};
    }

    base::Result<void> openQuote(std::size_t line) const {
        return problem(ErrorCode::BadFormat,
            QT_TRANSLATE_NOOP("core", "A quotation mark that opens here is never closed."), line,
            QT_TRANSLATE_NOOP("core", "The file may be cut short; export it again."));
    }

    /// Appends the cells of one record and moves behind its line end; false if a quote stays open.
    bool readRecord(std::vector<Cell>& cells) {
        while (true) {
            if (!readCell(cells)) {
                return false;
            }
            if (m_next >= m_size) {
                return true;
            }
            const char stop = m_text[m_next++];
            if (stop == '\n') {
                ++m_line;
                return true;
            }
        }
    }

    /// Leaves m_next at the separator, the line feed or the end.
    bool readCell(std::vector<Cell>& cells) {
        std::size_t begin = m_next;
        while (begin < m_size && m_text[begin] == ' ') {
            ++begin;
        }
        if (begin < m_size && m_text[begin] == '"') {
            return readQuoted(begin + 1, cells);
        }
        std::size_t end = m_next;
        while (end < m_size && m_text[end] != m_table.m_separator && m_text[end] != '\n') {
            ++end;
        }
        m_next = end;
        append(cells, begin, end);
        return true;
    }

    bool readQuoted(std::size_t begin, std::vector<Cell>& cells) {
        std::size_t write = begin;
        std::size_t read = begin;
        for (; read < m_size; ++read) {
            if (m_text[read] == '"') {
                if (read + 1 < m_size && m_text[read + 1] == '"') {
                    ++read;
                } else {
                    break;
                }
            }
            m_line += m_text[read] == '\n' ? 1 : 0;
            m_text[write++] = m_text[read];
        }
        if (read >= m_size) {
            return false;
        }
        m_next = read + 1;
        while (m_next < m_size && m_text[m_next] != m_table.m_separator && m_text[m_next] != '\n') {
            ++m_next;
        }
        append(cells, begin, write);
        return true;
    }

    void append(std::vector<Cell>& cells, std::size_t begin, std::size_t end) const {
        while (end > begin && (isBlank(m_text[end - 1]) || m_text[end - 1] == '\r')) {
            --end;
        }
        while (begin < end && isBlank(m_text[begin])) {
            ++begin;
        }
        begin = std::min(begin, end);
        cells.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)});
    }

    DelimitedTable& m_table;
    base::StopToken m_stop;
    char* m_text = nullptr;
    std::size_t m_size = 0;
    std::size_t m_next = 0;
    std::size_t m_line = 1;
};

base::Result<DelimitedTable> DelimitedTable::parse(
    std::vector<char> bytes, std::string where, base::StopToken stop) {
    if (bytes.size() > kLargestTableBytes) {
        return base::failure(ErrorCode::TooLarge, QT_TRANSLATE_NOOP("core", "The table is larger than 2 GB."),
            where, QT_TRANSLATE_NOOP("core", "Split it, for example one file per animal."));
    }
    DelimitedTable table;
    table.m_bytes = std::move(bytes);
    table.m_where = std::move(where);
    const auto parsed = Parser(table, std::move(stop)).run();
    if (!parsed) {
        return tl::make_unexpected(parsed.error());
    }
    return table;
}

std::optional<std::size_t> DelimitedTable::find(std::string_view name) const {
    const std::string wanted = foldedName(name);
    for (std::size_t i = 0; i < m_header.size(); ++i) {
        if (foldedName(m_header[i]) == wanted) {
            return i;
        }
    }
    return {};
}

std::optional<std::size_t> DelimitedTable::findAny(const std::vector<std::string_view>& names) const {
    for (const std::string_view name : names) {
        if (const auto found = find(name)) {
            return found;
        }
    }
    return {};
}

std::string DelimitedTable::place(std::size_t row) const {
    return m_where + ":" + std::to_string(line(row));
}

std::optional<double> DelimitedTable::number(std::size_t row, std::size_t column) const {
    return parseNumber(cell(row, column), m_separator != ',');
}

base::Result<std::vector<double>> DelimitedTable::numbers(std::size_t column) const {
    std::vector<double> values(rows());
    for (std::size_t row = 0; row < rows(); ++row) {
        const auto value = number(row, column);
        if (!value) {
            return base::failure(ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "Column %1 holds \u201c%2\u201d, which is no number."),
                    {m_header[column], std::string(cell(row, column).substr(0, 40))}},
                place(row));
        }
        values[row] = *value;
    }
    return values;
}

bool DelimitedTable::isNumeric(std::size_t column) const {
    bool hasNumber = false;
    for (std::size_t row = 0; row < rows(); ++row) {
        const auto value = number(row, column);
        if (!value) {
            return false;
        }
        hasNumber = hasNumber || *value == *value;
    }
    return hasNumber;
}

std::string foldedName(std::string_view name) {
    std::string folded;
    for (const char c : name) {
        if (c != '_' && c != '-' && c != '.' && !isBlank(c)) {
            folded += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    return folded;
}

std::optional<double> parseNumber(std::string_view text, bool allowsDecimalComma) {
    std::string_view digits = text.substr(!text.empty() && text.front() == '+' ? 1 : 0);
    double value = 0;
    auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size()) {
        return value == value ? value : kNaN;
    }
    if (isMissing(text)) {
        return kNaN;
    }
    if (equalsFolded(text, "true") || equalsFolded(text, "false")) {
        return equalsFolded(text, "true") ? 1 : 0;
    }
    const auto comma = digits.find(',');
    if (!allowsDecimalComma || comma == std::string_view::npos || digits.size() > 64 ||
        digits.find('.') != std::string_view::npos) {
        return {};
    }
    std::array<char, 64> point{};
    std::copy(digits.begin(), digits.end(), point.begin());
    point[comma] = '.';
    parsed = std::from_chars(point.data(), point.data() + digits.size(), value);
    return parsed.ec == std::errc() && parsed.ptr == point.data() + digits.size() ? std::optional(value)
                                                                                  : std::nullopt;
}

} // namespace rulescope::io
