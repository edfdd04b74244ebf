// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"

#include <fmt/format.h>

namespace rulescope::base {

namespace {

struct EnglishArgument {
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(std::int64_t count) const { return fmt::format("{}", count); }
    std::string operator()(const Number& number) const {
        return number.decimals < 0 ? fmt::format("{:.6g}", number.value)
                                   : fmt::format("{:.{}f}", number.value, number.decimals);
    }
};

} // namespace

Text Text::verbatim(std::string text) {
    Text result;
    result.m_source = std::move(text);
    result.m_verbatim = true;
    return result;
}

std::string english(const Text& text) {
    if (text.isVerbatim()) {
        return text.source();
    }
    std::string result;
    const std::string& source = text.source();
    for (std::size_t i = 0; i < source.size(); ++i) {
        const bool isPlaceholder =
            source[i] == '%' && i + 1 < source.size() && source[i + 1] >= '1' && source[i + 1] <= '9';
        const std::size_t index = isPlaceholder ? static_cast<std::size_t>(source[i + 1] - '1') : 0;
        if (isPlaceholder && index < text.arguments().size()) {
            result += std::visit(EnglishArgument{}, text.arguments()[index]);
            ++i;
        } else {
            result += source[i];
        }
    }
    return result;
}

} // namespace rulescope::base
