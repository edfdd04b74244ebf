// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/figures/figure_spec.h"
#include "core/io/study_file.h"

#include <functional>
#include <vector>

namespace rulescope::desktop {

/// Every figure of a study's report, in the order of its pages; ids are unique, as they name the files.
///
/// Learning curves and psychometrics of all animals; of the newest fit of each rule its weights (over tracked
/// ones, which stand alone where no network was fitted), update surface, dependence on history (rules with
/// memory) and course of training (networks); the newest comparison of each unit. `onFigure` is told each
/// figure's id before the work on it starts. After a stop the remaining ones are missing.
std::vector<figures::FigureSpec> reportFigures(const io::StudyContents& contents,
    const std::function<void(const std::string& id)>& onFigure = {}, const base::StopToken& stop = {});

/// The newest fit of each rule, in the order in which the rules are listed.
std::vector<fit::FitResultPtr> newestFits(const io::StudyContents& contents);
/// The newest comparison of each held-out unit.
std::vector<fit::ComparisonPtr> newestComparisons(const io::StudyContents& contents);

} // namespace rulescope::desktop
