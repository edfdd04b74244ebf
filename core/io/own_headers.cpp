// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/own_headers.h"

#include <algorithm>
#include <array>

namespace rulescope::io {

namespace {

constexpr std::string_view kPrefix = "column:";
constexpr std::array<std::string_view, 17> kOurs = {"id", "animal", "lab", "session", "session_date",
    "protocol", "signed_contrast", "choice", "answer", "outcome", "stimulus_onset_s", "response_s",
    "reaction_time_s", "probability_left", "left_out", "left_out_reason", "phase"};

bool startsWith(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

} // namespace

std::string furtherHeader(const std::string& name) {
    const bool isOurs = std::find(kOurs.begin(), kOurs.end(), name) != kOurs.end();
    const bool mayBe = isOurs || startsWith(name, "stimulus [") || startsWith(name, kPrefix);
    return mayBe ? std::string(kPrefix) + name : name;
}

std::string furtherName(std::string_view header) {
    return std::string(startsWith(header, kPrefix) ? header.substr(kPrefix.size()) : header);
}

} // namespace rulescope::io
