// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

/// Names of a source's further columns in our own NWB files, where they must not be taken for ours.
namespace rulescope::io {

/// The name itself, or "column:NAME" where one of our columns goes by it (or it begins like that already).
std::string furtherHeader(const std::string& name);
/// Undoes furtherHeader().
std::string furtherName(std::string_view header);

} // namespace rulescope::io
