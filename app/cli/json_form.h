// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

#include <span>
#include <string>
#include <vector>

namespace rulescope::cli {

/// NaN and infinities become null, which JSON has instead.
Json number(double value);
/// {"bias": value, ...}: per-weight values by regressor name.
Json byName(std::span<const std::string> names, std::span<const double> values);
/// {"error": {code, what, where, remedy}}.
Json errorJson(const base::Error& error);
/// One object and a line end; bytes that are not UTF-8 (odd file names) are replaced.
std::string toText(const Json& json);

} // namespace rulescope::cli
