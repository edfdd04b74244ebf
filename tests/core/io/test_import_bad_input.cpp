// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/io/imported.h"

#include <chrono>
#include <sys/stat.h>

namespace {

using namespace rulescope;
using testing_io::imported;
using testing_io::printed;
using testing_io::TemporaryFolder;

/// The error of the only file.
base::Error errorOf(std::string_view text, const io::ImportOptions& options = {}) {
    const io::ImportReport report = imported(text, "bad.csv", options);
    EXPECT_TRUE(report.animals.empty());
    EXPECT_EQ(report.skipped.size(), 1U);
    return report.skipped.empty() ? base::Error{} : report.skipped[0].error;
}

base::Error errorOfPath(const std::filesystem::path& path) {
    const auto report = io::importPaths({path});
    EXPECT_TRUE(report);
    EXPECT_EQ(report->skipped.size(), 1U);
    return report->skipped.empty() ? base::Error{} : report->skipped[0].error;
}

TEST(BadInput, aMissingFileIsNotFound) {
    const auto error = errorOfPath("/nonexistent/nothing.csv");
    EXPECT_EQ(error.code, base::ErrorCode::NotFound);
    EXPECT_EQ(error.where, "/nonexistent/nothing.csv");
}

TEST(BadInput, specialFilesAreRefusedWithoutWaiting) {
    const TemporaryFolder folder;
    ASSERT_EQ(::mkfifo((folder / "pipe.csv").c_str(), 0600), 0);
    EXPECT_EQ(errorOfPath(folder / "pipe.csv").code, base::ErrorCode::NotReadable);
    EXPECT_EQ(errorOfPath("/dev/zero").code, base::ErrorCode::NotReadable);
}

TEST(BadInput, emptyAndBinaryFilesAndHeadersAloneAreBadFormat) {
    EXPECT_EQ(errorOf("").code, base::ErrorCode::BadFormat);
    EXPECT_EQ(errorOf("mouse,session,signed_contrast,choice_right\n").code, base::ErrorCode::BadFormat);
    const char binary[] = "\x7f"
                          "ELF\0\0\0,\0\n";
    EXPECT_EQ(errorOf({binary, sizeof binary}).code, base::ErrorCode::BadFormat);
}

TEST(BadInput, columnsThatMeanNothingAreListed) {
    const auto error = errorOf("time,voltage\n1,2\n");
    EXPECT_EQ(error.code, base::ErrorCode::BadFormat);
    EXPECT_EQ(base::english(error.what),
        "No column is recognised as the choices beside stimuli or outcomes; the columns are: time, voltage.");
}

TEST(BadInput, aTruncatedFileIsSkippedWhole) {
    const auto error = errorOf("mouse,session,signed_contrast,choice_right\nA,1,0.5,1\nA,1,0.");
    EXPECT_EQ(error.code, base::ErrorCode::BadFormat);
    EXPECT_TRUE(error.where.ends_with("bad.csv:3")) << error.where;
}

TEST(BadInput, aCellThatIsNoNumberIsNamedWithItsLine) {
    const auto error = errorOf("mouse,session,signed_contrast,choice_right\nA,1,0.5,1\nA,1,high,1\n");
    EXPECT_EQ(error.code, base::ErrorCode::InvalidValue);
    EXPECT_TRUE(error.where.ends_with("bad.csv:3")) << error.where;
}

TEST(BadInput, aChoiceThatNoCodeHasIsNamedWithItsLine) {
    const auto error =
        errorOf("mouse,session,signed_contrast,choice_right\nA,1,0.5,1\nA,1,0.5,0\nA,1,0.5,7\n");
    EXPECT_EQ(base::english(error.what),
        "Column choice_right holds \u201c7\u201d; no known code has that beside its other values.");
    EXPECT_TRUE(error.where.ends_with("bad.csv:4")) << error.where;
}

TEST(BadInput, infiniteAndAbsurdContrastsAreRefused) {
    EXPECT_EQ(errorOf("choice,contrastLeft,contrastRight\n1,700,\n").code, base::ErrorCode::InvalidValue);
    EXPECT_EQ(errorOf("mouse,session,signed_contrast,choice_right\nA,1,inf,1\n").code,
        base::ErrorCode::InvalidValue);
}

TEST(BadInput, anUnknownDialectListsTheKnownOnes) {
    const auto report = io::importPaths({"x.csv"}, {"matlab", {}});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, base::ErrorCode::NotFound);
    EXPECT_NE(base::english(report.error()).find("mouse_visual_2afc"), std::string::npos);
}

TEST(BadInput, aForcedFormatRefusesFilesOfAnother) {
    const auto error = errorOf("mouse,session,signed_contrast,choice_right\nA,1,0.5,1\n", {"nwb", {}});
    EXPECT_EQ(base::english(error.what), "This file is of the format text, not nwb.");
    EXPECT_EQ(
        printed(imported("mouse,session,signed_contrast,choice_right\nA,1,0.5,1\n", "a.csv", {"text", {}})),
        "A: 1(0.5 1/1/1)");
}

TEST(BadInput, linksAreRefusedWithASentence) {
    const TemporaryFolder folder;
    const auto file = folder.write("a.csv", "mouse,session,signed_contrast,choice_right\nA,1,0.5,1\n");
    std::filesystem::create_symlink(file, folder / "link.csv");
    EXPECT_EQ(base::english(errorOfPath(folder / "link.csv").what),
        "This is a symbolic link; links are not followed.");
}

TEST(BadInput, aForcedDialectNamesTheColumnsThatItMisses) {
    const auto error = errorOf("choice,stimulus\n1,0.5\n", {"ibl_trials", {}});
    EXPECT_EQ(base::english(error.what), "The columns contrastLeft, contrastRight are missing.");
}

TEST(BadInput, oneBadFileDoesNotKeepOthersOut) {
    const TemporaryFolder folder;
    folder.write("good.csv", "mouse,session,signed_contrast,choice_right\nA,1,0.5,1\n");
    folder.write("bad.csv", "mouse,session,signed_contrast,choice_right\nA,2,0.5\n");
    folder.write("image.png", std::string_view("\x89PNG\r\n\x1a\n\0\0\0\0", 12));
    const auto report = io::importPaths({folder.path()});
    ASSERT_TRUE(report);
    EXPECT_EQ(printed(*report), "A: 1(0.5 1/1/1)");
    EXPECT_EQ(report->skipped.size(), 2U);
}

TEST(BadInput, aMillionRowsComeInWithinSeconds) {
    std::string text = "subject,session,signed_contrast,choice,correct,rt\n";
    for (int i = 0; i < 1'000'000; ++i) {
        text += "M," + std::to_string(i / 1000) + (i % 2 ? ",0.25,1,1,0.51\n" : ",-0.25,1,0,0.62\n");
    }
    const auto start = std::chrono::steady_clock::now();
    const auto report = imported(text);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    ASSERT_EQ(report.animals.size(), 1U);
    EXPECT_EQ(report.animals[0]->trialCount(), 1'000'000U);
    EXPECT_EQ(report.animals[0]->sessions().size(), 1000U);
    RecordProperty("seconds", std::to_string(seconds));
    EXPECT_LT(seconds, 60) << "an order of magnitude too slow, whatever the machine";
}

} // namespace
