// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/table_trials.h"
#include "core/io/trial_rows.h"

/// The parts of readTrials, one subject a source. Private to core/io.
namespace rulescope::io {

/// A table on its way to trials: what it is read from, and what has come of it so far.
struct TableReading {
    const ImportSource& source;
    const Table& table;
    const TableMapping& mapping;
    std::string file; ///< for messages
    TrialRows rows = {};
    std::vector<ImportWarning> warnings = {};
    std::vector<Convention> conventions = {};
    std::string startTime = {}; ///< of the only session, if its column of dates has times
    FoundDays days = {};

    /// The column of a quantity, if it was mapped.
    std::optional<std::size_t> column(const char* quantity) const {
        const auto found = mapping.columns.find(quantity);
        return found == mapping.columns.end() ? std::nullopt : std::optional(found->second);
    }
};

/// Animal and session of each row, from columns, the file's own words, or its name (table_identities.cpp).
base::Result<void> readIdentities(TableReading& reading);
/// Stimuli, outcomes, answers and choices, with the evidence for their signs (table_sides.cpp).
base::Result<void> readSides(TableReading& reading);
/// Times, priors and trial numbers (table_further.cpp).
base::Result<void> readTimes(TableReading& reading);
/// Every other column of numbers, and what becomes of repeated trials (table_further.cpp).
base::Result<void> readFurther(TableReading& reading);

} // namespace rulescope::io
