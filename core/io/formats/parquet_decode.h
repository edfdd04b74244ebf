// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/formats/parquet_metadata.h"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

/// The encodings of Parquet's pages, each as a function of bytes.
namespace rulescope::io::parquet {

/// Damaged or unknown content of a page; caught by the reader.
struct BadPage : std::exception {};
/// A codec or encoding that is not read; caught by the reader, which names it.
struct UnknownCode : std::exception {
    explicit UnknownCode(const char* kindOfCode, int codeNumber)
        : kind(kindOfCode)
        , number(codeNumber) {}
    const char* kind;
    int number;
};

/// The page's bytes; throws BadPage unless they are exactly `size`.
std::string decompress(Codec codec, std::string_view bytes, std::size_t size);

/// `count` numbers of `bitWidth` bits from a hybrid of runs and packed bits.
std::vector<std::uint32_t> decodeHybrid(std::string_view bytes, unsigned bitWidth, std::size_t count);
/// `count` integers as differences within blocks; `consumed` tells how many bytes they took.
std::vector<std::int64_t> decodeDelta(std::string_view bytes, std::size_t count, std::size_t& consumed);

/// Values of a column without its nulls: numbers, or texts.
struct Values {
    std::vector<double> numbers;
    std::vector<std::string> texts;
};
/// True if a leaf's values are texts: byte arrays, and dates and times, which become ISO 8601.
bool isText(const Leaf& leaf);
/// True for leaves whose values are read at all.
bool isReadable(const Leaf& leaf);

Values decodePlain(const Leaf& leaf, std::string_view bytes, std::size_t count);
/// Any encoding but the dictionary's.
Values decodeValues(const Leaf& leaf, Encoding encoding, std::string_view bytes, std::size_t count);

} // namespace rulescope::io::parquet
