// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/importer.h"
#include "core/io/table_format.h"

#include <cstdlib>
#include <filesystem>

namespace rulescope::fuzzing {

/// Reads a file as `format` does, and makes animals of every table that a dialect accepts.
inline void importFile(const io::TableFormat& format, const std::filesystem::path& path) {
    const auto file = io::openSource(path, false);
    auto contents = file && format.recognises(*file) ? format.read(*file, {}, {})
                                                     : base::Result<io::FileContents>(io::FileContents{});
    if (!contents) {
        return;
    }
    for (io::Table& table : contents->tables) {
        const std::size_t rows = table.rows();
        const io::ImportSource source("mouse_2020-01-02", std::move(table), {}, {});
        const auto importer = io::recognise(source);
        auto imported = importer ? (*importer)->read(source) : base::Result<io::ImportedFile>();
        std::size_t trials = 0;
        for (std::size_t i = 0; importer && imported && i < imported->animals.size(); ++i) {
            const auto animal = data::Animal::create(std::move(imported->animals[i]));
            trials += animal ? (*animal)->trialCount() : 0;
        }
        if (trials > rows) {
            std::abort();
        }
    }
}

} // namespace rulescope::fuzzing
