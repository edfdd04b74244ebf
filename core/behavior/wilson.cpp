// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/behavior/wilson.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rulescope::behavior {

Interval wilsonInterval(std::size_t successes, std::size_t trials) {
    if (trials == 0) {
        constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
        return {kNan, kNan};
    }
    constexpr double z = 1.959963984540054;
    const double n = static_cast<double>(trials);
    const double p = static_cast<double>(successes) / n;
    const double scale = 1 + z * z / n;
    const double centre = (p + z * z / (2 * n)) / scale;
    const double half = z / scale * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    // Rounding must not push an end past the observed 0 or 1.
    return {successes == 0 ? 0.0 : std::max(0.0, centre - half),
        successes == trials ? 1.0 : std::min(1.0, centre + half)};
}

} // namespace rulescope::behavior
