// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/thrift_compact.h"

namespace rulescope::io::thrift {

namespace {

/// Parquet nests four or five deep.
constexpr int kDeepest = 32;

} // namespace

std::uint8_t Reader::byte() {
    if (m_at >= m_bytes.size()) {
        throw BadEncoding();
    }
    return static_cast<std::uint8_t>(m_bytes[m_at++]);
}

std::uint64_t Reader::variable() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const std::uint8_t part = byte();
        value |= std::uint64_t{part & 0x7FU} << shift;
        if ((part & 0x80U) == 0) {
            return value;
        }
    }
    throw BadEncoding();
}

std::int64_t Reader::integer() {
    const std::uint64_t value = variable();
    return static_cast<std::int64_t>((value >> 1U) ^ (~(value & 1U) + 1));
}

std::string Reader::binary() {
    const std::uint64_t length = variable();
    if (length > m_bytes.size() - m_at) {
        throw BadEncoding();
    }
    std::string text(m_bytes.substr(m_at, length));
    m_at += length;
    return text;
}

void Reader::readStruct(const std::function<void(int id, Type type)>& onField) {
    if (++m_depth > kDeepest) {
        throw BadEncoding();
    }
    std::int64_t id = 0;
    while (true) {
        const std::uint8_t head = byte();
        const auto type = static_cast<Type>(head & 0x0FU);
        if (type == Type::Stop) {
            break;
        }
        const unsigned delta = head >> 4U;
        id = delta != 0 ? id + delta : integer();
        if (type > Type::Struct || id < 0 || id > 32767) {
            throw BadEncoding();
        }
        onField(static_cast<int>(id), type);
    }
    --m_depth;
}

void Reader::readList(const std::function<void(Type type)>& onItem) {
    const std::uint8_t head = byte();
    const auto type = static_cast<Type>(head & 0x0FU);
    const std::uint64_t count = (head >> 4U) == 15 ? variable() : head >> 4U;
    // Every item takes a byte at least.
    if (count > m_bytes.size() - m_at || type == Type::Stop || type > Type::Struct || ++m_depth > kDeepest) {
        throw BadEncoding();
    }
    for (std::uint64_t i = 0; i < count; ++i) {
        onItem(type);
    }
    --m_depth;
}

void Reader::skip(Type type) {
    switch (type) {
    case Type::True:
    case Type::False:
        return;
    case Type::Byte:
        byte();
        return;
    case Type::Int16:
    case Type::Int32:
    case Type::Int64:
        variable();
        return;
    case Type::Double:
        for (int i = 0; i < 8; ++i) {
            byte();
        }
        return;
    case Type::Binary:
        binary();
        return;
    case Type::List:
    case Type::Set:
        // A boolean inside a list takes a byte of its own.
        readList([this](Type item) { item <= Type::False ? static_cast<void>(byte()) : skip(item); });
        return;
    case Type::Struct:
        readStruct([this](int, Type field) { skip(field); });
        return;
    case Type::Map:
    case Type::Stop:
        throw BadEncoding(); // Parquet's metadata hold no maps
    }
    throw BadEncoding();
}

} // namespace rulescope::io::thrift
