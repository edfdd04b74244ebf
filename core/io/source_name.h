// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace rulescope::io {

/// What a file's name says: "SWC_054_2020-09-01.csv" -> animal "SWC_054", date "2020-09-01"; a number of up
/// to three digits behind the date is the session of that day.
struct SourceName {
    std::string animal;  ///< name less extension and date; the folder's name if nothing is left
    std::string date;    ///< ISO 8601 day, or empty
    std::string session; ///< number within the day, or empty
};

SourceName parseSourceName(const std::filesystem::path& path);

/// The ISO 8601 day in "2020-09-01", "20200901", "2020-09-01T10:00:00" or "2020/09/01"; empty if it is none
/// of these.
std::string isoDate(std::string_view text);

} // namespace rulescope::io
