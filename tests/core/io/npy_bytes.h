// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace rulescope::testing_io {

/// The start of a NumPy file of version 1, up to its values.
inline std::string npyHeader(const std::string& type, const std::string& shape, bool isColumnMajor = false) {
    std::string dictionary = "{'descr': '" + type +
                             "', 'fortran_order': " + (isColumnMajor ? "True" : "False") +
                             ", 'shape': " + shape + ", }";
    dictionary.resize((dictionary.size() + 10) / 64 * 64 + 53, ' ');
    dictionary += '\n';
    const auto low = static_cast<char>(dictionary.size() & 0xFFU);
    const auto high = static_cast<char>(dictionary.size() >> 8U);
    return std::string("\x93NUMPY\x01\x00", 8) + low + high + dictionary;
}

/// A column of doubles.
inline std::string npy(const std::vector<double>& values) {
    std::string bytes = npyHeader("<f8", "(" + std::to_string(values.size()) + ",)");
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double));
    return bytes;
}

} // namespace rulescope::testing_io
