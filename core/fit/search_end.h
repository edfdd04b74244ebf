// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fit/fit_result.h"

#include <limits>
#include <vector>

namespace rulescope::fit {

/// Where the search of a textbook fit from one start ended.
struct SearchEnd {
    std::vector<double> u; ///< best point seen; empty if no evaluation was finite
    double natsPerTrial = -std::numeric_limits<double>::infinity();
    FitStatus status = FitStatus::Converged;
};

/// True if `end` is to be preferred: one that did not diverge, then the more likely one.
bool isBetter(const SearchEnd& end, const SearchEnd& other);

/// A search that went on from the good point `best` and came to `end`. Its ending counts and its point if
/// that is at least as likely; but a likelihood that was no number on the way does not take the point away:
/// the search has then not converged.
SearchEnd refined(SearchEnd best, SearchEnd end);

} // namespace rulescope::fit
