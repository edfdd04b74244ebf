// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/networks/linear_theory.h"
#include "core/networks/sweep.h"

#include <string>
#include <vector>

namespace rulescope::cli {

/// One network: condition, status, measures and their curves.
Json runJson(const networks::NetworkRun& run);
/// Runs and groups over seeds (mean, sd, n) with gaps at matched train accuracy.
Json toJson(const networks::SweepResult& sweep, const std::string& recipe, const std::string& folder);
/// A table of the groups.
std::string toText(const networks::SweepResult& sweep);

Json toJson(const std::vector<networks::LinearTheoryPoint>& points, std::size_t inputs);
std::string toText(const std::vector<networks::LinearTheoryPoint>& points);

} // namespace rulescope::cli
