// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/byte_source.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace rulescope::io {

/// A text file as a growing and shrinking window of UTF-8, whatever its encoding.
///
/// UTF-16 is recognised by its mark or by its zeros; bytes that are not UTF-8 pass through and are taken for
/// Latin-1 by `asUtf8`, as older spreadsheets write it.
class TextStream {
  public:
    TextStream(ByteSource& source, std::string where)
        : m_source(source)
        , m_where(std::move(where)) {}

    /// Reads the first block and finds the encoding. Errors: BadFormat (binary), NotReadable.
    base::Result<void> start();
    /// Appends the next block to the window; false at the end of the file. Errors: the same.
    base::Result<bool> more();
    /// Forgets the first `count` characters of the window.
    void drop(std::size_t count) { m_window.erase(0, count); }

    std::string_view window() const { return m_window; }
    bool isAtEnd() const { return m_isAtEnd; }
    double fractionRead() const;

  private:
    enum class Encoding { Bytes, Utf16Little, Utf16Big };
    base::Result<std::string> nextBlock();
    void append(std::string_view block);
    void appendUtf16(std::string_view block);
    void appendCodePoint(std::uint32_t code);

    ByteSource& m_source;
    std::string m_where;
    std::string m_window;
    std::uint64_t m_offset = 0;
    Encoding m_encoding = Encoding::Bytes;
    std::uint32_t m_highSurrogate = 0;
    bool m_isAtEnd = false;
};

/// The text if it is UTF-8, else its bytes as Latin-1.
std::string asUtf8(std::string_view text);

} // namespace rulescope::io
