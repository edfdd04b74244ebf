// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>

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

/// How much a file may cost before it is given up.
struct ShieldLimits {
    int seconds = 120;
    std::size_t memoryBytes = std::size_t{4} << 30; ///< on top of what this process has
    std::size_t answerBytes = std::size_t{2} << 30;
};

/// Runs `work` in a forked copy of this process and hands its answer over: neither a crash of a library on a
/// damaged or malicious file, nor its endless loop, nor its hunger for memory reaches this process. The
/// caller holds every lock that `work` takes. `where` names the file in errors: BadFormat (crash, time),
/// TooLarge (memory), Cancelled, Internal (no child process to be had). `whileWaiting` is called in this
/// process at least every 50 ms.
base::Result<std::string> shielded(const std::function<std::string()>& work, const std::string& where,
    const base::StopToken& stop = {}, const ShieldLimits& limits = {},
    const std::function<void()>& whileWaiting = {});

/// A number that a process and its forked copies share: how far the work in a copy has got. 0 where the
/// system has no memory to share.
class SharedFraction {
  public:
    SharedFraction();
    ~SharedFraction();
    SharedFraction(const SharedFraction&) = delete;
    SharedFraction& operator=(const SharedFraction&) = delete;

    void store(double fraction);
    double load() const;

  private:
    std::atomic<double>* m_value = nullptr;
};

} // namespace rulescope::io
