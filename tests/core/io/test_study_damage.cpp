// SPDX-License-Identifier: GPL-3.0-or-later
// Damage to study files: whatever was flipped or cut off, opening gives an error or valid data, and never a
// crash.
#include "core/io/crash_shield.h"
#include "core/io/hdf5.h"
#include "core/io/study_file.h"
#include "core/io/study_layout.h"
#include "tests/core/io/small_study.h"
#include "tests/core/io/temporary_folder.h"

#include <array>
#include <csignal>
#include <iostream>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace rulescope;
using testing_io::contentsOf;
using testing_io::smallStudy;
using testing_io::TemporaryFolder;

/// How many openings ended in which way.
struct Tally {
    std::size_t refused = 0;
    std::size_t opened = 0; ///< with valid data
    std::size_t crashed = 0;
    std::size_t changed = 0; ///< opened with a note, and the first animal differs
    std::size_t altered = 0; ///< opened without a word although it differs
};

/// Opens a file in a child process, so that a crash is counted and not suffered.
void openInChild(const std::filesystem::path& path, const std::string& hash, Tally& tally) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::alarm(60);
        const auto contents = io::openStudy(path);
        if (!contents) {
            ::_exit(1);
        }
        const bool isSame =
            !contents->study.animals.empty() && contents->study.animals[0]->contentHash() == hash;
        ::_exit(isSame ? 2 : contents->isChangedOutside ? 4 : 3);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    tally.refused += code == 1 ? 1 : 0;
    tally.opened += code == 2 ? 1 : 0;
    tally.altered += code == 3 ? 1 : 0;
    tally.changed += code == 4 ? 1 : 0;
    tally.crashed += code < 1 || code > 4 ? 1 : 0;
}

class StudyDamage : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(io::saveStudy(smallStudy(700), folder / "study.rulescope"));
        bytes = contentsOf(folder / "study.rulescope");
        hash = smallStudy(700).study.animals[0]->contentHash();
    }

    TemporaryFolder folder;
    std::string bytes;
    std::string hash;
};

TEST_F(StudyDamage, flippedBitsNeverCrashNorPassUnnoticed) {
    std::mt19937 random(1);
    Tally tally;
    const std::size_t step = bytes.size() / 250 + 1;
    for (std::size_t at = 0; at < bytes.size(); at += 1 + random() % (2 * step)) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << (random() % 8)));
        openInChild(folder.write("damaged.rulescope", damaged), hash, tally);
    }
    std::cout << bytes.size() << " bytes, one bit flipped: " << tally.refused << " refused, " << tally.opened
              << " opened unharmed, " << tally.changed << " opened with a note, " << tally.altered
              << " passed, " << tally.crashed << " crashed\n";
    EXPECT_EQ(tally.crashed, 0U);
    EXPECT_EQ(tally.altered, 0U);
    EXPECT_GT(tally.refused, 100U);
}

TEST_F(StudyDamage, everyTruncationIsRefused) {
    Tally tally;
    std::size_t count = 0;
    for (std::size_t length = 0; length < bytes.size(); length += 1 + bytes.size() / 80, ++count) {
        openInChild(folder.write("cut.rulescope", bytes.substr(0, length)), hash, tally);
    }
    EXPECT_EQ(tally.refused, count);
    const auto error =
        io::openStudy(folder.write("cut.rulescope", bytes.substr(0, bytes.size() / 2))).error();
    EXPECT_EQ(base::english(error.what), "The study is cut short: it has " +
                                             std::to_string(bytes.size() / 2) + " of " +
                                             std::to_string(bytes.size()) + " bytes.");
}

TEST_F(StudyDamage, noiseAndZerosInTheMiddleNeverCrash) {
    std::mt19937 random(2);
    Tally tally;
    for (int i = 0; i < 60; ++i) {
        std::string damaged = bytes;
        const std::size_t at = random() % bytes.size();
        for (std::size_t k = at; k < std::min(bytes.size(), at + 64); ++k) {
            damaged[k] = static_cast<char>(i % 2 == 0 ? random() : 0);
        }
        openInChild(folder.write("damaged.rulescope", damaged), hash, tally);
    }
    EXPECT_EQ(tally.crashed, 0U);
    EXPECT_EQ(tally.altered, 0U);
}

TEST_F(StudyDamage, checksumsInsideTheFileKeepTheLibraryFromCrashingOnItsOwn) {
    std::mt19937 random(3);
    std::array<int, 3> outcomes{};
    const io::hdf5::LibraryLock lock;
    for (int i = 0; i < 150; ++i) {
        std::string damaged = bytes;
        // Repair nothing, check nothing: what the library itself makes of it.
        damaged[512 + random() % (bytes.size() - 512)] = static_cast<char>(random());
        const auto rehearsal = io::rehearse(
            [&] {
                const auto file = io::hdf5::openImage({damaged.data(), damaged.size()});
                (void)io::study_layout::readContents(file);
            },
            20);
        ++outcomes[static_cast<std::size_t>(rehearsal)];
    }
    std::cout << "HDF5 by itself on 150 damaged files: " << outcomes[0] << " survived, " << outcomes[1]
              << " crashed, " << outcomes[2] << " hung\n";
    EXPECT_EQ(outcomes[0], 150);
}

TEST(CrashShield, seesReturnsThrowsCrashesAndEndlessLoops) {
    EXPECT_EQ(io::rehearse([] {}, 5), io::Rehearsal::Survived);
    EXPECT_EQ(io::rehearse([] { throw std::runtime_error("x"); }, 5), io::Rehearsal::Survived);
    EXPECT_EQ(io::rehearse([] { std::raise(SIGSEGV); }, 5), io::Rehearsal::Crashed);
    EXPECT_EQ(io::rehearse([] { std::abort(); }, 5), io::Rehearsal::Crashed);
    EXPECT_EQ(io::rehearse(
                  [] {
                      while (true) {
                          ::usleep(1000);
                      }
                  },
                  1),
        io::Rehearsal::TimedOut);
}

} // namespace
