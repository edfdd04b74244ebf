// SPDX-License-Identifier: GPL-3.0-or-later
// Saving when it can't be done, or is cut off: the old study stands whole, and the user hears why.
#include "core/io/study_file.h"
#include "tests/core/io/small_study.h"
#include "tests/core/io/temporary_folder.h"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace rulescope;
using testing_io::smallStudy;
using testing_io::TemporaryFolder;

/// Exit codes of a child; errors travel as kError + code.
constexpr int kSaved = 0;
constexpr int kSkipped = 99;
constexpr int kError = 100;

int inChild(const std::function<int()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(60);
        ::_exit(work());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int codeOf(const base::Result<void>& saved) {
    return saved ? kSaved : kError + static_cast<int>(saved.error().code);
}

int expected(base::ErrorCode code) {
    return kError + static_cast<int>(code);
}

class StudySaveFailures : public testing::Test {
  protected:
    void SetUp() override { ASSERT_TRUE(io::saveStudy(smallStudy(40), path())); }
    void expectOldStudy() const {
        const auto contents = io::openStudy(path());
        ASSERT_TRUE(contents) << base::english(contents.error());
        EXPECT_FALSE(contents->isChangedOutside);
        EXPECT_EQ(contents->study.animals[0]->trialCount(), 40U);
        EXPECT_EQ(folder.names().size(), 1U);
    }
    std::filesystem::path path() const { return folder / "study.rulescope"; }

    TemporaryFolder folder;
};

TEST_F(StudySaveFailures, aFolderThatDoesNotExistIsNamed) {
    const auto saved = io::saveStudy(smallStudy(), folder / "no/such/folder.rulescope");
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().code, base::ErrorCode::NotFound);
    EXPECT_EQ(base::english(saved.error().what), "The folder to write to does not exist.");
}

TEST_F(StudySaveFailures, aFolderIsNotOverwritten) {
    EXPECT_EQ(io::saveStudy(smallStudy(), folder.path()).error().code, base::ErrorCode::NotWritable);
    EXPECT_EQ(io::saveStudy(smallStudy(), "/dev/null").error().code, base::ErrorCode::NotWritable);
    expectOldStudy();
}

TEST_F(StudySaveFailures, aReadOnlyFolderKeepsTheOldStudy) {
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
    const int code = inChild([&] {
        // The superuser may write anywhere, so give the rights up.
        if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) {
            return kSkipped;
        }
        return codeOf(io::saveStudy(smallStudy(60), path()));
    });
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
    if (code == kSkipped) {
        GTEST_SKIP() << "rights can't be given up here";
    }
    EXPECT_EQ(code, expected(base::ErrorCode::NotWritable));
    expectOldStudy();
}

TEST_F(StudySaveFailures, aFileSizeLimitKeepsTheOldStudy) {
    const int code = inChild([&] {
        const rlimit limit{8192, 8192};
        std::signal(SIGXFSZ, SIG_IGN);
        ::setrlimit(RLIMIT_FSIZE, &limit);
        return codeOf(io::saveStudy(smallStudy(5000), path()));
    });
    EXPECT_EQ(code, expected(base::ErrorCode::NotWritable));
    expectOldStudy();
}

TEST_F(StudySaveFailures, aFullDiskKeepsTheOldStudy) {
    const std::filesystem::path disk = folder / "disk";
    std::filesystem::create_directory(disk);
    const int code = inChild([&] {
        // A disk of 256 kB of our own, in a mount namespace that ends with this child.
        if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=256k") != 0) {
            return kSkipped;
        }
        const auto old = disk / "s.rulescope";
        if (!io::saveStudy(smallStudy(40), old)) {
            return 1;
        }
        const auto saved = io::saveStudy(smallStudy(100'000), old);
        const auto again = io::openStudy(old);
        const bool isOld = again && again->study.animals[0]->trialCount() == 40;
        const auto files = std::distance(std::filesystem::directory_iterator(disk), {});
        return !isOld ? 2 : files != 1 ? 3 : codeOf(saved);
    });
    std::filesystem::remove(disk);
    if (code == kSkipped) {
        GTEST_SKIP() << "no disk may be mounted here; the file size limit tests the same path";
    }
    EXPECT_EQ(code, expected(base::ErrorCode::NotWritable));
    expectOldStudy();
}

TEST_F(StudySaveFailures, aPermissionLostWhileSavingLeavesTheOldStudyOrTheNewOne) {
    std::mt19937 random(7);
    for (int i = 0; i < 20; ++i) {
        std::filesystem::permissions(folder.path(), std::filesystem::perms(0777));
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) {
                ::_exit(kSkipped);
            }
            ::alarm(60);
            for (std::size_t trials = 41;; trials = trials == 41 ? 43 : 41) {
                if (const auto saved = io::saveStudy(smallStudy(trials), path()); !saved) {
                    ::_exit(codeOf(saved));
                }
            }
        }
        ::usleep(1000 + static_cast<useconds_t>(random() % 20000));
        std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
        int status = 0;
        ::waitpid(child, &status, 0);
        if (WIFEXITED(status) && WEXITSTATUS(status) == kSkipped) {
            std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
            GTEST_SKIP() << "rights can't be given up here";
        }
        ASSERT_TRUE(WIFEXITED(status));
        EXPECT_EQ(WEXITSTATUS(status), expected(base::ErrorCode::NotWritable));
        const auto contents = io::openStudy(path());
        ASSERT_TRUE(contents) << base::english(contents.error());
        EXPECT_FALSE(contents->isChangedOutside);
    }
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
}

TEST_F(StudySaveFailures, akillAtAnyInstantLeavesTheOldStudyOrTheNewOne) {
    std::mt19937 random(4);
    std::size_t fresh = 0;
    const auto began = std::chrono::steady_clock::now();
    ASSERT_TRUE(io::saveStudy(smallStudy(40), path()));
    const std::chrono::duration<double, std::micro> save = std::chrono::steady_clock::now() - began;
    // Kills fall in the first saves of a child, however fast the machine is.
    std::uniform_real_distribution<double> instant(0, 4 * save.count() + 2000);
    // A thousand by hand: RULESCOPE_KILLS=1000 test_io --gtest_filter='*kill*'.
    const char* const wanted = std::getenv("RULESCOPE_KILLS");
    const int kills = wanted != nullptr ? std::atoi(wanted) : 60;
    for (int i = 0; i < kills; ++i) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL); // it would go on for ever if the test is stopped
            for (std::size_t trials = 41;; trials = trials == 41 ? 43 : 41) {
                if (!io::saveStudy(smallStudy(trials), path())) {
                    ::_exit(1);
                }
            }
        }
        ::usleep(static_cast<useconds_t>(instant(random)));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status));
        const auto contents = io::openStudy(path());
        ASSERT_TRUE(contents) << "after kill " << i << ": " << base::english(contents.error());
        ASSERT_FALSE(contents->isChangedOutside);
        const std::size_t trials = contents->study.animals[0]->trialCount();
        ASSERT_TRUE(trials == 40 || trials == 41 || trials == 43) << trials;
        fresh += trials != 40 ? 1 : 0;
    }
    EXPECT_GT(fresh, 0U) << "no save was ever finished: the test shows nothing";
    ASSERT_TRUE(io::saveStudy(smallStudy(40), path()));
    EXPECT_EQ(folder.names().size(), 1U) << "the next save clears what killed ones left";
}

} // namespace
