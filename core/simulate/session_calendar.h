// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace rulescope::simulate {

/// `count` days from `firstDay` (ISO 8601, "2024-01-08") on, weekends left out; empty if `firstDay` is not a
/// date.
std::vector<std::string> trainingDays(const std::string& firstDay, std::size_t count);

} // namespace rulescope::simulate
