// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "core/fit/trainer.h"
#include "core/tracking/weight_tracking.h"

#include <string>
#include <vector>

namespace rulescope::figures {

/// The paths of animals under one rule.
struct RuleTrajectories {
    std::string rule;                          ///< registry name
    std::vector<fit::Trajectory> trajectories; ///< one per animal
};

/// Why an animal has no tracked weights.
struct UntrackedAnimal {
    std::string animal;
    Text why;
};

struct TrajectoryFigureOptions {
    std::vector<std::string> heldOut = {}; ///< animals the rule was not trained on; their panels say so
    /// Weights tracked without a rule under drifts chosen by evidence, for some or all of the animals.
    std::vector<tracking::TrackedWeightsPtr> tracked = {};
    std::vector<UntrackedAnimal> untracked = {}; ///< their panels say why
};

/// Inferred weights against trial, one panel per animal (the first twelve), sessions as ticks along the
/// bottom. The first rule decides which animals; further rules are laid over it in other line styles, tracked
/// weights under it as bands of +-1.96 standard errors. Without a rule the tracked weights stand alone. Thin
/// lines hold 95 % of the fits of an ensemble of the first rule.
FigureSpec weightTrajectories(
    const std::vector<RuleTrajectories>& rules, const TrajectoryFigureOptions& options = {});

} // namespace rulescope::figures
