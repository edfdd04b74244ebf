// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rulescope::data {

/// Whole numbers inside count as numbers: "S2" before "S10".
bool isNaturallyBefore(std::string_view a, std::string_view b);

/// Where year, month and day stand in a date of numbers.
enum class CompactDate { YearMonthDay, DayMonthYear, MonthDayYear };

/// The forms in which all of these texts ("280221", "01032021", "1/3/21"; a first 0 may be lost) are days of
/// few years: none if they are other numbers; several if nothing tells them apart.
std::vector<CompactDate> compactDates(const std::vector<std::string>& texts);
/// The ISO 8601 day; empty if the text is none of this form.
std::string isoDay(std::string_view text, CompactDate form);

/// Per label its place in time, as far as their numbers tell: labels that are numbers or differ in numbers
/// only ("S1", "S10", "S2"). Nothing if they differ otherwise, or are doubtful dates.
std::optional<std::vector<std::size_t>> labelOrder(const std::vector<std::string>& labels);
/// The day of a session (ISO 8601; empty if unknown) and what it is called.
struct DatedLabel {
    std::string date, label;
};
/// The indices of sessions in their order in time: by date (those of one day by label) if all have one, else
/// by what their labels tell of it, else as they come.
std::vector<std::size_t> sessionOrder(const std::vector<DatedLabel>& sessions);
/// True for dates that have another order as the day or the month is read first.
bool areDoubtfulDates(const std::vector<std::string>& labels);

} // namespace rulescope::data
