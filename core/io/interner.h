// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace rulescope::io {

/// Turns texts into small numbers, each distinct text once, in the order of their first use.
class Interner {
  public:
    std::uint32_t add(const std::string& text) {
        const auto [found, isNew] = m_known.emplace(text, static_cast<std::uint32_t>(m_texts.size()));
        if (isNew) {
            m_texts.push_back(text);
        }
        return found->second;
    }
    std::vector<std::string>& texts() { return m_texts; }

  private:
    std::unordered_map<std::string, std::uint32_t> m_known;
    std::vector<std::string> m_texts;
};

} // namespace rulescope::io
