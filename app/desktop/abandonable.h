// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/background.h"
#include "core/base/progress.h"

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <utility>

namespace rulescope::desktop {

/// Runs work that polls no stop token so that the caller gets away within some 10 ms all the same: it goes on
/// a background thread, and after a stop its value is dropped (nothing is returned). `work` owns all that it
/// reads and writes nothing that anybody would miss. `whileWaiting` is called about every 10 ms.
template<class Work>
auto abandonable(const base::StopToken& stop, Work work, const std::function<void()>& whileWaiting = {})
    -> std::optional<decltype(work())> {
    using Value = decltype(work());
    auto task = std::make_shared<std::packaged_task<Value()>>(std::move(work));
    std::future<Value> value = task->get_future();
    runInBackground([task] { (*task)(); });
    while (value.wait_for(std::chrono::milliseconds(10)) != std::future_status::ready) {
        if (stop.stop_requested()) {
            return std::nullopt;
        }
        if (whileWaiting) {
            whileWaiting();
        }
    }
    return value.get();
}

} // namespace rulescope::desktop
