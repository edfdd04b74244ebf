// SPDX-License-Identifier: GPL-3.0-or-later
// What our own tables say of left-out trials and phases, where rows are dropped, moved or marked on the way
// in.
#include "core/io/nwb_write.h"
#include "tests/core/io/imported.h"
#include "tests/core/io/nwb_builder.h"

namespace {

using namespace rulescope;
using testing_io::imported;
using testing_io::NwbBuilder;
using testing_io::printed;
using testing_io::printedWarnings;
using testing_io::TemporaryFolder;
using Exclusions = std::vector<data::Exclusion>;

constexpr const char* kHeader =
    "animal,lab,session,session_date,protocol,trial,signed_contrast,choice,answer,"
    "outcome,is_repeat,left_out,left_out_reason,phase\n";

io::ImportReport withRepeats(const std::string& rows, io::Repeats repeats) {
    io::ColumnMap map;
    map.repeats = repeats;
    auto report = imported(kHeader + rows, "x.csv", {"auto", map});
    EXPECT_EQ(report.sources.at(0).second, "rulescope_csv");
    return report;
}

const std::string kRows = "A,,1,,,1,1,1,1,1,0,0,,shaping\nA,,1,,,2,1,1,1,1,1,0,,shaping\n"
                          "A,,1,,,3,1,1,1,1,0,1,rig,shaping\nA,,1,,,4,-1,0,0,1,1,1,asleep,shaping\n"
                          "A,,1,,,5,1,1,1,1,1,0,,shaping\nA,,2,,,1,1,0,1,0,0,0,,blocks\n";

TEST(TableNotes, stayWithTheirTrialsWhereRepeatedOnesAreLeftOut) {
    const auto report = withRepeats(kRows, io::Repeats::LeaveOut);
    EXPECT_EQ(printed(report), "A: 1(1 1/1/1, 1 1/1/1) 2(1 0/1/0)");
    EXPECT_EQ(report.annotations.at("A"),
        (data::AnimalNotes{{}, {}, {{"1", 1, 2, "rig"}}, {{"shaping", "1", "1"}, {"blocks", "2", "2"}}}));
}

TEST(TableNotes, standBesideTrialsThatOnlyCount) {
    const auto report = withRepeats(kRows, io::Repeats::CountOnly);
    EXPECT_EQ(
        report.annotations.at("A").exclusions, (Exclusions{{"1", 1, 2, "repeated trial"}, {"1", 2, 3, "rig"},
                                                   {"1", 3, 4, "asleep"}, {"1", 4, 5, "repeated trial"}}));
    EXPECT_EQ(report.annotations.at("A").phases.size(), 2U);
}

TEST(TableNotes, ofAnAnimalOfWhichNothingIsNotedAreNone) {
    const auto report =
        withRepeats("A,,1,,,1,1,1,1,1,0,0,,\nB,,1,,,1,1,1,1,1,1,0,,\n", io::Repeats::CountOnly);
    EXPECT_EQ(report.annotations, (data::Annotations{{"B", {{}, {}, {{"1", 0, 0, "repeated trial"}}, {}}}}));
}

TEST(TableNotes, goWithTheirRowsIntoAnotherOrder) {
    const auto report = imported(std::string(kHeader) + "A,,2,2020-01-02,,2,1,1,1,1,0,1,late,blocks\n"
                                                        "A,,1,2020-01-01,,1,1,1,1,1,0,0,,shaping\n"
                                                        "A,,2,2020-01-02,,1,-1,0,0,1,0,0,,blocks\n"
                                                        "A,,1,2020-01-01,,2,1,0,1,0,0,1,rig,shaping\n");
    EXPECT_EQ(printed(report), "A: 1(1 1/1/1, 1 0/1/0) 2(-1 0/0/1, 1 1/1/1)");
    EXPECT_EQ(
        report.annotations.at("A"), (data::AnimalNotes{{}, {}, {{"1", 1, 2, "rig"}, {"2", 1, 2, "late"}},
                                        {{"shaping", "1", "1"}, {"blocks", "2", "2"}}}));
}

NwbBuilder ownTable(const std::string& table, const std::string& session, const std::string& reason) {
    NwbBuilder builder;
    builder.table = table;
    builder.numbers = {{"trial", {1, 2}}, {"signed_contrast", {1, -1}}, {"choice", {1, 0}},
        {"answer", {1, 0}}, {"outcome", {1, 1}}, {"left_out", {0, 1}}};
    builder.texts = {{"animal", {"A", "A"}}, {"lab", {"", ""}}, {"session", {session, session}},
        {"session_date", {"", ""}}, {"protocol", {"", ""}}, {"left_out_reason", {"", reason}},
        {"phase", {"phase " + session, "phase " + session}}};
    return builder;
}

TEST(TableNotes, ofEveryTableOfAFileCount) {
    NwbBuilder builder = ownTable("first_trials", "1", "rig");
    builder.others = {ownTable("second_trials", "2", "asleep")};
    const TemporaryFolder folder;
    const auto report = io::importPaths({builder.write(folder / "a.nwb")});
    ASSERT_TRUE(report);
    EXPECT_EQ(printed(*report), "A: 1(1 1/1/1, -1 0/0/1) 2(1 1/1/1, -1 0/0/1)");
    EXPECT_EQ(
        report->annotations.at("A"), (data::AnimalNotes{{}, {}, {{"1", 1, 2, "rig"}, {"2", 1, 2, "asleep"}},
                                         {{"phase 1", "1", "1"}, {"phase 2", "2", "2"}}}));
}

TEST(TableNotes, columnsOfTheSourceThatGoByOurNamesComeBackThroughNwb) {
    data::Animal::Content content;
    content.name = "A";
    content.trials.stimulus = {1, -1, 1};
    content.trials.choice = content.trials.answer = {1, 0, 1};
    content.trials.outcome = {1, 1, 1};
    content.sessions = {{"1", "", "", "", 0, 2}, {"2", "", "", "", 2, 3}};
    for (const char* name :
        {"phase", "left_out", "choice", "response_s", "id", "stimulus [dB]", "column:phase"}) {
        content.trials.extra.push_back({name, {0, 1, 2}});
    }
    data::Study study;
    study.animals = {data::Animal::create(content).value_or(nullptr)};
    ASSERT_NE(study.animals.front(), nullptr);
    for (const data::Annotations& annotations : {data::Annotations(),
             data::Annotations{{"A", {{}, {}, {{"1", 1, 2, "rig"}}, {{"shaping", "1", "2"}}}}}}) {
        study.annotations = annotations;
        const TemporaryFolder folder;
        ASSERT_TRUE(io::writeNwb(study, folder / "nwb"));
        const auto report = io::importPaths({folder / "nwb"});
        ASSERT_TRUE(report);
        ASSERT_EQ(report->animals.size(), 1U) << printed(*report);
        EXPECT_EQ(report->annotations, annotations);
        EXPECT_EQ(report->animals[0]->contentHash(), study.animals[0]->contentHash());
    }
}

} // namespace
