// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/text.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rulescope::rules {

/// All that a rule may look at after one trial (METHOD.md section 3); K weights and regressors in the same
/// order.
struct Experience {
    std::span<const double> weights; ///< w_t, K
    std::span<const double> x;       ///< x_t, K
    double choice = 0;               ///< 0 left, 1 right
    double outcome = 0.5;            ///< 1, 0, .5 unknown
    double answer = 0.5;             ///< rewarded side 1, 0, .5 unknown
    double side = 0.5;               ///< `side` input of network rules
    double sessionStart = 0;         ///< 1 on a session's first trial
};

/// A learning rule with its parameters fixed: what evaluation, surfaces and simulation use, whatever the kind
/// of rule.
///
/// Immutable and safe to share between threads; the memory of a rule with history lives in a caller's state
/// vector.
class LearningRule {
  public:
    virtual ~LearningRule() = default;

    /// Length of the memory carried between trials (0: Markov). It starts at all zeros.
    virtual std::size_t stateSize() const { return 0; }
    /// dw after one trial; advances `state` (stateSize long). `update` has K entries.
    virtual void step(
        const Experience& experience, std::span<double> state, std::span<double> update) const = 0;
};

using LearningRulePtr = std::shared_ptr<const LearningRule>;

/// sigma(a), without overflow.
double logistic(double a);
/// log p(choice) with p(right) = sigma(a); finite for every finite a.
double logLikelihood(double a, double choice);

/// Both at once for the price of one exponential; the same bits as the two above.
struct Decision {
    double probabilityRight = 0.5;
    double logLikelihood = 0; ///< of the choice made
};
Decision decide(double a, double choice);

} // namespace rulescope::rules
