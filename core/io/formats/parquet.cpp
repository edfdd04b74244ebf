// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/parquet.h"

#include "core/io/formats/parquet_decode.h"
#include "core/io/formats/thrift_compact.h"
#include "core/io/interner.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <set>

namespace rulescope::io {

namespace {

using base::ErrorCode;
using namespace parquet;

constexpr std::string_view kMagic = "PAR1";
constexpr std::string_view kEncryptedMagic = "PARE";
constexpr std::uint64_t kLargestFooter = std::uint64_t{64} << 20;
constexpr std::uint64_t kLargestPage = std::uint64_t{512} << 20;
/// A page header is a few dozen bytes, but may carry long statistics.
constexpr std::size_t kPageHeaderBytes = 65536;
/// Runs make constant columns tiny; no table is all constant.
constexpr std::uint64_t kMostRowsPerByte = 4096;
constexpr std::uint64_t kMostCells = 500'000'000;

/// Grows one column of the table over its pages.
class ColumnSink {
  public:
    ColumnSink(const Leaf& leaf, std::size_t rows)
        : m_leaf(leaf)
        , m_isText(isText(leaf)) {
        if (m_isText) {
            m_codes.reserve(rows);
        } else {
            m_numbers.reserve(rows);
        }
    }

    void setDictionary(Values dictionary) {
        m_dictionary = std::move(dictionary);
        m_dictionaryCodes.clear();
        for (const std::string& text : m_dictionary.texts) {
            m_dictionaryCodes.push_back(m_interner.add(text));
        }
    }
    void addNull() {
        if (m_isText) {
            m_codes.push_back(m_interner.add({}));
        } else {
            m_numbers.push_back(std::numeric_limits<double>::quiet_NaN());
        }
    }
    void addFromDictionary(std::uint32_t index) {
        if (index >= (m_isText ? m_dictionaryCodes.size() : m_dictionary.numbers.size())) {
            throw BadPage();
        }
        if (m_isText) {
            m_codes.push_back(m_dictionaryCodes[index]);
        } else {
            m_numbers.push_back(m_dictionary.numbers[index]);
        }
    }
    void add(const Values& values, std::size_t i) {
        if (m_isText) {
            m_codes.push_back(m_interner.add(values.texts[i]));
        } else {
            m_numbers.push_back(values.numbers[i]);
        }
    }
    std::size_t size() const { return m_isText ? m_codes.size() : m_numbers.size(); }
    void finish(Table& table) {
        if (m_isText) {
            table.addCoded(m_leaf.name, std::move(m_codes), std::move(m_interner.texts()));
        } else {
            table.addNumbers(m_leaf.name, std::move(m_numbers));
        }
    }

  private:
    const Leaf& m_leaf;
    bool m_isText;
    std::vector<double> m_numbers;
    std::vector<std::uint32_t> m_codes;
    Interner m_interner;
    Values m_dictionary;
    std::vector<std::uint32_t> m_dictionaryCodes;
};

/// A page's levels (how much of each value's path is there) and what follows them.
struct PageContent {
    std::vector<std::uint32_t> levels; ///< empty where the column has no nulls
    std::string values;
};

std::uint32_t wordAt(std::string_view bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    }
    return value;
}

class Reader {
  public:
    Reader(
        ByteSource& source, std::string where, base::StopToken stop, const base::ProgressCallback& onProgress)
        : m_source(source)
        , m_where(std::move(where))
        , m_stop(std::move(stop))
        , m_onProgress(onProgress) {}

    base::Result<Table> run() {
        try {
            m_metadata = readMetadata(footer());
            checkSizes();
            return readTable();
        } catch (const base::Error& error) {
            return tl::make_unexpected(error);
        } catch (const UnknownCode& unknown) {
            return base::failure(ErrorCode::Unsupported,
                {QT_TRANSLATE_NOOP("core", "The Parquet file uses %1 number %2, which is not read."),
                    {std::string(unknown.kind), std::int64_t{unknown.number}}},
                m_where, QT_TRANSLATE_NOOP("core", "Write it with snappy or zstd, or as CSV."));
        } catch (const thrift::BadEncoding&) {
            return tl::make_unexpected(damaged());
        } catch (const BadPage&) {
            return tl::make_unexpected(damaged());
        }
    }

  private:
    base::Error damaged() const {
        return {ErrorCode::BadFormat, QT_TRANSLATE_NOOP("core", "The Parquet file is damaged or cut short."),
            m_column.empty() ? m_where : m_where + ", column " + m_column,
            QT_TRANSLATE_NOOP("core", "Export it again.")};
    }

    std::string bytesAt(std::uint64_t offset, std::uint64_t count) {
        if (offset > m_source.size() || count > m_source.size() - offset) {
            throw damaged();
        }
        std::string bytes(count, '\0');
        const auto got = m_source.readAt(offset, bytes);
        if (!got) {
            throw base::Error(got.error());
        }
        if (*got != count) {
            throw damaged();
        }
        return bytes;
    }

    std::string footer() {
        constexpr std::uint64_t kTail = 8; // length and magic
        const std::uint64_t size = m_source.size();
        if (size < kTail + kMagic.size()) {
            throw damaged();
        }
        const std::string tail = bytesAt(size - kTail, kTail);
        if (tail.substr(4) == kEncryptedMagic) {
            throw base::Error{ErrorCode::Unsupported,
                QT_TRANSLATE_NOOP("core", "The Parquet file is encrypted."), m_where, {}};
        }
        const std::uint64_t length = wordAt(tail, 0);
        if (tail.substr(4) != kMagic || length > size - kTail - kMagic.size() || length > kLargestFooter) {
            throw damaged();
        }
        return bytesAt(size - kTail - length, length);
    }

    void checkSizes() const {
        const std::uint64_t columns = m_metadata.leaves.size();
        const bool isTooLarge = m_metadata.rows > kMostTableRows || columns > kMostTableColumns ||
                                m_metadata.rows > kMostRowsPerByte * m_source.size() ||
                                (columns > 0 && m_metadata.rows > kMostCells / columns);
        if (isTooLarge) {
            throw base::Error{ErrorCode::TooLarge,
                {QT_TRANSLATE_NOOP("core", "The table claims %1 rows of %2 columns."),
                    {static_cast<std::int64_t>(std::min<std::uint64_t>(m_metadata.rows, INT64_MAX)),
                        static_cast<std::int64_t>(columns)}},
                m_where, QT_TRANSLATE_NOOP("core", "Split it, for example one file per animal.")};
        }
        if (m_metadata.rows == 0 || columns == 0) {
            throw base::Error{
                ErrorCode::BadFormat, QT_TRANSLATE_NOOP("core", "The table has no rows."), m_where, {}};
        }
    }

    Table readTable() {
        Table table(m_where);
        std::vector<std::string> ragged, unread;
        std::set<std::string> names;
        for (std::size_t i = 0; i < m_metadata.leaves.size(); ++i) {
            const Leaf& leaf = m_metadata.leaves[i];
            if (!names.insert(leaf.name).second || !isReadable(leaf)) {
                (leaf.isRepeated ? ragged : unread).push_back(leaf.name);
                continue;
            }
            m_column = leaf.name;
            ColumnSink sink(leaf, m_metadata.rows);
            for (const RowGroup& group : m_metadata.groups) {
                readChunk(leaf, group.columns[i], group.rows, sink);
            }
            sink.finish(table);
            if (m_onProgress) {
                m_onProgress(static_cast<double>(i + 1) / static_cast<double>(m_metadata.leaves.size()));
            }
        }
        warn(table, WarningCode::ColumnsRagged, ragged);
        warn(table, WarningCode::ColumnsIgnored, unread);
        if (table.columns() == 0) {
            throw damaged();
        }
        return table;
    }

    void warn(Table& table, WarningCode code, const std::vector<std::string>& names) const {
        std::string list;
        for (const std::string& name : names) {
            list += (list.empty() ? "" : ", ") + name;
        }
        if (!names.empty()) {
            table.warnings.push_back({code, names.size(), m_where + ": " + list});
        }
    }

    void readChunk(const Leaf& leaf, const ColumnChunk& chunk, std::uint64_t rows, ColumnSink& sink) {
        if (chunk.values != rows) {
            throw damaged(); // a flat column has one value, or null, a row
        }
        std::uint64_t at = chunk.offset;
        const std::uint64_t end = chunk.offset + chunk.compressed;
        if (chunk.compressed > m_source.size() || end > m_source.size() || chunk.offset > m_source.size()) {
            throw damaged();
        }
        const std::size_t wanted = sink.size() + rows;
        bool hasDictionary = false;
        while (sink.size() < wanted) {
            if (m_stop.stop_requested()) {
                throw base::Error{
                    ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "Reading was stopped."), m_where, {}};
            }
            const PageHeader header =
                readPageHeader(bytesAt(at, std::min<std::uint64_t>(kPageHeaderBytes, end - at)));
            at += header.headerBytes;
            if (header.compressed > end - at || header.uncompressed > kLargestPage ||
                header.values > kMostTableRows) {
                throw damaged();
            }
            const std::string page = bytesAt(at, header.compressed);
            at += header.compressed;
            if (header.kind == PageKind::Dictionary) {
                if (hasDictionary) {
                    throw damaged();
                }
                hasDictionary = true;
                sink.setDictionary(
                    decodePlain(leaf, decompress(chunk.codec, page, header.uncompressed), header.values));
            } else if (header.kind == PageKind::Data || header.kind == PageKind::DataV2) {
                if (header.values > wanted - sink.size()) {
                    throw damaged();
                }
                readData(leaf, header, contentOf(leaf, chunk, header, page), sink);
            }
        }
    }

    PageContent contentOf(
        const Leaf& leaf, const ColumnChunk& chunk, const PageHeader& header, const std::string& page) const {
        const auto width = static_cast<unsigned>(std::bit_width(static_cast<unsigned>(leaf.definitionMax)));
        PageContent content;
        if (header.kind == PageKind::DataV2) {
            const std::uint64_t levelBytes = header.definitionBytes + header.repetitionBytes;
            if (header.definitionBytes > page.size() || header.repetitionBytes > page.size() ||
                levelBytes > page.size() || levelBytes > header.uncompressed) {
                throw damaged();
            }
            if (width > 0) {
                content.levels = decodeHybrid(
                    std::string_view(page).substr(header.repetitionBytes, header.definitionBytes), width,
                    header.values);
            }
            const std::string_view rest = std::string_view(page).substr(levelBytes);
            content.values = header.isCompressed
                                 ? decompress(chunk.codec, rest, header.uncompressed - levelBytes)
                                 : std::string(rest);
            return content;
        }
        content.values = decompress(chunk.codec, page, header.uncompressed);
        if (width == 0) {
            return content;
        }
        if (header.levelEncoding != Encoding::Rle) {
            throw UnknownCode("level encoding", static_cast<int>(header.levelEncoding));
        }
        if (content.values.size() < 4 || wordAt(content.values, 0) > content.values.size() - 4) {
            throw damaged();
        }
        const std::uint32_t length = wordAt(content.values, 0);
        content.levels =
            decodeHybrid(std::string_view(content.values).substr(4, length), width, header.values);
        content.values.erase(0, 4 + length);
        return content;
    }

    static void readData(
        const Leaf& leaf, const PageHeader& header, const PageContent& content, ColumnSink& sink) {
        const auto full = static_cast<std::uint32_t>(leaf.definitionMax);
        const std::size_t present =
            content.levels.empty()
                ? header.values
                : static_cast<std::size_t>(std::count(content.levels.begin(), content.levels.end(), full));
        const bool isCoded =
            header.encoding == Encoding::RleDictionary || header.encoding == Encoding::PlainDictionary;
        std::vector<std::uint32_t> indices;
        Values values;
        if (isCoded && present > 0) {
            if (content.values.empty()) {
                throw BadPage();
            }
            indices = decodeHybrid(std::string_view(content.values).substr(1),
                static_cast<unsigned char>(content.values.front()), present);
        } else if (present > 0) {
            values = decodeValues(leaf, header.encoding, content.values, present);
        }
        std::size_t next = 0;
        for (std::size_t i = 0; i < header.values; ++i) {
            if (!content.levels.empty() && content.levels[i] != full) {
                sink.addNull();
            } else if (isCoded) {
                sink.addFromDictionary(indices[next++]);
            } else {
                sink.add(values, next++);
            }
        }
    }

    ByteSource& m_source;
    std::string m_where;
    base::StopToken m_stop;
    const base::ProgressCallback& m_onProgress;
    Metadata m_metadata;
    std::string m_column; ///< being read, for messages
};

} // namespace

base::Result<Table> readParquet(ByteSource& source, const std::string& where, base::StopToken stop,
    const base::ProgressCallback& onProgress) {
    return Reader(source, where, std::move(stop), onProgress).run();
}

} // namespace rulescope::io
