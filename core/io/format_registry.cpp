// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file_bytes.h"
#include "core/io/formats/formats.h"

namespace rulescope::io {

namespace {

/// HDF5 may start behind a user block of up to some kB.
constexpr std::size_t kHeadBytes = 8192;

} // namespace

const std::vector<const TableFormat*>& allFormats() {
    static const std::vector<const TableFormat*> formats = {
        &alfFormat(),
        &studyFormat(),
        &matFormat(),
        &nwbFormat(),
        &parquetFormat(),
        &textFormat(),
    };
    return formats;
}

base::Result<SourceFile> openSource(const std::filesystem::path& path, bool isFolder) {
    SourceFile file{path, isFolder, {}};
    if (!isFolder) {
        const auto head = base::readFileHead(path, kHeadBytes);
        if (!head) {
            return tl::make_unexpected(head.error());
        }
        file.head.assign(head->begin(), head->end());
    }
    return file;
}

const TableFormat& formatOf(const SourceFile& file) {
    for (const TableFormat* format : allFormats()) {
        if (format->recognises(file)) {
            return *format;
        }
    }
    return *allFormats().back();
}

} // namespace rulescope::io
