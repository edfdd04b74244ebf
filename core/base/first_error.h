// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <optional>
#include <vector>

namespace rulescope::base {

/// Of parallel jobs that each left an error or nothing in their slot: the first in order.
inline std::optional<Error> firstError(const std::vector<std::optional<Error>>& errors) {
    for (const std::optional<Error>& error : errors) {
        if (error) {
            return error;
        }
    }
    return std::nullopt;
}

} // namespace rulescope::base
