// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/io/byte_source.h"
#include "core/io/table.h"

#include <string>

namespace rulescope::io {

/// Reads delimited text as a table, piece by piece: memory is that of the columns, not of the file.
///
/// RFC 4180 (quoted cells, any line end), UTF-8, UTF-16 or Latin-1, with or without a mark; separated by
/// commas, semicolons, tabs, bars or runs of spaces, or by whatever cuts its lines into equally many cells;
/// decimal commas where the separator is none; lines of comments (#) or of other words before the header. A
/// header one cell shorter than its rows (as R writes it) lacks the name of the row numbers. `where` goes
/// into errors as "where:line". Errors: BadFormat (empty, binary, no rows, ragged, open quote, a column
/// twice), TooLarge, Cancelled, and those of reading.
base::Result<Table> readDelimitedText(ByteSource& source, const std::string& where, base::StopToken stop = {},
    const base::ProgressCallback& onProgress = {});

} // namespace rulescope::io
