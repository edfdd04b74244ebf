// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/table_notes.h"

#include <algorithm>
#include <map>
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

} // namespace

bool hasNotes(const Table& table) {
    return exactColumn(table, kNotes[0]) && exactColumn(table, kNotes[2]) && exactColumn(table, "animal");
}

void consumeNotes(const Table& table, std::set<std::size_t>& consumed) {
    for (const char* const header : kNotes) {
        if (const auto found = exactColumn(table, header)) {
            consumed.insert(*found);
        }
    }
}

void readNotes(const Table& table, ImportedFile& imported) {
    const bool isReordered =
        std::any_of(imported.warnings.begin(), imported.warnings.end(), [](const ImportWarning& warning) {
            return warning.code == WarningCode::SessionsOutOfOrder ||
                   warning.code == WarningCode::SessionsInterleaved ||
                   warning.code == WarningCode::RepeatsLeftOut ||
                   warning.code == WarningCode::TrialsOutOfOrder;
        });
    const auto leftOut = exactColumn(table, kNotes[0]), reason = exactColumn(table, kNotes[1]),
               phase = exactColumn(table, kNotes[2]), name = exactColumn(table, "animal");
    if (isReordered || (!leftOut && !phase) || !name) { // reordered: the notes could land on other trials
        return;
    }
    std::map<std::string, std::vector<std::size_t>> rows;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        rows[table.cell(row, *name)].push_back(row);
    }
    for (const data::Animal::Content& animal : imported.animals) {
        const std::vector<std::size_t>& own = rows[animal.name];
        data::AnimalNotes notes;
        std::string previous;
        for (const data::Session& session : animal.sessions) {
            if (session.end > own.size()) {
                break;
            }
            addPhase(phase ? table.cell(own[session.begin], *phase) : "", session.label, previous, notes);
            previous = session.label;
            for (std::size_t t = session.begin; leftOut && t < session.end; ++t) {
                if (table.number(own[t], *leftOut) == 1.0) {
                    addTrial(session, t - session.begin, reason ? table.cell(own[t], *reason) : "", notes);
                }
            }
        }
        if (!notes.isEmpty()) {
            imported.annotations[animal.name] = std::move(notes);
        }
    }
}

} // namespace rulescope::io
