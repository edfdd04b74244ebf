// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

namespace rulescope::io {

/// How a rehearsal ended.
enum class Rehearsal {
    Survived, ///< the work returned or threw
    Crashed,  ///< the work killed its process
    TimedOut, ///< the work was still running after the time limit and was killed
};

/// Runs `work` in a forked copy of this process, whose results are thrown away: a crash of a library on
/// damaged input is seen here and not suffered. The caller holds every lock that `work` takes. Where the
/// system refuses to fork the answer is Crashed: nothing is known.
Rehearsal rehearse(const std::function<void()>& work, int secondsAllowed);

} // namespace rulescope::io
