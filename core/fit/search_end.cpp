// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/search_end.h"

#include <utility>

namespace rulescope::fit {

bool isBetter(const SearchEnd& end, const SearchEnd& other) {
    const auto rank = [](const SearchEnd& e) {
        return std::pair(e.status != FitStatus::Diverged, e.natsPerTrial);
    };
    return rank(end) > rank(other);
}

SearchEnd refined(SearchEnd best, SearchEnd end) {
    const FitStatus status = end.status == FitStatus::Diverged ? FitStatus::NotConverged : end.status;
    if (!end.u.empty() && end.natsPerTrial >= best.natsPerTrial) {
        best = std::move(end);
    }
    best.status = status;
    return best;
}

} // namespace rulescope::fit
