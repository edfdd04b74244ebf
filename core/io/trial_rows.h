// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/importer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rulescope::io {

/// A file's trials in the file's order, each with its animal and session; what every importer fills.
struct TrialRows {
    struct SessionKey {
        std::uint32_t animal = 0; ///< index into `animals`
        std::string session;      ///< as the file says it, may be empty
        std::string date;         ///< ISO 8601 day, or empty
        std::string protocol;
    };

    std::vector<std::string> animals; ///< names in the order in which they occur
    std::vector<SessionKey> sessions;
    std::vector<std::uint32_t> session; ///< per row: index into `sessions`
    std::vector<double> trialNumber;    ///< per row, or empty
    data::Trials trials;                ///< per row
    data::StimulusKind stimulusKind = data::StimulusKind::Contrast;
    std::string stimulusUnit;
    std::vector<std::string> labs;      ///< per animal
    Repeats repeats = Repeats::Keep;    ///< what becomes of the rows that isRepeat marks
    std::vector<std::uint8_t> isRepeat; ///< per row, 1 if the task repeated the trial before; or empty
    bool keepsSessionNames = false;     ///< the file's session names are labels already (our own export)
};

/// Rows that the task repeated, from the further columns that say so by their names; empty if none does.
std::vector<std::uint8_t> repeatRows(const data::Trials& trials);
/// The same from the column of a table that the user named, in numbers or words. InvalidValue if it holds
/// anything else.
base::Result<std::vector<std::uint8_t>> repeatRows(const Table& table, std::size_t column);

/// Sorts rows into animals, sessions and trials (by date, else number, else as they came; by trial number)
/// and counts what a user should know of: no-gos, missing outcomes and stimuli, order mended, negative times.
ImportedFile assemble(const TrialRows& rows, const std::string& file, const std::string& dialect);

} // namespace rulescope::io
