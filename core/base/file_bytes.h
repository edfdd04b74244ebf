// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace rulescope::base {

/// A regular file that is open for reading; copies share it, the last one closes it.
class RegularFile {
  public:
    /// Errors: NotFound, NotReadable (folder, special file, permission, symbolic link that leads nowhere).
    static Result<RegularFile> open(const std::filesystem::path& path);

    std::size_t size() const; ///< bytes, when it was opened
    /// Fills `into` from `offset` on; fewer bytes only at the end, or if the file was shortened meanwhile.
    /// Errors: NotReadable.
    Result<std::size_t> readAt(std::uint64_t offset, std::span<char> into) const;

  private:
    struct Handle;
    explicit RegularFile(std::shared_ptr<const Handle> handle);
    std::shared_ptr<const Handle> m_handle;
};

/// The whole of a regular file. Errors: NotFound, NotReadable (folder, special file, permission, I/O),
/// TooLarge.
Result<std::vector<char>> readWholeFile(const std::filesystem::path& path, std::size_t largestBytes);

/// Up to `count` first bytes of a regular file; the same errors.
Result<std::vector<char>> readFileHead(const std::filesystem::path& path, std::size_t count);

/// Replaces `path` by `bytes` in one step: temporary file in the same folder, synced, renamed, folder synced.
///
/// A crash at any instant leaves the old file or the new one, whole; a failure leaves the old one and no
/// temporary file. A symbolic link is followed, so that it stays a link. Errors: NotFound (no such folder),
/// NotWritable.
Result<void> replaceFile(const std::filesystem::path& path, std::span<const char> bytes);

} // namespace rulescope::base
