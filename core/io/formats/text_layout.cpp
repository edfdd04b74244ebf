// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/text_layout.h"

#include "core/io/table.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

namespace rulescope::io {

namespace {

constexpr std::size_t kLinesLookedAt = 200;

struct Line {
    std::size_t begin = 0; ///< offset in the head
    std::size_t number = 1;
    std::string_view text;
    bool isComment = false;
};

bool isBlankText(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// Where the record that begins here ends: behind a line's end, not one within quotation marks. A mark opens
/// only where a cell begins ("3 inch 5\"" does not), and one that never closes is none.
std::size_t recordEnd(std::string_view head, std::size_t begin, char lineEnd) {
    const std::size_t plainEnd = head.find(lineEnd, begin);
    bool isQuoted = false, isCellStart = true;
    for (std::size_t i = begin; i < head.size() && head[begin] != '#'; ++i) {
        const char c = head[i];
        if (isQuoted) {
            const bool isDoubled = c == '"' && i + 1 < head.size() && head[i + 1] == '"';
            i += isDoubled ? 1 : 0;
            isQuoted = c != '"' || isDoubled;
        } else if (c == lineEnd) {
            return i;
        } else {
            isQuoted = c == '"' && isCellStart;
            isCellStart =
                c == ' ' ? isCellStart : std::string_view(",;\t|:~^&!$@*").find(c) != std::string_view::npos;
        }
    }
    return plainEnd;
}

std::vector<Line> linesOf(std::string_view head, char lineEnd, bool isWhole) {
    std::vector<Line> lines;
    std::size_t number = 1;
    for (std::size_t begin = 0; begin < head.size() && lines.size() < kLinesLookedAt; ++number) {
        const std::size_t end = recordEnd(head, begin, lineEnd);
        if (end == std::string_view::npos && !isWhole && !lines.empty()) {
            break; // the last line may go on
        }
        const std::string_view text = head.substr(begin, end == std::string_view::npos ? end : end - begin);
        if (!isBlankText(text)) {
            lines.push_back({begin, number, text, text.front() == '#'});
        }
        number += static_cast<std::size_t>(std::count(text.begin(), text.end(), lineEnd));
        begin = end == std::string_view::npos ? head.size() : end + 1;
    }
    return lines;
}

/// Cells of one line, trimmed; quotes are only passed over.
std::vector<std::string_view> cellsOf(std::string_view line, char separator) {
    std::vector<std::string_view> cells;
    const auto add = [&](std::size_t begin, std::size_t end) {
        while (begin < end && std::string_view(" \t\r\"").find(line[begin]) != std::string_view::npos) {
            ++begin;
        }
        while (end > begin && std::string_view(" \t\r\"").find(line[end - 1]) != std::string_view::npos) {
            --end;
        }
        if (separator != ' ' || end > begin) {
            cells.push_back(line.substr(begin, end - begin));
        }
    };
    bool isQuoted = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        isQuoted = line[i] == '"' ? !isQuoted : isQuoted;
        if (!isQuoted && line[i] == separator) {
            add(begin, i);
            begin = i + 1;
        }
    }
    add(begin, line.size());
    return cells;
}

/// How a separator cuts the lines: the number of cells that most lines have.
struct Cut {
    char separator = ',';
    std::size_t cells = 1;
    std::size_t lines = 0; ///< that have so many
};

Cut cutBy(char separator, const std::vector<Line>& lines) {
    std::map<std::size_t, std::size_t> counts;
    for (const Line& line : lines) {
        if (!line.isComment) {
            ++counts[cellsOf(line.text, separator).size()];
        }
    }
    Cut best{separator, 1, 0};
    for (const auto& [cells, count] : counts) {
        if (cells > 1 && count >= best.lines) {
            best = {separator, cells, count};
        }
    }
    return best;
}

Cut bestCut(const std::vector<Line>& lines) {
    const auto content = static_cast<std::size_t>(
        std::count_if(lines.begin(), lines.end(), [](const Line& line) { return !line.isComment; }));
    Cut best;
    for (const std::string_view rank :
        {std::string_view(",;\t|"), std::string_view(" "), std::string_view(":~^&!$@*")}) {
        for (const char separator : rank) {
            const Cut cut = cutBy(separator, lines);
            const bool isBetter =
                cut.lines > best.lines || (cut.lines == best.lines && cut.cells > best.cells);
            best = isBetter ? cut : best;
        }
        if (best.lines * 2 > content) {
            break;
        }
    }
    return best;
}

bool hasNumber(const std::vector<std::string_view>& cells) {
    return std::any_of(cells.begin(), cells.end(), [](std::string_view cell) {
        const auto value = parseNumber(cell, true);
        return value && *value == *value;
    });
}

std::optional<std::size_t> findHeader(const std::vector<Line>& lines, const Cut& cut) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto cells = cellsOf(lines[i].text, cut.separator);
        if (lines[i].isComment || cells.size() != cut.cells) {
            continue;
        }
        if (!hasNumber(cells)) {
            return i;
        }
        const bool followsComment = i > 0 && lines[i - 1].isComment;
        const auto above = followsComment ? cellsOf(lines[i - 1].text.substr(1), cut.separator)
                                          : std::vector<std::string_view>();
        if (above.size() == cut.cells && !hasNumber(above)) {
            return i - 1;
        }
        return {};
    }
    return {};
}

} // namespace

TextLayout findLayout(std::string_view head, bool isWhole) {
    TextLayout layout;
    layout.lineEnd =
        head.find('\n') == std::string_view::npos && head.find('\r') != std::string_view::npos ? '\r' : '\n';
    const std::vector<Line> lines = linesOf(head, layout.lineEnd, isWhole);
    const auto first =
        std::find_if(lines.begin(), lines.end(), [](const Line& line) { return !line.isComment; });
    if (first == lines.end()) {
        return layout;
    }
    const Cut cut = bestCut(lines);
    layout.separator = cut.separator;
    layout.isEmpty = false;
    const auto header = findHeader(lines, cut);
    layout.hasNames = header.has_value();
    const Line& found = header ? lines[*header] : *first;
    layout.header = found.begin + (found.isComment ? 1 : 0);
    layout.line = found.number;
    return layout;
}

} // namespace rulescope::io
