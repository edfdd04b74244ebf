// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/untrusted_tables.h"

#include "core/io/crash_shield.h"
#include "core/io/hdf5.h"
#include "core/io/table_codec.h"

namespace rulescope::io {

base::Result<FileContents> untrustedTables(
    const std::function<base::Result<std::vector<Table>>()>& readTables, const std::string& where,
    const base::StopToken& stop) {
    const auto answer = [&] {
        const hdf5::LibraryLock lock; // the child takes none; version 7.3 of MAT is HDF5 as well
        return shielded([&] { return encodeTables(readTables()); }, where, stop);
    }();
    if (!answer) {
        return tl::make_unexpected(answer.error());
    }
    auto tables = decodeTables(*answer, where);
    if (!tables) {
        return tl::make_unexpected(tables.error());
    }
    return FileContents{std::move(*tables), {}};
}

} // namespace rulescope::io
