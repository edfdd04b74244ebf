// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/stop_on_signal.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace rulescope::cli {

namespace {

std::atomic<int> g_writeEnd{-1};
constexpr char kStop = 's', kQuit = 'q';

void onSignal(int) {
    const int saved = errno;
    [[maybe_unused]] const ssize_t written = ::write(g_writeEnd.load(), &kStop, 1);
    errno = saved;
}

void handle(int signal, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    // Back to the default after the first: an impatient second Ctrl-C ends the program.
    action.sa_flags = handler == SIG_DFL ? 0 : static_cast<int>(SA_RESETHAND) | SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(signal, &action, nullptr);
}

} // namespace

StopOnSignal::StopOnSignal() {
    if (::pipe2(m_pipe.data(), O_CLOEXEC) != 0) {
        return; // Ctrl-C then ends the program as if this class were not there.
    }
    g_writeEnd.store(m_pipe[1]);
    m_reader = std::thread([this] {
        char byte = 0;
        while (::read(m_pipe[0], &byte, 1) < 0 && errno == EINTR) {
        }
        if (byte == kStop) {
            m_source.request_stop();
        }
    });
    handle(SIGINT, onSignal);
    handle(SIGTERM, onSignal);
}

StopOnSignal::~StopOnSignal() {
    if (!m_reader.joinable()) {
        return;
    }
    handle(SIGINT, SIG_DFL);
    handle(SIGTERM, SIG_DFL);
    [[maybe_unused]] const ssize_t written = ::write(m_pipe[1], &kQuit, 1);
    m_reader.join();
    ::close(m_pipe[0]);
    ::close(m_pipe[1]);
}

} // namespace rulescope::cli
