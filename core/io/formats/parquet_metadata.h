// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What Parquet's footer and page headers say; names and numbers follow parquet.thrift.
namespace rulescope::io::parquet {

enum class Physical {
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    Int96 = 3,
    Float = 4,
    Double = 5,
    Bytes = 6,
    Fixed = 7
};
enum class Codec { None = 0, Snappy = 1, Gzip = 2, Lzo = 3, Brotli = 4, Lz4 = 5, Zstd = 6, Lz4Raw = 7 };
enum class Encoding {
    Plain = 0,
    PlainDictionary = 2,
    Rle = 3,
    BitPacked = 4,
    DeltaBinary = 5,
    DeltaLength = 6,
    DeltaBytes = 7,
    RleDictionary = 8,
    ByteStreamSplit = 9,
};
/// What the values of a column mean beyond their physical type.
enum class Meaning { Plain, Unsigned, Date, Milliseconds, Microseconds, Nanoseconds, Decimal };

/// A column of the flat table: one leaf of the schema.
struct Leaf {
    std::string name;
    Physical type = Physical::Int32;
    std::size_t fixedBytes = 0;
    Meaning meaning = Meaning::Plain;
    int scale = 0;         ///< of a decimal
    int definitionMax = 0; ///< level at which a value is there
    bool isRepeated = false;
};

struct ColumnChunk {
    Codec codec = Codec::None;
    std::uint64_t values = 0;
    std::uint64_t offset = 0;     ///< of its first page
    std::uint64_t compressed = 0; ///< bytes of all its pages
};

struct RowGroup {
    std::uint64_t rows = 0;
    std::vector<ColumnChunk> columns; ///< one per leaf
};

struct Metadata {
    std::uint64_t rows = 0;
    std::vector<Leaf> leaves;
    std::vector<RowGroup> groups;
};

enum class PageKind { Data = 0, Index = 1, Dictionary = 2, DataV2 = 3 };

struct PageHeader {
    PageKind kind = PageKind::Data;
    std::uint64_t uncompressed = 0;
    std::uint64_t compressed = 0;
    std::uint64_t values = 0;
    Encoding encoding = Encoding::Plain;
    Encoding levelEncoding = Encoding::Rle;
    std::uint64_t definitionBytes = 0, repetitionBytes = 0; ///< version 2
    bool isCompressed = true;                               ///< version 2
    std::size_t headerBytes = 0;
};

/// Both throw thrift::BadEncoding.
Metadata readMetadata(std::string_view footer);
PageHeader readPageHeader(std::string_view bytes);

} // namespace rulescope::io::parquet
