// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/annotations_json.h"

#include <cstdint>
#include <nlohmann/json.hpp>

namespace rulescope::io {

namespace {

using Json = nlohmann::ordered_json;

Json toJson(const data::AnimalNotes& notes) {
    Json exclusions = Json::array(), phases = Json::array();
    for (const data::Exclusion& exclusion : notes.exclusions) {
        exclusions.push_back({{"session", exclusion.session}, {"begin", exclusion.begin},
            {"end", exclusion.end}, {"reason", exclusion.reason}});
    }
    for (const data::Phase& phase : notes.phases) {
        phases.push_back({{"name", phase.name}, {"first", phase.first}, {"last", phase.last}});
    }
    return {{"note", notes.note}, {"tags", notes.tags}, {"exclusions", std::move(exclusions)},
        {"phases", std::move(phases)}};
}

/// A count of trials. Negative numbers, fractions and texts become one that no session has.
std::size_t countFrom(const Json& json) {
    return json.is_number_unsigned() ? json.get<std::size_t>() : SIZE_MAX;
}

data::AnimalNotes notesFrom(const Json& json) {
    data::AnimalNotes notes;
    notes.note = json.at("note").get<std::string>();
    notes.tags = json.at("tags").get<std::vector<std::string>>();
    for (const Json& one : json.at("exclusions")) {
        notes.exclusions.push_back({one.at("session").get<std::string>(), countFrom(one.at("begin")),
            countFrom(one.at("end")), one.at("reason").get<std::string>()});
    }
    for (const Json& one : json.at("phases")) {
        notes.phases.push_back({one.at("name").get<std::string>(), one.at("first").get<std::string>(),
            one.at("last").get<std::string>()});
    }
    return notes;
}

} // namespace

std::string annotationsToJson(const data::Annotations& annotations) {
    Json json = Json::object();
    for (const auto& [animal, notes] : annotations) {
        json[animal] = toJson(notes);
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

base::Result<data::Annotations> annotationsFromJson(const std::string& text) {
    try {
        data::Annotations annotations;
        const Json parsed = Json::parse(text);
        for (const auto& [animal, notes] : parsed.get_ref<const Json::object_t&>()) {
            annotations[animal] = notesFrom(notes);
        }
        return annotations;
    } catch (const nlohmann::json::exception& error) {
        return base::failure(base::ErrorCode::BadFormat,
            {QT_TRANSLATE_NOOP("core", "The annotations can't be read (%1)."), {std::string(error.what())}});
    }
}

} // namespace rulescope::io
