// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace rulescope::fit {

/// Mean of paired differences with its bootstrap 95 % interval and two tests of no difference.
struct PairedStatistics {
    double mean = 0, low = 0,
           high = 0;      ///< percentile bootstrap over the differences, 10,000 resamples; ends NaN below two
    double tP = 1;        ///< paired t, two-sided; NaN with fewer than two differences
    double wilcoxonP = 1; ///< signed rank, two-sided; NaN without a difference that is not zero
    double cohenD = 0;    ///< mean / standard deviation of the differences; NaN without a spread
};

/// `differences` one per animal. The signed-rank p is exact up to 25 differences (ties get middle ranks,
/// zeros are dropped), a normal approximation beyond. Deterministic by seed.
PairedStatistics pairedStatistics(std::span<const double> differences, std::uint64_t seed = 1);

} // namespace rulescope::fit
