// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/text_stream.h"

#include <algorithm>

namespace rulescope::io {

namespace {

using base::ErrorCode;

/// An even number, so that no UTF-16 unit is cut.
constexpr std::size_t kBlockBytes = std::size_t{1} << 20;
/// Enough to find the encoding, the separator and the header; a film is refused after so many bytes.
constexpr std::size_t kFirstBlockBytes = std::size_t{1} << 16;

/// Length of the UTF-8 sequence that starts here, or 0 if there is none.
std::size_t sequenceLength(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (length == 0 || lead > 0xF4 || at + length > text.size()) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((static_cast<unsigned char>(text[at + i]) & 0xC0U) != 0x80) {
            return 0;
        }
    }
    return length;
}

bool isUtf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t length = sequenceLength(text, at);
        if (length == 0) {
            return false;
        }
        at += length;
    }
    return true;
}

/// Zeros at odd (little-endian) or even (big-endian) places only: Latin letters as UTF-16 without a mark.
bool hasZerosOnlyAt(std::string_view text, std::size_t parity) {
    std::size_t zeros = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\0') {
            if (i % 2 != parity) {
                return false;
            }
            ++zeros;
        }
    }
    return zeros * 4 > text.size();
}

} // namespace

base::Result<void> TextStream::start() {
    std::string head(kFirstBlockBytes, '\0');
    const auto got = m_source.readAt(0, head);
    if (!got) {
        return tl::make_unexpected(got.error());
    }
    head.resize(*got);
    m_offset = head.size();
    m_isAtEnd = m_offset >= m_source.size();
    std::size_t mark = 0;
    if (head.compare(0, 3, "\xef\xbb\xbf") == 0) {
        mark = 3;
    } else if (head.compare(0, 2, "\xff\xfe") == 0 || hasZerosOnlyAt(head, 1)) {
        m_encoding = Encoding::Utf16Little;
        mark = head[0] == '\xff' ? 2 : 0;
    } else if (head.compare(0, 2, "\xfe\xff") == 0 || hasZerosOnlyAt(head, 0)) {
        m_encoding = Encoding::Utf16Big;
        mark = head[0] == '\xfe' ? 2 : 0;
    }
    append(std::string_view(head).substr(mark));
    if (m_window.find('\0') != std::string::npos) {
        return base::failure(ErrorCode::BadFormat,
            QT_TRANSLATE_NOOP("core", "This is a binary file, not a table in text form."), m_where);
    }
    return {};
}

base::Result<bool> TextStream::more() {
    if (m_isAtEnd) {
        return false;
    }
    const auto block = nextBlock();
    if (!block) {
        return tl::make_unexpected(block.error());
    }
    const std::size_t before = m_window.size();
    append(*block);
    if (m_window.find('\0', before) != std::string::npos) {
        return base::failure(ErrorCode::BadFormat,
            QT_TRANSLATE_NOOP("core", "This is a binary file, not a table in text form."), m_where);
    }
    return true;
}

double TextStream::fractionRead() const {
    return m_source.size() == 0 ? 1 : static_cast<double>(m_offset) / static_cast<double>(m_source.size());
}

base::Result<std::string> TextStream::nextBlock() {
    std::string block(kBlockBytes, '\0');
    const auto got = m_source.readAt(m_offset, block);
    if (!got) {
        return tl::make_unexpected(got.error());
    }
    block.resize(*got);
    m_offset += *got;
    // A file that another program shortens meanwhile ends where it ends now.
    m_isAtEnd = *got == 0 || m_offset >= m_source.size();
    return block;
}

void TextStream::append(std::string_view block) {
    if (m_encoding == Encoding::Bytes) {
        m_window += block;
    } else {
        appendUtf16(block);
    }
}

void TextStream::appendUtf16(std::string_view block) {
    const bool isLittle = m_encoding == Encoding::Utf16Little;
    for (std::size_t i = 0; i + 1 < block.size(); i += 2) {
        const auto first = static_cast<unsigned char>(block[i]);
        const auto second = static_cast<unsigned char>(block[i + 1]);
        const std::uint32_t unit =
            isLittle ? first | (std::uint32_t{second} << 8U) : second | (std::uint32_t{first} << 8U);
        if (unit >= 0xD800 && unit < 0xDC00) {
            m_highSurrogate = unit;
        } else if (unit >= 0xDC00 && unit < 0xE000) {
            const bool isPair = m_highSurrogate != 0;
            appendCodePoint(
                isPair ? 0x10000 + ((m_highSurrogate - 0xD800) << 10U) + (unit - 0xDC00) : 0xFFFD);
            m_highSurrogate = 0;
        } else {
            m_highSurrogate = 0;
            appendCodePoint(unit);
        }
    }
}

void TextStream::appendCodePoint(std::uint32_t code) {
    const auto put = [this](std::uint32_t byte) { m_window += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | (code >> 6U));
        put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        put(0xE0U | (code >> 12U));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xF0U | (code >> 18U));
        put(0x80U | ((code >> 12U) & 0x3FU));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
}

std::string asUtf8(std::string_view text) {
    if (isUtf8(text)) {
        return std::string(text);
    }
    std::string converted;
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (code < 0x80) {
            converted += c;
        } else {
            converted += static_cast<char>(0xC0U | (code >> 6U));
            converted += static_cast<char>(0x80U | (code & 0x3FU));
        }
    }
    return converted;
}

} // namespace rulescope::io
