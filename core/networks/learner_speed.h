// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/networks/artificial_animal.h"

#include <cstddef>
#include <vector>

namespace rulescope::networks {

/// Share of correct choices in each of `blocks` equal parts of the judged trials; empty with fewer trials
/// than blocks.
std::vector<double> learningCurve(const data::Animal& animal, std::size_t blocks = 20);

/// Root mean squared difference of two animals' learning curves; NaN if one has none. Half a percent is as
/// close as chance allows over some thousand trials.
double speedDifference(const data::Animal& first, const data::Animal& second);

/// A learning rate and how well it matches.
struct MatchedRate {
    double rate = 0;
    double difference = 0; ///< speedDifference() at it, mean over the networks tried
};

/// The learning rate at which a learner's learning curve lies nearest to the animal's: from `spec`'s own rate
/// in steps of 2, at least twice and at most kMostDoublings times either way, then halfway between the best
/// and its neighbours. Two networks (seeds of spec and the next) stand for each rate; rates at which they run
/// away are passed over. Errors: InvalidValue if they do at all rates, NoData without judged trials;
/// Cancelled.
inline constexpr int kMostDoublings = 10;
base::Result<MatchedRate> matchedRate(const LearnerSpec& spec, const data::Animal& model,
    const base::StopToken& stop = {}, const LearnerCallbacks& callbacks = {});

} // namespace rulescope::networks
