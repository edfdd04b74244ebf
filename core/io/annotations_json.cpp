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

/// Reads notes entry by entry; one of another form costs no other.
class NotesReader {
  public:
    explicit NotesReader(std::vector<base::Error>& problems)
        : m_problems(problems) {}

    data::AnimalNotes read(const std::string& animal, const Json& json) {
        data::AnimalNotes notes;
        attempt(animal, [&] { notes.note = json.at("note").get<std::string>(); });
        attempt(animal, [&] { notes.tags = json.at("tags").get<std::vector<std::string>>(); });
        each(animal, json, "exclusions", [&](const Json& one) {
            notes.exclusions.push_back({one.at("session").get<std::string>(), countFrom(one.at("begin")),
                countFrom(one.at("end")), one.at("reason").get<std::string>()});
        });
        each(animal, json, "phases", [&](const Json& one) {
            notes.phases.push_back({one.at("name").get<std::string>(), one.at("first").get<std::string>(),
                one.at("last").get<std::string>()});
        });
        return notes;
    }

  private:
    template<class Read>
    void attempt(const std::string& animal, Read&& read) {
        try {
            read();
        } catch (const Json::exception& error) {
            m_problems.push_back({base::ErrorCode::BadFormat,
                {QT_TRANSLATE_NOOP("core", "A note can't be read: %1."), {std::string(error.what())}}, animal,
                {}});
        }
    }

    template<class Read>
    void each(const std::string& animal, const Json& json, const char* key, Read&& read) {
        attempt(animal, [&] {
            for (const Json& one : json.at(key)) {
                attempt(animal, [&] { read(one); });
            }
        });
    }

    std::vector<base::Error>& m_problems;
};

} // namespace

std::string annotationsToJson(const data::Annotations& annotations) {
    Json json = Json::object();
    for (const auto& [animal, notes] : annotations) {
        json[animal] = toJson(notes);
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

ReadAnnotations annotationsFromJson(const std::string& text) {
    ReadAnnotations read;
    NotesReader reader(read.problems);
    try {
        const Json parsed = Json::parse(text);
        for (const auto& [animal, notes] : parsed.get_ref<const Json::object_t&>()) {
            read.annotations[animal] = reader.read(animal, notes);
        }
    } catch (const Json::exception& error) {
        read.problems.push_back({base::ErrorCode::BadFormat,
            {QT_TRANSLATE_NOOP("core", "The annotations can't be read (%1)."), {std::string(error.what())}},
            {}, {}});
    }
    return read;
}

} // namespace rulescope::io
