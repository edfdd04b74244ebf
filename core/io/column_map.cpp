// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/column_map.h"

#include "core/base/file_bytes.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

namespace rulescope::io {

namespace {

using base::ErrorCode;
using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 17> kQuantities = {"animal", "lab", "session", "date", "protocol",
    "trial", "stimulus", "stimulus_left", "stimulus_right", "choice", "answer", "outcome", "repeat",
    "stimulus_onset_s", "response_s", "reaction_time_s", "probability_left"};

constexpr std::pair<Repeats, std::string_view> kRepeats[] = {
    {Repeats::Keep, "keep"}, {Repeats::LeaveOut, "leave-out"}, {Repeats::CountOnly, "count-only"}};

/// A map is a page of text.
constexpr std::size_t kLargestMap = std::size_t{1} << 20;

bool isQuantity(const std::string& name) {
    return std::find(kQuantities.begin(), kQuantities.end(), name) != kQuantities.end();
}

/// Why a map can't be used, thrown inside this file only.
struct BadMap {
    base::Text what;
};

std::vector<std::string> textsOf(const Json& list, const std::string& key) {
    std::vector<std::string> texts;
    for (const Json& item : list.is_array() ? list : Json::array({list})) {
        if (item.is_string()) {
            texts.push_back(item.get<std::string>());
        } else if (item.is_number() || item.is_boolean()) {
            texts.push_back(item.dump());
        } else {
            throw BadMap{{QT_TRANSLATE_NOOP("core", "\u201c%1\u201d must list texts or numbers."), {key}}};
        }
    }
    return texts;
}

ValueCodes codesOf(
    const Json& object, const char* one, const char* zero, const std::string& name, ColumnMap& map) {
    ValueCodes codes;
    for (const auto& [key, list] : object.items()) {
        if (key == "column" && list.is_string()) {
            map.columns[name] = list.get<std::string>();
        } else if (key == one) {
            codes.one = textsOf(list, key);
        } else if (key == zero) {
            codes.zero = textsOf(list, key);
        } else if (key == "none") {
            codes.none = textsOf(list, key);
        } else {
            throw BadMap{{QT_TRANSLATE_NOOP(
                              "core", "\u201c%1\u201d in \u201c%2\u201d is not known; %3, %4 and none are."),
                {key, name, std::string(one), std::string(zero)}}};
        }
    }
    if (codes.one.empty() || codes.zero.empty()) {
        throw BadMap{{QT_TRANSLATE_NOOP("core", "\u201c%1\u201d must say which values mean %2 and which %3."),
            {name, std::string(one), std::string(zero)}}};
    }
    return codes;
}

void readStimulus(const Json& object, ColumnMap& map) {
    for (const auto& [key, value] : object.items()) {
        if (key == "kind" && (value == "contrast" || value == "raw")) {
            map.stimulusKind = value == "contrast" ? data::StimulusKind::Contrast : data::StimulusKind::Raw;
        } else if (key == "scale" && value.is_number() && value != 0) {
            map.stimulusScale = value.get<double>();
        } else if (key == "unit" && value.is_string()) {
            map.stimulusUnit = value.get<std::string>();
        } else if (key == "column" && value.is_string()) {
            map.columns["stimulus"] = value.get<std::string>();
        } else {
            throw BadMap{{QT_TRANSLATE_NOOP("core",
                              "\u201c%1\u201d in \u201cstimulus\u201d is not known or has no usable "
                              "value."),
                {key}}};
        }
    }
}

void readColumns(const Json& object, ColumnMap& map) {
    for (const auto& [quantity, column] : object.items()) {
        if (!isQuantity(quantity) || !(column.is_string() || column.is_null())) {
            throw BadMap{{QT_TRANSLATE_NOOP("core",
                              "\u201c%1\u201d is no quantity that a column can hold, or its column is "
                              "no text."),
                {quantity}}};
        }
        map.columns[quantity] = column.is_null() ? std::string() : column.get<std::string>();
    }
}

Repeats repeatsFrom(const Json& value) {
    for (const auto& [repeats, name] : kRepeats) {
        if (value == name) {
            return repeats;
        }
    }
    throw BadMap{
        QT_TRANSLATE_NOOP("core", "\u201crepeats\u201d must be \u201ckeep\u201d, \u201cleave-out\u201d or "
                                  "\u201ccount-only\u201d.")};
}

void readEntry(const std::string& key, const Json& value, ColumnMap& map) {
    if (key == "columns" && value.is_object()) {
        readColumns(value, map);
    } else if (key == "repeats") {
        map.repeats = repeatsFrom(value);
    } else if (value.is_string() || value.is_null()) {
        readColumns(Json{{key, value}}, map);
    } else if (key == "choice" && value.is_object()) {
        map.choice = codesOf(value, "right", "left", key, map);
    } else if (key == "answer" && value.is_object()) {
        map.answer = codesOf(value, "right", "left", key, map);
    } else if (key == "outcome" && value.is_object()) {
        map.outcome = codesOf(value, "correct", "error", key, map);
    } else if (key == "stimulus" && value.is_object()) {
        readStimulus(value, map);
    } else {
        throw BadMap{{QT_TRANSLATE_NOOP("core", "\u201c%1\u201d is not known in a column map."), {key}}};
    }
}

Json toObject(const ValueCodes& codes, const char* one, const char* zero) {
    Json object = {{one, codes.one}, {zero, codes.zero}};
    if (!codes.none.empty()) {
        object["none"] = codes.none;
    }
    return object;
}

} // namespace

bool ColumnMap::namesColumns() const {
    ColumnMap rest = *this;
    rest.repeats = Repeats::Keep;
    rest.columns.erase("repeat");
    return rest != ColumnMap();
}

base::Result<ColumnMap> columnMapFromJson(const std::string& json, const std::string& where) {
    const auto fail = [&](base::Text what) {
        return base::failure(ErrorCode::InvalidValue, std::move(what), where,
            QT_TRANSLATE_NOOP("core", "The help page on importing shows a column map."));
    };
    try {
        const Json object = Json::parse(json);
        if (!object.is_object()) {
            return fail(QT_TRANSLATE_NOOP("core", "A column map is a JSON object."));
        }
        ColumnMap map;
        for (const auto& [key, value] : object.items()) {
            readEntry(key, value, map);
        }
        return map;
    } catch (const BadMap& problem) {
        return fail(problem.what);
    } catch (const Json::exception& problem) {
        return fail({QT_TRANSLATE_NOOP("core", "The column map is no valid JSON: %1."),
            {std::string(problem.what())}});
    }
}

base::Result<ColumnMap> readColumnMap(const std::filesystem::path& path) {
    return base::readWholeFile(path, kLargestMap).and_then([&](const std::vector<char>& bytes) {
        return columnMapFromJson(std::string(bytes.begin(), bytes.end()), path.string());
    });
}

std::string toJson(const ColumnMap& map) {
    Json object = {{"columns", Json::object()}};
    for (const auto& [quantity, column] : map.columns) {
        object["columns"][quantity] = column.empty() ? Json() : Json(column);
    }
    if (map.choice) {
        object["choice"] = toObject(*map.choice, "right", "left");
    }
    if (map.answer) {
        object["answer"] = toObject(*map.answer, "right", "left");
    }
    if (map.outcome) {
        object["outcome"] = toObject(*map.outcome, "correct", "error");
    }
    Json stimulus = Json::object();
    if (map.stimulusKind) {
        stimulus["kind"] = *map.stimulusKind == data::StimulusKind::Contrast ? "contrast" : "raw";
    }
    if (map.stimulusScale != 1) {
        stimulus["scale"] = map.stimulusScale;
    }
    if (!map.stimulusUnit.empty()) {
        stimulus["unit"] = map.stimulusUnit;
    }
    if (!stimulus.empty()) {
        object["stimulus"] = stimulus;
    }
    for (const auto& [repeats, name] : kRepeats) {
        if (repeats == map.repeats && repeats != Repeats::Keep) {
            object["repeats"] = name;
        }
    }
    return object.dump(2);
}

} // namespace rulescope::io
