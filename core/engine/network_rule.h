// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/network_shape.h"
#include "core/rules/rule.h"

#include <span>

namespace rulescope::engine {

/// A trained DNN or RNN rule, plain or residual, one trial at a time in double precision: for surfaces,
/// trajectories and simulation. Not the direct GRU, which has no weights. `parameters` is the flat vector of
/// parameterSlots(); the RNN's state is its h (H values).
rules::LearningRulePtr networkRule(const NetworkShape& shape, std::span<const double> parameters);

} // namespace rulescope::engine
