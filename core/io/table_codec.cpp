// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/table_codec.h"

#include <cstring>
#include <limits>
#include <stdexcept>
#include <type_traits>

namespace rulescope::io {

namespace {

constexpr char kTablesMark = 'T';
constexpr char kErrorMark = 'E';
constexpr int kDeepestSentence = 1000; ///< sentences within sentences; a list of n is n deep

/// Thrown inside this file only.
struct BadAnswer : std::exception {};

class Writer {
  public:
    template<class T>
    void put(T value) {
        static_assert(std::is_arithmetic_v<T>);
        m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void put(const std::string& text) {
        put<std::uint64_t>(text.size());
        m_bytes += text;
    }
    template<class T>
    void putAll(const std::vector<T>& values) {
        put<std::uint64_t>(values.size());
        m_bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    }
    void put(const base::Text& text) {
        put(text.source());
        put<char>(text.isVerbatim() ? 1 : 0);
        put<std::uint64_t>(text.arguments().size());
        for (const base::Text::Argument& argument : text.arguments()) {
            put<char>(static_cast<char>(argument.index()));
            if (const auto* word = std::get_if<std::string>(&argument)) {
                put(*word);
            } else if (const auto* count = std::get_if<std::int64_t>(&argument)) {
                put(*count);
            } else if (const auto* number = std::get_if<base::Number>(&argument)) {
                put(number->value);
                put<std::int32_t>(number->decimals);
            } else {
                put(std::get<base::InnerText>(argument).text());
            }
        }
    }
    std::string take() { return std::move(m_bytes); }

  private:
    std::string m_bytes;
};

class Reader {
  public:
    explicit Reader(std::string_view bytes)
        : m_bytes(bytes) {}
    template<class T>
    T get() {
        T value{};
        std::memcpy(&value, take(sizeof value).data(), sizeof value);
        return value;
    }
    std::string text() { return std::string(take(get<std::uint64_t>())); }
    template<class T>
    std::vector<T> all() {
        const auto count = get<std::uint64_t>();
        if (count > m_bytes.size() / sizeof(T)) {
            throw BadAnswer();
        }
        std::vector<T> values(count);
        const std::string_view bytes = take(count * sizeof(T));
        if (count > 0) {
            std::memcpy(values.data(), bytes.data(), bytes.size());
        }
        return values;
    }
    /// A count of things that take at least `bytesEach`.
    std::size_t count(std::size_t bytesEach) {
        const auto number = get<std::uint64_t>();
        if (number > m_bytes.size() / bytesEach) {
            throw BadAnswer();
        }
        return number;
    }
    base::Text sentence(int depth = 0) {
        if (depth > kDeepestSentence) {
            throw BadAnswer();
        }
        const std::string source = text();
        const bool isVerbatim = get<char>() != 0;
        std::vector<base::Text::Argument> arguments;
        for (std::size_t i = count(1); i > 0; --i) {
            switch (get<char>()) {
            case 0:
                arguments.emplace_back(text());
                break;
            case 1:
                arguments.emplace_back(get<std::int64_t>());
                break;
            case 2: {
                const auto value = get<double>();
                arguments.emplace_back(base::Number{value, get<std::int32_t>()});
                break;
            }
            case 3:
                arguments.emplace_back(sentence(depth + 1));
                break;
            default:
                throw BadAnswer();
            }
        }
        return isVerbatim ? base::Text::verbatim(source) : base::Text(source.c_str(), std::move(arguments));
    }
    bool isAtEnd() const { return m_bytes.empty(); }

  private:
    std::string_view take(std::uint64_t count) {
        if (count > m_bytes.size()) {
            throw BadAnswer();
        }
        const std::string_view taken = m_bytes.substr(0, count);
        m_bytes.remove_prefix(count);
        return taken;
    }
    std::string_view m_bytes;
};

void putTable(Writer& writer, const Table& table) {
    writer.put(table.where());
    for (const std::string* part : {&table.identity.animal, &table.identity.lab, &table.identity.date,
             &table.identity.session, &table.identity.protocol, &table.identity.startTime}) {
        writer.put(*part);
    }
    writer.put<std::uint64_t>(table.warnings.size());
    for (const ImportWarning& warning : table.warnings) {
        writer.put<std::int32_t>(static_cast<std::int32_t>(warning.code));
        writer.put<std::uint64_t>(warning.count);
        writer.put(warning.where);
    }
    writer.put<std::uint64_t>(table.columns());
    for (std::size_t i = 0; i < table.columns(); ++i) {
        writer.put(table.header()[i]);
        const bool isCoded = table.isCoded(i);
        writer.put<char>(isCoded ? 1 : 0);
        if (!isCoded) {
            writer.putAll(*table.numbers(i));
            continue;
        }
        const auto coded = table.coded(i, std::numeric_limits<std::size_t>::max());
        writer.putAll(coded->codes);
        writer.put<std::uint64_t>(coded->texts.size());
        for (const std::string& text : coded->texts) {
            writer.put(text);
        }
    }
}

void checkRows(const Table& table, std::size_t rows) {
    if (rows == 0 || (table.columns() > 0 && rows != table.rows())) {
        throw BadAnswer();
    }
}

Table getTable(Reader& reader) {
    Table table(reader.text());
    for (std::string* part : {&table.identity.animal, &table.identity.lab, &table.identity.date,
             &table.identity.session, &table.identity.protocol, &table.identity.startTime}) {
        *part = reader.text();
    }
    for (std::size_t i = reader.count(1); i > 0; --i) {
        const auto code = reader.get<std::int32_t>();
        if (code < 0 || code > static_cast<std::int32_t>(WarningCode::NoEvidence)) {
            throw BadAnswer();
        }
        const auto count = reader.get<std::uint64_t>();
        table.warnings.push_back({static_cast<WarningCode>(code), count, reader.text()});
    }
    for (std::size_t i = reader.count(1); i > 0; --i) {
        std::string name = reader.text();
        if (reader.get<char>() == 0) {
            auto values = reader.all<double>();
            checkRows(table, values.size());
            table.addNumbers(std::move(name), std::move(values));
            continue;
        }
        auto codes = reader.all<std::uint32_t>();
        std::vector<std::string> texts;
        for (std::size_t left = reader.count(1); left > 0; --left) {
            texts.push_back(reader.text());
        }
        checkRows(table, codes.size());
        for (const std::uint32_t code : codes) {
            if (code >= texts.size()) {
                throw BadAnswer();
            }
        }
        table.addCoded(std::move(name), std::move(codes), std::move(texts));
    }
    return table;
}

} // namespace

std::string encodeTables(const base::Result<std::vector<Table>>& tables) {
    Writer writer;
    if (!tables) {
        writer.put(kErrorMark);
        writer.put<std::int32_t>(static_cast<std::int32_t>(tables.error().code));
        writer.put(tables.error().what);
        writer.put(tables.error().where);
        writer.put(tables.error().remedy);
        return writer.take();
    }
    writer.put(kTablesMark);
    writer.put<std::uint64_t>(tables->size());
    for (const Table& table : *tables) {
        putTable(writer, table);
    }
    return writer.take();
}

base::Result<std::vector<Table>> decodeTables(std::string_view bytes, const std::string& where) {
    try {
        Reader reader(bytes);
        const char mark = reader.get<char>();
        if (mark == kErrorMark) {
            const auto code = reader.get<std::int32_t>();
            if (code < 0 || code > static_cast<std::int32_t>(base::ErrorCode::Internal)) {
                throw BadAnswer();
            }
            base::Error error{static_cast<base::ErrorCode>(code), reader.sentence(), {}, {}};
            error.where = reader.text();
            error.remedy = reader.sentence();
            return tl::make_unexpected(std::move(error));
        }
        std::vector<Table> tables;
        for (std::size_t left = mark == kTablesMark ? reader.count(1) : throw BadAnswer(); left > 0; --left) {
            tables.push_back(getTable(reader));
        }
        return reader.isAtEnd() ? base::Result<std::vector<Table>>(std::move(tables)) : throw BadAnswer();
    } catch (const BadAnswer&) {
        return base::failure(base::ErrorCode::BadFormat,
            QT_TRANSLATE_NOOP("core", "The file is so damaged that it can't be read."), where);
    }
}

} // namespace rulescope::io
