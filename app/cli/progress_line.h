// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <mutex>
#include <string>

namespace rulescope::cli {

/// A line on stderr that tells how far a long job is: rewritten in place on a terminal, a line every few
/// seconds in a log file. Any thread may show.
class ProgressLine {
  public:
    ProgressLine();
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(const std::string& line);

  private:
    std::mutex m_mutex;
    bool m_isTerminal = false;
    bool m_isLineOpen = false;
    std::chrono::steady_clock::time_point m_last;
};

/// A remark on stderr, e.g. what a command assumed.
void remark(const std::string& line);

} // namespace rulescope::cli
