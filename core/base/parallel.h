// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>

namespace rulescope::base {

/// Threads to use when a caller says 0: one per processor.
int defaultThreads();

/// Calls work(i) for every i in [0, count), on up to `threads` threads (0: all), each index exactly once.
///
/// Which thread takes which index is not fixed, so `work` writes to its own slot i and the caller reduces in
/// index order: then the result has the same bits whatever the number of threads. The first exception is
/// rethrown here.
void parallelFor(std::size_t count, int threads, const std::function<void(std::size_t)>& work);

} // namespace rulescope::base
