// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/table_format.h"

/// One per format; listed in format_registry.cpp.
namespace rulescope::io {

const TableFormat& alfFormat();
const TableFormat& matFormat();
const TableFormat& nwbFormat();
const TableFormat& studyFormat();
const TableFormat& parquetFormat();
const TableFormat& textFormat();

/// The time of day at which an NWB file's session began, "14:30:05"; empty if it does not say.
std::string nwbStartTime(const std::filesystem::path& path, const base::StopToken& stop);

} // namespace rulescope::io
