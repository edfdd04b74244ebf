// SPDX-License-Identifier: GPL-3.0-or-later
#include "isolated.h"

#include "core/io/crash_shield.h"
#include "core/io/hdf5.h"
#include "core/io/table_codec.h"
#include "core/io/untrusted_tables.h"

#include "instrumented_counters.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <fstream>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <span>
#include <string_view>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rulescope::fuzzing {

namespace {

constexpr unsigned kSecondsAllowed = 2;
constexpr rlim_t kMoreMemory = rlim_t{2} << 30;
constexpr int kTooMuchMemory = 3;

/// What the copies tell besides their answer, in memory that is shared with them.
struct Shared {
    std::size_t counters = 0; ///< how many there are behind this
    bool isOurFault = false;
    bool isAnswered = false;
    std::array<char, 256> story = {};
};

Shared* shared = nullptr;

std::span<std::uint8_t> sharedCounters() {
    return {reinterpret_cast<std::uint8_t*>(shared + 1), shared->counters};
}

/// Whose code a place belongs to: the readers are a shared library of their own, so that the name of the file
/// that it was loaded from tells.
enum class Owner { Ours, Library, Neither };

Owner ownerOf(const void* place) {
    Dl_info info{};
    if (::dladdr(place, &info) == 0 || info.dli_fname == nullptr) {
        return Owner::Neither;
    }
    const std::string_view name = info.dli_fname;
    const auto has = [&](const char* part) { return name.find(part) != std::string_view::npos; };
    if (has("libisolated_readers")) {
        return Owner::Ours;
    }
    return has("libhdf5") || has("libmatio") || has("libz.") || has("libsz") || has("libaec")
               ? Owner::Library
               : Owner::Neither;
}

/// That of the innermost frame that is neither the sanitizer's nor the C or C++ library's.
Owner ownerOf(std::span<void* const> frames) {
    for (const void* frame : frames) {
        if (const Owner owner = ownerOf(frame); owner != Owner::Neither) {
            return owner;
        }
    }
    return Owner::Ours; // nobody else is to blame
}

/// True if the sanitizer reports on memory that our code allocated.
bool isOurMemory() {
    std::array<void*, 32> frames{};
    int thread = 0;
    void* const address = __asan_get_report_address();
    const std::size_t depth =
        address == nullptr ? 0 : __asan_get_alloc_stack(address, frames.data(), frames.size(), &thread);
    return depth > 0 && ownerOf(std::span(frames).first(depth)) == Owner::Ours;
}

void tellWhoseFault(const char* what) {
    std::array<void*, 64> frames{};
    const int depth = ::backtrace(frames.data(), static_cast<int>(frames.size()));
    const bool isReport = __asan_report_present() != 0;
    const char* const description = isReport ? __asan_get_report_description() : what;
    const bool isMemory = std::strstr(description, "out-of-memory") != nullptr ||
                          std::strstr(description, "allocation-size-too-big") != nullptr;
    shared->isOurFault =
        !isMemory &&
        (ownerOf(std::span(frames).first(static_cast<std::size_t>(std::max(depth, 0)))) == Owner::Ours ||
            (isReport && isOurMemory()));
    std::snprintf(shared->story.data(), shared->story.size(), "%s", description);
}

void onSignal(int signal) {
    tellWhoseFault(::strsignal(signal));
    ::_exit(1);
}

void onDeath() {
    tellWhoseFault("the sanitizer ended it");
    ::_exit(1);
}

/// Faults are told apart also on a stack that has run over.
void watch() {
    static std::array<char, 1 << 18> elsewhere{};
    stack_t stack{};
    stack.ss_sp = elsewhere.data();
    stack.ss_size = elsewhere.size();
    ::sigaltstack(&stack, nullptr);
    struct sigaction action {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_ONSTACK;
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
        ::sigaction(signal, &action, nullptr);
    }
    std::signal(SIGALRM, SIG_DFL);
    ::alarm(kSecondsAllowed);
    __sanitizer_set_death_callback(onDeath);
    if (std::getenv("RULESCOPE_FUZZ_SHOW") == nullptr) {
        const int nowhere = ::open("/dev/null", O_WRONLY);
        ::dup2(nowhere, STDOUT_FILENO);
        ::dup2(nowhere, STDERR_FILENO);
    }
}

void limitMemory() {
    unsigned long pages = 0;
    if (std::FILE* const file = std::fopen("/proc/self/statm", "r")) {
        pages = std::fscanf(file, "%lu", &pages) == 1 ? pages : 0;
        std::fclose(file);
    }
    const rlim_t most = pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) + kMoreMemory;
    const rlimit limit{most, most};
    ::setrlimit(RLIMIT_AS, &limit);
}

[[noreturn]] void work(const std::function<std::string()>& read, int answer) {
    watch();
    limitMemory();
    int end = 0;
    try {
        const std::string bytes = read();
        shared->isAnswered =
            ::write(answer, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
    } catch (const std::bad_alloc&) {
        end = kTooMuchMemory;
    } catch (...) {
        shared->isOurFault = true;
        std::snprintf(shared->story.data(), shared->story.size(), "an exception came out");
    }
    const auto counters = instrumentedCounters();
    std::copy(counters.begin(), counters.end(), sharedCounters().begin());
    ::_exit(end);
}

void share() {
    const std::size_t count = instrumentedCounters().size();
    void* const memory =
        ::mmap(nullptr, sizeof(Shared) + count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        std::abort();
    }
    shared = new (memory) Shared{count};
}

std::string readBack(int file) {
    std::string bytes(static_cast<std::size_t>(std::max<off_t>(::lseek(file, 0, SEEK_END), 0)), '\0');
    const ssize_t got = ::pread(file, bytes.data(), bytes.size(), 0);
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return bytes;
}

} // namespace

std::filesystem::path inputFile(const std::uint8_t* data, std::size_t size) {
    static const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("rulescope-fuzz-" + std::to_string(::getpid()));
    static const int atEnd = std::atexit([] { std::filesystem::remove(path); });
    (void)atEnd;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    return path;
}

Ended inCopy(const std::function<std::string()>& read, std::string& answer) {
    if (shared == nullptr) {
        share();
    }
    shared->isOurFault = shared->isAnswered = false;
    std::fill(sharedCounters().begin(), sharedCounters().end(), std::uint8_t{0});
    const int answers = ::memfd_create("answer", MFD_CLOEXEC);
    const pid_t copy = ::fork();
    if (answers < 0 || copy < 0) {
        std::abort();
    }
    if (copy == 0) {
        work(read, answers);
    }
    int status = 0;
    ::waitpid(copy, &status, 0);
    answer = readBack(answers);
    ::close(answers);
    if (shared->isOurFault) {
        std::fprintf(stderr, "A fault of ours in the copy: %s\n", shared->story.data());
        std::abort();
    }
    const auto counters = instrumentedCounters();
    for (std::size_t i = 0; i < counters.size(); ++i) {
        counters[i] = std::max(counters[i], sharedCounters()[i]);
    }
    const bool isLate = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
    return isLate ? Ended::TooLong : shared->isAnswered ? Ended::Well : Ended::LibraryCrashed;
}

} // namespace rulescope::fuzzing

namespace rulescope::io {

base::Result<FileContents> untrustedTables(
    const std::function<base::Result<std::vector<Table>>(const base::ProgressCallback& tell)>& readTables,
    const std::string& where, const base::StopToken&, const base::ProgressCallback&) {
    const hdf5::LibraryLock lock; // also wakes the library here, once, and not in every copy
    std::string answer;
    const auto ended = fuzzing::inCopy([&] { return encodeTables(readTables([](double) {})); }, answer);
    if (ended != fuzzing::Ended::Well) {
        return base::failure(base::ErrorCode::BadFormat, "The library crashed.", where);
    }
    auto tables = decodeTables(answer, where);
    if (!tables) {
        return tl::make_unexpected(tables.error());
    }
    return FileContents{std::move(*tables), {}};
}

Rehearsal rehearse(const std::function<void()>& work, int) {
    std::string answer;
    const auto ended = fuzzing::inCopy(
        [&] {
            work();
            return std::string();
        },
        answer);
    return ended == fuzzing::Ended::Well      ? Rehearsal::Survived
           : ended == fuzzing::Ended::TooLong ? Rehearsal::TimedOut
                                              : Rehearsal::Crashed;
}

} // namespace rulescope::io

/// The libraries keep lists for themselves; a report of a library's crash needs no names.
extern "C" const char* __asan_default_options() { // NOLINT
    return "detect_leaks=0:symbolize=0:allocator_may_return_null=1:handle_abort=0";
}
