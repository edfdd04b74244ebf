// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/mat_check.h"

#include "core/io/formats/text_stream.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>
#include <zlib.h>

namespace rulescope::io {

namespace {

using base::ErrorCode;

constexpr std::uint64_t kHeaderBytes = 128;
constexpr std::uint32_t kCompressed = 15; ///< element type miCOMPRESSED
constexpr std::size_t kHead = 256;        ///< of an element, enough for its name
constexpr std::size_t kBlock = std::size_t{1} << 16;

class Walk {
  public:
    Walk(ByteSource& source, std::string where, const base::StopToken& stop,
        const base::ProgressCallback& onProgress)
        : m_source(source)
        , m_where(std::move(where))
        , m_stop(stop)
        , m_onProgress(onProgress) {}

    /// The name of the first object of a class; empty if there is none.
    base::Result<std::string> run() {
        std::array<char, kHeaderBytes> header{};
        const auto got = m_source.readAt(0, header);
        if (!got || *got < kHeaderBytes) {
            return damaged();
        }
        if (header[7] == '7') {
            return std::string(); // "MATLAB 7.3"
        }
        // "IM" as the writer's byte order stores the letters MI.
        m_isLittle = header[126] == 'I' && header[127] == 'M';
        std::uint64_t at = kHeaderBytes;
        while (at < m_source.size()) {
            const auto next = element(at);
            if (!next) {
                return tl::make_unexpected(next.error());
            }
            at = *next;
        }
        return m_object;
    }

  private:
    tl::unexpected<base::Error> damaged() const {
        return base::failure(ErrorCode::BadFormat,
            QT_TRANSLATE_NOOP("core", "The MAT file is damaged or cut short."), m_where,
            QT_TRANSLATE_NOOP("core", "Fetch it again or use a backup copy."));
    }

    std::uint32_t wordAt(const char* bytes) const {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const std::size_t at = m_isLittle ? i : 3 - i;
            value |= std::uint32_t{static_cast<unsigned char>(bytes[at])} << (8 * i);
        }
        return value;
    }

    /// Keeps the name if these first bytes of an element are those of an object of a class: a matrix of class
    /// 17, whose flags are followed by its name, which stands in its tag if it is short.
    void noteObject(std::string_view bytes) {
        constexpr std::uint32_t kMatrix = 14, kObject = 17;
        constexpr std::size_t kFlags = 16, kName = 24, kShort = 4;
        if (!m_object.empty() || bytes.size() < kName + 8 || wordAt(bytes.data()) != kMatrix ||
            (wordAt(bytes.data() + kFlags) & 0xFFU) != kObject) {
            return;
        }
        const std::uint32_t tag = wordAt(bytes.data() + kName);
        const bool isShort = (tag >> 16U) != 0;
        const std::size_t length = isShort ? tag >> 16U : wordAt(bytes.data() + kName + 4);
        const std::size_t begin = kName + (isShort ? 4 : 8);
        if (length > (isShort ? kShort : bytes.size()) || begin + length > bytes.size()) {
            return;
        }
        m_object = asUtf8(std::string(bytes.substr(begin, length)));
        m_object = m_object.empty() ? "?" : m_object;
    }

    /// Checks the element at an offset; where the next one starts.
    base::Result<std::uint64_t> element(std::uint64_t at) {
        std::array<char, 8> tag{};
        const auto got = m_source.readAt(at, tag);
        if (!got || *got < tag.size()) {
            return damaged();
        }
        const std::uint64_t length = wordAt(tag.data() + 4);
        const std::uint64_t end = at + tag.size() + length;
        if (end > m_source.size()) {
            return damaged();
        }
        if (wordAt(tag.data()) != kCompressed) {
            std::array<char, kHead> head{};
            noteObject({head.data(), m_source.readAt(at, head).value_or(0)});
        } else {
            if (const auto whole = inflatesWhole(at + tag.size(), length); !whole) {
                return tl::make_unexpected(whole.error());
            }
        }
        return end;
    }

    base::Result<void> inflatesWhole(std::uint64_t at, std::uint64_t length) {
        z_stream stream{};
        if (inflateInit(&stream) != Z_OK) {
            return damaged();
        }
        std::vector<char> in(kBlock);
        std::vector<char> out(4 * kBlock);
        int state = Z_OK;
        bool isFirst = true;
        while (state == Z_OK && length > 0 && !m_stop.stop_requested()) {
            const auto got = m_source.readAt(at, {in.data(), std::min<std::size_t>(in.size(), length)});
            if (!got || *got == 0) {
                break;
            }
            at += *got;
            length -= *got;
            if (m_onProgress) {
                m_onProgress(static_cast<double>(at) / static_cast<double>(m_source.size()));
            }
            stream.next_in = reinterpret_cast<Bytef*>(in.data());
            stream.avail_in = static_cast<uInt>(*got);
            do {
                stream.next_out = reinterpret_cast<Bytef*>(out.data());
                stream.avail_out = static_cast<uInt>(out.size());
                state = inflate(&stream, Z_NO_FLUSH);
                if (isFirst) {
                    noteObject({out.data(), std::min(kHead, out.size() - stream.avail_out)});
                    isFirst = false;
                }
            } while (state == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0));
            state = state == Z_BUF_ERROR && stream.avail_in == 0 ? Z_OK : state;
        }
        inflateEnd(&stream);
        if (m_stop.stop_requested()) {
            return base::failure(
                ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "Reading was stopped."), m_where);
        }
        return state == Z_STREAM_END ? base::Result<void>() : damaged();
    }

    ByteSource& m_source;
    std::string m_where;
    const base::StopToken& m_stop;
    const base::ProgressCallback& m_onProgress;
    std::string m_object;
    bool m_isLittle = true;
};

} // namespace

base::Result<std::string> checkMatFile(ByteSource& source, const std::string& where,
    const base::StopToken& stop, const base::ProgressCallback& onProgress) {
    return Walk(source, where, stop, onProgress).run();
}

} // namespace rulescope::io
