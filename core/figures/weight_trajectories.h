// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "core/fit/trainer.h"

#include <string>
#include <vector>

namespace rulescope::figures {

/// The paths of animals under one rule.
struct RuleTrajectories {
    std::string rule;                          ///< registry name
    std::vector<fit::Trajectory> trajectories; ///< one per animal
};

struct TrajectoryFigureOptions {
    std::vector<std::string> heldOut; ///< animals the rule was not trained on; their panels say so
};

/// Inferred weights against trial, one panel per animal (the first twelve), sessions as ticks along the
/// bottom. The first rule decides which animals; further rules are laid over it in other line styles.
FigureSpec weightTrajectories(
    const std::vector<RuleTrajectories>& rules, const TrajectoryFigureOptions& options = {});

} // namespace rulescope::figures
