// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/json_form.h"

#include <cmath>

namespace rulescope::cli {

namespace {

const char* nameOf(base::ErrorCode code) {
    switch (code) {
    case base::ErrorCode::NotFound:
        return "not_found";
    case base::ErrorCode::NotReadable:
        return "not_readable";
    case base::ErrorCode::NotWritable:
        return "not_writable";
    case base::ErrorCode::BadFormat:
        return "bad_format";
    case base::ErrorCode::NewerVersion:
        return "newer_version";
    case base::ErrorCode::Unsupported:
        return "unsupported";
    case base::ErrorCode::TooLarge:
        return "too_large";
    case base::ErrorCode::InvalidValue:
        return "invalid_value";
    case base::ErrorCode::NoData:
        return "no_data";
    case base::ErrorCode::Cancelled:
        return "cancelled";
    case base::ErrorCode::Busy:
        return "busy";
    case base::ErrorCode::Internal:
        break;
    }
    return "internal";
}

} // namespace

Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json byName(std::span<const std::string> names, std::span<const double> values) {
    Json object = Json::object();
    for (std::size_t i = 0; i < names.size() && i < values.size(); ++i) {
        object[names[i]] = number(values[i]);
    }
    return object;
}

Json errorJson(const base::Error& error) {
    Json object = {{"code", nameOf(error.code)}, {"what", base::english(error.what)}, {"where", error.where},
        {"remedy", base::english(error.remedy)}};
    return Json{{"error", std::move(object)}};
}

std::string toText(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace rulescope::cli
