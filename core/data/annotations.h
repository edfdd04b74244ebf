// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace rulescope::data {

class Animal;

/// Trials that are kept out of every analysis, and why. The trials themselves stay in the study.
struct Exclusion {
    std::string session;   ///< its label
    std::size_t begin = 0; ///< first trial, counted from 0 in the session
    std::size_t end = 0;   ///< one past the last trial; 0: to the end of the session
    std::string reason;    ///< "rig fault"; may be empty

    bool isWholeSession() const { return begin == 0 && end == 0; }
    bool operator==(const Exclusion&) const = default;
};

/// A stretch of training with a name: shaping, training, blocks.
struct Phase {
    std::string name;
    std::string first; ///< label of its first session
    std::string last;  ///< label of its last session; the sessions between belong to it too
    bool operator==(const Phase&) const = default;
};

/// What people said about one animal.
struct AnimalNotes {
    std::string note;
    std::vector<std::string> tags;
    std::vector<Exclusion> exclusions;
    std::vector<Phase> phases;

    bool isEmpty() const { return note.empty() && tags.empty() && exclusions.empty() && phases.empty(); }
    bool operator==(const AnimalNotes&) const = default;
};

/// By animal name; animals of which nothing is noted have no entry.
using Annotations = std::map<std::string, AnimalNotes>;

/// Checks notes against their animal: sessions that it does not have, ranges beyond a session, phases without
/// a name, that end before they begin or that share a session (InvalidValue, with what and where).
base::Result<void> checkNotes(const AnimalNotes& notes, const Animal& animal);

/// `notes` with trials [begin, end) of a session excluded (end 0: to its end); what was said of the same
/// range before is replaced. A whole session takes the place of its parts.
AnimalNotes withExclusion(AnimalNotes notes, const Exclusion& exclusion);
/// `notes` without any exclusion in that session.
AnimalNotes withoutExclusions(AnimalNotes notes, const std::string& session);
/// `notes` with sessions first..last of `animal` marked; other phases give these sessions up. An empty name
/// clears the mark.
AnimalNotes withPhase(const AnimalNotes& notes, const Animal& animal, std::size_t first, std::size_t last,
    const std::string& name);

/// The phase of each session of `animal`; empty where none.
std::vector<std::string> phaseOfSessions(const AnimalNotes& notes, const Animal& animal);

} // namespace rulescope::data
