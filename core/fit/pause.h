// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <functional>

namespace rulescope::fit {

/// Waits as long as `isPaused` (may be empty) returns true, polling it and the stop token; false once a stop
/// is requested. `onPause`, if any, is called once, when the wait begins.
bool waitWhilePaused(const std::function<bool()>& isPaused, const base::StopToken& stop,
    const std::function<void()>& onPause = {});

} // namespace rulescope::fit
