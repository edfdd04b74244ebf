// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace rulescope::base {

/// The quantile q in [0, 1] of some values, linear between neighbours; NaN without values.
double quantile(std::vector<double> values, double q);

} // namespace rulescope::base
