// SPDX-License-Identifier: GPL-3.0-or-later
#include "instrumented_counters.h"

// The linker lays all counters of a shared library side by side and names the ends.
extern "C" {
extern std::uint8_t __start___sancov_cntrs[] __attribute__((visibility("hidden"))); // NOLINT
extern std::uint8_t __stop___sancov_cntrs[] __attribute__((visibility("hidden")));  // NOLINT
}

namespace rulescope::fuzzing {

std::span<std::uint8_t> instrumentedCounters() {
    return {__start___sancov_cntrs, __stop___sancov_cntrs};
}

} // namespace rulescope::fuzzing
