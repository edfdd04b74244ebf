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
base::Result<FileContents> untrustedTables(
    const std::function<base::Result<std::vector<Table>>()>& readTables, const std::string& where,
    const base::StopToken& stop);

} // namespace rulescope::io
