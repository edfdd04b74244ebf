// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/animal.h"
#include "core/data/annotations.h"

#include <string>
#include <vector>

namespace rulescope::data {

/// The animals of a study, in the order they are listed; a value, cheap to copy (animals are shared).
struct Study {
    std::string title;
    std::vector<AnimalPtr> animals;
    Annotations annotations; ///< what people said about the animals; applied by analysed()

    /// The animal of that name, or nullptr.
    AnimalPtr find(const std::string& name) const;
    /// What is noted about an animal; nothing if nothing is.
    const AnimalNotes& notes(const std::string& animal) const;
    /// Like find, but a NotFound error that lists what there is.
    base::Result<AnimalPtr> require(const std::string& name) const;
    TrialCounts counts() const;
    std::size_t sessionCount() const;
};

/// `study` with `animals` added; an animal that is there already is merged session by session.
base::Result<Study> withAnimals(const Study& study, const std::vector<AnimalPtr>& animals);

} // namespace rulescope::data
