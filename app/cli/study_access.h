// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/study_file.h"

#include <CLI/App.hpp>
#include <functional>
#include <string>

namespace rulescope::cli {

/// Declares --study FILE, which every subcommand needs.
CLI::Option* declareStudy(CLI::App& options, std::string& path);

/// The study as it is analysed (data::analysed); says on stderr what annotations leave out of it.
base::Result<io::StudyContents> openForAnalysis(const std::string& path);

/// Whether a missing file is an empty study (demo, import) or an error.
enum class IfMissing { Refuse, Create };

/// Reads the study anew, changes it and writes it in one step, while no other rulescope-cli does the same in
/// that folder: fits that ran side by side on one study are all kept.
base::Result<void> updateStudy(const std::string& path, IfMissing ifMissing,
    const std::function<base::Result<void>(io::StudyContents&)>& change);

/// The fit of that id, or a NotFound error that lists what there is.
base::Result<fit::FitResultPtr> requireFit(const io::StudyContents& contents, const std::string& id);

/// Stores a fit or a comparison under "rule-N", the first N that is free; returns that id.
std::string storeFit(io::StudyContents& contents, fit::FitResult result);
std::string storeComparison(io::StudyContents& contents, fit::Comparison comparison);

} // namespace rulescope::cli
