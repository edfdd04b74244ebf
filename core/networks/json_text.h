// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>
#include <string>

namespace rulescope::networks {

/// Runs `parse` on the text; what is no JSON, or lacks a value, becomes a BadFormat error of `sentence` (with
/// %1 for what is wrong).
template<class Parse>
auto parsed(const std::string& text, const char* sentence, Parse parse)
    -> base::Result<decltype(parse(nlohmann::ordered_json()))> {
    try {
        return parse(nlohmann::ordered_json::parse(text));
    } catch (const nlohmann::json::exception& error) {
        return base::failure(base::ErrorCode::BadFormat, {sentence, {std::string(error.what())}});
    }
}

} // namespace rulescope::networks
