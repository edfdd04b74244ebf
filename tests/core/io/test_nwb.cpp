// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/io/imported.h"
#include "tests/core/io/nwb_builder.h"

#include <fstream>

namespace {

using namespace rulescope;
using testing_io::NwbBuilder;
using testing_io::printed;
using testing_io::printedConventions;
using testing_io::printedWarnings;
using testing_io::TemporaryFolder;

const double kNone = std::nan("");

io::ImportReport importedNwb(const NwbBuilder& builder, const std::string& name = "a.nwb") {
    const TemporaryFolder folder;
    auto report = io::importPaths({builder.write(folder / name)});
    EXPECT_TRUE(report);
    return report ? std::move(*report) : io::ImportReport{};
}

NwbBuilder iblTrials() {
    NwbBuilder builder;
    builder.numbers = {{"start_time", {0, 10, 20, 30}}, {"stop_time", {5, 15, 25, 35}},
        {"choice", {-1, 1, 0, 1}}, {"contrast_left", {kNone, kNone, 1, 0}},
        {"contrast_right", {0.5, 0.25, kNone, kNone}}, {"feedback_type", {1, -1, -1, 1}},
        {"stim_on_time", {1, 11, 21, 31}}, {"response_time", {2, 12, 81, 32}}};
    return builder;
}

TEST(Nwb, columnsAreThoseOfTheIblDialectAndSubjectAndDateComeFromTheFile) {
    const auto report = importedNwb(iblTrials());
    EXPECT_EQ(printed(report), "M1: 2020-01-02(0.5 1/1/1, 0.25 0/1/0, -1 -/0/0, 0 0/0/1)");
    EXPECT_EQ(report.sources.at(0).second, "ibl_trials");
    EXPECT_EQ(printedConventions(report), "choice: -1 = right, 1 = left 3/3");
    EXPECT_EQ(report.animals.at(0)->trials().reactionTimeS, (std::vector<double>{1, 1, 60, 1}));
}

TEST(Nwb, twoRecordingsOfADayAreToldApartByTheirStart) {
    const TemporaryFolder folder;
    NwbBuilder morning = iblTrials(), evening = iblTrials();
    evening.start = "2020-01-02T18:30:05+00:00";
    evening.numbers["choice"] = {1, 1, 0, 1};
    evening.numbers["feedback_type"] = {-1, -1, -1, 1};
    const auto report = io::importPaths({evening.write(folder / "b.nwb"), morning.write(folder / "a.nwb")});
    ASSERT_TRUE(report);
    EXPECT_EQ(printed(*report), "M1: 2020-01-02/09:00:00(0.5 1/1/1, 0.25 0/1/0, -1 -/0/0, 0 0/0/1) "
                                "2020-01-02/18:30:05(0.5 0/1/0, 0.25 0/1/0, -1 -/0/0, 0 0/0/1)");
    EXPECT_TRUE(report->skipped.empty());
    // A copy of one of them is still the same session.
    const auto twice = io::importPaths({folder / "a.nwb", morning.write(folder / "c.nwb")});
    ASSERT_TRUE(twice);
    EXPECT_EQ(printed(*twice), "M1: 2020-01-02(0.5 1/1/1, 0.25 0/1/0, -1 -/0/0, 0 0/0/1)");
}

TEST(Nwb, wordsForTheTurnOfTheWheelAndPercentMeanTheSame) {
    NwbBuilder builder;
    builder.numbers = {{"start_time", {0, 10, 20, 30}}, {"gabor_stimulus_contrast", {50, 25, 100, 0}},
        {"is_mouse_rewarded", {1, 0, 0, 1}}};
    builder.texts = {{"gabor_stimulus_side", {"right", "right", "left", "left"}},
        {"mouse_wheel_choice", {"counter_clockwise", "clockwise", "no_go", "clockwise"}}};
    const auto report = importedNwb(builder);
    EXPECT_EQ(printed(report), "M1: 2020-01-02(0.5 1/1/1, 0.25 0/1/0, -1 -/0/0, 0 0/0/1)");
    EXPECT_EQ(printedWarnings(report), "no-gos 1; percent-contrasts 4");
    EXPECT_EQ(
        printedConventions(report), "mouse_wheel_choice: counter_clockwise = right, clockwise = left 3/3");
}

TEST(Nwb, foragingHasOutcomesAndNoAnswers) {
    NwbBuilder builder;
    builder.numbers = {{"start_time", {0, 1, 2, 3}}, {"animal_response", {0, 1, 2, 1}},
        {"rewarded_historyL", {1, 0, 0, 0}}, {"rewarded_historyR", {0, 0, 0, 1}}};
    const auto report = importedNwb(builder);
    EXPECT_EQ(printed(report), "M1: 2020-01-02(nan 0/-/1, nan 1/-/0, nan -/-/0, nan 1/-/1)");
    EXPECT_EQ(printedConventions(report), "animal_response: 1 = right, 0 = left 2/2");
}

TEST(Nwb, contrastsOnBothSidesKeepTheHigherOnesSideAndRewardHoldingStill) {
    NwbBuilder builder;
    builder.numbers = {{"start_time", {0, 1, 2, 3}}, {"visual_stimulus_left_contrast", {0, 0.5, 0, 1}},
        {"visual_stimulus_right_contrast", {1, 0.25, 0, 1}}, {"response_choice", {-1, 1, 0, 1}},
        {"feedback_type", {1, 1, 1, -1}}};
    const auto report = importedNwb(builder);
    EXPECT_EQ(report.sources.at(0).second, "two_sided_contrasts");
    EXPECT_EQ(printed(report), "M1: 2020-01-02(1 1/1/1, -0.25 0/0/1, 0 -/-/1, 0 0/-/0)");
}

TEST(Nwb, anInstructedSideAndAnOutcomeTellTheChoice) {
    NwbBuilder builder;
    builder.numbers = {{"start_time", {0, 1, 2, 3}}};
    builder.texts = {{"trial_instruction", {"left", "right", "right", "left"}},
        {"outcome", {"hit", "miss", "ignore", "miss"}}};
    const auto report = importedNwb(builder);
    EXPECT_EQ(printed(report), "M1: 2020-01-02(nan 0/0/1, nan 0/1/0, nan -/1/-, nan 1/0/0)");
}

TEST(Nwb, anyTableOfIntervalsWithTrialsInItsNameIsFound) {
    NwbBuilder builder = iblTrials();
    builder.group = "processing";
    builder.table = "Behavior_Trials";
    EXPECT_EQ(importedNwb(builder).animals.size(), 1U);
}

TEST(Nwb, withoutASubjectTheFileNameTellsTheAnimal) {
    NwbBuilder builder = iblTrials();
    builder.subject.clear();
    const auto report = importedNwb(builder, "sub-M7_ses-2020-01-02.nwb");
    ASSERT_EQ(report.animals.size(), 1U);
    EXPECT_EQ(report.animals[0]->name(), "M7");
}

TEST(Nwb, raggedColumnsAndThoseOfAnotherLengthAreLeftOutAndCounted) {
    NwbBuilder builder = iblTrials();
    builder.numbers["lick_times"] = {1, 2, 3, 4, 5, 6};
    builder.numbers["lick_times_index"] = {1, 2, 4, 6};
    builder.numbers["short"] = {1, 2};
    const auto report = importedNwb(builder);
    EXPECT_EQ(report.animals.size(), 1U);
    EXPECT_EQ(printedWarnings(report), "column-lengths 1; columns-ragged 1; no-gos 1");
}

TEST(Nwb, aFileWithoutTrialsIsSkippedWithASentence) {
    NwbBuilder builder;
    builder.table = "epochs";
    const auto report = importedNwb(builder);
    ASSERT_EQ(report.skipped.size(), 1U);
    EXPECT_EQ(base::english(report.skipped[0].error.what), "The file holds no table of trials.");
}

TEST(Nwb, aDamagedFileNeverHarmsTheProgram) {
    const TemporaryFolder folder;
    const std::vector<char> whole = iblTrials().bytes();
    int came = 0;
    for (std::size_t i = 0; i < 60; ++i) {
        std::vector<char> damaged = whole;
        const std::size_t at = 512 + i * (whole.size() - 512) / 60;
        if (i % 3 == 0) {
            damaged.resize(at);
        } else {
            damaged[at] = static_cast<char>(damaged[at] ^ (i % 2 == 0 ? 0xff : 0x10));
        }
        const auto path = folder.write("d.nwb", {damaged.data(), damaged.size()});
        const auto report = io::importPaths({path});
        ASSERT_TRUE(report);
        ASSERT_EQ(report->animals.size() + report->skipped.size(), 1U) << i;
        came += report->animals.empty() ? 0 : 1;
    }
    EXPECT_LT(came, 60);
}

} // namespace
