// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/column_builder.h"

#include "core/io/formats/text_stream.h"

#include <utility>

namespace rulescope::io {

namespace {

/// Codes, sessions and levels are fewer; times and other measurements soon are more.
constexpr std::size_t kFewTexts = 1024;

} // namespace

void ColumnBuilder::add(std::string_view text) {
    m_hasPercentSigns = m_hasPercentSigns || (text.size() > 1 && text.back() == '%');
    if (m_isNumeric) {
        if (const auto number = parseNumber(text, m_hasDecimalComma)) {
            m_numbers.push_back(*number);
            return;
        }
        turnIntoTexts();
    }
    if (!m_codes.empty() && m_texts[m_codes.back()] == text) {
        m_codes.push_back(m_codes.back());
        return;
    }
    m_codes.push_back(codeOf(text));
    if (m_texts.size() > kFewTexts && !m_isText) {
        turnIntoNumbers();
    }
}

std::uint32_t ColumnBuilder::codeOf(std::string_view text) {
    const auto [found, isNew] = m_known.emplace(text, static_cast<std::uint32_t>(m_texts.size()));
    if (isNew) {
        m_texts.push_back(asUtf8(text));
    }
    return found->second;
}

void ColumnBuilder::turnIntoNumbers() {
    std::vector<double> meanings;
    for (const std::string& text : m_texts) {
        const auto number = parseNumber(text, m_hasDecimalComma);
        if (!number) {
            m_isText = true;
            return;
        }
        meanings.push_back(*number);
    }
    m_numbers.reserve(m_codes.size() * 2);
    for (const std::uint32_t code : m_codes) {
        m_numbers.push_back(meanings[code]);
    }
    m_isNumeric = true;
    m_codes = {};
    m_texts = {};
    m_known = {};
}

void ColumnBuilder::turnIntoTexts() {
    m_isNumeric = false;
    m_isText = true;
    for (const double number : std::exchange(m_numbers, {})) {
        m_codes.push_back(codeOf(numberText(number)));
    }
}

void ColumnBuilder::finish(std::string name, Table& table) {
    if (m_isNumeric) {
        m_numbers.shrink_to_fit();
        table.addNumbers(std::move(name), std::move(m_numbers), m_hasPercentSigns);
    } else {
        table.addCoded(std::move(name), std::move(m_codes), std::move(m_texts));
    }
}

} // namespace rulescope::io
