// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace rulescope::base {

int defaultThreads() {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void parallelFor(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
    const std::size_t wanted = static_cast<std::size_t>(threads > 0 ? threads : defaultThreads());
    const std::size_t helpers = std::min(wanted, count) - (count > 0 ? 1 : 0);
    std::atomic<std::size_t> next{0};
    std::exception_ptr firstFailure;
    std::mutex failureMutex;
    const auto takeTurns = [&] {
        for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) {
            try {
                work(i);
            } catch (...) {
                const std::lock_guard lock(failureMutex);
                if (!firstFailure) {
                    firstFailure = std::current_exception();
                }
                next.store(count);
            }
        }
    };
    {
        std::vector<std::jthread> pool;
        pool.reserve(helpers);
        for (std::size_t i = 0; i < helpers; ++i) {
            pool.emplace_back(takeTurns);
        }
        takeTurns();
    }
    if (firstFailure) {
        std::rethrow_exception(firstFailure);
    }
}

} // namespace rulescope::base
