// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/hdf5.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// Columns of foreign HDF5 files. Private to core/io; called in a child process only (crash_shield.h), since
/// the library is not safe against malicious files. Every function throws Failure.
namespace rulescope::io::hdf5 {

/// Opens a file on disk for reading, however large it is.
Handle openOnDisk(const std::string& path);

enum class NodeKind { Group, Dataset, Other };
/// What a name stands for; a link out of the file is Other and never followed.
NodeKind kindOf(const Handle& parent, const std::string& name);

/// Values of a dataset: numbers (integers, floating point, enumerations such as booleans) or texts,
/// row-major.
struct ColumnValues {
    std::vector<std::size_t> shape;
    std::vector<double> numbers;
    std::vector<std::string> texts;
    bool isText = false;
    std::size_t rows() const { return shape.empty() ? 1 : shape.front(); }
};

/// Nothing for what is neither numbers nor texts (references, compounds), lies outside the file, or is larger
/// than any column of trials.
std::optional<ColumnValues> readColumn(const Handle& parent, const std::string& name);

/// The text attribute or text dataset of that name, "" if there is none.
std::string textAttributeOr(const Handle& object, const std::string& name);
std::string textOr(const Handle& parent, const std::string& name);

} // namespace rulescope::io::hdf5
