// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safe_name.h"

#include <algorithm>

namespace rulescope::io {

namespace {

constexpr std::size_t kLongest = 80;

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

} // namespace

std::string safeName(const std::string& text) {
    std::string name;
    for (const char c : text.substr(0, kLongest)) {
        const bool isKept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (isKept || (!name.empty() && name.back() != '-')) {
            name += isKept ? c : '-';
        }
    }
    while (!name.empty() && name.back() == '-') {
        name.pop_back();
    }
    return name.empty() ? "unnamed" : name;
}

std::string freeName(const std::string& name, std::set<std::string>& taken) {
    for (int number = 1;; ++number) {
        std::string candidate = number == 1 ? name : name + "-" + std::to_string(number);
        if (taken.insert(lowered(candidate)).second) {
            return candidate;
        }
    }
}

} // namespace rulescope::io
