// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/text.h"
#include "core/networks/network_run.h"
#include "core/networks/recipe.h"

#include <span>
#include <string_view>
#include <vector>

namespace rulescope::networks {

/// One number of a run: what tables, JSON and figures list.
struct RunMeasure {
    std::string_view name; ///< key in JSON: "kernel_alignment"
    base::Text title;
    double (*of)(const NetworkRun& run); ///< NaN where the run has none
};
/// All of them, in the order of tables.
const std::vector<RunMeasure>& runMeasures();
/// The measure of that name, or nullptr.
const RunMeasure* findRunMeasure(std::string_view name);

/// Mean over the last quarter of a series, against the noise of single batches; NaN if empty.
double lateMean(const MeasureSeries& series);

/// One measure over the seeds of a group; runs that did not complete are left out.
SeedStatistics statisticsOf(
    std::span<const NetworkRun> runs, const RunGroup& group, const RunMeasure& measure);

/// Generalization gap of every run at the largest train accuracy that all completed runs of its task reached;
/// NaN for the others. Raw gaps mislead: a rule that learned less has less to lose.
std::vector<double> matchedGaps(std::span<const NetworkRun> runs, bool isNoisyTest);

} // namespace rulescope::networks
