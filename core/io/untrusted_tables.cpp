// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/untrusted_tables.h"

#include "core/io/crash_shield.h"
#include "core/io/hdf5.h"
#include "core/io/table_codec.h"

namespace rulescope::io {

base::Result<FileContents> untrustedTables(
    const std::function<base::Result<std::vector<Table>>(const base::ProgressCallback& tell)>& readTables,
    const std::string& where, const base::StopToken& stop, const base::ProgressCallback& onProgress) {
    SharedFraction done;
    const auto tell = [&done](double fraction) { done.store(fraction); };
    const auto hear = [&] {
        if (onProgress) {
            onProgress(done.load());
        }
    };
    const auto answer = [&] {
        const hdf5::LibraryLock lock; // the child takes none; version 7.3 of MAT is HDF5 as well
        return shielded([&] { return encodeTables(readTables(tell)); }, where, stop, {}, hear);
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
