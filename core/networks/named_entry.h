// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace rulescope::networks {

/// The entry of a registry that has this name, or a NotFound error that lists the names. `what` is the whole
/// sentence with %1 for the name.
template<class Entry>
base::Result<const Entry*> findNamed(
    const std::vector<const Entry*>& entries, std::string_view name, const char* what) {
    std::string names;
    for (const Entry* entry : entries) {
        if (entry->name == name) {
            return entry;
        }
        names += (names.empty() ? "" : ", ") + std::string(entry->name);
    }
    return base::failure(base::ErrorCode::NotFound, base::Text{what, {std::string(name)}}, "network",
        base::Text{QT_TRANSLATE_NOOP("core", "Choose from %1."), {names}});
}

} // namespace rulescope::networks
