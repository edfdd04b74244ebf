// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sentence.h"

#include <optional>

namespace rulescope::base {

namespace {

/// The form for `count` of "{one|other}" at the start of `text`, and how long that was; nothing if `text`
/// starts otherwise.
struct Form {
    std::string word;
    std::size_t length = 0;
};
std::optional<Form> formAt(const std::string& text, std::size_t at, std::int64_t count) {
    const std::size_t end = text.find('}', at);
    if (text[at] != '{' || end == std::string::npos) {
        return std::nullopt;
    }
    const std::string forms = text.substr(at + 1, end - at - 1);
    if (forms.find('|') == std::string::npos) {
        return std::nullopt;
    }
    return Form{
        count == 1 ? forms.substr(0, forms.find('|')) : forms.substr(forms.rfind('|') + 1), end + 1 - at};
}

} // namespace

std::string filledSentence(const std::string& sentence, const std::vector<Text::Argument>& arguments,
    const std::function<std::string(const Text::Argument&)>& written) {
    std::string result;
    std::optional<std::int64_t> count;
    for (std::size_t i = 0; i < sentence.size(); ++i) {
        const bool isPlaceholder =
            sentence[i] == '%' && i + 1 < sentence.size() && sentence[i + 1] >= '1' && sentence[i + 1] <= '9';
        const std::size_t index = isPlaceholder ? static_cast<std::size_t>(sentence[i + 1] - '1') : 0;
        if (isPlaceholder && index < arguments.size()) {
            const auto* number = std::get_if<std::int64_t>(&arguments[index]);
            count = number != nullptr ? std::optional(*number) : count;
            result += written(arguments[index]);
            ++i;
        } else if (const auto form = count ? formAt(sentence, i, *count) : std::nullopt) {
            result += form->word;
            i += form->length - 1;
        } else {
            result += sentence[i];
        }
    }
    return result;
}

} // namespace rulescope::base
