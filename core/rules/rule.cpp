// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rules/rule.h"

#include <algorithm>
#include <cmath>

namespace rulescope::rules {

Decision decide(double a, double choice) {
    const double e = std::exp(-std::abs(a));
    const double towardsChoice = (2.0 * choice - 1.0) * a;
    return {(a >= 0 ? 1.0 : e) / (1.0 + e), std::min(towardsChoice, 0.0) - std::log1p(e)};
}

double logistic(double a) {
    const double e = std::exp(-std::abs(a));
    return (a >= 0 ? 1.0 : e) / (1.0 + e);
}

double logLikelihood(double a, double choice) {
    return decide(a, choice).logLikelihood;
}

} // namespace rulescope::rules
