// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace rulescope::io {

/// How delimited text is laid out, found in its first lines.
struct TextLayout {
    char separator = ',';   ///< ' ' stands for a run of spaces
    char lineEnd = '\n';    ///< '\r' where no line feed occurs
    std::size_t header = 0; ///< offset of the header's first cell
    std::size_t line = 1;   ///< its line
    bool isEmpty = true;    ///< nothing but blank lines and comments
    bool hasNames = true;   ///< false: no line of names was found, the header is the first line
};

/// The separator is the one that cuts most lines into equally many cells; the header is the first such line
/// without numbers, so that words of a rig before it do no harm. A comment that has as many cells and stands
/// before lines of numbers is a header (as numpy writes it). `isWhole` tells that no text follows `head`.
TextLayout findLayout(std::string_view head, bool isWhole);

} // namespace rulescope::io
