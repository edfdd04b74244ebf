// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/kept_file.h"

#include "core/base/file_bytes.h"

#include <cstdint>
#include <filesystem>
#include <fmt/format.h>
#include <limits>

namespace rulescope::networks {

namespace {

/// FNV-1a: stable between programs and versions, unlike std::hash.
std::uint64_t hashOf(const std::string& text) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    return hash;
}

} // namespace

base::Result<void> keepFile(const std::string& path, const std::string& text) {
    std::error_code failed;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failed);
    if (failed || !base::replaceFile(path, text)) {
        return base::failure(base::ErrorCode::NotWritable,
            QT_TRANSLATE_NOOP("core", "The experiment can't be written."), path,
            QT_TRANSLATE_NOOP("core", "Choose a folder on a disk with room, or free some."));
    }
    return {};
}

std::optional<std::string> keptFile(const std::string& path) {
    const auto bytes = base::readWholeFile(path, std::numeric_limits<std::size_t>::max());
    return bytes ? std::optional<std::string>(std::in_place, bytes->begin(), bytes->end()) : std::nullopt;
}

std::string keptFileName(const std::string& prefix, const std::string& key) {
    return fmt::format("{}-{:016x}.json", prefix, hashOf(key));
}

} // namespace rulescope::networks
