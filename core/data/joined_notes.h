// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/annotations.h"

#include <vector>

namespace rulescope::data {

/// What two sources say about one animal, both made for `animal`. Where both say something about one session
/// (what is left out of it, its phase) `own` counts; tags are joined, different notes stand below one
/// another.
AnimalNotes joinedNotes(const AnimalNotes& own, const AnimalNotes& others, const Animal& animal);

/// The part of `notes` that checkNotes accepts; why the rest was dropped is added to `problems`.
AnimalNotes fittingNotes(const AnimalNotes& notes, const Animal& animal, std::vector<base::Error>& problems);

} // namespace rulescope::data
