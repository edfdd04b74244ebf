// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/byte_source.h"

#include <cstddef>
#include <string>
#include <vector>

namespace rulescope::io {

/// A NumPy array file: numbers as doubles or texts, in row-major order.
struct NpyArray {
    std::vector<std::size_t> shape;
    std::vector<double> numbers;
    std::vector<std::string> texts; ///< of arrays of texts, then `numbers` is empty
    bool isText = false;

    std::size_t count() const { return isText ? texts.size() : numbers.size(); }
};

/// Reads a .npy file of version 1 to 3: booleans, integers, floating-point numbers, byte texts (S) and
/// Unicode texts (U) of either byte order. Errors: BadFormat (not NumPy, cut short, shape and size disagree),
/// Unsupported (objects, records, dates, complex numbers), TooLarge.
base::Result<NpyArray> readNpy(ByteSource& source, const std::string& where);

} // namespace rulescope::io
