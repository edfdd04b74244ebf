// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

namespace rulescope::networks {

using Json = nlohmann::ordered_json;

/// What is stored of a type, once for both directions: of() names every member to a FieldWriter or a
/// FieldReader.
template<class T>
struct Fields;

/// JSON knows no NaN: null stands for it.
inline Json numberJson(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}
inline double numberFrom(const Json& json) {
    return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

struct FieldWriter {
    Json json = Json::object();

    template<class T>
    void operator()(const char* name, const T& value) {
        json[name] = value;
    }
    void operator()(const char* name, double value) { json[name] = numberJson(value); }
    void operator()(const char* name, const std::vector<double>& values) {
        Json list = Json::array();
        for (const double value : values) {
            list.push_back(numberJson(value));
        }
        json[name] = std::move(list);
    }
    template<class T>
    void operator()(const char* name, const std::optional<T>& value) {
        json[name] = value ? Json(*value) : Json(nullptr);
    }
    /// Left out at its default: options that come with later versions then change neither the text nor the
    /// file name of runs that don't use them.
    template<class T>
    void unlessDefault(const char* name, const T& value) {
        if (value != T()) {
            json[name] = value;
        }
    }
    template<class T>
    void part(const char* name, const T& value) {
        FieldWriter writer;
        Fields<T>::of(writer, value);
        json[name] = std::move(writer.json);
    }
    template<class T>
    void parts(const char* name, const std::vector<T>& values) {
        json[name] = arrayOf(values);
    }

    template<class T>
    static Json arrayOf(const std::vector<T>& values) {
        Json list = Json::array();
        for (const T& value : values) {
            FieldWriter writer;
            Fields<T>::of(writer, value);
            list.push_back(std::move(writer.json));
        }
        return list;
    }
};

/// Throws nlohmann::json::exception where a member lacks or has another type: see parsed().
struct FieldReader {
    const Json& json;

    template<class T>
    void operator()(const char* name, T& value) {
        json.at(name).get_to(value);
    }
    void operator()(const char* name, double& value) { value = numberFrom(json.at(name)); }
    void operator()(const char* name, std::vector<double>& values) {
        values.clear();
        for (const Json& each : json.at(name)) {
            values.push_back(numberFrom(each));
        }
    }
    template<class T>
    void operator()(const char* name, std::optional<T>& value) {
        const Json& found = json.at(name);
        value = found.is_null() ? std::nullopt : std::optional<T>(found.get<T>());
    }
    template<class T>
    void unlessDefault(const char* name, T& value) {
        value = json.value(name, T());
    }
    template<class T>
    void part(const char* name, T& value) {
        FieldReader reader{json.at(name)};
        Fields<T>::of(reader, value);
    }
    template<class T>
    void parts(const char* name, std::vector<T>& values) {
        values = vectorOf<T>(json.at(name));
    }

    template<class T>
    static std::vector<T> vectorOf(const Json& list) {
        std::vector<T> values;
        for (const Json& each : list) {
            FieldReader reader{each};
            Fields<T>::of(reader, values.emplace_back());
        }
        return values;
    }
};

/// `value` as one JSON object; bytes that are no UTF-8 are replaced.
template<class T>
std::string textOf(const T& value) {
    FieldWriter writer;
    Fields<T>::of(writer, value);
    return writer.json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace rulescope::networks
