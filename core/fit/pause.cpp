// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/pause.h"

#include <chrono>
#include <thread>
#include <utility>

namespace rulescope::fit {

bool waitWhilePaused(const std::function<bool()>& isPaused, const base::StopToken& stop,
    const std::function<void()>& onPause) {
    bool isTold = false;
    while (isPaused && !stop.stop_requested() && isPaused()) {
        if (onPause && !std::exchange(isTold, true)) {
            onPause();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return !stop.stop_requested();
}

} // namespace rulescope::fit
