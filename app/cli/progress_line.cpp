// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/progress_line.h"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace rulescope::cli {

using namespace std::chrono_literals;

ProgressLine::ProgressLine()
    : m_isTerminal(::isatty(STDERR_FILENO) == 1)
    , m_last(std::chrono::steady_clock::now() - 4s) {}

ProgressLine::~ProgressLine() {
    if (m_isLineOpen) {
        std::fputs("\n", stderr);
    }
}

void ProgressLine::show(const std::string& line) {
    const std::lock_guard lock(m_mutex);
    const auto now = std::chrono::steady_clock::now();
    if (m_isTerminal) {
        // Return to the line's start, write, clear what is left of a longer one.
        fmt::print(stderr, "\r{}\033[K", line);
        std::fflush(stderr);
        m_isLineOpen = true;
    } else if (now - m_last >= 5s) {
        m_last = now;
        fmt::print(stderr, "{}\n", line);
    }
}

void remark(const std::string& line) {
    fmt::print(stderr, "{}\n", line);
}

} // namespace rulescope::cli
