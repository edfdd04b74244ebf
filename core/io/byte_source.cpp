// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/byte_source.h"

#include "core/base/file_bytes.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rulescope::io {

namespace {

class FileSource : public ByteSource {
  public:
    explicit FileSource(base::RegularFile file)
        : m_file(std::move(file)) {}
    std::uint64_t size() const override { return m_file.size(); }
    base::Result<std::size_t> readAt(std::uint64_t offset, std::span<char> into) override {
        return m_file.readAt(offset, into);
    }

  private:
    base::RegularFile m_file;
};

} // namespace

base::Result<std::unique_ptr<ByteSource>> openFile(const std::filesystem::path& path) {
    auto file = base::RegularFile::open(path);
    if (!file) {
        return tl::make_unexpected(file.error());
    }
    return std::unique_ptr<ByteSource>(std::make_unique<FileSource>(*std::move(file)));
}

base::Result<std::size_t> MemorySource::readAt(std::uint64_t offset, std::span<char> into) {
    if (offset >= m_bytes.size()) {
        return std::size_t{0};
    }
    const std::size_t count = std::min<std::size_t>(into.size(), m_bytes.size() - offset);
    if (count > 0) {
        std::memcpy(into.data(), m_bytes.data() + offset, count);
    }
    return count;
}

} // namespace rulescope::io
