// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/column_samples.h"

#include "core/io/table_format.h"

#include <algorithm>
#include <set>

namespace rulescope::io {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostRows = 20'000; ///< looked at for values

std::vector<ColumnSample> samplesOf(const Table& table) {
    std::vector<ColumnSample> samples;
    for (std::size_t column = 0; column < table.columns(); ++column) {
        ColumnSample sample{table.header()[column], {}, table.isNumeric(column)};
        std::set<std::string> seen;
        for (std::size_t row = 0; row < std::min(table.rows(), kMostRows); ++row) {
            std::string value = table.cell(row, column);
            if (!value.empty() && seen.insert(value).second) {
                sample.values.push_back(std::move(value));
            }
            if (sample.values.size() == kMostSampleValues) {
                break;
            }
        }
        samples.push_back(std::move(sample));
    }
    return samples;
}

base::Result<std::vector<ColumnSample>> samplesIn(
    const fs::path& path, bool isFolder, const base::StopToken& stop) {
    const auto source = openSource(path, isFolder);
    if (!source) {
        return tl::make_unexpected(source.error());
    }
    auto contents = formatOf(*source).read(*source, stop, {});
    if (!contents) {
        return tl::make_unexpected(contents.error());
    }
    if (contents->tables.empty()) {
        return base::failure(base::ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "The file holds no table whose columns could be named."),
            path.string());
    }
    return samplesOf(contents->tables.front());
}

} // namespace

base::Result<std::vector<ColumnSample>> columnSamples(
    const std::vector<fs::path>& paths, const base::StopToken& stop) {
    base::Result<std::vector<ColumnSample>> last = base::failure(
        base::ErrorCode::NoData, QT_TRANSLATE_NOOP("core", "There is no file to look into."), {});
    for (const fs::path& path : paths) {
        std::error_code ignored;
        std::vector<fs::path> files = {path};
        if (fs::is_directory(path, ignored)) {
            files.clear();
            for (fs::recursive_directory_iterator entry(path, ignored), end; !ignored && entry != end;
                 entry.increment(ignored)) {
                if (fs::is_regular_file(entry->symlink_status(ignored))) {
                    files.push_back(entry->path());
                }
            }
            std::sort(files.begin(), files.end());
        }
        for (const fs::path& file : files) {
            last = samplesIn(file, false, stop);
            if (last || stop.stop_requested()) {
                return last;
            }
        }
    }
    return last;
}

} // namespace rulescope::io
