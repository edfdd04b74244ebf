// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/annotations.h"

namespace rulescope::data {

class Animal;

/// `notes` of `before`, for the same animal with more sessions: phases keep the sessions that they had, also
/// where new ones come between or the order changes.
AnimalNotes movedTo(const AnimalNotes& notes, const Animal& before, const Animal& after);

} // namespace rulescope::data
