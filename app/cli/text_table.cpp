// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/text_table.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace rulescope::cli {

namespace {

/// Characters, not bytes, so that names with accents stay aligned.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(const std::string& text, std::size_t to, bool isLeft) {
    const std::string blanks(to - std::min(to, width(text)), ' ');
    return isLeft ? text + blanks : blanks + text;
}

} // namespace

std::string table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const std::vector<std::string>& row : rows) {
        widths.resize(std::max(widths.size(), row.size()), 0);
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], width(row[i]));
        }
    }
    std::string text;
    for (const std::vector<std::string>& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += (i == 0 ? "" : "  ") + padded(row[i], widths[i], i == 0);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

std::string fixed(double value, int decimals) {
    constexpr double kReadable = 1e12; // beyond, digits before the point say less than the exponent
    return !std::isfinite(value)          ? "-"
           : std::abs(value) >= kReadable ? fmt::format("{:.3g}", value)
                                          : fmt::format("{:.{}f}", value, decimals);
}

std::string significant(double value) {
    return std::isfinite(value) ? fmt::format("{:.2g}", value) : "-";
}

std::string joined(const std::vector<std::string>& entries) {
    return fmt::format("{}", fmt::join(entries, ", "));
}

std::vector<std::string> splitList(const std::string& text) {
    std::vector<std::string> entries;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::size_t first = text.find_first_not_of(" \t", begin);
        if (first < end) {
            entries.push_back(text.substr(first, text.find_last_not_of(" \t", end - 1) + 1 - first));
        }
        begin = end + 1;
    }
    return entries;
}

} // namespace rulescope::cli
