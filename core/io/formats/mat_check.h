// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/io/byte_source.h"

#include <string>

namespace rulescope::io {

/// Walks the variables of a MAT file of version 5 and inflates the compressed ones, whose checksums tell
/// damage that libmatio reads over in silence. Gives the name of the first variable that is an object of a
/// class, which libmatio passes over; empty if there is none. Errors: BadFormat (cut short, damaged),
/// Cancelled. Files of version 7.3 pass: they are HDF5.
base::Result<std::string> checkMatFile(ByteSource& source, const std::string& where,
    const base::StopToken& stop, const base::ProgressCallback& onProgress = {});

} // namespace rulescope::io
