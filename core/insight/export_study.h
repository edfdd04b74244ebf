// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/insight/update_surface.h"
#include "core/io/export_table.h"
#include "core/io/study_file.h"

#include <vector>

namespace rulescope::insight {

/// The trials of animals, one row each, all of them: `left_out` is 1 where annotations keep a trial out of
/// analyses. A code that is not known is missing.
io::ExportTable trialsTable(const data::Study& study, const std::vector<data::AnimalPtr>& animals);

/// Decision weights of a fitted rule at every trial with a choice of its animals, before that trial's update;
/// the log-odds and probability of a rightward choice. Errors as fit::trajectories.
base::Result<io::ExportTable> weightsTable(const data::Study& study, const fit::FitResult& fit);

/// How the rule changes the weight of the stimulus (else of its first regressor): one row per cell of the
/// map, both splits, visits and bands. Errors as updateSurface; NoData for a rule that moves no weights.
base::Result<io::ExportTable> surfaceTable(
    const data::Study& study, const fit::FitResult& fit, const base::StopToken& stop);

/// Held-out scores per rule and animal, and the paired tests.
io::ExportTable scoresTable(const fit::Comparison& comparison);
io::ExportTable testsTable(const fit::Comparison& comparison);

/// All of the above for a whole study: trials, weights and surface of every fit that has them, scores and
/// tests of every comparison. A fit whose animals have gone is passed over.
base::Result<std::vector<io::ExportTable>> exportTables(const io::StudyContents& contents,
    const base::StopToken& stop = {}, const base::ProgressCallback& onProgress = {});

} // namespace rulescope::insight
