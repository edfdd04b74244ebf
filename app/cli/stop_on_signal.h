// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <stop_token>
#include <thread>

namespace rulescope::cli {

/// Turns the first Ctrl-C (SIGINT) or SIGTERM into a stop request; a second one ends the program as usual.
///
/// One at a time. A handler may only write to a pipe; a thread reads it and requests the stop.
class StopOnSignal {
  public:
    StopOnSignal();
    ~StopOnSignal();
    StopOnSignal(const StopOnSignal&) = delete;
    StopOnSignal& operator=(const StopOnSignal&) = delete;

    std::stop_token token() const { return m_source.get_token(); }
    bool isStopRequested() const { return m_source.stop_requested(); }

  private:
    std::array<int, 2> m_pipe{-1, -1};
    std::stop_source m_source;
    std::thread m_reader;
};

} // namespace rulescope::cli
