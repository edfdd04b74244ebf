// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/table_reading.h"

namespace rulescope::io {

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
    imported.startTime = std::move(reading.startTime);
    imported.conventions = std::move(reading.conventions);
    for (const auto& [quantity, index] : mapping.columns) {
        imported.columns.push_back({quantity, table.header()[index], reading.file});
    }
    imported.warnings.insert(imported.warnings.end(), reading.warnings.begin(), reading.warnings.end());
    return imported;
}

} // namespace rulescope::io
