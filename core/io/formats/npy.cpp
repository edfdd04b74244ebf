// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/npy.h"

#include "core/io/formats/text_stream.h"
#include "core/io/table.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace rulescope::io {

namespace {

using base::ErrorCode;

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kLongestHeader = 65536;
constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kMostValues = kMostTableRows * 8;

struct Header {
    bool isBigEndian = false;
    char kind = 0;              ///< b, i, u, f, S, U
    std::size_t itemBytes = 0;  ///< of one value
    bool isColumnMajor = false; ///< Fortran order
    std::vector<std::size_t> shape;
    std::size_t dataOffset = 0;
};

tl::unexpected<base::Error> bad(base::Text what, const std::string& where) {
    return base::failure(ErrorCode::BadFormat, std::move(what), where);
}

/// What stands behind 'key': in the header's dictionary.
std::string_view valueOf(std::string_view dictionary, std::string_view key) {
    const auto at = dictionary.find(key);
    const auto colon = at == std::string_view::npos ? at : dictionary.find(':', at + key.size());
    if (colon == std::string_view::npos) {
        return {};
    }
    const auto begin = dictionary.find_first_not_of(" \t", colon + 1);
    return begin == std::string_view::npos ? std::string_view() : dictionary.substr(begin);
}

std::optional<std::vector<std::size_t>> parseShape(std::string_view text) {
    const auto close = text.find(')');
    if (text.empty() || text.front() != '(' || close == std::string_view::npos) {
        return {};
    }
    std::vector<std::size_t> shape;
    text = text.substr(1, close - 1);
    while (true) {
        const auto begin = text.find_first_of("0123456789");
        if (begin == std::string_view::npos) {
            return shape;
        }
        std::size_t extent = 0;
        const auto parsed = std::from_chars(text.data() + begin, text.data() + text.size(), extent);
        if (parsed.ec != std::errc() || shape.size() == 8) {
            return {};
        }
        shape.push_back(extent);
        text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    }
}

/// "<f8" with its quotation marks.
base::Result<void> parseType(std::string_view text, Header& header, const std::string& where) {
    const auto unsupported = [&] {
        return base::failure(ErrorCode::Unsupported,
            {QT_TRANSLATE_NOOP("core", "The array holds %1, which is neither numbers nor texts."),
                {std::string(text.substr(0, std::min<std::size_t>(24, text.find('}'))))}},
            where);
    };
    if (text.size() < 4 || (text.front() != '\'' && text.front() != '"')) {
        return unsupported();
    }
    const auto close = text.find(text.front(), 1);
    const std::string_view type = text.substr(1, close == std::string_view::npos ? 0 : close - 1);
    if (type.size() < 3 || std::string_view("<>|=").find(type[0]) == std::string_view::npos ||
        std::string_view("?biufSU").find(type[1]) == std::string_view::npos) {
        return unsupported();
    }
    const auto parsed = std::from_chars(type.data() + 2, type.data() + type.size(), header.itemBytes);
    header.kind = type[1] == '?' ? 'b' : type[1]; // both names of bool
    header.isBigEndian = type[0] == '>';
    header.itemBytes *= header.kind == 'U' ? 4 : 1;
    const auto isOneOf = [&](std::initializer_list<std::size_t> sizes) {
        return std::find(sizes.begin(), sizes.end(), header.itemBytes) != sizes.end();
    };
    const bool isKnown = header.kind == 'b'   ? isOneOf({1})
                         : header.kind == 'f' ? isOneOf({2, 4, 8})
                         : header.kind == 'i' || header.kind == 'u'
                             ? isOneOf({1, 2, 4, 8})
                             : header.itemBytes > 0 && header.itemBytes <= kLongestText;
    if (parsed.ec != std::errc() || parsed.ptr != type.data() + type.size() || !isKnown) {
        return unsupported();
    }
    return {};
}

base::Result<Header> readHeader(ByteSource& source, const std::string& where) {
    std::string start(12, '\0');
    const auto got = source.readAt(0, start);
    if (!got) {
        return tl::make_unexpected(got.error());
    }
    if (*got < 12 || std::string_view(start).substr(0, 6) != kMagic || start[6] < 1 || start[6] > 3) {
        return bad(QT_TRANSLATE_NOOP("core", "This is no NumPy array file."), where);
    }
    const auto byte = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(start[i])}; };
    const bool isShort = start[6] == 1;
    const std::size_t length =
        isShort ? byte(8) | byte(9) << 8U : byte(8) | byte(9) << 8U | byte(10) << 16U | byte(11) << 24U;
    Header header;
    header.dataOffset = (isShort ? 10 : 12) + length;
    if (length > kLongestHeader || header.dataOffset > source.size()) {
        return bad(QT_TRANSLATE_NOOP("core", "The header of the array is cut short."), where);
    }
    std::string dictionary(length, '\0');
    if (const auto read = source.readAt(header.dataOffset - length, dictionary); !read || *read < length) {
        return bad(QT_TRANSLATE_NOOP("core", "The header of the array is cut short."), where);
    }
    const auto shape = parseShape(valueOf(dictionary, "'shape'"));
    if (!shape) {
        return bad(QT_TRANSLATE_NOOP("core", "The header of the array says no shape."), where);
    }
    header.shape = *shape;
    header.isColumnMajor = valueOf(dictionary, "'fortran_order'").substr(0, 4) == "True";
    if (const auto typed = parseType(valueOf(dictionary, "'descr'"), header, where); !typed) {
        return tl::make_unexpected(typed.error());
    }
    return header;
}

/// The number of values, checked against the file's bytes.
base::Result<std::size_t> countOf(const Header& header, std::uint64_t fileBytes, const std::string& where) {
    std::size_t count = 1;
    for (const std::size_t extent : header.shape) {
        if (extent != 0 && count > kMostValues / extent) {
            return base::failure(ErrorCode::TooLarge,
                QT_TRANSLATE_NOOP("core", "The array claims more values than a study may hold."), where);
        }
        count *= extent;
    }
    if (count * header.itemBytes > fileBytes - header.dataOffset) {
        return bad({QT_TRANSLATE_NOOP("core", "The array claims %1 values; the file ends before."),
                       {static_cast<std::int64_t>(count)}},
            where);
    }
    return count;
}

double half(std::uint16_t bits) {
    const int exponent = (bits >> 10U) & 0x1F;
    const double fraction = bits & 0x3FFU;
    const double magnitude = exponent == 0    ? std::ldexp(fraction, -24)
                             : exponent == 31 ? (fraction == 0 ? HUGE_VAL : std::nan(""))
                                              : std::ldexp(1024 + fraction, exponent - 25);
    return (bits & 0x8000U) != 0 ? -magnitude : magnitude;
}

std::uint64_t bitsAt(const char* item, const Header& header) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < header.itemBytes; ++i) {
        const std::size_t at = header.isBigEndian ? header.itemBytes - 1 - i : i;
        bits |= std::uint64_t{static_cast<unsigned char>(item[at])} << (8 * i);
    }
    return bits;
}

double numberAt(const char* item, const Header& header) {
    const std::uint64_t bits = bitsAt(item, header);
    switch (header.kind) {
    case 'b':
        return bits != 0 ? 1 : 0;
    case 'u':
        return static_cast<double>(bits);
    case 'i': {
        const unsigned shift = 64 - 8 * static_cast<unsigned>(header.itemBytes);
        return static_cast<double>(static_cast<std::int64_t>(bits << shift) >> shift);
    }
    default:
        return header.itemBytes == 8   ? std::bit_cast<double>(bits)
               : header.itemBytes == 4 ? std::bit_cast<float>(static_cast<std::uint32_t>(bits))
                                       : half(static_cast<std::uint16_t>(bits));
    }
}

std::string textAt(const char* item, const Header& header) {
    std::string text;
    if (header.kind == 'S') {
        text.assign(item, header.itemBytes);
    } else {
        Header unit = header;
        unit.itemBytes = 4;
        for (std::size_t i = 0; i < header.itemBytes; i += 4) {
            const std::uint64_t code = bitsAt(item + i, unit);
            text += code == 0 ? '\0' : code < 0x80 ? static_cast<char>(code) : '?';
        }
    }
    text.erase(text.find_last_not_of('\0') + 1);
    return asUtf8(text);
}

/// Where value i (row-major) lies in a column-major array of two or more dimensions.
std::size_t columnMajorPlace(std::size_t i, const std::vector<std::size_t>& shape) {
    std::size_t place = 0;
    std::size_t stride = 1;
    for (const std::size_t extent : shape) {
        stride *= extent;
    }
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        stride /= shape[axis];
        place += (i % shape[axis]) * stride;
        i /= shape[axis];
    }
    return place;
}

} // namespace

base::Result<NpyArray> readNpy(ByteSource& source, const std::string& where) {
    const auto header = readHeader(source, where);
    if (!header) {
        return tl::make_unexpected(header.error());
    }
    const auto count = countOf(*header, source.size(), where);
    if (!count) {
        return tl::make_unexpected(count.error());
    }
    std::vector<char> bytes(*count * header->itemBytes);
    const auto got = source.readAt(header->dataOffset, bytes);
    if (!got || *got < bytes.size()) {
        return got ? bad(QT_TRANSLATE_NOOP("core", "The file ends within the array."), where)
                   : tl::make_unexpected(got.error());
    }
    NpyArray array;
    array.shape = header->shape;
    array.isText = header->kind == 'S' || header->kind == 'U';
    const bool isTurned = header->isColumnMajor && header->shape.size() > 1;
    for (std::size_t i = 0; i < *count; ++i) {
        const std::size_t place = isTurned ? columnMajorPlace(i, header->shape) : i;
        const char* const item = bytes.data() + place * header->itemBytes;
        if (array.isText) {
            array.texts.push_back(textAt(item, *header));
        } else {
            array.numbers.push_back(numberAt(item, *header));
        }
    }
    return array;
}

} // namespace rulescope::io
