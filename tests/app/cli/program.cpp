// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/program.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace rulescope::test {

namespace {

using Clock = std::chrono::steady_clock;

/// A started program with the reading ends of its stdout and stderr.
struct Child {
    pid_t pid = -1;
    int out = -1, err = -1;
};

Child start(const std::vector<std::string>& arguments) {
    std::array<int, 2> out{}, err{};
    if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(err.data(), O_CLOEXEC) != 0) {
        ADD_FAILURE() << "no pipe";
        return {};
    }
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
    std::vector<std::string> words = {RULESCOPE_CLI};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    Child child{-1, out[0], err[0]};
    const int outcome = ::posix_spawn(&child.pid, RULESCOPE_CLI, &actions, nullptr, pointers.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(out[1]);
    ::close(err[1]);
    EXPECT_EQ(outcome, 0) << "can't start " << RULESCOPE_CLI;
    return child;
}

/// Reads what is there; false at the end of the stream.
bool drain(int descriptor, std::string& into) {
    std::array<char, 4096> buffer{};
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count > 0) {
        into.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return count > 0 || (count < 0 && errno == EINTR);
}

ProgramResult finish(const Child& child, int signal, double seconds) {
    ProgramResult result;
    const auto deadline = Clock::now() + std::chrono::duration<double>(seconds);
    bool isSignalDue = signal != 0;
    std::array<pollfd, 2> streams = {pollfd{child.out, POLLIN, 0}, pollfd{child.err, POLLIN, 0}};
    while (streams[0].fd >= 0 || streams[1].fd >= 0) {
        ::poll(streams.data(), streams.size(), isSignalDue ? 20 : -1);
        if (streams[0].revents != 0 && !drain(child.out, result.out)) {
            streams[0].fd = -1;
        }
        if (streams[1].revents != 0 && !drain(child.err, result.err)) {
            streams[1].fd = -1;
        }
        if (isSignalDue && (!result.err.empty() || Clock::now() > deadline)) {
            ::kill(child.pid, signal);
            isSignalDue = false;
        }
    }
    int status = 0;
    ::waitpid(child.pid, &status, 0);
    ::close(child.out);
    ::close(child.err);
    result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

} // namespace

nlohmann::json ProgramResult::json() const {
    nlohmann::json parsed = nlohmann::json::parse(out, nullptr, false);
    if (!parsed.is_object()) {
        ADD_FAILURE() << "stdout is not one JSON object:\n" << out << "\nstderr:\n" << err;
        return nullptr;
    }
    return parsed;
}

ProgramResult run(const std::vector<std::string>& arguments) {
    return finish(start(arguments), 0, 0);
}

ProgramResult runAndSignal(const std::vector<std::string>& arguments, int signal, double seconds) {
    return finish(start(arguments), signal, seconds);
}

TemporaryFolder::TemporaryFolder() {
    static std::atomic<int> count{0};
    // A blank in the name: users' folders have them.
    m_path = std::filesystem::temp_directory_path() /
             ("rulescope cli " + std::to_string(::getpid()) + '-' + std::to_string(++count));
    std::filesystem::remove_all(m_path);
    std::filesystem::create_directories(m_path);
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((m_path / name).parent_path());
    std::ofstream(m_path / name, std::ios::binary) << content;
    return path(name);
}

std::string contentOf(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string sharedData(const std::string& name) {
    const std::filesystem::path path = std::filesystem::path(RULESCOPE_SHARED_DIR) / "data" / name;
    return std::filesystem::exists(path) ? path.string() : std::string();
}

} // namespace rulescope::test
