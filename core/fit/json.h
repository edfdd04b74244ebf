// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fit/fit_spec.h"

#include <nlohmann/json.hpp>

/// JSON forms shared by this folder's sources (private: core's public headers know no JSON library).
namespace rulescope::fit {

using Json = nlohmann::ordered_json;

Json trainingToJson(const TrainingOptions& training);
TrainingOptions trainingFromJson(const Json& json);
Json specToJson(const FitSpec& spec);
/// Throws nlohmann::json::exception on missing or mistyped members; callers translate it.
FitSpec specFromJson(const Json& json);

/// NaN and infinities become null, which JSON has instead.
Json numberToJson(double value);
double numberFromJson(const Json& json);

/// Runs `parse` on the text; JSON exceptions become a BadFormat error.
template<class Parse>
auto parsed(const std::string& text, Parse parse) -> base::Result<decltype(parse(Json()))> {
    try {
        return parse(Json::parse(text));
    } catch (const nlohmann::json::exception& error) {
        return base::failure(base::ErrorCode::BadFormat,
            {QT_TRANSLATE_NOOP("core", "a stored specification can't be read (%1)."),
                {std::string(error.what())}});
    }
}

} // namespace rulescope::fit
