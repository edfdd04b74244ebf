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
    std::string operator()(const InnerText& inner) const { return english(inner.text()); }
};

} // namespace

InnerText::InnerText(Text text)
    : m_text(std::make_shared<const Text>(std::move(text))) {}

bool InnerText::operator==(const InnerText& other) const {
    return *m_text == *other.m_text;
}

Text listed(const std::vector<Text>& texts) {
    Text all;
    for (const Text& text : texts) {
        all = all.isEmpty() ? text : Text(QT_TRANSLATE_NOOP("core", "%1, %2"), {all, text});
    }
    return all;
}

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
