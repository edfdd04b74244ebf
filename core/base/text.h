// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// Marks a sentence in core for lupdate; widgets/ translate it, the command line prints it as it is.
#ifndef QT_TRANSLATE_NOOP
#define QT_TRANSLATE_NOOP(scope, x) x
#endif

namespace rulescope::base {

/// A number inside a sentence: how many decimals to show (negative: shortest, up to six significant digits).
struct Number {
    double value = 0;
    int decimals = -1;
    bool operator==(const Number&) const = default;
};

class Text;

/// A sentence inside another one, translated together with it: the title of a rule, say.
class InnerText {
  public:
    InnerText(Text text);
    const Text& text() const { return *m_text; }
    bool operator==(const InnerText& other) const;

  private:
    std::shared_ptr<const Text> m_text; ///< never null; shared, since texts are values
};

/// A user-visible sentence that is not yet translated: an English source with %1..%9 and what goes there.
///
/// core never translates: it builds Texts whose source is marked with QT_TRANSLATE_NOOP("core", "...");
/// widgets render them in the user's language and number format, `english()` renders them for the command
/// line and for files.
class Text {
  public:
    using Argument = std::variant<std::string, std::int64_t, Number, InnerText>;

    Text() = default;
    Text(const char* source)
        : m_source(source) {}
    Text(const char* source, std::vector<Argument> arguments)
        : m_source(source)
        , m_arguments(std::move(arguments)) {}

    /// A name or a piece of data (an animal, a path) that is never translated.
    static Text verbatim(std::string text);

    const std::string& source() const { return m_source; }
    const std::vector<Argument>& arguments() const { return m_arguments; }
    bool isVerbatim() const { return m_verbatim; }
    bool isEmpty() const { return m_source.empty(); }
    bool operator==(const Text&) const = default;

  private:
    std::string m_source;
    std::vector<Argument> m_arguments;
    bool m_verbatim = false;
};

/// "a, b, c"; an empty text without any.
Text listed(const std::vector<Text>& texts);

/// The sentence in English with C-locale numbers.
std::string english(const Text& text);

} // namespace rulescope::base
