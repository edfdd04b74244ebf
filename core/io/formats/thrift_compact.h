// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <string_view>

/// The compact protocol of Apache Thrift, as far as Parquet's metadata need it.
namespace rulescope::io::thrift {

/// Bytes that are no valid encoding; caught by the Parquet reader.
struct BadEncoding : std::exception {};

enum class Type : std::uint8_t {
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    Int16 = 4,
    Int32 = 5,
    Int64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
};

/// Reads one value after another; every function throws BadEncoding at the end of the bytes.
class Reader {
  public:
    explicit Reader(std::string_view bytes)
        : m_bytes(bytes) {}

    /// Calls `onField` for each field; it either reads the value or calls skip().
    void readStruct(const std::function<void(int id, Type type)>& onField);
    /// Calls `onItem` for each item of a list.
    void readList(const std::function<void(Type type)>& onItem);
    std::int64_t integer(); ///< zigzag, of any width
    std::string binary();
    static bool boolean(Type type) { return type == Type::True; }
    void skip(Type type);

    std::size_t consumed() const { return m_at; }

  private:
    std::uint8_t byte();
    std::uint64_t variable();

    std::string_view m_bytes;
    std::size_t m_at = 0;
    int m_depth = 0;
};

} // namespace rulescope::io::thrift
