// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rulescope::arch {

/// One #include directive.
struct Include {
    std::string target;   ///< between the quotes or angle brackets
    bool isQuoted = true; ///< "..." rather than <...>
    int line = 0;         ///< 1-based
};

/// A C++ source or header as the rules see it.
struct SourceFile {
    std::string path; ///< relative to the tree's root, with '/'
    std::string text;
    std::vector<Include> includes;

    bool isHeader() const { return path.ends_with(".h") || path.ends_with(".h.in"); }
    bool isIn(const std::string& folder) const { return path.starts_with(folder + '/'); }
};

/// The sources of app/, core/, widgets/ and tests/, and the names at the top level.
struct SourceTree {
    std::vector<SourceFile> files;     ///< sorted by path
    std::vector<std::string> topLevel; ///< sorted
};

SourceTree readTree(const std::filesystem::path& root);

/// The #include directives of a text, comments left out.
std::vector<Include> includesOf(const std::string& text);

} // namespace rulescope::arch
