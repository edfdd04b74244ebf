// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace rulescope::fuzzing {

/// How often each edge of the readers was taken: the counters that the fuzzer looks at after every input.
std::span<std::uint8_t> instrumentedCounters();

} // namespace rulescope::fuzzing
