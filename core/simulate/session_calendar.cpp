// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/session_calendar.h"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string_view>
#include <system_error>

namespace rulescope::simulate {

namespace {

std::optional<unsigned> digits(std::string_view text) {
    unsigned value = 0;
    const std::from_chars_result read = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool isNumber = read.ec == std::errc() && read.ptr == text.data() + text.size();
    return isNumber ? std::optional(value) : std::nullopt;
}

std::optional<std::chrono::sys_days> parseDay(const std::string& text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const std::string_view view = text;
    const auto year = digits(view.substr(0, 4));
    const auto month = digits(view.substr(5, 2));
    const auto day = digits(view.substr(8, 2));
    if (!year || !month || !day) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{
        std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month), std::chrono::day(*day)};
    return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

std::string isoDay(std::chrono::sys_days day) {
    const std::chrono::year_month_day date(day);
    char text[16];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text;
}

} // namespace

std::vector<std::string> trainingDays(const std::string& firstDay, std::size_t count) {
    std::vector<std::string> days;
    std::optional<std::chrono::sys_days> day = parseDay(firstDay);
    while (day && days.size() < count) {
        const std::chrono::weekday weekday(*day);
        if (weekday != std::chrono::Saturday && weekday != std::chrono::Sunday) {
            days.push_back(isoDay(*day));
        }
        *day += std::chrono::days(1);
    }
    return days;
}

} // namespace rulescope::simulate
