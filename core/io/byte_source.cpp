// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/byte_source.h"

#include "core/io/file_bytes.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rulescope::io {

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
