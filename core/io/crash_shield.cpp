// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/crash_shield.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rulescope::io {

namespace {

constexpr int kSurvived = 0;

/// The child must neither ask, print, dump core nor outlive its welcome.
void quarantine(int secondsAllowed) {
    const rlimit noCore{0, 0};
    ::setrlimit(RLIMIT_CORE, &noCore);
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM, SIGTERM}) {
        std::signal(signal, SIG_DFL);
    }
    sigset_t alarmOnly;
    sigemptyset(&alarmOnly);
    sigaddset(&alarmOnly, SIGALRM);
    ::sigprocmask(SIG_UNBLOCK, &alarmOnly, nullptr);
    ::alarm(static_cast<unsigned>(secondsAllowed));
    const int nowhere = ::open("/dev/null", O_WRONLY);
    if (nowhere >= 0) {
        ::dup2(nowhere, STDOUT_FILENO);
        ::dup2(nowhere, STDERR_FILENO);
    }
}

} // namespace

Rehearsal rehearse(const std::function<void()>& work, int secondsAllowed) {
    const pid_t child = ::fork();
    if (child < 0) {
        return Rehearsal::Crashed;
    }
    if (child == 0) {
        quarantine(secondsAllowed);
        try {
            work();
        } catch (...) {
            // Running out of memory or failing cleanly is surviving; the caller meets the same failure again.
        }
        ::_exit(kSurvived);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return Rehearsal::Crashed;
        }
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
        return Rehearsal::TimedOut;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == kSurvived ? Rehearsal::Survived : Rehearsal::Crashed;
}

} // namespace rulescope::io
