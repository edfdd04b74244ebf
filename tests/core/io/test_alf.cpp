// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/alf_names.h"
#include "core/io/formats/npy.h"
#include "tests/core/io/imported.h"
#include "tests/core/io/npy_bytes.h"

namespace {

using namespace rulescope;
using testing_io::npy;
using testing_io::printed;
using testing_io::printedWarnings;
using testing_io::TemporaryFolder;

const std::string kSession = "lab/Subjects/M1/2020-01-02/001/alf";
const double kNone = std::nan("");

/// Four trials: right correct, right error, no-go on the left, left correct at zero contrast.
void writeSession(const TemporaryFolder& folder, const std::string& where = kSession) {
    const std::string trials = where + "/_ibl_trials.";
    folder.write(trials + "choice.npy", npy({-1, 1, 0, 1}));
    folder.write(trials + "contrastLeft.npy", npy({kNone, kNone, 1, 0}));
    folder.write(trials + "contrastRight.npy", npy({0.5, 0.25, kNone, kNone}));
    folder.write(trials + "feedbackType.npy", npy({1, -1, -1, 1}));
}

constexpr const char* kCanonical = "(0.5 1/1/1, 0.25 0/1/0, -1 -/0/0, 0 0/0/1)";

io::ImportReport importedFolder(const std::filesystem::path& path) {
    auto report = io::importPaths({path});
    EXPECT_TRUE(report);
    return report ? std::move(*report) : io::ImportReport{};
}

base::Result<io::NpyArray> parsed(const std::string& bytes) {
    io::MemorySource source(bytes);
    return io::readNpy(source, "a.npy");
}

TEST(Npy, readsNumbersOfEveryWidthAndByteOrder) {
    const auto header = [](const std::string& type, const std::string& shape, bool isColumnMajor = false) {
        return testing_io::npyHeader(type, shape, isColumnMajor);
    };
    EXPECT_EQ(parsed(npy({1.5, -2}))->numbers, (std::vector<double>{1.5, -2}));
    EXPECT_EQ(parsed(header("<i2", "(2,)") + std::string("\xff\xff\x02\x00", 4))->numbers,
        (std::vector<double>{-1, 2}));
    EXPECT_EQ(parsed(header(">i2", "(2,)") + std::string("\xff\xff\x00\x02", 4))->numbers,
        (std::vector<double>{-1, 2}));
    EXPECT_EQ(
        parsed(header("|b1", "(2,)") + std::string("\x01\x00", 2))->numbers, (std::vector<double>{1, 0}));
    EXPECT_EQ(
        parsed(header("|?1", "(2,)") + std::string("\x01\x00", 2))->numbers, (std::vector<double>{1, 0}));
    EXPECT_EQ(parsed(header("<f4", "(1,)") + std::string("\x00\x00\xc0\x3f", 4))->numbers,
        (std::vector<double>{1.5}));
    EXPECT_EQ(
        parsed(header("<f2", "(1,)") + std::string("\x00\x3e", 2))->numbers, (std::vector<double>{1.5}));
    EXPECT_EQ(parsed(header("|S3", "(2,)") + std::string("ab\0abc", 6))->texts,
        (std::vector<std::string>{"ab", "abc"}));
    EXPECT_EQ(parsed(header("|u1", "(2, 2)", true) + std::string("\x01\x03\x02\x04", 4))->numbers,
        (std::vector<double>{1, 2, 3, 4}));
}

TEST(Npy, refusesWhatIsCutShortOrClaimsTooMuch) {
    const std::string whole = npy({1, 2, 3});
    for (std::size_t length = 0; length < whole.size(); ++length) {
        EXPECT_FALSE(parsed(whole.substr(0, length))) << length;
    }
    const auto huge = parsed(testing_io::npyHeader("<f8", "(1000000000000000,)"));
    ASSERT_FALSE(huge);
    EXPECT_EQ(huge.error().code, base::ErrorCode::TooLarge);
    EXPECT_FALSE(parsed(testing_io::npyHeader("<f8", "(4294967296, 4294967296)")));
    // Found by fuzzing: a bool of many bytes was shifted beyond 64 bits.
    EXPECT_EQ(parsed(testing_io::npyHeader("|?9", "(1,)") + "xxxxxxxxx").error().code,
        base::ErrorCode::Unsupported);
    const auto objects = parsed(testing_io::npyHeader("|O", "(1,)") + "xxxxxxxx");
    ASSERT_FALSE(objects);
    EXPECT_EQ(objects.error().code, base::ErrorCode::Unsupported);
}

TEST(AlfNames, haveObjectAttributeAndMaybeExtraParts) {
    const auto name = io::parseAlfName("_ibl_trials.choice.4d8c7767-981c-4347-8e5e-5d5fffe38534.npy");
    ASSERT_TRUE(name);
    EXPECT_EQ(name->object, "trials");
    EXPECT_EQ(name->attribute, "choice");
    EXPECT_EQ(name->extra, "4d8c7767-981c-4347-8e5e-5d5fffe38534");
    EXPECT_TRUE(io::isAlfTrialsFile("trials.intervals.npy"));
    EXPECT_FALSE(io::isAlfTrialsFile("_ibl_wheel.position.npy"));
    EXPECT_FALSE(io::isAlfTrialsFile("mouse.csv"));
    EXPECT_FALSE(io::parseAlfName("trials..npy"));
}

TEST(AlfNames, tellSubjectDateAndNumber) {
    const auto first = io::alfIdentity("/data/lab/Subjects/M1/2020-01-02/001/alf");
    EXPECT_EQ(first, (io::TableIdentity{"M1", "lab", "2020-01-02", "", ""}));
    const auto second = io::alfIdentity("/data/M1/2020-01-02/002/alf");
    EXPECT_EQ(second, (io::TableIdentity{"M1", "", "2020-01-02", "2020-01-02/002", ""}));
    EXPECT_EQ(io::alfIdentity("/d/M1/2020-01-02/001/alf/task_01").session, "2020-01-02/task_01");
    EXPECT_EQ(io::alfIdentity("/d/M1_2020-01-02/alf"), (io::TableIdentity{"M1", "", "2020-01-02", "", ""}));
}

TEST(Alf, aSessionIsReadFromItsFolderFromAboveAndFromOneOfItsFiles) {
    const TemporaryFolder folder;
    writeSession(folder);
    for (const std::string& path : {kSession, std::string("lab"), kSession + "/_ibl_trials.choice.npy"}) {
        const auto report = importedFolder(folder / path);
        EXPECT_EQ(printed(report), std::string("M1: 2020-01-02") + kCanonical) << path;
        EXPECT_EQ(printedWarnings(report), "no-gos 1");
        EXPECT_TRUE(report.skipped.empty());
        ASSERT_EQ(report.sources.size(), 1U);
        EXPECT_EQ(report.sources[0].second, "ibl_trials");
    }
}

TEST(Alf, severalSessionsADayAreSeveralSessions) {
    const TemporaryFolder folder;
    writeSession(folder, "M1/2020-01-02/001/alf");
    writeSession(folder, "M1/2020-01-02/002/alf");
    writeSession(folder, "M1/2020-01-01/001/alf");
    const auto report = importedFolder(folder.path());
    EXPECT_EQ(printed(report), std::string("M1: 2020-01-01") + kCanonical + " 2020-01-02" + kCanonical +
                                   " 2020-01-02/002" + kCanonical);
}

TEST(Alf, theNewestRevisionCountsAndExtraPartsDoNoHarm) {
    const TemporaryFolder folder;
    writeSession(folder);
    folder.write(kSession + "/#2023-01-01#/_ibl_trials.choice.npy", npy({0, 0, 0, 0}));
    folder.write(kSession + "/#2024-01-01#/_ibl_trials.choice.1f.npy", npy({-1, 1, 0, 0}));
    folder.write(kSession + "/_ibl_wheel.position.npy", npy({1}));
    folder.write(kSession + "/_iblrig_taskSettings.raw.json", "{}");
    const auto report = importedFolder(folder.path());
    EXPECT_EQ(printed(report), "M1: 2020-01-02(0.5 1/1/1, 0.25 0/1/0, -1 -/0/0, 0 -/0/1)");
    EXPECT_TRUE(report.skipped.empty());
}

TEST(Alf, columnsOfAnotherLengthAreLeftOutAndCounted) {
    const TemporaryFolder folder;
    writeSession(folder);
    folder.write(kSession + "/_ibl_trials.response_times.npy", npy({1, 2}));
    folder.write(kSession + "/_ibl_trials.goCue_times.npy", "damaged");
    folder.write(kSession + "/_ibl_trials.rewardVolume.npy", npy({3, 0, 0, 3}));
    const auto report = importedFolder(folder.path());
    EXPECT_EQ(printed(report), std::string("M1: 2020-01-02") + kCanonical);
    EXPECT_EQ(printedWarnings(report), "columns-damaged 1; column-lengths 1; no-gos 1");
    EXPECT_NE(report.animals[0]->trials().findExtra("rewardVolume"), nullptr);
}

TEST(Alf, aSessionWhoseChoicesAndContrastsDisagreeInLengthIsSkipped) {
    const TemporaryFolder folder;
    writeSession(folder, "M1/2020-01-01/001/alf");
    writeSession(folder, "M1/2020-01-02/001/alf");
    folder.write("M1/2020-01-02/001/alf/_ibl_trials.contrastLeft.npy", npy({1, 2}));
    writeSession(folder, "M1/2020-01-03/001/alf");
    std::filesystem::remove(folder / "M1/2020-01-03/001/alf/_ibl_trials.contrastRight.npy");
    const auto report = importedFolder(folder.path());
    EXPECT_EQ(printed(report), std::string("M1: 2020-01-01") + kCanonical);
    ASSERT_EQ(report.skipped.size(), 2U);
    EXPECT_EQ(base::english(report.skipped[0].error.what), "Column contrastLeft has 2 values for 4 trials.");
    EXPECT_EQ(base::english(report.skipped[1].error.what), "The contrasts of one side are missing.");
}

} // namespace
