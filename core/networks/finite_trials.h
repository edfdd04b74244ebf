// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/networks/task.h"

#include <cstddef>
#include <cstdint>

namespace rulescope::networks {

/// The same task with training trials that are drawn once, `count` of them by the seed, and then come again
/// and again: a network can learn them by heart, so that train and test accuracy part. Test trials stay new.
TaskPtr finiteTrials(TaskPtr task, std::size_t count, std::uint64_t seed);

} // namespace rulescope::networks
