// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace rulescope::behavior {

/// Two ends of an uncertainty interval; NaN where there is nothing to be uncertain about.
struct Interval {
    double low = 0, high = 0;
    bool contains(double value) const { return low <= value && value <= high; }
    bool operator==(const Interval&) const = default;
};

/// 95 % Wilson score interval of a proportion; NaN ends without trials.
Interval wilsonInterval(std::size_t successes, std::size_t trials);

} // namespace rulescope::behavior
