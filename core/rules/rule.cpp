// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/rule.h"

#include <algorithm>
#include <cmath>

namespace rulescope::rules {

double logistic(double a) {
    const double e = std::exp(-std::abs(a));
    return a >= 0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
}

double logLikelihood(double a, double choice) {
    const double towardsChoice = (2.0 * choice - 1.0) * a;
    return std::min(towardsChoice, 0.0) - std::log1p(std::exp(-std::abs(a)));
}

} // namespace rulescope::rules
