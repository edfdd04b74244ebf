// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/table.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rulescope::io {

/// Grows one column of a table from texts: each kept once while they are few, as numbers once they are many.
class ColumnBuilder {
  public:
    explicit ColumnBuilder(bool hasDecimalComma)
        : m_hasDecimalComma(hasDecimalComma) {}

    void add(std::string_view text);
    /// Moves the column into the table.
    void finish(std::string name, Table& table);

  private:
    std::uint32_t codeOf(std::string_view text);
    void turnIntoNumbers();
    void turnIntoTexts();

    bool m_hasDecimalComma;
    bool m_isNumeric = false;
    bool m_isText = false; ///< was found to hold words
    bool m_hasPercentSigns = false;
    std::vector<double> m_numbers;
    std::vector<std::uint32_t> m_codes;
    std::vector<std::string> m_texts;
    std::unordered_map<std::string, std::uint32_t> m_known;
};

} // namespace rulescope::io
