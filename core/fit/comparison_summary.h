// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/fit/comparison.h"
#include "core/fit/comparison_task.h"

#include <string>
#include <vector>

namespace rulescope::fit {

/// The fits of a comparison with what each found, before they are summed up.
struct ComparisonWork {
    std::vector<std::string> animals; ///< by place
    std::vector<std::string> rules;   ///< the bias-only yardstick first
    std::vector<FitTask> tasks;       ///< every fold and seed of every rule, done or not
};

/// Fills a comparison's rules (but for their training), tests, fits and pooledAnimals from the rules with at
/// least one seed that is done on all folds.
///
/// An animal has no score from a seed if one of the fits that it met ran away in training (Diverged), or
/// predicted no number for one of its own choices; its other seeds and the fit's other animals keep theirs.
/// Pooled numbers are over the animals that all rules have, so that no rule is shown on the easy ones; a rule
/// that has fewer than half of the animals has no pooled number instead of taking the rest away from the
/// others. Where the rest have no animal in common, those with the fewest (of several, the last) have none
/// either. Tests are over the animals that both rules have. NoData if no held-out trial is scored.
base::Result<void> addSummary(const ComparisonWork& work, Comparison& comparison);

} // namespace rulescope::fit
