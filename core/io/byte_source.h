// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace rulescope::io {

/// Bytes read from front to back or at a place, so that no file needs to fit into memory.
class ByteSource {
  public:
    virtual ~ByteSource() = default;
    virtual std::uint64_t size() const = 0;
    /// Fills `into` from `offset` on; fewer bytes only at the end. Errors: NotReadable.
    virtual base::Result<std::size_t> readAt(std::uint64_t offset, std::span<char> into) = 0;
};

/// A regular file. Errors: NotFound, NotReadable (folder, special file, permission, symbolic link that leads
/// nowhere).
base::Result<std::unique_ptr<ByteSource>> openFile(const std::filesystem::path& path);

/// Bytes in memory, which must outlive it.
class MemorySource : public ByteSource {
  public:
    explicit MemorySource(std::span<const char> bytes)
        : m_bytes(bytes) {}
    std::uint64_t size() const override { return m_bytes.size(); }
    base::Result<std::size_t> readAt(std::uint64_t offset, std::span<char> into) override;

  private:
    std::span<const char> m_bytes;
};

} // namespace rulescope::io
