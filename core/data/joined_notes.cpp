// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/joined_notes.h"

#include "core/data/animal.h"

#include <algorithm>
#include <set>

namespace rulescope::data {

namespace {

std::vector<Exclusion> joinedExclusions(const AnimalNotes& own, const AnimalNotes& others) {
    std::set<std::string> known;
    for (const Exclusion& exclusion : own.exclusions) {
        known.insert(exclusion.session);
    }
    std::vector<Exclusion> joined = own.exclusions;
    std::copy_if(others.exclusions.begin(), others.exclusions.end(), std::back_inserter(joined),
        [&](const Exclusion& exclusion) { return known.count(exclusion.session) == 0; });
    return joined;
}

} // namespace

AnimalNotes joinedNotes(const AnimalNotes& own, const AnimalNotes& others, const Animal& animal) {
    AnimalNotes joined = own;
    if (own.note.find(others.note) == std::string::npos) {
        joined.note += (own.note.empty() ? "" : "\n") + others.note;
    }
    for (const std::string& tag : others.tags) {
        if (std::find(joined.tags.begin(), joined.tags.end(), tag) == joined.tags.end()) {
            joined.tags.push_back(tag);
        }
    }
    joined.exclusions = joinedExclusions(own, others);
    const std::vector<std::string> names = phaseOfSessions(own, animal);
    const std::vector<std::string> further = phaseOfSessions(others, animal);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i].empty() && !further[i].empty()) {
            joined = withPhase(joined, animal, i, i, further[i]);
        }
    }
    return joined;
}

AnimalNotes fittingNotes(const AnimalNotes& notes, const Animal& animal, std::vector<base::Error>& problems) {
    AnimalNotes kept;
    kept.note = notes.note;
    kept.tags = notes.tags;
    const auto fits = [&](const AnimalNotes& candidate) {
        const auto checked = checkNotes(candidate, animal);
        if (!checked) {
            problems.push_back(checked.error());
        }
        return checked.has_value();
    };
    for (const Exclusion& exclusion : notes.exclusions) {
        if (fits({{}, {}, {exclusion}, {}})) {
            kept.exclusions.push_back(exclusion);
        }
    }
    for (const Phase& phase : notes.phases) { // those before it count: two may not share a session
        AnimalNotes candidate{{}, {}, {}, kept.phases};
        candidate.phases.push_back(phase);
        if (fits(candidate)) {
            kept.phases = std::move(candidate.phases);
        }
    }
    return kept;
}

} // namespace rulescope::data
