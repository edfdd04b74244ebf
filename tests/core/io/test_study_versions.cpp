// SPDX-License-Identifier: GPL-3.0-or-later
// One small file of every version of the layout, simulated by the program of its time, is kept for ever.
#include "core/fit/trainer.h"
#include "core/io/annotations_json.h"
#include "core/io/study_file.h"
#include "tests/core/io/small_study.h"
#include "tests/core/io/temporary_folder.h"

#include <filesystem>

namespace {

using namespace rulescope;
using testing_io::TemporaryFolder;

std::filesystem::path goldenFile(int version) {
    return std::filesystem::path(RULESCOPE_SOURCE_DIR) / "tests/data/studies" /
           ("version" + std::to_string(version) + ".rulescope");
}

TEST(StudyVersions, everyVersionHasAFileThatOpensWithAllItHeld) {
    for (int version = 1; version <= io::kStudyFormatVersion; ++version) {
        const auto contents = io::openStudy(goldenFile(version));
        ASSERT_TRUE(contents) << version << ": " << base::english(contents.error());
        EXPECT_FALSE(contents->isChangedOutside);
        ASSERT_EQ(contents->study.animals.size(), 3U);
        EXPECT_EQ(contents->study.counts().trials, 720U);
        EXPECT_EQ(contents->study.counts().choices, 679U);
        ASSERT_EQ(contents->fits.size(), 2U);
        ASSERT_EQ(contents->comparisons.size(), 1U);
        EXPECT_EQ(contents->study.annotations.empty(), version == 1);
    }
}

TEST(StudyVersions, aFitOfTheFirstVersionStillGivesItsNumbers) {
    const auto contents = io::openStudy(goldenFile(1));
    ASSERT_TRUE(contents) << base::english(contents.error());
    for (const fit::FitResultPtr& fit : contents->fits) {
        const auto paths = fit::trajectories(contents->study, *fit, {fit->trainScores.front().animal});
        ASSERT_TRUE(paths) << base::english(paths.error());
        EXPECT_NEAR(paths->front().natsPerTrial, fit->trainScores.front().natsPerTrial, 1e-9) << fit->id;
        EXPECT_EQ(
            contents->study.find(fit->spec.animals.front())->contentHash(), fit->dataHashes.front().second);
    }
}

TEST(StudyVersions, anOldFileIsMigratedWhenItIsSaved) {
    const TemporaryFolder folder;
    const auto old = io::openStudy(goldenFile(1));
    ASSERT_TRUE(old);
    ASSERT_TRUE(io::saveStudy(*old, folder / "now.rulescope"));
    const auto now = io::openStudy(folder / "now.rulescope");
    ASSERT_TRUE(now) << base::english(now.error());
    ASSERT_EQ(now->study.animals.size(), old->study.animals.size());
    for (std::size_t i = 0; i < old->study.animals.size(); ++i) {
        EXPECT_EQ(now->study.animals[i]->contentHash(), old->study.animals[i]->contentHash());
    }
    ASSERT_EQ(now->fits.size(), old->fits.size());
    for (std::size_t i = 0; i < old->fits.size(); ++i) {
        testing_io::expectSameFit(*now->fits[i], *old->fits[i]);
    }
    const std::string head = testing_io::contentsOf(folder / "now.rulescope").substr(0, 64);
    EXPECT_NE(head.find("format_version " + std::to_string(io::kStudyFormatVersion)), std::string::npos);
}

TEST(StudyVersions, notesThatDoNotFitTheirAnimalAreLeftOutAndSaid) {
    const TemporaryFolder folder;
    auto contents = testing_io::smallStudy();
    contents.study.annotations["M1"].exclusions.push_back({"2020-01-01/001", 3, 1000, "too long"});
    contents.study.annotations["M1"].phases.push_back({"again", "2020-01-01/001", "2020-01-01/001"});
    contents.study.annotations["who"] = {"a note", {}, {}, {}};
    ASSERT_TRUE(io::saveStudy(contents, folder / "a.rulescope"));
    const auto opened = io::openStudy(folder / "a.rulescope");
    ASSERT_TRUE(opened) << base::english(opened.error());
    EXPECT_EQ(opened->study.annotations, testing_io::smallStudy().study.annotations);
    ASSERT_EQ(opened->notesLost.size(), 3U);
    EXPECT_NE(base::english(opened->notesLost[0]).find("Trials 4 to 1000"), std::string::npos);
    EXPECT_NE(base::english(opened->notesLost[1]).find("again"), std::string::npos);
    EXPECT_NE(base::english(opened->notesLost[2]).find("who"), std::string::npos);
    EXPECT_EQ(opened->fits.size(), 2U);
}

TEST(StudyVersions, aNoteOfAnotherFormCostsNoOtherNote) {
    const auto read = io::annotationsFromJson(R"({
        "M1": {"note": 7, "tags": ["a"], "exclusions": [{"session": "1"}, {"session": "2", "begin": 0,
            "end": 3, "reason": "x"}], "phases": []},
        "M2": "nonsense"})");
    EXPECT_EQ(read.annotations.at("M1").tags, (std::vector<std::string>{"a"}));
    EXPECT_EQ(read.annotations.at("M1").exclusions, (std::vector<data::Exclusion>{{"2", 0, 3, "x"}}));
    EXPECT_EQ(read.problems.size(), 6U); // note and exclusion of M1; four parts of M2
    EXPECT_EQ(io::annotationsFromJson("{\"M1\": ").problems.size(), 1U);
    EXPECT_EQ(io::annotationsFromJson("[1, 2]").problems.size(), 1U);
}

} // namespace
