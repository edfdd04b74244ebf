// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/text.h"

#include <functional>
#include <string>
#include <vector>

namespace rulescope::base {

/// Fills a sentence's %1..%9 with its arguments, as `written` writes them, in one pass: what an argument
/// holds is never filled in again. A sentence without such an argument keeps the placeholder.
///
/// Words that follow a count give their forms in braces, "n = %2 {trial|trials}": the first stands after a
/// count of 1, the last after any other. The count is the whole number filled in last before the braces.
std::string filledSentence(const std::string& sentence, const std::vector<Text::Argument>& arguments,
    const std::function<std::string(const Text::Argument&)>& written);

} // namespace rulescope::base
