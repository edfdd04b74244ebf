// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/table.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <unordered_map>

namespace rulescope::io {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool equalsFolded(std::string_view text, std::string_view lower) {
    return text.size() == lower.size() &&
           std::equal(text.begin(), text.end(), lower.begin(),
               [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

bool isMissing(std::string_view text) {
    constexpr std::array<std::string_view, 9> kWords = {
        "nan", "na", "n/a", "null", "none", "-", ".", "<na>", "nat"};
    return text.empty() || std::any_of(kWords.begin(), kWords.end(),
                               [&](std::string_view word) { return equalsFolded(text, word); });
}

std::optional<double> plainNumber(std::string_view digits) {
    double value = 0;
    const char* const end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end) {
        return {};
    }
    return value == value ? value : kNaN;
}

/// Equal bits, or both NaN.
bool isSame(double a, double b) {
    return a == b || (std::isnan(a) && std::isnan(b));
}

} // namespace

void Table::add(std::string name, Column column, std::size_t rows) {
    assert(m_columns.empty() || rows == m_rows);
    m_rows = rows;
    m_header.push_back(std::move(name));
    m_columns.push_back(std::move(column));
}

void Table::addNumbers(std::string name, std::vector<double> values, bool hasPercentSigns) {
    const std::size_t rows = values.size();
    add(std::move(name), {std::move(values), {}, {}, hasPercentSigns}, rows);
}

void Table::addTexts(std::string name, const std::vector<std::string>& values) {
    Column column;
    std::unordered_map<std::string_view, std::uint32_t> known; // of `values`, which outlive it
    column.codes.reserve(values.size());
    for (const std::string& value : values) {
        const auto [found, isNew] = known.emplace(value, static_cast<std::uint32_t>(column.texts.size()));
        if (isNew) {
            column.texts.push_back(value);
        }
        column.codes.push_back(found->second);
    }
    add(std::move(name), std::move(column), values.size());
}

void Table::addCoded(std::string name, std::vector<std::uint32_t> codes, std::vector<std::string> texts) {
    const std::size_t rows = codes.size();
    add(std::move(name), {{}, std::move(codes), std::move(texts), false}, rows);
}

std::optional<std::size_t> Table::find(std::string_view name) const {
    const auto exact = std::find(m_header.begin(), m_header.end(), name);
    if (exact != m_header.end()) {
        return static_cast<std::size_t>(exact - m_header.begin());
    }
    const std::string wanted = foldedName(name);
    for (std::size_t i = 0; i < m_header.size(); ++i) {
        if (foldedName(m_header[i]) == wanted) {
            return i;
        }
    }
    return {};
}

std::optional<std::size_t> Table::findAny(const std::vector<std::string_view>& names) const {
    for (const std::string_view name : names) {
        if (const auto found = find(name)) {
            return found;
        }
    }
    return {};
}

std::string Table::cell(std::size_t row, std::size_t column) const {
    const Column& found = m_columns[column];
    return found.codes.empty() ? numberText(found.numbers[row]) : found.texts[found.codes[row]];
}

bool Table::areEqual(std::size_t rowA, std::size_t rowB, std::size_t column) const {
    const Column& found = m_columns[column];
    return found.codes.empty() ? isSame(found.numbers[rowA], found.numbers[rowB])
                               : found.codes[rowA] == found.codes[rowB];
}

std::optional<double> Table::number(std::size_t row, std::size_t column) const {
    const Column& found = m_columns[column];
    return found.codes.empty() ? std::optional(found.numbers[row])
                               : parseNumber(found.texts[found.codes[row]], m_hasDecimalComma);
}

base::Result<std::vector<double>> Table::numbers(std::size_t column) const {
    const Column& found = m_columns[column];
    if (found.codes.empty()) {
        return found.numbers;
    }
    std::vector<std::optional<double>> meanings;
    meanings.reserve(found.texts.size());
    for (const std::string& text : found.texts) {
        meanings.push_back(parseNumber(text, m_hasDecimalComma));
    }
    std::vector<double> values(m_rows);
    for (std::size_t row = 0; row < m_rows; ++row) {
        const auto& value = meanings[found.codes[row]];
        if (!value) {
            return base::failure(base::ErrorCode::InvalidValue,
                {QT_TRANSLATE_NOOP("core", "Column %1 holds \u201c%2\u201d, which is no number."),
                    {m_header[column], found.texts[found.codes[row]].substr(0, 40)}},
                place(row));
        }
        values[row] = *value;
    }
    return values;
}

bool Table::hasPercentSigns(std::size_t column) const {
    const Column& found = m_columns[column];
    return found.hasPercentSigns ||
           std::any_of(found.texts.begin(), found.texts.end(),
               [](const std::string& text) { return text.size() > 1 && text.back() == '%'; });
}

bool Table::isNumeric(std::size_t column) const {
    const Column& found = m_columns[column];
    const auto isNumber = [](double value) { return !std::isnan(value); };
    if (found.codes.empty()) {
        return std::any_of(found.numbers.begin(), found.numbers.end(), isNumber);
    }
    bool hasNumber = false;
    for (const std::string& text : found.texts) {
        const auto value = parseNumber(text, m_hasDecimalComma);
        if (!value) {
            return false;
        }
        hasNumber = hasNumber || isNumber(*value);
    }
    return hasNumber;
}

std::optional<Table::Coded> Table::coded(std::size_t column, std::size_t most) const {
    const Column& found = m_columns[column];
    if (!found.codes.empty() || found.numbers.empty()) {
        return found.texts.size() > most ? std::nullopt : std::optional(Coded{found.codes, found.texts});
    }
    Coded coded;
    std::unordered_map<std::uint64_t, std::uint32_t> known; // by bits, so that NaN is one value
    coded.codes.reserve(m_rows);
    for (const double value : found.numbers) {
        const double canonical = std::isnan(value) ? kNaN : value + 0.0;
        std::uint64_t bits = 0;
        std::memcpy(&bits, &canonical, sizeof bits);
        const auto [entry, isNew] = known.emplace(bits, static_cast<std::uint32_t>(coded.texts.size()));
        if (isNew) {
            if (coded.texts.size() == most) {
                return {};
            }
            coded.texts.push_back(numberText(canonical));
        }
        coded.codes.push_back(entry->second);
    }
    return coded;
}

std::string Table::place(std::size_t row) const {
    return row < m_lines.size() ? m_where + ":" + std::to_string(m_lines[row])
                                : m_where + ", row " + std::to_string(row + 1);
}

namespace {

/// "RT (s)" and "contrast [%]" without the unit, where that is one in which the quantity is read anyway.
std::string_view withoutUnit(std::string_view name) {
    for (const std::string_view unit :
        {"(s)", "[s]", "(sec)", "[sec]", "(seconds)", "(%)", "[%]", "(ms)", "[ms]", "_ms", " ms", "(percent)",
            "[percent]", "_percent", "_pct", " percent", " pct", " %", "%"}) {
        if (name.size() > unit.size() && name.substr(name.size() - unit.size()) == unit) {
            return name.substr(0, name.size() - unit.size());
        }
    }
    return name;
}

/// A number without a percent sign or a word processor's minus.
std::optional<double> bareNumber(std::string_view text, bool allowsDecimalComma) {
    const std::string_view digits = text.substr(!text.empty() && text.front() == '+' ? 1 : 0);
    if (const auto value = plainNumber(digits)) {
        return value;
    }
    if (isMissing(text)) {
        return kNaN;
    }
    if (equalsFolded(text, "true") || equalsFolded(text, "false")) {
        return equalsFolded(text, "true") ? 1 : 0;
    }
    const auto comma = digits.find(',');
    if (!allowsDecimalComma || comma == std::string_view::npos || digits.size() > 64 ||
        digits.find('.') != std::string_view::npos) {
        return {};
    }
    std::array<char, 64> point{};
    std::copy(digits.begin(), digits.end(), point.begin());
    point[comma] = '.';
    return plainNumber({point.data(), digits.size()});
}

} // namespace

bool saysPercent(std::string_view name) {
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
        [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower.find('%') != std::string::npos || lower.find("percent") != std::string::npos ||
           lower.find("pct") != std::string::npos;
}

bool saysMilliseconds(std::string_view name) {
    for (const std::string_view unit : {"(ms)", "[ms]", "_ms", " ms"}) {
        if (name.size() > unit.size() && name.substr(name.size() - unit.size()) == unit) {
            return true;
        }
    }
    return false;
}

std::string foldedName(std::string_view name) {
    name = withoutUnit(name);
    std::string folded;
    for (const char c : name) {
        if (c != '_' && c != '-' && c != '.' && c != ' ' && c != '\t' && c != '?' && c != '#') {
            folded += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    return folded;
}

std::optional<double> parseNumber(std::string_view text, bool allowsDecimalComma) {
    constexpr std::string_view kMinusSign = "\u2212"; // as word processors write it
    std::string withHyphen;
    if (text.substr(0, kMinusSign.size()) == kMinusSign) {
        withHyphen = "-" + std::string(text.substr(kMinusSign.size()));
        text = withHyphen;
    }
    const bool isPercent = text.size() > 1 && text.back() == '%';
    text.remove_suffix(isPercent ? 1 : 0);
    while (isPercent && !text.empty() && text.back() == ' ') {
        text.remove_suffix(1);
    }
    const auto value = isPercent && text.empty() ? std::nullopt : bareNumber(text, allowsDecimalComma);
    return value && isPercent ? *value / 100 : value;
}

std::string numberText(double value) {
    if (std::isnan(value)) {
        return {};
    }
    constexpr double kExactIntegers = 9007199254740992.0; // 2^53
    std::array<char, 32> buffer{};
    char* const begin = buffer.data();
    if (std::abs(value) < kExactIntegers && value == std::floor(value)) {
        return {begin, std::to_chars(begin, begin + buffer.size(), static_cast<std::int64_t>(value)).ptr};
    }
    return {begin, std::to_chars(begin, begin + buffer.size(), value).ptr};
}

} // namespace rulescope::io
