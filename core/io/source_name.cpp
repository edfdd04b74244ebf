// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/source_name.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

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

/// "03-Feb-2014", as MATLAB and many rigs write it, with or without a time behind it.
std::string spelledDate(std::string_view text) {
    constexpr std::string_view kMonths = "janfebmaraprmayjunjulaugsepoctnovdec";
    const auto first = text.find_first_of("-/ ");
    if (first == std::string_view::npos || first == 0 || first > 2 || text.size() < first + 9 ||
        text[first + 4] != text[first]) {
        return {};
    }
    std::string name(text.substr(first + 1, 3));
    std::transform(name.begin(), name.end(), name.begin(),
        [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto month = kMonths.find(name);
    if (month == std::string_view::npos || month % 3 != 0) {
        return {};
    }
    const std::string number = std::to_string(month / 3 + 1);
    const std::string day(text.substr(0, first));
    return joinedDate(text.substr(first + 5, 4), (number.size() == 1 ? "0" : "") + number,
        (day.size() == 1 ? "0" : "") + day);
}

/// "03/15/2021", "15.3.2021": two numbers before a year, alone or before a time.
struct YearLast {
    int first = 0, second = 0;
    std::string year;
    char separator = '/';
};

std::optional<YearLast> yearLast(std::string_view text) {
    text = text.substr(0, text.find_first_of("T ,"));
    const auto one = text.find_first_of("./-");
    const auto two = one == std::string_view::npos ? one : text.find(text[one], one + 1);
    if (two == std::string_view::npos) {
        return {};
    }
    const std::string_view first = text.substr(0, one), second = text.substr(one + 1, two - one - 1);
    const std::string_view year = text.substr(two + 1);
    if (!areDigits(first) || first.size() > 2 || !areDigits(second) || second.size() > 2 ||
        !areDigits(year) || year.size() != 4) {
        return {};
    }
    return YearLast{
        std::stoi(std::string(first)), std::stoi(std::string(second)), std::string(year), text[one]};
}

/// 'a' or 'p' for "AM" or "PM" behind a time; 0 without.
char halfOfDay(std::string_view rest) {
    const auto letter = rest.find_first_not_of(" .0123456789");
    const auto lower = [&](std::size_t i) {
        return i < rest.size() ? static_cast<char>(std::tolower(static_cast<unsigned char>(rest[i]))) : ' ';
    };
    const bool isHalf = letter != std::string_view::npos && (lower(letter) == 'a' || lower(letter) == 'p') &&
                        (lower(letter + 1) == 'm' || (lower(letter + 1) == '.' && lower(letter + 2) == 'm'));
    return isHalf ? lower(letter) : '\0';
}

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(kSeparators);
    if (first == std::string_view::npos) {
        return {};
    }
    return std::string(text.substr(first, text.find_last_not_of(kSeparators) - first + 1));
}

/// "sub-M1_ses-2020-08-25_task-x": subject and session by their keys, as BIDS and DANDI name files.
std::optional<SourceName> keyedName(const std::string& stem) {
    const auto valueOf = [&](std::string_view key) {
        const auto at = stem.compare(0, key.size(), key) == 0 ? 0 : stem.find("_" + std::string(key));
        if (at == std::string::npos) {
            return std::string();
        }
        const auto begin = at + (at == 0 ? 0 : 1) + key.size();
        return stem.substr(begin, stem.find('_', begin) - begin);
    };
    SourceName name{valueOf("sub-"), {}, valueOf("ses-")};
    if (name.animal.empty()) {
        return {};
    }
    const FoundDate date = dateAt(name.session);
    if (!date.iso.empty()) {
        name.date = date.iso;
        name.session = trimmed(std::string_view(name.session).substr(date.length));
    }
    return name;
}

/// "session3", "day_02", "trials": names that say which session it is and leave the animal to the folder.
std::optional<std::string> sessionOnly(const std::string& stem) {
    constexpr std::array<std::string_view, 9> kWords = {
        "session", "sess", "ses", "day", "trials", "trial", "behavior", "behaviour", "data"};
    std::string lower = stem;
    std::transform(lower.begin(), lower.end(), lower.begin(),
        [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const std::string_view word : kWords) {
        const std::string rest = lower.compare(0, word.size(), word) == 0
                                     ? trimmed(std::string_view(lower).substr(word.size()))
                                     : "x";
        if (rest.empty() || areDigits(rest)) {
            return rest;
        }
    }
    return {};
}

} // namespace

SourceName parseSourceName(const std::filesystem::path& path) {
    const std::string stem = path.stem().string();
    if (const auto keyed = keyedName(stem)) {
        return *keyed;
    }
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
    const std::string folder = path.parent_path().filename().string();
    const auto session = name.date.empty() && !folder.empty() ? sessionOnly(stem) : std::nullopt;
    if (session) {
        name = {folder, {}, *session};
    }
    if (name.animal.empty()) {
        name.animal = folder;
    }
    if (name.animal.empty()) {
        name.animal = stem;
    }
    return name;
}

DayOrder dayOrder(const std::vector<std::string>& texts) {
    bool isDayFirst = false, isMonthFirst = false;
    for (const std::string& text : texts) {
        const auto numbers = yearLast(text);
        isDayFirst = isDayFirst || (numbers && numbers->first > 12);
        isMonthFirst = isMonthFirst || (numbers && numbers->second > 12);
    }
    return isDayFirst == isMonthFirst ? DayOrder::Unknown
           : isDayFirst               ? DayOrder::DayFirst
                                      : DayOrder::MonthFirst;
}

std::string timeOfDay(std::string_view dateAndTime) {
    const auto colon = dateAndTime.find(':');
    const auto blank = dateAndTime.substr(0, colon).find_last_of("T ");
    if (colon == std::string_view::npos || blank == std::string_view::npos) {
        return {};
    }
    const std::string_view hours = dateAndTime.substr(blank + 1, colon - blank - 1);
    std::string_view rest = dateAndTime.substr(colon + 1);
    const bool hasSeconds = rest.size() > 2 && rest[2] == ':';
    const std::string_view minutes = rest.substr(0, 2);
    const std::string_view seconds = hasSeconds ? rest.substr(3, 2) : "00";
    rest.remove_prefix(std::min<std::size_t>(rest.size(), hasSeconds ? 5 : 2));
    if (!areDigits(hours) || hours.size() > 2 || !areDigits(minutes) || minutes.size() != 2 ||
        !areDigits(seconds) || seconds.size() != 2 || !isBetween(minutes, 0, 59) ||
        !isBetween(seconds, 0, 59)) {
        return {};
    }
    const char half = halfOfDay(rest);
    if (!isBetween(hours, half == 0 ? 0 : 1, half == 0 ? 23 : 12)) {
        return {};
    }
    const int number = std::stoi(std::string(hours));
    const int hour = half == 0 ? number : number % 12 + (half == 'p' ? 12 : 0);
    const std::string time = (hour < 10 ? "0" : "") + std::to_string(hour) + ":" + std::string(minutes) +
                             ":" + std::string(seconds);
    return time == "00:00:00" ? std::string() : time;
}

std::string isoDate(std::string_view text, DayOrder order) {
    if (const auto numbers = yearLast(text)) {
        const bool isDayFirst =
            order == DayOrder::DayFirst || (numbers->separator == '.' && order != DayOrder::MonthFirst);
        const bool isKnown = isDayFirst || order == DayOrder::MonthFirst;
        const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
        return !isKnown ? std::string()
                        : joinedDate(numbers->year, two(isDayFirst ? numbers->second : numbers->first),
                              two(isDayFirst ? numbers->first : numbers->second));
    }
    if (std::string spelled = spelledDate(text); !spelled.empty()) {
        return spelled;
    }
    const FoundDate date = dateAt(text);
    const bool endsOrHasTime =
        date.length == text.size() ||
        (date.length < text.size() && (text[date.length] == 'T' || text[date.length] == ' '));
    return endsOrHasTime ? date.iso : std::string();
}

} // namespace rulescope::io
