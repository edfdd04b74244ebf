// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/crash_shield.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <new>
#include <poll.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rulescope::io {

namespace {

using base::ErrorCode;
using Clock = std::chrono::steady_clock;

constexpr int kSurvived = 0;
constexpr int kOutOfMemory = 3;
constexpr int kThrew = 4;
/// How often a waiting parent looks whether it should stop.
constexpr int kPollMilliseconds = 50;

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

/// Address space of this process so far, in bytes; 0 if the system does not say.
std::size_t addressSpace() {
    std::size_t pages = 0;
    if (std::FILE* const file = std::fopen("/proc/self/statm", "r")) {
        pages = std::fscanf(file, "%zu", &pages) == 1 ? pages : 0;
        std::fclose(file);
    }
    return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

void limitMemory(std::size_t moreBytes) {
    const std::size_t now = addressSpace();
    if (now > 0) {
        const rlimit limit{now + moreBytes, now + moreBytes};
        ::setrlimit(RLIMIT_AS, &limit);
    }
}

void writeAll(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            ::_exit(kThrew);
        }
        bytes.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
}

/// The child's side; never returns.
[[noreturn]] void answer(int fd, const std::function<std::string()>& work, const ShieldLimits& limits) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    quarantine(limits.seconds);
    limitMemory(limits.memoryBytes);
    int end = kSurvived;
    try {
        writeAll(fd, work());
    } catch (const std::bad_alloc&) {
        end = kOutOfMemory;
    } catch (...) {
        end = kThrew;
    }
    ::_exit(end);
}

/// Why a parent stopped listening.
enum class Heard { Everything, TooMuch, TooLate, Stopped };

Heard listen(int fd, std::string& bytes, const base::StopToken& stop, const ShieldLimits& limits,
    const std::function<void()>& whileWaiting) {
    const auto deadline = Clock::now() + std::chrono::seconds(limits.seconds);
    std::array<char, 65536> block{};
    while (true) {
        if (stop.stop_requested()) {
            return Heard::Stopped;
        }
        if (Clock::now() > deadline) {
            return Heard::TooLate;
        }
        if (whileWaiting) {
            whileWaiting();
        }
        pollfd readable{fd, POLLIN, 0};
        if (::poll(&readable, 1, kPollMilliseconds) <= 0) {
            continue;
        }
        const ssize_t got = ::read(fd, block.data(), block.size());
        if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) {
            return Heard::Everything;
        }
        bytes.append(block.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
        if (bytes.size() > limits.answerBytes) {
            return Heard::TooMuch;
        }
    }
}

int waitFor(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return -1;
        }
    }
    return status;
}

/// Empty if the child answered whole.
base::Result<void> judged(Heard heard, int status, const std::string& where) {
    const auto fail = [&](ErrorCode code, base::Text what) {
        return base::failure(code, std::move(what), where);
    };
    const bool ranOut = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
    if (heard == Heard::Stopped) {
        return fail(ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "Reading was stopped."));
    }
    if (heard == Heard::TooLate || ranOut) {
        return fail(ErrorCode::BadFormat,
            QT_TRANSLATE_NOOP(
                "core", "Reading the file takes so long that it was given up; it may be damaged."));
    }
    if (heard == Heard::TooMuch || (WIFEXITED(status) && WEXITSTATUS(status) == kOutOfMemory)) {
        return fail(ErrorCode::TooLarge,
            QT_TRANSLATE_NOOP("core", "Reading the file takes more memory than it may have."));
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != kSurvived) {
        return fail(ErrorCode::BadFormat,
            QT_TRANSLATE_NOOP("core",
                "The file is so damaged that the library that reads it crashed; nothing else was harmed."));
    }
    return {};
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

base::Result<std::string> shielded(const std::function<std::string()>& work, const std::string& where,
    const base::StopToken& stop, const ShieldLimits& limits, const std::function<void()>& whileWaiting) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return base::failure(
            ErrorCode::Internal, QT_TRANSLATE_NOOP("core", "No process can be started to read it."), where);
    }
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        answer(ends[1], work, limits);
    }
    ::close(ends[1]);
    if (child < 0) {
        ::close(ends[0]);
        return base::failure(
            ErrorCode::Internal, QT_TRANSLATE_NOOP("core", "No process can be started to read it."), where);
    }
    std::string bytes;
    const Heard heard = listen(ends[0], bytes, stop, limits, whileWaiting);
    ::close(ends[0]);
    if (heard != Heard::Everything) {
        ::kill(child, SIGKILL);
    }
    const auto verdict = judged(heard, waitFor(child), where);
    return verdict ? base::Result<std::string>(std::move(bytes)) : tl::make_unexpected(verdict.error());
}

SharedFraction::SharedFraction() {
    static_assert(std::atomic<double>::is_always_lock_free);
    void* const memory = ::mmap(
        nullptr, sizeof(std::atomic<double>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    m_value = memory == MAP_FAILED ? nullptr : new (memory) std::atomic<double>(0);
}

SharedFraction::~SharedFraction() {
    if (m_value != nullptr) {
        ::munmap(m_value, sizeof *m_value);
    }
}

void SharedFraction::store(double fraction) {
    if (m_value != nullptr) {
        m_value->store(fraction);
    }
}

double SharedFraction::load() const {
    return m_value != nullptr ? m_value->load() : 0;
}

} // namespace rulescope::io
