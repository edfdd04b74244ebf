// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/table.h"

#include <string>
#include <string_view>
#include <vector>

namespace rulescope::io {

/// Tables, or why there are none, as bytes: how a process that reads an untrusted file answers.
std::string encodeTables(const base::Result<std::vector<Table>>& tables);

/// The way back; every length is checked, since whoever wrote the bytes may have been led astray. Errors: the
/// encoded one; BadFormat for bytes that are no such answer.
base::Result<std::vector<Table>> decodeTables(std::string_view bytes, const std::string& where);

} // namespace rulescope::io
