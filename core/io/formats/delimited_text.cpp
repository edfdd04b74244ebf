// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/delimited_text.h"

#include "core/io/formats/column_builder.h"
#include "core/io/formats/text_layout.h"
#include "core/io/formats/text_stream.h"
#include "core/io/source_name.h"
#include "core/io/table_trials.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace rulescope::io {

namespace {

using base::ErrorCode;
using base::Text;

/// A row that goes on for so long has an open quotation mark.
constexpr std::size_t kLongestRow = std::size_t{16} << 20;

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

/// One cell of the window; `isEscaped` if it holds doubled quotation marks.
struct Cell {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool isEscaped = false;
    bool isQuoted = false;
};

/// What came of looking for a record in the window.
enum class Found { Record, NeedsMore, OpenQuote };

class Parser {
  public:
    Parser(
        ByteSource& source, std::string where, base::StopToken stop, const base::ProgressCallback& onProgress)
        : m_stream(source, where)
        , m_where(std::move(where))
        , m_stop(std::move(stop))
        , m_onProgress(onProgress)
        , m_table(m_where) {}

    base::Result<Table> run() {
        const auto done = m_stream.start().and_then([this] { return readHeader(); }).and_then([this] {
            return readRows();
        });
        if (!done) {
            return tl::make_unexpected(done.error());
        }
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            m_columns[i].finish(std::move(m_header[i]), m_table);
        }
        m_table.setLines(std::move(m_lines));
        m_table.setDecimalComma(m_layout.separator != ',');
        return std::move(m_table);
    }

  private:
    tl::unexpected<base::Error> problem(ErrorCode code, Text what, std::size_t line, Text remedy = {}) const {
        const std::string where = m_where + (line > 0 ? ":" + std::to_string(line) : "");
        return base::failure(code, std::move(what), where, std::move(remedy));
    }

    base::Result<void> readHeader() {
        m_layout = findLayout(m_stream.window(), m_stream.isAtEnd());
        if (m_layout.isEmpty) {
            return problem(ErrorCode::BadFormat, QT_TRANSLATE_NOOP("core", "The file is empty."), 0);
        }
        readWordsAbove(m_stream.window().substr(0, m_layout.header));
        m_next = m_layout.header;
        m_line = m_layout.line;
        const std::size_t line = m_line;
        const auto found = nextRecord();
        if (!found) {
            return tl::make_unexpected(found.error());
        }
        if (m_cells.size() > kMostTableColumns) {
            return problem(ErrorCode::TooLarge,
                {QT_TRANSLATE_NOOP("core", "The table has more than %1 columns."),
                    {static_cast<std::int64_t>(kMostTableColumns)}},
                line);
        }
        std::set<std::string> names;
        for (const Cell& cell : m_cells) {
            std::string name = asUtf8(textOf(cell));
            if (!name.empty() && !names.insert(name).second) {
                if (!m_layout.hasNames) {
                    return problem(ErrorCode::BadFormat,
                        QT_TRANSLATE_NOOP("core", "No line of column names stands above the values."), line,
                        QT_TRANSLATE_NOOP("core", "Write one, for example "
                                                  "animal,session,signed_contrast,choice,correct."));
                }
                return problem(ErrorCode::BadFormat,
                    {QT_TRANSLATE_NOOP("core", "Two columns are called \u201c%1\u201d."), {name}}, line,
                    QT_TRANSLATE_NOOP("core", "Rename one of them."));
            }
            m_header.push_back(std::move(name));
        }
        m_columns.assign(m_header.size(), ColumnBuilder(m_layout.separator != ','));
        return {};
    }

    /// "Subject: M9" in a line above the names says whose trials these are, as a column of that name does.
    void readWordsAbove(std::string_view head) {
        constexpr std::size_t kLongest = 200;
        const auto trimmed = [](std::string_view text) {
            constexpr std::string_view kAround = " \t\r\"#%,;";
            const auto first = text.find_first_not_of(kAround);
            return first == std::string_view::npos
                       ? std::string()
                       : asUtf8(std::string(text.substr(first, text.find_last_not_of(kAround) - first + 1)));
        };
        Table words;
        std::set<std::string> names;
        while (!head.empty()) {
            const std::string_view line = head.substr(0, head.find(m_layout.lineEnd));
            head.remove_prefix(std::min(head.size(), line.size() + 1));
            const auto sign = line.find_first_of(":=,;\t");
            const std::string key =
                sign == std::string_view::npos ? std::string() : trimmed(line.substr(0, sign));
            const std::string value = key.empty() ? std::string() : trimmed(line.substr(sign + 1));
            if (!value.empty() && value.size() <= kLongest && names.insert(foldedName(key)).second) {
                words.addTexts(key, {value});
            }
        }
        TableMapping said;
        addUsualColumns(words, said);
        const auto word = [&](const char* quantity) {
            const auto found = said.columns.find(quantity);
            return found == said.columns.end() ? std::string() : words.cell(0, found->second);
        };
        const std::string day = word("date");
        m_table.identity = {word("animal"), word("lab"), isoDate(day), word("session"), word("protocol"), {}};
        m_table.identity.startTime = m_table.identity.date.empty() ? std::string() : timeOfDay(day);
    }

    base::Result<void> readRows() {
        while (true) {
            const std::size_t line = m_line;
            const auto found = nextRecord();
            if (!found) {
                return tl::make_unexpected(found.error());
            }
            if (!*found) {
                break;
            }
            if (isBlankOrComment()) {
                continue;
            }
            if (const auto added = addRow(line); !added) {
                return added;
            }
        }
        if (m_lines.empty()) {
            return problem(
                ErrorCode::BadFormat, QT_TRANSLATE_NOOP("core", "The file has a header but no rows."), 0);
        }
        return {};
    }

    bool isBlankOrComment() const {
        const bool isShort = m_cells.size() != m_header.size();
        const bool isBlankLine = m_cells.empty() || (m_cells.size() == 1 && m_header.size() > 1 &&
                                                        m_cells[0].begin == m_cells[0].end);
        return isBlankLine || (isShort && !m_cells.empty() && textOf(m_cells[0]).substr(0, 1) == "#");
    }

    base::Result<void> addRow(std::size_t line) {
        const bool hasRowName =
            m_lines.empty() && m_cells.size() == m_header.size() + 1 && m_cells.front().isQuoted;
        if (hasRowName) { // R quotes the numbers of rows and gives them no name
            m_header.insert(m_header.begin(), std::string());
            m_columns.emplace_back(m_layout.separator != ',');
        }
        if (m_cells.size() != m_header.size()) {
            return problem(ErrorCode::BadFormat,
                {QT_TRANSLATE_NOOP("core", "The row has %1 cells, the header %2."),
                    {static_cast<std::int64_t>(m_cells.size()), static_cast<std::int64_t>(m_header.size())}},
                line, QT_TRANSLATE_NOOP("core", "The file may be cut short; export it again."));
        }
        if (m_lines.size() == kMostTableRows) {
            return problem(ErrorCode::TooLarge,
                {QT_TRANSLATE_NOOP("core", "The table has more than %1 rows."),
                    {static_cast<std::int64_t>(kMostTableRows)}},
                line, QT_TRANSLATE_NOOP("core", "Split it, for example one file per animal."));
        }
        for (std::size_t i = 0; i < m_cells.size(); ++i) {
            m_columns[i].add(textOf(m_cells[i]));
        }
        m_lines.push_back(static_cast<std::uint32_t>(line));
        return {};
    }

    /// Puts the cells of the next record into m_cells; false at the end of the file.
    base::Result<bool> nextRecord() {
        while (true) {
            const std::size_t line = m_line;
            const Found found = findRecord();
            if (found == Found::Record) {
                return true;
            }
            m_line = line;
            if (m_stream.isAtEnd() && found == Found::NeedsMore) {
                return false; // nothing is left
            }
            if (m_stream.isAtEnd() || m_stream.window().size() - m_next > kLongestRow) {
                return problem(ErrorCode::BadFormat,
                    QT_TRANSLATE_NOOP("core", "A quotation mark that opens here is never closed."), line,
                    QT_TRANSLATE_NOOP("core", "The file may be cut short; export it again."));
            }
            if (const auto loaded = load(); !loaded) {
                return tl::make_unexpected(loaded.error());
            }
        }
    }

    base::Result<void> load() {
        if (m_stop.stop_requested()) {
            return problem(ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "Reading was stopped."), 0);
        }
        m_stream.drop(std::exchange(m_next, 0));
        const auto loaded = m_stream.more();
        if (!loaded) {
            return tl::make_unexpected(loaded.error());
        }
        if (m_onProgress) {
            m_onProgress(m_stream.fractionRead());
        }
        return {};
    }

    /// Moves m_next behind the record's line end only if the whole record is in the window.
    Found findRecord() {
        const std::string_view window = m_stream.window();
        m_cells.clear();
        std::size_t at = m_next;
        if (at >= window.size()) {
            return Found::NeedsMore;
        }
        while (true) {
            if (m_layout.separator == ' ') {
                at = skipBlanks(window, at);
            }
            if (!findCell(window, at)) {
                return Found::OpenQuote;
            }
            if (at >= window.size()) {
                if (!m_stream.isAtEnd()) {
                    return Found::NeedsMore;
                }
                break;
            }
            if (window[at++] == m_layout.lineEnd) {
                ++m_line;
                break;
            }
        }
        dropEmptyEnd();
        m_next = at;
        return Found::Record;
    }

    /// Spaces before a line's end are no cell.
    void dropEmptyEnd() {
        if (m_layout.separator == ' ' && !m_cells.empty() && m_cells.back().begin == m_cells.back().end) {
            m_cells.pop_back();
        }
    }

    std::size_t skipBlanks(std::string_view window, std::size_t at) const {
        while (at < window.size() && isBlank(window[at])) {
            ++at;
        }
        return at;
    }

    bool isCellEnd(char c) const { return c == m_layout.separator || c == m_layout.lineEnd; }

    /// Leaves `at` at the separator, the line's end or the end of the window; false if a quote stays open.
    bool findCell(std::string_view window, std::size_t& at) {
        std::size_t begin = at;
        while (begin < window.size() && window[begin] == ' ' && m_layout.separator != ' ') {
            ++begin;
        }
        if (begin < window.size() && window[begin] == '"') {
            return findQuoted(window, begin + 1, at);
        }
        std::size_t end = at;
        while (end < window.size() && !isCellEnd(window[end])) {
            ++end;
        }
        at = end;
        append(window, {begin, end, false, false});
        return true;
    }

    bool findQuoted(std::string_view window, std::size_t begin, std::size_t& at) {
        bool isEscaped = false;
        std::size_t end = begin;
        for (; end < window.size(); ++end) {
            m_line += window[end] == m_layout.lineEnd ? 1 : 0;
            if (window[end] == '"') {
                if (end + 1 >= window.size() || window[end + 1] != '"') {
                    break;
                }
                isEscaped = true;
                ++end;
            }
        }
        if (end >= window.size()) {
            return false;
        }
        at = end + 1;
        while (at < window.size() && !isCellEnd(window[at])) {
            ++at;
        }
        append(window, {begin, end, isEscaped, true});
        return true;
    }

    void append(std::string_view window, Cell cell) {
        while (cell.end > cell.begin && (isBlank(window[cell.end - 1]) || window[cell.end - 1] == '\r')) {
            --cell.end;
        }
        while (cell.begin < cell.end && isBlank(window[cell.begin])) {
            ++cell.begin;
        }
        m_cells.push_back(cell);
    }

    /// Valid until the next call.
    std::string_view textOf(const Cell& cell) const {
        const std::string_view raw = m_stream.window().substr(cell.begin, cell.end - cell.begin);
        if (!cell.isEscaped) {
            return raw;
        }
        m_unescaped.clear();
        for (std::size_t i = 0; i < raw.size(); ++i) {
            m_unescaped += raw[i];
            i += raw[i] == '"' ? 1 : 0;
        }
        return m_unescaped;
    }

    TextStream m_stream;
    std::string m_where;
    base::StopToken m_stop;
    const base::ProgressCallback& m_onProgress;
    Table m_table;
    TextLayout m_layout;
    std::size_t m_next = 0; ///< first character of the next record in the window
    std::size_t m_line = 1;
    std::vector<Cell> m_cells;
    std::vector<std::string> m_header;
    std::vector<ColumnBuilder> m_columns;
    std::vector<std::uint32_t> m_lines;
    mutable std::string m_unescaped;
};

} // namespace

base::Result<Table> readDelimitedText(ByteSource& source, const std::string& where, base::StopToken stop,
    const base::ProgressCallback& onProgress) {
    if (stop.stop_requested()) {
        return base::failure(ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "Reading was stopped."), where);
    }
    return Parser(source, where, std::move(stop), onProgress).run();
}

} // namespace rulescope::io
