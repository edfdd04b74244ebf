// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/parquet_metadata.h"

#include "core/io/formats/thrift_compact.h"

#include <utility>

namespace rulescope::io::parquet {

namespace {

using thrift::BadEncoding;
using thrift::Reader;
using thrift::Type;

struct SchemaElement {
    int type = -1;
    std::int64_t fixedBytes = 0;
    int repetition = 0; ///< 0 required, 1 optional, 2 repeated
    std::string name;
    std::int64_t children = 0;
    int converted = -1;
    Meaning logical = Meaning::Plain;
    int scale = 0;
};

std::uint64_t unsignedOf(std::int64_t value) {
    if (value < 0) {
        throw BadEncoding();
    }
    return static_cast<std::uint64_t>(value);
}

/// A union of empty structures, but for TIMESTAMP with its unit, INTEGER with its sign and DECIMAL.
void readLogicalType(Reader& reader, SchemaElement& element) {
    reader.readStruct([&](int id, Type type) {
        if (type != Type::Struct) {
            reader.skip(type);
        } else if (id == 6) {
            element.logical = Meaning::Date;
            reader.skip(type);
        } else if (id == 8) {
            reader.readStruct([&](int part, Type partType) {
                if (part == 2 && partType == Type::Struct) {
                    reader.readStruct([&](int unit, Type unitType) {
                        element.logical = unit == 1   ? Meaning::Milliseconds
                                          : unit == 2 ? Meaning::Microseconds
                                                      : Meaning::Nanoseconds;
                        reader.skip(unitType);
                    });
                } else {
                    reader.skip(partType);
                }
            });
        } else {
            reader.skip(type);
        }
    });
}

SchemaElement readElement(Reader& reader) {
    SchemaElement element;
    reader.readStruct([&](int id, Type type) {
        const bool isInteger = type == Type::Int32 || type == Type::Int64 || type == Type::Int16;
        if (id == 4 && type == Type::Binary) {
            element.name = reader.binary();
        } else if (id == 10 && type == Type::Struct) {
            readLogicalType(reader, element);
        } else if (!isInteger) {
            reader.skip(type);
        } else {
            const std::int64_t value = reader.integer();
            switch (id) {
            case 1:
                element.type = static_cast<int>(value);
                break;
            case 2:
                element.fixedBytes = value;
                break;
            case 3:
                element.repetition = static_cast<int>(value);
                break;
            case 5:
                element.children = value;
                break;
            case 6:
                element.converted = static_cast<int>(value);
                break;
            case 7:
                element.scale = static_cast<int>(value);
                break;
            default:
                break;
            }
        }
    });
    return element;
}

Meaning meaningOf(const SchemaElement& element) {
    constexpr int kDecimal = 5, kDate = 6, kMillis = 9, kMicros = 10, kUnsigned8 = 11, kUnsigned64 = 14;
    if (element.logical != Meaning::Plain) {
        return element.logical;
    }
    return element.converted == kDecimal                                         ? Meaning::Decimal
           : element.converted == kDate                                          ? Meaning::Date
           : element.converted == kMillis                                        ? Meaning::Milliseconds
           : element.converted == kMicros                                        ? Meaning::Microseconds
           : element.converted >= kUnsigned8 && element.converted <= kUnsigned64 ? Meaning::Unsigned
                                                                                 : Meaning::Plain;
}

/// Leaves of the tree that the list of elements describes, in order, names joined by dots.
class SchemaWalk {
  public:
    explicit SchemaWalk(const std::vector<SchemaElement>& elements)
        : m_elements(elements) {
        if (elements.empty()) {
            throw BadEncoding();
        }
        walkChildren(elements[m_next++], Leaf{}, 0);
        if (m_next != elements.size()) {
            throw BadEncoding();
        }
    }
    std::vector<Leaf> take() { return std::move(m_leaves); }

  private:
    void walkChildren(const SchemaElement& parent, const Leaf& above, int depth) {
        constexpr int kDeepest = 16;
        for (std::int64_t i = 0; i < parent.children; ++i) {
            if (m_next >= m_elements.size() || depth > kDeepest) {
                throw BadEncoding();
            }
            const SchemaElement& element = m_elements[m_next++];
            Leaf leaf = above;
            leaf.name += (leaf.name.empty() ? "" : ".") + element.name;
            leaf.definitionMax += element.repetition != 0 ? 1 : 0;
            leaf.isRepeated = leaf.isRepeated || element.repetition == 2;
            if (element.children > 0) {
                walkChildren(element, leaf, depth + 1);
                continue;
            }
            if (element.type < 0 || element.type > static_cast<int>(Physical::Fixed)) {
                throw BadEncoding();
            }
            leaf.type = static_cast<Physical>(element.type);
            leaf.fixedBytes = unsignedOf(element.fixedBytes);
            leaf.meaning = meaningOf(element);
            leaf.scale = element.scale;
            m_leaves.push_back(std::move(leaf));
        }
    }

    const std::vector<SchemaElement>& m_elements;
    std::size_t m_next = 0;
    std::vector<Leaf> m_leaves;
};

/// Field numbers of ColumnMetaData.
void readColumnMetadata(Reader& reader, ColumnChunk& chunk) {
    std::uint64_t dictionary = 0;
    reader.readStruct([&](int id, Type type) {
        const bool isInteger = type == Type::Int32 || type == Type::Int64;
        if (!isInteger) {
            reader.skip(type);
            return;
        }
        const std::int64_t value = reader.integer();
        if (id == 4) {
            chunk.codec = static_cast<Codec>(value);
        } else if (id == 5) {
            chunk.values = unsignedOf(value);
        } else if (id == 7) {
            chunk.compressed = unsignedOf(value);
        } else if (id == 9) {
            chunk.offset = unsignedOf(value);
        } else if (id == 11) {
            dictionary = unsignedOf(value);
        }
    });
    // Old writers leave 0 where there is no dictionary.
    chunk.offset = dictionary > 0 && dictionary < chunk.offset ? dictionary : chunk.offset;
}

RowGroup readRowGroup(Reader& reader) {
    RowGroup group;
    reader.readStruct([&](int id, Type type) {
        if (id == 1 && type == Type::List) {
            reader.readList([&](Type item) {
                if (item != Type::Struct) {
                    throw BadEncoding();
                }
                ColumnChunk chunk;
                reader.readStruct([&](int part, Type partType) {
                    if (part == 3 && partType == Type::Struct) {
                        readColumnMetadata(reader, chunk);
                    } else {
                        reader.skip(partType);
                    }
                });
                group.columns.push_back(chunk);
            });
        } else if (id == 3 && type == Type::Int64) {
            group.rows = unsignedOf(reader.integer());
        } else {
            reader.skip(type);
        }
    });
    return group;
}

/// Fields of the three kinds of page headers that matter: number, encoding, and version 2's extras.
void readDataHeader(Reader& reader, PageHeader& header, bool isVersion2) {
    reader.readStruct([&](int id, Type type) {
        if (type == Type::True || type == Type::False) {
            header.isCompressed = id == 7 ? Reader::boolean(type) : header.isCompressed;
            return;
        }
        if (type != Type::Int32) {
            reader.skip(type);
            return;
        }
        const std::int64_t value = reader.integer();
        if (id == 1) {
            header.values = unsignedOf(value);
        } else if (id == (isVersion2 ? 4 : 2)) {
            header.encoding = static_cast<Encoding>(value);
        } else if (id == 3 && !isVersion2) {
            header.levelEncoding = static_cast<Encoding>(value);
        } else if (id == 5 && isVersion2) {
            header.definitionBytes = unsignedOf(value);
        } else if (id == 6 && isVersion2) {
            header.repetitionBytes = unsignedOf(value);
        }
    });
}

} // namespace

Metadata readMetadata(std::string_view footer) {
    Reader reader(footer);
    Metadata metadata;
    std::vector<SchemaElement> schema;
    reader.readStruct([&](int id, Type type) {
        if (id == 2 && type == Type::List) {
            reader.readList([&](Type item) {
                if (item != Type::Struct) {
                    throw BadEncoding();
                }
                schema.push_back(readElement(reader));
            });
        } else if (id == 3 && type == Type::Int64) {
            metadata.rows = unsignedOf(reader.integer());
        } else if (id == 4 && type == Type::List) {
            reader.readList([&](Type item) {
                if (item != Type::Struct) {
                    throw BadEncoding();
                }
                metadata.groups.push_back(readRowGroup(reader));
            });
        } else {
            reader.skip(type);
        }
    });
    metadata.leaves = SchemaWalk(schema).take();
    std::uint64_t rows = 0;
    for (const RowGroup& group : metadata.groups) {
        if (group.columns.size() != metadata.leaves.size() || group.rows > metadata.rows - rows) {
            throw BadEncoding();
        }
        rows += group.rows;
    }
    if (rows != metadata.rows) {
        throw BadEncoding();
    }
    return metadata;
}

PageHeader readPageHeader(std::string_view bytes) {
    Reader reader(bytes);
    PageHeader header;
    reader.readStruct([&](int id, Type type) {
        if (type == Type::Int32 && id <= 3) {
            const std::int64_t value = reader.integer();
            if (id == 1) {
                header.kind = static_cast<PageKind>(value);
            } else {
                (id == 2 ? header.uncompressed : header.compressed) = unsignedOf(value);
            }
        } else if (type == Type::Struct && (id == 5 || id == 7 || id == 8)) {
            readDataHeader(reader, header, id == 8);
        } else {
            reader.skip(type);
        }
    });
    header.headerBytes = reader.consumed();
    return header;
}

} // namespace rulescope::io::parquet
