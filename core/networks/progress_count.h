// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <cstddef>
#include <mutex>

namespace rulescope::networks {

/// Counts what working threads have finished and tells its share, one at a time.
class ProgressCount {
  public:
    /// The callback has to outlive it; it may be empty.
    ProgressCount(std::size_t total, const base::ProgressCallback& onProgress)
        : m_total(total)
        , m_onProgress(onProgress) {}

    void add() {
        const std::lock_guard lock(m_mutex);
        ++m_done;
        if (m_onProgress) {
            m_onProgress(static_cast<double>(m_done) / static_cast<double>(m_total));
        }
    }

  private:
    std::mutex m_mutex;
    std::size_t m_done = 0, m_total;
    const base::ProgressCallback& m_onProgress;
};

} // namespace rulescope::networks
