// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/table.h"

#include <cstddef>
#include <string>
#include <vector>

namespace rulescope::io {

/// A MATLAB value, free of the library that read it.
struct MatNode {
    enum class Kind {
        Numbers, ///< numeric or logical array, column-major
        Texts,   ///< character rows, or a cell array of texts
        Struct,  ///< one structure: `children` are its fields
        List,    ///< an array of structures or cells: `children` are its elements
        Opaque,  ///< an object of a class (table, datetime), which can't be looked into
    };
    std::string name;
    Kind kind = Kind::Opaque;
    std::size_t rows = 0, columns = 0; ///< of Numbers and Texts; further dimensions count as columns
    std::vector<double> numbers;
    std::vector<std::string> texts;
    std::vector<MatNode> children;

    /// The field of that name, or nullptr.
    const MatNode* field(const std::string& wanted) const;
    /// Elements of a vector, 0 for a matrix or a structure.
    std::size_t length() const;
};

/// Tables of trials in a MAT file whose variables are the fields of `root`: vectors of equal length side by
/// side, in structures however nested, arrays of structures with one trial or one session an element, and
/// Bpod's SessionData. Errors: BadFormat (nothing of the kind; an object of a class, with what to do).
base::Result<std::vector<Table>> tablesOf(const MatNode& root, const std::string& where);

/// Says that a variable is an object of a class, and the line of MATLAB that saves it readably.
base::Error objectError(const std::string& name, const std::string& where);

/// Bpod's SessionData as a table: its vectors, per state the time it was entered, and what these say about
/// choice (bpod_choice_port) and outcome (bpod_outcome) of each trial. An empty list if `node` is none.
std::vector<Table> bpodTable(const MatNode& node, const std::string& where);

} // namespace rulescope::io
