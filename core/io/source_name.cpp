// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/source_name.h"

#include <algorithm>
#include <cctype>

namespace rulescope::io {

namespace {

constexpr std::string_view kSeparators = "_-. ";

bool isDigit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

bool areDigits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), isDigit);
}

bool isBetween(std::string_view digits, int low, int high) {
    const int value = std::stoi(std::string(digits));
    return value >= low && value <= high;
}

std::string joinedDate(std::string_view year, std::string_view month, std::string_view day) {
    if (!areDigits(year) || !areDigits(month) || !areDigits(day) || !isBetween(year, 1900, 2199) ||
        !isBetween(month, 1, 12) || !isBetween(day, 1, 31)) {
        return {};
    }
    return std::string(year) + "-" + std::string(month) + "-" + std::string(day);
}

struct FoundDate {
    std::string iso;
    std::size_t length = 0;
};

/// A date that starts here: YYYY-MM-DD with -, _, . or /, or YYYYMMDD.
FoundDate dateAt(std::string_view text) {
    if (text.size() >= 10 && text[4] == text[7] &&
        std::string_view("-_./").find(text[4]) != std::string_view::npos &&
        (text.size() == 10 || !isDigit(text[10]))) {
        return {joinedDate(text.substr(0, 4), text.substr(5, 2), text.substr(8, 2)), 10};
    }
    if (text.size() >= 8 && areDigits(text.substr(0, 8)) && (text.size() == 8 || !isDigit(text[8]))) {
        return {joinedDate(text.substr(0, 4), text.substr(4, 2), text.substr(6, 2)), 8};
    }
    return {};
}

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(kSeparators);
    if (first == std::string_view::npos) {
        return {};
    }
    return std::string(text.substr(first, text.find_last_not_of(kSeparators) - first + 1));
}

} // namespace

SourceName parseSourceName(const std::filesystem::path& path) {
    const std::string stem = path.stem().string();
    SourceName name{stem, {}, {}};
    for (std::size_t at = 0; at < stem.size(); ++at) {
        if (at > 0 && isDigit(stem[at - 1])) {
            continue;
        }
        const FoundDate date = dateAt(std::string_view(stem).substr(at));
        if (date.iso.empty()) {
            continue;
        }
        name.date = date.iso;
        name.animal = trimmed(std::string_view(stem).substr(0, at));
        const std::string rest = trimmed(std::string_view(stem).substr(at + date.length));
        if (areDigits(rest) && rest.size() <= 3) {
            name.session = rest;
        } else if (!rest.empty()) {
            name.animal += (name.animal.empty() ? "" : "_") + rest;
        }
        break;
    }
    if (name.animal.empty()) {
        name.animal = path.parent_path().filename().string();
    }
    if (name.animal.empty()) {
        name.animal = stem;
    }
    return name;
}

std::string isoDate(std::string_view text) {
    const FoundDate date = dateAt(text);
    const bool endsOrHasTime =
        date.length == text.size() ||
        (date.length < text.size() && (text[date.length] == 'T' || text[date.length] == ' '));
    return endsOrHasTime ? date.iso : std::string();
}

} // namespace rulescope::io
