// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace rulescope::cli {

/// Columns aligned with blanks: the first one left, the others right (they hold numbers). The first row is
/// the header.
std::string table(const std::vector<std::vector<std::string>>& rows);

/// "0.734", or a dash for what is not known.
std::string fixed(double value, int decimals);
/// Two significant digits, "1.2e-05" where it is small: p values.
std::string significant(double value);
/// "a, b and c" without the "and": entries joined by commas.
std::string joined(const std::vector<std::string>& entries);
/// The entries between commas, blanks around them removed, empty ones dropped.
std::vector<std::string> splitList(const std::string& text);

} // namespace rulescope::cli
