// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/importer.h"

#include <cstddef>
#include <set>

/// The columns in which Rulescope's own tables say what people noted: left_out, left_out_reason, phase.
namespace rulescope::io {

/// True for a table of trials that names animals and has left_out and phase, as our exports do.
bool hasNotes(const Table& table);

/// Adds these columns, where they are notes and no column of the source that goes by their name, to those
/// that are not to be kept as further ones.
void consumeNotes(const Table& table, std::set<std::size_t>& consumed);

/// Adds what the table says about the sessions of each animal; trials that only count stay left out. Each
/// note goes with its row, whatever became of the order and of other rows.
void readNotes(const Table& table, ImportedFile& imported);

} // namespace rulescope::io
