// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/io/byte_source.h"
#include "core/io/table.h"

#include <string>

namespace rulescope::io {

/// Reads a flat Parquet table as pandas, pyarrow, polars and DuckDB write it.
///
/// Plain, dictionary, run-length, delta and split encodings; nulls; data pages of version 1 and 2; snappy,
/// gzip, zstd or no compression; dates and times become ISO 8601 texts. Columns of lists are left out with a
/// warning, members of structures are called "structure.member". Errors: BadFormat (damaged, cut short),
/// Unsupported (encryption, another compression or encoding), TooLarge, Cancelled, and those of reading.
base::Result<Table> readParquet(ByteSource& source, const std::string& where, base::StopToken stop = {},
    const base::ProgressCallback& onProgress = {});

} // namespace rulescope::io
