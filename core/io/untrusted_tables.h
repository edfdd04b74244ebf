// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/io/table_format.h"

#include <functional>
#include <string>

namespace rulescope::io {

/// The tables of a file whose library may crash on damage (HDF5, MAT): `readTables` runs in a forked copy of
/// this process (crash_shield.h), under HDF5's lock. `where` names the file in errors: those of `readTables`,
/// of shielded() and of decodeTables().
/// The reader tells in its process how far it has got, and `onProgress` hears of it in this one.
base::Result<FileContents> untrustedTables(
    const std::function<base::Result<std::vector<Table>>(const base::ProgressCallback& tell)>& readTables,
    const std::string& where, const base::StopToken& stop, const base::ProgressCallback& onProgress = {});

} // namespace rulescope::io
