// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/kept_file.h"

#include <atomic>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace rulescope::networks {

namespace fs = std::filesystem;

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
    fs::create_directories(fs::path(path).parent_path(), failed);
    static std::atomic<unsigned> count = 0; // several threads and programs may keep files in one folder
    const std::string beside = fmt::format("{}.{}-{}.part", path, ::getpid(), count++);
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (file) {
        fs::rename(beside, path, failed);
    }
    if (!file || failed) {
        fs::remove(beside, failed);
        return base::failure(base::ErrorCode::NotWritable,
            QT_TRANSLATE_NOOP("core", "The experiment can't be written."), path,
            QT_TRANSLATE_NOOP("core", "Choose a folder on a disk with room, or free some."));
    }
    return {};
}

std::optional<std::string> keptFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return std::nullopt;
    }
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string keptFileName(const std::string& prefix, const std::string& key) {
    return fmt::format("{}-{:016x}.json", prefix, hashOf(key));
}

} // namespace rulescope::networks
