// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/animal.h"

#include <QString>

namespace rulescope::panels {

/// An animal's training status in words: short for a table cell, long for its tooltip.
struct TrainingText {
    QString status, explanation;
};

/// Judges all sessions of the animal (METHOD.md section 8). Slow (psychometric fits): not for the GUI thread.
TrainingText trainingText(const data::Animal& animal);

} // namespace rulescope::panels
