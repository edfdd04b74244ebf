// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/table_reading.h"

#include <set>

namespace rulescope::io {

namespace {

/// True for a column that holds one value as long as trial numbers rise, and another one after some restart.
bool tellsRunsApart(const TableReading& reading, std::size_t column) {
    const std::vector<double>& number = reading.rows.trialNumber;
    bool changes = false;
    for (std::size_t row = 1; row < number.size(); ++row) {
        const bool isSame = reading.table.areEqual(row, row - 1, column);
        const bool isSameRun =
            reading.rows.session[row] == reading.rows.session[row - 1] && number[row] > number[row - 1];
        if (isSameRun && !isSame) {
            return false;
        }
        changes = changes || !isSame;
    }
    return changes;
}

/// Where the trial number of a session starts anew, the columns that may name what does.
std::string likelyNames(const TableReading& reading) {
    std::set<std::size_t> taken = reading.mapping.consumed;
    for (const auto& [quantity, index] : reading.mapping.columns) {
        taken.insert(index);
    }
    std::string names;
    for (std::size_t i = 0; i < reading.table.columns(); ++i) {
        if (taken.count(i) == 0 && tellsRunsApart(reading, i)) {
            names += (names.empty() ? ": " : ", ") + reading.table.header()[i];
        }
    }
    return names;
}

} // namespace

base::Result<ImportedFile> readTrials(
    const ImportSource& source, const Table& table, const TableMapping& mapping) {
    TableReading reading{source, table, mapping, source.name()};
    const auto done = readIdentities(reading)
                          .and_then([&] { return readSides(reading); })
                          .and_then([&] { return readTimes(reading); })
                          .and_then([&]() -> base::Result<void> {
                              if (source.stop().stop_requested()) {
                                  return base::failure(base::ErrorCode::Cancelled,
                                      QT_TRANSLATE_NOOP("core", "Reading was stopped."), reading.file);
                              }
                              return readFurther(reading);
                          });
    if (!done) {
        return tl::make_unexpected(done.error());
    }
    ImportedFile imported = assemble(reading.rows, reading.file, mapping.dialect);
    for (ImportWarning& warning : imported.warnings) {
        warning.where += warning.code == WarningCode::TrialNumbersRestart ? likelyNames(reading) : "";
    }
    imported.startTime = std::move(reading.startTime);
    imported.days = reading.days;
    imported.conventions = std::move(reading.conventions);
    for (const auto& [quantity, index] : mapping.columns) {
        imported.columns.push_back({quantity, table.header()[index], reading.file});
    }
    imported.warnings.insert(imported.warnings.end(), reading.warnings.begin(), reading.warnings.end());
    return imported;
}

} // namespace rulescope::io
