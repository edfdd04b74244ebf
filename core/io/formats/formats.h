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

} // namespace rulescope::io
