// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantile.h"

#include <algorithm>
#include <limits>

namespace rulescope::base {

double quantile(std::vector<double> values, double q) {
    if (values.empty())
        return std::numeric_limits<double>::quiet_NaN();
    const double place = q * static_cast<double>(values.size() - 1);
    const auto index = static_cast<std::size_t>(place);
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(index);
    std::nth_element(values.begin(), at, values.end());
    const double low = *at;
    if (index + 1 >= values.size())
        return low;
    const double high = *std::min_element(at + 1, values.end());
    return low + (place - static_cast<double>(index)) * (high - low);
}

} // namespace rulescope::base
