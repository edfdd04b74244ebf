// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"

#include "core/base/sentence.h"

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
    return filledSentence(text.source(), text.arguments(),
        [](const Text::Argument& argument) { return std::visit(EnglishArgument{}, argument); });
}

} // namespace rulescope::base
