// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/program.h"

#include <gmock/gmock.h>

namespace rulescope::test {

namespace {

using testing::HasSubstr;

#define NEEDS_DATA(name)                                                                                     \
    if (sharedData(name).empty()) {                                                                          \
        GTEST_SKIP() << "the shared data are not here";                                                      \
    }

/// Four trials in the dialect of the wheel task's tables.
const std::string kSmall = "mouse,session,signed_contrast,choice_right,rt\n"
                           "A,1,-0.5,0,1.5\nA,1,0.5,1,0.7\nA,2,0.25,0,0.9\nA,2,0,1,1.1\n";

TEST(Import, CountsOfEightMiceAreThoseOfTheirTables) {
    NEEDS_DATA("mouse_visual_2afc");
    const TemporaryFolder folder;
    const std::string study = folder.path("mice.rulescope");

    const nlohmann::json report =
        run({"import", sharedData("mouse_visual_2afc"), "--study", study, "--json"}).json();
    EXPECT_EQ(report["animals"], 8);
    EXPECT_EQ(report["sessions"], 235);
    EXPECT_EQ(report["trials"], 45038);
    EXPECT_EQ(report["choices"], 45038);
    EXPECT_TRUE(report["warnings"].is_array());
    EXPECT_TRUE(report["skipped"].empty());

    const nlohmann::json animals = run({"info", "--study", study, "--json"}).json()["animals"];
    ASSERT_EQ(animals.size(), 8U);
    EXPECT_EQ(animals[0]["name"], "DAP007");
    EXPECT_EQ(animals[0]["sessions"], 53);
    EXPECT_EQ(animals[0]["trials"], 11411);
    EXPECT_NEAR(animals[0]["accuracy"], .596, .0005);
    EXPECT_NEAR(animals[0]["fraction_right"], .607, .0005);
}

TEST(Import, FilesOfOneAnimalJoinUnderTheFileNameLessItsDate) {
    NEEDS_DATA("ibl_swc_054/csv");
    const TemporaryFolder folder;
    const std::string study = folder.path("swc.rulescope");

    const nlohmann::json report =
        run({"import", sharedData("ibl_swc_054/csv"), "--study", study, "--json"}).json();
    EXPECT_EQ(report["animals"], 1);
    EXPECT_EQ(report["sessions"], 11);
    EXPECT_EQ(report["trials"], 7844);
    EXPECT_EQ(report["choices"], 7825);

    const nlohmann::json animal = run({"info", "--study", study, "--json"}).json()["animals"][0];
    EXPECT_EQ(animal["name"], "SWC_054");
    EXPECT_NEAR(animal["accuracy"], .779, .0005);
    EXPECT_NEAR(animal["fraction_right"], .503, .0005);
}

TEST(Import, OtherDialectsKeepTheirCounts) {
    NEEDS_DATA("rat_auditory_comparison");
    const TemporaryFolder folder;
    struct Expected {
        std::string path;
        int sessions, trials, choices;
        double right, accuracy;
    };
    for (const Expected& expected :
        {Expected{"rat_auditory_comparison/W053.csv", 80, 20000, 20000, .532, .645},
            Expected{"ibl_biased_blocks/KS016.csv", 11, 10592, 10590, .604, .767},
            Expected{"ibl_biased_blocks/CSH_ZAD_003.csv", 14, 10729, 10720, .519, .848}}) {
        const std::string study =
            folder.path(std::filesystem::path(expected.path).stem().string() + ".rulescope");
        ASSERT_EQ(run({"import", sharedData(expected.path), "--study", study}).exitCode, 0) << expected.path;
        const nlohmann::json animal = run({"info", "--study", study, "--json"}).json()["animals"][0];
        EXPECT_EQ(animal["sessions"], expected.sessions) << expected.path;
        EXPECT_EQ(animal["trials"], expected.trials) << expected.path;
        EXPECT_EQ(animal["choices"], expected.choices) << expected.path;
        EXPECT_NEAR(animal["fraction_right"], expected.right, .0006) << expected.path;
        EXPECT_NEAR(animal["accuracy"], expected.accuracy, .0006) << expected.path;
    }
}

TEST(Import, TheSameFileTwiceIsKeptOnce) {
    const TemporaryFolder folder;
    const std::string study = folder.path("study.rulescope");
    const std::string csv = folder.write("a.csv", kSmall);
    ASSERT_EQ(run({"import", csv, "--study", study}).exitCode, 0);

    const nlohmann::json report = run({"import", csv, "--study", study, "--json"}).json();
    EXPECT_EQ(report["trials"], 4);
    EXPECT_EQ(report["study"]["trials"], 4);
    EXPECT_EQ(report["study"]["sessions"], 2);
}

TEST(Import, ABadFileIsSkippedWholeAndTheOthersComeIn) {
    const TemporaryFolder folder;
    const std::string good = folder.write("good.csv", kSmall);
    const std::string bad =
        folder.write("bad.csv", "mouse,session,signed_contrast,choice_right,rt\nB,1,-0.5,0,1\nB,1,x,");

    const ProgramResult result = run({"import", good, bad, "--study", folder.path("s.rulescope"), "--json"});
    EXPECT_EQ(result.exitCode, 0);
    const nlohmann::json report = result.json();
    EXPECT_EQ(report["animals"], 1);
    EXPECT_EQ(report["trials"], 4);
    ASSERT_EQ(report["skipped"].size(), 1U);
    EXPECT_EQ(report["skipped"][0]["path"], bad);
    EXPECT_THAT(report["skipped"][0]["reason"].get<std::string>(), HasSubstr("bad.csv"));
}

TEST(Import, FilesThatAreNoTrialsAreRefusedWithASentenceAndNoStudyIsMade) {
    const TemporaryFolder folder;
    const std::string study = folder.path("study.rulescope");
    const std::vector<std::string> bad = {folder.path("missing.csv"), folder.write("empty.csv", ""),
        folder.write("binary.csv", std::string("\x7f\x00\x01\xff\xfe\x00junk", 11)),
        folder.write("columns.csv", "name,colour\nA,red\n"),
        folder.write("header.csv", "choice,contrastLeft\n"),
        folder.write("truncated.csv", kSmall.substr(0, kSmall.size() - 30) + "A,")};
    for (const std::string& path : bad) {
        const ProgramResult result = run({"import", path, "--study", study, "--json"});
        EXPECT_EQ(result.exitCode, 3) << path;
        EXPECT_TRUE(result.json().is_object()) << path;
        EXPECT_THAT(result.err, HasSubstr(std::filesystem::path(path).filename().string())) << path;
        EXPECT_FALSE(std::filesystem::exists(study)) << path;
    }
}

TEST(Import, CommasBomsLineEndsAndQuotesDoNotMatter) {
    const TemporaryFolder folder;
    const std::string plain = folder.write("plain/A.csv", kSmall);
    std::string foreign = "\xEF\xBB\xBF";
    for (const char c : kSmall) {
        foreign += c == ','    ? std::string(";")
                   : c == '.'  ? std::string(",")
                   : c == '\n' ? "\r\n"
                               : std::string(1, c);
    }
    const std::string decimalCommas = folder.write("commas/A.csv", foreign);
    std::string quoted = "\"mouse\",\"session\",\"signed_contrast\",\"choice_right\",\"rt\"\n";
    quoted += kSmall.substr(kSmall.find('\n') + 1);
    const std::string quotes = folder.write("quotes/A.csv", quoted);

    const auto hash = [&](const std::string& path) {
        const std::string study = path + ".rulescope";
        EXPECT_EQ(run({"import", path, "--study", study}).exitCode, 0) << path;
        return run({"info", "--study", study, "--json"}).json()["animals"][0]["data_hash"].get<std::string>();
    };
    const std::string expected = hash(plain);
    EXPECT_EQ(hash(decimalCommas), expected);
    EXPECT_EQ(hash(quotes), expected);
}

TEST(Import, AStudyInAFolderThatIsNotThereOrCannotBeWrittenIsRefused) {
    const TemporaryFolder folder;
    const std::string csv = folder.write("a.csv", kSmall);
    for (const std::string& study : {folder.path("none/s.rulescope"), std::string("/proc/s.rulescope")}) {
        const ProgramResult result = run({"import", csv, "--study", study, "--json"});
        EXPECT_EQ(result.exitCode, 3) << study;
        EXPECT_THAT(result.err, HasSubstr(std::filesystem::path(study).parent_path().string())) << study;
    }
}

TEST(Import, AFileThatIsNoStudyIsNeverWrittenOver) {
    const TemporaryFolder folder;
    const std::string csv = folder.write("a.csv", kSmall);
    const std::string notes = folder.write("notes.rulescope", "my notes\n");

    EXPECT_EQ(run({"import", csv, "--study", notes}).exitCode, 3);
    EXPECT_EQ(contentOf(notes), "my notes\n");
}

} // namespace

} // namespace rulescope::test
