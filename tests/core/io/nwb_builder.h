// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/hdf5.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace rulescope::testing_io {

/// A tiny NWB file: metadata and a table of intervals, with others beside it.
struct NwbBuilder {
    std::string subject = "M1";
    std::string start = "2020-01-02T09:00:00+00:00";
    std::string group = "intervals";
    std::string table = "trials";
    std::map<std::string, std::vector<double>> numbers;
    std::map<std::string, std::vector<std::string>> texts;
    std::vector<NwbBuilder> others = {}; ///< their tables alone count

    std::vector<char> bytes() const {
        const io::hdf5::LibraryLock lock;
        io::hdf5::NewFile file(512);
        {
            const auto general = io::hdf5::createGroup(file.root(), "general");
            if (!subject.empty()) {
                io::hdf5::writeText(io::hdf5::createGroup(general, "subject"), "subject_id", subject);
            }
            io::hdf5::writeText(file.root(), "session_start_time", start);
            const auto intervals = io::hdf5::createGroup(file.root(), group);
            addTable(intervals);
            for (const NwbBuilder& other : others) {
                other.addTable(intervals);
            }
        }
        return file.finish();
    }

    void addTable(const io::hdf5::Handle& intervals) const {
        const auto trials = io::hdf5::createGroup(intervals, table);
        io::hdf5::setAttribute(trials, "neurodata_type", std::string("TimeIntervals"));
        for (const auto& [name, values] : numbers) {
            io::hdf5::writeArray<double>(trials, name, values);
        }
        for (const auto& [name, values] : texts) {
            io::hdf5::writeTexts(trials, name, values);
        }
    }

    std::filesystem::path write(const std::filesystem::path& path) const {
        const std::vector<char> content = bytes();
        std::ofstream(path, std::ios::binary)
            .write(content.data(), static_cast<std::streamsize>(content.size()));
        return path;
    }
};

} // namespace rulescope::testing_io
