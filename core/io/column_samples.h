// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace rulescope::io {

/// A column of a file with what stands in it, for a user who says what it means.
struct ColumnSample {
    std::string name;
    std::vector<std::string> values; ///< the first distinct ones, at most kMostSampleValues
    bool isNumeric = false;
    bool operator==(const ColumnSample&) const = default;
};
inline constexpr std::size_t kMostSampleValues = 12;

/// The columns of the first table of trials in the first of `paths` that has one (folders are walked as by
/// importPaths). Errors: those of reading the last file tried; NoData if there is no file.
base::Result<std::vector<ColumnSample>> columnSamples(
    const std::vector<std::filesystem::path>& paths, const base::StopToken& stop = {});

} // namespace rulescope::io
