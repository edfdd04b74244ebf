// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/arch/source_tree.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace rulescope::arch {

namespace fs = std::filesystem;

namespace {

std::string contentOf(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

bool isSource(const std::string& name) {
    return name.ends_with(".h") || name.ends_with(".cpp") || name.ends_with(".h.in");
}

/// The include of one line without its comment, or an empty target.
Include includeOf(const std::string& line) {
    std::size_t at = line.find_first_not_of(" \t");
    if (at == std::string::npos || line[at] != '#') {
        return {};
    }
    at = line.find_first_not_of(" \t", at + 1);
    if (at == std::string::npos || line.compare(at, 7, "include") != 0) {
        return {};
    }
    const std::size_t open = line.find_first_of("\"<", at + 7);
    if (open == std::string::npos) {
        return {};
    }
    const bool isQuoted = line[open] == '"';
    const std::size_t close = line.find(isQuoted ? '"' : '>', open + 1);
    if (close == std::string::npos) {
        return {};
    }
    return {line.substr(open + 1, close - open - 1), isQuoted, 0};
}

/// `text` with the characters of block comments blanked, line ends kept.
std::string withoutBlockComments(std::string text) {
    for (std::size_t at = text.find("/*"); at != std::string::npos; at = text.find("/*", at)) {
        const std::size_t close = text.find("*/", at + 2);
        const std::size_t end = close == std::string::npos ? text.size() : close + 2;
        std::replace_if(
            text.begin() + static_cast<std::ptrdiff_t>(at), text.begin() + static_cast<std::ptrdiff_t>(end),
            [](char c) { return c != '\n'; }, ' ');
        at = end;
    }
    return text;
}

} // namespace

std::vector<Include> includesOf(const std::string& text) {
    std::vector<Include> includes;
    std::istringstream lines(withoutBlockComments(text));
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        Include include = includeOf(line);
        if (!include.target.empty()) {
            include.line = number;
            includes.push_back(std::move(include));
        }
    }
    return includes;
}

SourceTree readTree(const fs::path& root) {
    SourceTree tree;
    for (const fs::directory_entry& entry : fs::directory_iterator(root)) {
        tree.topLevel.push_back(entry.path().filename().string());
    }
    for (const char* folder : {"app", "core", "tests", "widgets"}) {
        if (!fs::is_directory(root / folder)) {
            continue;
        }
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) {
            if (entry.is_regular_file() && isSource(entry.path().filename().string())) {
                SourceFile file{
                    fs::relative(entry.path(), root).generic_string(), contentOf(entry.path()), {}};
                file.includes = includesOf(file.text);
                tree.files.push_back(std::move(file));
            }
        }
    }
    std::sort(tree.topLevel.begin(), tree.topLevel.end());
    std::sort(tree.files.begin(), tree.files.end(),
        [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
    return tree;
}

} // namespace rulescope::arch
