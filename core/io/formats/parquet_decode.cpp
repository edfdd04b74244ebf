// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/parquet_decode.h"

#include "core/io/formats/text_stream.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

namespace rulescope::io::parquet {

namespace {

void require(bool condition) {
    if (!condition) {
        throw BadPage();
    }
}

std::string inflated(std::string_view bytes, std::size_t size) {
    constexpr int kAnyHeader = 15 + 32; // gzip or zlib
    std::string result(size, '\0');
    z_stream stream{};
    require(inflateInit2(&stream, kAnyHeader) == Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data())); // zlib's old interface
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(size);
    const int ended = inflate(&stream, Z_FINISH);
    const bool isWhole = (ended == Z_STREAM_END || ended == Z_BUF_ERROR) && stream.total_out == size;
    inflateEnd(&stream);
    require(isWhole);
    return result;
}

std::uint64_t littleEndian(const char* bytes, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    }
    return value;
}

std::size_t bytesOf(const Leaf& leaf) {
    switch (leaf.type) {
    case Physical::Int32:
    case Physical::Float:
        return 4;
    case Physical::Int64:
    case Physical::Double:
        return 8;
    case Physical::Int96:
        return 12;
    case Physical::Fixed:
        return leaf.fixedBytes;
    default:
        return 0;
    }
}

struct CivilDay {
    std::int64_t year;
    unsigned month, day;
};

/// The Gregorian day so many days after 1970-01-01 (H. Hinnant's algorithm).
CivilDay civilDay(std::int64_t days) {
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const auto dayOfEra = static_cast<unsigned>(days - era * 146097);
    const unsigned yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    const unsigned dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const unsigned shifted = (5 * dayOfYear + 2) / 153;
    const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
    return {static_cast<std::int64_t>(yearOfEra) + era * 400 + (month <= 2 ? 1 : 0), month,
        dayOfYear - (153 * shifted + 2) / 5 + 1};
}

std::int64_t flooredQuotient(std::int64_t value, std::int64_t divisor) {
    return value / divisor - (value % divisor < 0 ? 1 : 0);
}

std::string dayText(std::int64_t days) {
    const CivilDay day = civilDay(std::clamp<std::int64_t>(days, -3'000'000, 3'000'000));
    std::array<char, 40> text{};
    std::snprintf(
        text.data(), text.size(), "%04lld-%02u-%02u", static_cast<long long>(day.year), day.month, day.day);
    return text.data();
}

/// ISO 8601 to the second.
std::string timeText(std::int64_t value, std::int64_t perSecond) {
    const std::int64_t seconds = flooredQuotient(value, perSecond);
    const std::int64_t days = flooredQuotient(seconds, 86400);
    const std::int64_t rest = seconds - days * 86400;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "T%02d:%02d:%02d", static_cast<int>(rest / 3600),
        static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60));
    return dayText(days) + text.data();
}

std::string temporalText(const Leaf& leaf, std::int64_t value) {
    switch (leaf.meaning) {
    case Meaning::Date:
        return dayText(value);
    case Meaning::Milliseconds:
        return timeText(value, 1000);
    case Meaning::Microseconds:
        return timeText(value, 1'000'000);
    default:
        return timeText(value, 1'000'000'000);
    }
}

bool isTemporal(const Leaf& leaf) {
    return leaf.meaning == Meaning::Date || leaf.meaning == Meaning::Milliseconds ||
           leaf.meaning == Meaning::Microseconds || leaf.meaning == Meaning::Nanoseconds;
}

/// An integer of a column, as what it means.
void putInteger(const Leaf& leaf, std::int64_t value, Values& values) {
    if (isTemporal(leaf)) {
        values.texts.push_back(temporalText(leaf, value));
        return;
    }
    double number = static_cast<double>(value);
    if (leaf.meaning == Meaning::Unsigned) {
        number = leaf.type == Physical::Int32 ? static_cast<double>(static_cast<std::uint32_t>(value))
                                              : static_cast<double>(static_cast<std::uint64_t>(value));
    } else if (leaf.meaning == Meaning::Decimal) {
        number /= std::pow(10, leaf.scale);
    }
    values.numbers.push_back(number);
}

void putItem(const Leaf& leaf, const char* item, Values& values) {
    switch (leaf.type) {
    case Physical::Int32:
        putInteger(leaf, static_cast<std::int32_t>(littleEndian(item, 4)), values);
        return;
    case Physical::Int64:
        putInteger(leaf, static_cast<std::int64_t>(littleEndian(item, 8)), values);
        return;
    case Physical::Float:
        values.numbers.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(littleEndian(item, 4))));
        return;
    case Physical::Double:
        values.numbers.push_back(std::bit_cast<double>(littleEndian(item, 8)));
        return;
    case Physical::Int96: {
        // Nanoseconds within a Julian day.
        constexpr std::int64_t kJulianEpoch = 2440588;
        const auto nanoseconds = static_cast<std::int64_t>(littleEndian(item, 8));
        const auto day = static_cast<std::int64_t>(littleEndian(item + 8, 4)) - kJulianEpoch;
        const std::int64_t seconds = flooredQuotient(nanoseconds, 1'000'000'000) + day * 86400;
        values.texts.push_back(timeText(seconds, 1));
        return;
    }
    case Physical::Fixed:
        values.texts.push_back(asUtf8({item, leaf.fixedBytes}));
        return;
    default:
        throw BadPage();
    }
}

Values plainBytes(std::string_view bytes, std::size_t count) {
    Values values;
    for (std::size_t i = 0; i < count; ++i) {
        require(bytes.size() >= 4);
        const std::uint64_t length = littleEndian(bytes.data(), 4);
        require(length <= bytes.size() - 4);
        values.texts.push_back(asUtf8(bytes.substr(4, length)));
        bytes.remove_prefix(4 + length);
    }
    return values;
}

Values plainBooleans(std::string_view bytes, std::size_t count) {
    require(bytes.size() >= (count + 7) / 8);
    Values values;
    for (std::size_t i = 0; i < count; ++i) {
        values.numbers.push_back((static_cast<unsigned char>(bytes[i / 8]) >> (i % 8)) & 1U);
    }
    return values;
}

Values splitStreams(const Leaf& leaf, std::string_view bytes, std::size_t count) {
    const std::size_t width = bytesOf(leaf);
    require(width > 0 && width <= 16 && bytes.size() == count * width);
    Values values;
    std::array<char, 16> item{};
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t k = 0; k < width; ++k) {
            item[k] = bytes[k * count + i];
        }
        putItem(leaf, item.data(), values);
    }
    return values;
}

Values deltaTexts(Encoding encoding, std::string_view bytes, std::size_t count) {
    std::size_t consumed = 0;
    std::vector<std::int64_t> prefixes(count, 0);
    if (encoding == Encoding::DeltaBytes) {
        prefixes = decodeDelta(bytes, count, consumed);
        bytes.remove_prefix(consumed);
    }
    const std::vector<std::int64_t> lengths = decodeDelta(bytes, count, consumed);
    bytes.remove_prefix(consumed);
    Values values;
    std::string previous;
    for (std::size_t i = 0; i < count; ++i) {
        require(prefixes[i] >= 0 && static_cast<std::uint64_t>(prefixes[i]) <= previous.size() &&
                lengths[i] >= 0 && static_cast<std::uint64_t>(lengths[i]) <= bytes.size());
        previous.resize(static_cast<std::size_t>(prefixes[i]));
        previous += bytes.substr(0, static_cast<std::size_t>(lengths[i]));
        bytes.remove_prefix(static_cast<std::size_t>(lengths[i]));
        values.texts.push_back(asUtf8(previous));
    }
    return values;
}

/// Reads numbers of 7 bits a byte.
class VariableReader {
  public:
    explicit VariableReader(std::string_view bytes)
        : m_bytes(bytes) {}
    std::uint64_t next() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            require(!m_bytes.empty());
            const auto part = static_cast<unsigned char>(m_bytes.front());
            m_bytes.remove_prefix(1);
            value |= std::uint64_t{part & 0x7FU} << shift;
            if ((part & 0x80U) == 0) {
                return value;
            }
        }
        throw BadPage();
    }
    std::int64_t nextSigned() {
        const std::uint64_t value = next();
        return static_cast<std::int64_t>((value >> 1U) ^ (~(value & 1U) + 1));
    }
    std::string_view take(std::size_t count) {
        require(count <= m_bytes.size());
        const std::string_view taken = m_bytes.substr(0, count);
        m_bytes.remove_prefix(count);
        return taken;
    }
    std::size_t left() const { return m_bytes.size(); }

  private:
    std::string_view m_bytes;
};

/// Number `i` of those packed with `width` bits each, least significant bit first.
std::uint64_t packedAt(std::string_view bytes, unsigned width, std::size_t i) {
    std::uint64_t value = 0;
    const std::size_t first = i * width;
    for (unsigned bit = 0; bit < width;) {
        const std::size_t at = first + bit;
        const auto byte = static_cast<unsigned char>(bytes[at / 8]);
        const unsigned offset = at % 8;
        const unsigned take = std::min(8 - offset, width - bit);
        value |= std::uint64_t{(byte >> offset) & ((1U << take) - 1U)} << bit;
        bit += take;
    }
    return value;
}

} // namespace

std::string decompress(Codec codec, std::string_view bytes, std::size_t size) {
    switch (codec) {
    case Codec::None:
        require(bytes.size() == size);
        return std::string(bytes);
    case Codec::Snappy: {
        std::size_t claimed = 0;
        require(snappy::GetUncompressedLength(bytes.data(), bytes.size(), &claimed) && claimed == size);
        std::string result(size, '\0');
        require(snappy::RawUncompress(bytes.data(), bytes.size(), result.data()));
        return result;
    }
    case Codec::Gzip:
        return inflated(bytes, size);
    case Codec::Zstd: {
        std::string result(size, '\0');
        require(ZSTD_decompress(result.data(), size, bytes.data(), bytes.size()) == size);
        return result;
    }
    default:
        throw UnknownCode("compression", static_cast<int>(codec));
    }
}

std::vector<std::uint32_t> decodeHybrid(std::string_view bytes, unsigned bitWidth, std::size_t count) {
    require(bitWidth <= 32);
    std::vector<std::uint32_t> values;
    values.reserve(count);
    VariableReader reader(bytes);
    while (values.size() < count) {
        const std::uint64_t head = reader.next();
        const std::size_t left = count - values.size();
        if ((head & 1U) == 0) {
            const std::string_view item = reader.take((bitWidth + 7) / 8);
            const auto value = static_cast<std::uint32_t>(littleEndian(item.data(), item.size()));
            values.insert(values.end(), std::min<std::uint64_t>(head >> 1U, left), value);
            require(head >> 1U != 0);
            continue;
        }
        const std::uint64_t groups = head >> 1U;
        require(groups != 0 && groups <= count / 8 + 1);
        // The last group may lack the bytes of the values that nobody asks for.
        const std::size_t wanted = std::min<std::size_t>(groups * 8, left);
        const std::string_view packed =
            reader.take(std::max((wanted * bitWidth + 7) / 8, std::min(groups * bitWidth, reader.left())));
        for (std::size_t i = 0; i < wanted; ++i) {
            values.push_back(static_cast<std::uint32_t>(packedAt(packed, bitWidth, i)));
        }
    }
    return values;
}

std::vector<std::int64_t> decodeDelta(std::string_view bytes, std::size_t count, std::size_t& consumed) {
    VariableReader reader(bytes);
    const std::uint64_t blockValues = reader.next();
    const std::uint64_t miniblocks = reader.next();
    const std::uint64_t total = reader.next();
    auto value = static_cast<std::uint64_t>(reader.nextSigned());
    require(total == count && blockValues > 0 && blockValues <= (1U << 20U) && miniblocks > 0 &&
            miniblocks <= blockValues && blockValues % miniblocks == 0);
    const std::size_t each = blockValues / miniblocks;
    std::vector<std::int64_t> values;
    if (count > 0) {
        values.push_back(static_cast<std::int64_t>(value));
    }
    while (values.size() < count) {
        const auto least = static_cast<std::uint64_t>(reader.nextSigned());
        const std::string_view widths = reader.take(miniblocks);
        for (std::size_t block = 0; block < miniblocks && values.size() < count; ++block) {
            const unsigned width = static_cast<unsigned char>(widths[block]);
            require(width <= 64);
            const std::string_view packed = reader.take((each * width + 7) / 8);
            for (std::size_t i = 0; i < each && values.size() < count; ++i) {
                value += least + packedAt(packed, width, i);
                values.push_back(static_cast<std::int64_t>(value));
            }
        }
    }
    consumed = bytes.size() - reader.left();
    return values;
}

bool isText(const Leaf& leaf) {
    return leaf.type == Physical::Bytes || leaf.type == Physical::Fixed || leaf.type == Physical::Int96 ||
           isTemporal(leaf);
}

bool isReadable(const Leaf& leaf) {
    constexpr std::size_t kLongestFixed = 256;
    const bool isWord = leaf.type == Physical::Bytes || leaf.type == Physical::Fixed;
    return !leaf.isRepeated && !(isWord && leaf.meaning == Meaning::Decimal) &&
           (leaf.type != Physical::Fixed || (leaf.fixedBytes > 0 && leaf.fixedBytes <= kLongestFixed));
}

Values decodePlain(const Leaf& leaf, std::string_view bytes, std::size_t count) {
    if (leaf.type == Physical::Bytes) {
        return plainBytes(bytes, count);
    }
    if (leaf.type == Physical::Boolean) {
        return plainBooleans(bytes, count);
    }
    const std::size_t width = bytesOf(leaf);
    require(width > 0 && count <= bytes.size() / width);
    Values values;
    for (std::size_t i = 0; i < count; ++i) {
        putItem(leaf, bytes.data() + i * width, values);
    }
    return values;
}

Values decodeValues(const Leaf& leaf, Encoding encoding, std::string_view bytes, std::size_t count) {
    switch (encoding) {
    case Encoding::Plain:
        return decodePlain(leaf, bytes, count);
    case Encoding::Rle: {
        require(leaf.type == Physical::Boolean && bytes.size() >= 4);
        const std::uint64_t length = littleEndian(bytes.data(), 4);
        require(length <= bytes.size() - 4);
        Values values;
        for (const std::uint32_t bit : decodeHybrid(bytes.substr(4, length), 1, count)) {
            values.numbers.push_back(bit);
        }
        return values;
    }
    case Encoding::DeltaBinary: {
        require(leaf.type == Physical::Int32 || leaf.type == Physical::Int64);
        Values values;
        std::size_t consumed = 0;
        for (const std::int64_t value : decodeDelta(bytes, count, consumed)) {
            putInteger(leaf, leaf.type == Physical::Int32 ? static_cast<std::int32_t>(value) : value, values);
        }
        return values;
    }
    case Encoding::DeltaLength:
    case Encoding::DeltaBytes:
        require(leaf.type == Physical::Bytes);
        return deltaTexts(encoding, bytes, count);
    case Encoding::ByteStreamSplit:
        return splitStreams(leaf, bytes, count);
    default:
        throw UnknownCode("encoding", static_cast<int>(encoding));
    }
}

} // namespace rulescope::io::parquet
