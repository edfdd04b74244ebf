// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rulescope::io {

/// What a file's name says: "SWC_054_2020-09-01.csv" -> animal "SWC_054", date "2020-09-01"; a number of up
/// to three digits behind the date is the session of that day, "_s3" "_day3" "_session3" at the end of a name
/// the animal's. What it leaves open, the folders above say: "M1/2021-03-15/001/trials.csv".
struct SourceName {
    std::string animal;  ///< name less extension, date and session; the nearest folder's that names anything
    std::string date;    ///< ISO 8601 day, or empty
    std::string session; ///< number within the day or a label (a day in a doubtful form too), or empty
    std::string startTime = {}; ///< time of day behind the date, "14:30:05", or empty
};

SourceName parseSourceName(const std::filesystem::path& path);

/// What the first of two numbers before a year is.
enum class DayOrder { Unknown, DayFirst, MonthFirst };
/// The order in dates like "3/15/2021" of one column: some number above 12 tells it; Unknown if none does.
DayOrder dayOrder(const std::vector<std::string>& texts);

/// True for "3/4/2021", "3.4.2021": two numbers before a year that both may be the month.
bool isDayAmbiguous(std::string_view text);

/// The ISO 8601 day in "2020-09-01", "20200901", "2020-09-01T10:00:00" "2020/09/01", "1.9.2020"
/// (the day first unless the order says otherwise), or "1/9/2020" where the order is known; empty if it is
/// none of these.
std::string isoDate(std::string_view text, DayOrder order = DayOrder::Unknown);

/// "14:30:05" of "2020-08-21T14:30:05" "21.8.2020 14:30" or "8/21/2020 2:30:05 PM"; empty without a time, and
/// at midnight: that is what programs write that don't know better.
std::string timeOfDay(std::string_view dateAndTime);

} // namespace rulescope::io
