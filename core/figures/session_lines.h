// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/behavior/learning_curve.h"
#include "core/figures/figure_spec.h"

#include <cstddef>
#include <vector>

namespace rulescope::figures {

/// What of a session is drawn: its accuracy, its bias, ...; NaN where unknown.
using SessionValue = double (*)(const behavior::SessionPerformance&);

/// One animal by session; `animals` is how many share the panel, alone it has the accent colour.
XY animalLine(const behavior::LearningCurve& curve, SessionValue value, std::size_t animals);

/// Mean and 95 % bootstrap interval over animals, by session, while at least half of them (and two) are in
/// training: the band below what the panel holds, the line above it. Nothing if there is no such session.
void addMean(const std::vector<behavior::LearningCurve>& curves, SessionValue value, Panel& panel);

/// Sessions of the animal in training longest, at least 1.
std::size_t longestTraining(const std::vector<behavior::LearningCurve>& curves);

} // namespace rulescope::figures
