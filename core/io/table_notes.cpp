// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/table_notes.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rulescope::io {

namespace {

constexpr const char* kNotes[] = {"left_out", "left_out_reason", "phase"};

std::optional<std::size_t> exactColumn(const Table& table, std::string_view header) {
    const auto found = std::find(table.header().begin(), table.header().end(), header);
    return found == table.header().end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - table.header().begin()));
}

/// `previous` is the label of the session before.
void addPhase(const std::string& name, const std::string& label, const std::string& previous,
    data::AnimalNotes& notes) {
    const bool goesOn =
        !notes.phases.empty() && notes.phases.back().name == name && notes.phases.back().last == previous;
    if (!name.empty() && goesOn) {
        notes.phases.back().last = label;
    } else if (!name.empty()) {
        notes.phases.push_back({name, label, label});
    }
}

void addTrial(
    const data::Session& session, std::size_t trial, const std::string& reason, data::AnimalNotes& notes) {
    data::Exclusion* last = notes.exclusions.empty() ? nullptr : &notes.exclusions.back();
    if (last == nullptr || last->session != session.label || last->end != trial || last->reason != reason) {
        notes.exclusions.push_back({session.label, trial, trial, reason});
        last = &notes.exclusions.back();
    }
    last->end = trial + 1;
    if (last->begin == 0 && last->end == session.size()) {
        last->end = 0; // the whole session
    }
}

/// The columns of notes that a table has.
struct NoteColumns {
    std::optional<std::size_t> leftOut, reason, phase;
};

/// A column of the source may go by the same name: beside reasons and in words it is surely ours.
NoteColumns noteColumns(const Table& table) {
    NoteColumns found{
        exactColumn(table, kNotes[0]), exactColumn(table, kNotes[1]), exactColumn(table, kNotes[2])};
    if (!hasNotes(table)) {
        found.leftOut = found.reason ? found.leftOut : std::nullopt;
        found.reason = found.leftOut ? found.reason : std::nullopt;
        found.phase = found.phase && table.isCoded(*found.phase) ? found.phase : std::nullopt;
    }
    return found;
}

/// Why each trial of a session is left out already; null where it is not.
std::vector<const std::string*> reasonsOf(
    const std::vector<data::Exclusion>& exclusions, const data::Session& session) {
    std::vector<const std::string*> reasons(session.size());
    for (const data::Exclusion& exclusion : exclusions) {
        const std::size_t end = exclusion.end == 0 ? session.size() : exclusion.end;
        for (std::size_t t = exclusion.begin; exclusion.session == session.label && t < end; ++t) {
            reasons.at(t) = &exclusion.reason;
        }
    }
    return reasons;
}

/// `known` with what the table says; where both leave a trial out, the table tells the reason.
data::AnimalNotes notesOf(const Table& table, const NoteColumns& columns, const data::Animal::Content& animal,
    const std::vector<std::uint32_t>& rows, const data::AnimalNotes& known) {
    data::AnimalNotes notes;
    std::string previous;
    for (const data::Session& session : animal.sessions) {
        if (columns.phase && session.size() > 0) {
            addPhase(table.cell(rows[session.begin], *columns.phase), session.label, previous, notes);
        }
        previous = session.label;
        const auto reasons = reasonsOf(known.exclusions, session);
        for (std::size_t t = 0; t < session.size(); ++t) {
            const std::uint32_t row = rows[session.begin + t];
            if (columns.leftOut && table.number(row, *columns.leftOut) == 1.0) {
                addTrial(session, t, columns.reason ? table.cell(row, *columns.reason) : "", notes);
            } else if (reasons[t] != nullptr) {
                addTrial(session, t, *reasons[t], notes);
            }
        }
    }
    return notes;
}

} // namespace

bool hasNotes(const Table& table) {
    return exactColumn(table, kNotes[0]) && exactColumn(table, kNotes[2]) && exactColumn(table, "animal");
}

void consumeNotes(const Table& table, std::set<std::size_t>& consumed) {
    const NoteColumns columns = noteColumns(table);
    for (const auto& column : {columns.leftOut, columns.reason, columns.phase}) {
        if (column) {
            consumed.insert(*column);
        }
    }
}

void readNotes(const Table& table, ImportedFile& imported) {
    const NoteColumns columns = noteColumns(table);
    for (std::size_t i = 0; i < imported.animals.size() && (columns.leftOut || columns.phase); ++i) {
        const std::string& name = imported.animals[i].name;
        data::AnimalNotes notes =
            notesOf(table, columns, imported.animals[i], imported.rows[i], imported.annotations[name]);
        imported.annotations[name] = std::move(notes);
    }
    std::erase_if(imported.annotations, [](const auto& entry) { return entry.second.isEmpty(); });
}

} // namespace rulescope::io
