// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <stop_token>

namespace rulescope::base {

/// Workers poll a std::stop_token; asking twice is harmless and it costs one atomic load.
using StopToken = std::stop_token;

/// Fraction done in [0, 1], called from the working thread; at most about 20 times a second is useful.
using ProgressCallback = std::function<void(double fraction)>;

} // namespace rulescope::base
