// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

namespace rulescope::io {

/// The whole of a regular file. Errors: NotFound, NotReadable (folder, special file, permission, I/O),
/// TooLarge.
base::Result<std::vector<char>> readWholeFile(const std::filesystem::path& path, std::size_t largestBytes);

/// Up to `count` first bytes of a regular file; the same errors.
base::Result<std::vector<char>> readFileHead(const std::filesystem::path& path, std::size_t count);

/// Replaces `path` by `bytes` in one step: temporary file in the same folder, synced, renamed, folder synced.
///
/// A crash at any instant leaves the old file or the new one, whole; a failure leaves the old one and no
/// temporary file. A symbolic link is followed, so that it stays a link. Errors: NotFound (no such folder),
/// NotWritable.
base::Result<void> replaceFile(const std::filesystem::path& path, std::span<const char> bytes);

} // namespace rulescope::io
