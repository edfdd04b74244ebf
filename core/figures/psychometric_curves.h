// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/behavior/psychometric.h"
#include "core/data/animal.h"
#include "core/figures/figure_spec.h"

#include <cstddef>
#include <vector>

namespace rulescope::figures {

struct PsychometricFigureOptions {
    behavior::PsychometricOptions psychometric;
    std::size_t sessions = 3; ///< first and last so many; fewer if the animal has not twice as many
};

/// What a set of bounds and starting values is known as: "IBL training status".
Text variantTitle(behavior::PsychometricVariant variant);

/// Early against late sessions: points with Wilson intervals and fitted curves, one panel per animal; more
/// than twelve animals are pooled into one panel.
FigureSpec psychometricCurves(
    const std::vector<data::AnimalPtr>& animals, const PsychometricFigureOptions& options = {});

/// Any selections of sessions of one animal on one pair of axes; colour runs from the first selection to the
/// last.
struct SessionSelection {
    Text label;
    std::vector<std::size_t> sessions;
};
FigureSpec psychometricOverSelections(const data::Animal& animal,
    const std::vector<SessionSelection>& selections, const behavior::PsychometricOptions& options = {});

} // namespace rulescope::figures
