// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/annotations.h"

#include "core/data/animal.h"
#include "core/data/moved_notes.h"

#include <algorithm>
#include <map>
#include <optional>

namespace rulescope::data {

namespace {

using base::ErrorCode;

std::optional<std::size_t> indexOf(const Animal& animal, const std::string& label) {
    const auto& sessions = animal.sessions();
    const auto found = std::find_if(
        sessions.begin(), sessions.end(), [&](const Session& session) { return session.label == label; });
    return found == sessions.end() ? std::nullopt
                                   : std::optional(static_cast<std::size_t>(found - sessions.begin()));
}

tl::unexpected<base::Error> noSuchSession(const Animal& animal, const std::string& label) {
    return base::failure(ErrorCode::InvalidValue,
        {QT_TRANSLATE_NOOP("core", "A note names session \u201c%1\u201d, which is not there."), {label}},
        animal.name(), QT_TRANSLATE_NOOP("core", "Name a session of this animal."));
}

base::Result<void> checkExclusion(const Exclusion& exclusion, const Animal& animal) {
    const auto session = indexOf(animal, exclusion.session);
    if (!session) {
        return noSuchSession(animal, exclusion.session);
    }
    const std::size_t size = animal.sessions()[*session].size();
    const std::size_t end = exclusion.end == 0 ? size : exclusion.end;
    if (exclusion.begin >= end || end > size) {
        return base::failure(ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "Trials %1 to %2 can't be left out: session %3 has %4 trials."),
                {static_cast<std::int64_t>(exclusion.begin + 1), static_cast<std::int64_t>(end),
                    exclusion.session, static_cast<std::int64_t>(size)}},
            animal.name(),
            QT_TRANSLATE_NOOP("core", "Name a first and a last trial, counted from 1 in the session."));
    }
    return {};
}

/// Neighbouring sessions of one name are one phase.
std::vector<Phase> phasesFrom(const std::vector<std::string>& names, const Animal& animal) {
    std::vector<Phase> phases;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string& label = animal.sessions()[i].label;
        if (names[i].empty()) {
            continue;
        }
        if (i > 0 && names[i] == names[i - 1]) {
            phases.back().last = label;
        } else {
            phases.push_back({names[i], label, label});
        }
    }
    return phases;
}

} // namespace

base::Result<void> checkNotes(const AnimalNotes& notes, const Animal& animal) {
    for (const Exclusion& exclusion : notes.exclusions) {
        if (auto checked = checkExclusion(exclusion, animal); !checked) {
            return checked;
        }
    }
    std::vector<bool> isTaken(animal.sessions().size(), false);
    for (const Phase& phase : notes.phases) {
        const auto first = indexOf(animal, phase.first), last = indexOf(animal, phase.last);
        if (!first || !last) {
            return noSuchSession(animal, first ? phase.last : phase.first);
        }
        bool isFree = !phase.name.empty() && *first <= *last;
        for (std::size_t i = *first; isFree && i <= *last; ++i) {
            isFree = !isTaken[i];
            isTaken[i] = true;
        }
        if (!isFree) {
            return base::failure(ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "The phase \u201c%1\u201d has no name, ends before it begins, or "
                                           "shares a session with another."),
                    {phase.name}},
                animal.name());
        }
    }
    return {};
}

AnimalNotes withExclusion(AnimalNotes notes, const Exclusion& exclusion) {
    std::erase_if(notes.exclusions, [&](const Exclusion& other) {
        const bool isSame = other.begin == exclusion.begin && other.end == exclusion.end;
        return other.session == exclusion.session &&
               (isSame || exclusion.isWholeSession() || other.isWholeSession());
    });
    notes.exclusions.push_back(exclusion);
    return notes;
}

AnimalNotes withoutExclusions(AnimalNotes notes, const std::string& session) {
    std::erase_if(notes.exclusions, [&](const Exclusion& other) { return other.session == session; });
    return notes;
}

AnimalNotes withPhase(const AnimalNotes& notes, const Animal& animal, std::size_t first, std::size_t last,
    const std::string& name) {
    std::vector<std::string> names = phaseOfSessions(notes, animal);
    for (std::size_t i = first; i <= last && i < names.size(); ++i) {
        names[i] = name;
    }
    AnimalNotes result = notes;
    result.phases = phasesFrom(names, animal);
    return result;
}

AnimalNotes movedTo(const AnimalNotes& notes, const Animal& before, const Animal& after) {
    std::map<std::string, std::string> phaseOf;
    const std::vector<std::string> known = phaseOfSessions(notes, before);
    for (std::size_t i = 0; i < known.size(); ++i) {
        phaseOf[before.sessions()[i].label] = known[i];
    }
    std::vector<std::string> names;
    for (const Session& session : after.sessions()) {
        names.push_back(phaseOf[session.label]);
    }
    AnimalNotes result = notes;
    result.phases = phasesFrom(names, after);
    return result;
}

std::vector<std::string> phaseOfSessions(const AnimalNotes& notes, const Animal& animal) {
    std::vector<std::string> names(animal.sessions().size());
    for (const Phase& phase : notes.phases) {
        const auto first = indexOf(animal, phase.first), last = indexOf(animal, phase.last);
        for (std::size_t i = first.value_or(1); first && last && i <= *last; ++i) {
            names[i] = phase.name;
        }
    }
    return names;
}

} // namespace rulescope::data
