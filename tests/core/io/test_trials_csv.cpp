// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/trials_csv.h"
#include "tests/core/io/imported.h"

namespace {

using namespace rulescope;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

data::AnimalPtr awkwardAnimal() {
    data::Animal::Content content;
    content.name = "Möwe, \"die\" 1";
    content.lab = "Labor #2";
    content.trials.stimulus = {0.1, kNaN, -0.0625, 0, 1.0 / 3};
    content.trials.choice = {1, 0, -1, 1, 0};
    content.trials.answer = {1, -1, 0, -1, 0};
    content.trials.outcome = {0, 1, -1, 1, 1};
    content.trials.responseS = {1e-9, kNaN, 12345.678901234567, 1, 2};
    content.trials.extra = {{"a,b", {1, 2, kNaN, 4, 5}}, {"trial", {4, 7, 9, 1, 2}}};
    content.sessions = {
        {"zwei\nZeilen", "2020-01-01", "training", "x.csv", 0, 3}, {"2", "2020-01-02", "", "y", 3, 5}};
    const auto animal = data::Animal::create(content);
    EXPECT_TRUE(animal) << base::english(animal.error());
    return animal.value_or(nullptr);
}

data::AnimalPtr rawAnimal() {
    data::Animal::Content content;
    content.name = "rat";
    content.stimulusKind = data::StimulusKind::Raw;
    content.stimulusUnit = "dB [A], peak";
    content.trials.stimulus = {12, -30};
    content.trials.choice = content.trials.answer = {1, 0};
    content.trials.outcome = {1, 1};
    content.sessions = {{"1", "", "", "", 0, 2}};
    return data::Animal::create(content).value_or(nullptr);
}

TEST(TrialsCsv, readsBackEqualWhateverTheNames) {
    const testing_io::TemporaryFolder folder;
    for (const data::AnimalPtr& animal : {awkwardAnimal(), rawAnimal()}) {
        ASSERT_NE(animal, nullptr);
        ASSERT_TRUE(io::writeTrialsCsv({animal}, folder / "trials.csv"));
        const auto report = io::importPaths({folder / "trials.csv"});
        ASSERT_TRUE(report);
        ASSERT_EQ(report->animals.size(), 1U) << testing_io::printed(*report);
        EXPECT_EQ(report->sources[0].second, "rulescope_csv");
        EXPECT_EQ(report->animals[0]->contentHash(), animal->contentHash());
        EXPECT_EQ(report->animals[0]->lab(), animal->lab());
        EXPECT_EQ(report->animals[0]->stimulusUnit(), animal->stimulusUnit());
    }
}

TEST(TrialsCsv, leavesCellsEmptyWhereNothingIsKnown) {
    const auto csv = io::trialsCsv({rawAnimal()});
    ASSERT_TRUE(csv);
    EXPECT_EQ(*csv,
        "animal,lab,session,session_date,protocol,trial,\"stimulus [dB [A], peak]\",choice,answer,outcome\r\n"
        "rat,,1,,,1,12,1,1,1\r\nrat,,1,,,2,-30,0,0,1\r\n");
}

TEST(TrialsCsv, doesNotMixContrastsWithRawStimuli) {
    EXPECT_EQ(io::trialsCsv({awkwardAnimal(), rawAnimal()}).error().code, base::ErrorCode::InvalidValue);
}

TEST(TrialsCsv, realAnimalsReadBackEqual) {
    const std::filesystem::path data = std::filesystem::path(RULESCOPE_SHARED_DIR) / "data";
    if (!std::filesystem::exists(data)) {
        GTEST_SKIP() << "the folder of real animals is not here: " << data;
    }
    const testing_io::TemporaryFolder folder;
    for (const char* set :
        {"ibl_swc_054/csv", "ibl_biased_blocks", "rat_auditory_comparison", "mouse_visual_2afc"}) {
        const auto original = io::importPaths({data / set});
        ASSERT_TRUE(original);
        ASSERT_TRUE(io::writeTrialsCsv(original->animals, folder / "out.csv"));
        const auto again = io::importPaths({folder / "out.csv"});
        ASSERT_TRUE(again);
        ASSERT_EQ(again->animals.size(), original->animals.size());
        for (std::size_t i = 0; i < again->animals.size(); ++i) {
            EXPECT_EQ(again->animals[i]->contentHash(), original->animals[i]->contentHash());
        }
    }
}

} // namespace
