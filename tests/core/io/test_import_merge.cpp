// SPDX-License-Identifier: GPL-3.0-or-later
// What an import brings into a study that holds some of it already.
#include "core/data/analysed.h"
#include "core/io/import_merge.h"
#include "core/io/study_file.h"
#include "tests/core/io/imported.h"
#include "tests/core/io/nwb_builder.h"
#include "tests/core/io/small_study.h"

namespace {

using namespace rulescope;
using testing_io::imported;
using testing_io::NwbBuilder;
using testing_io::printed;
using testing_io::printedWarnings;
using testing_io::TemporaryFolder;

NwbBuilder recording(const std::string& start, double firstStimulus) {
    NwbBuilder builder;
    builder.start = start;
    builder.numbers = {{"start_time", {1, 2, 3}}, {"signed_contrast", {firstStimulus, -1, 1}},
        {"choice_right", {1, 0, 1}}, {"correct", {1, 1, 1}}};
    return builder;
}

io::ImportReport read(const std::vector<NwbBuilder>& builders) {
    const TemporaryFolder folder;
    std::vector<std::filesystem::path> paths;
    for (const NwbBuilder& builder : builders) {
        paths.push_back(builder.write(folder / ("r" + std::to_string(paths.size()) + ".nwb")));
    }
    auto report = io::importPaths(paths);
    EXPECT_TRUE(report);
    return report.value_or(io::ImportReport{});
}

std::vector<std::string> labelsOf(const data::Study& study) {
    std::vector<std::string> labels;
    for (const data::Session& session : study.animals.front()->sessions()) {
        labels.push_back(session.label);
    }
    return labels;
}

using Names = std::vector<std::string>;

TEST(ImportMerge, aSecondRecordingOfADayJoinsLater) {
    const NwbBuilder morning = recording("2020-01-02T09:00:00+00:00", 0.5);
    const NwbBuilder evening = recording("2020-01-02T18:30:00+00:00", 0.25);
    const auto first = io::withImported({}, read({morning}));
    ASSERT_TRUE(first);
    const auto both = io::withImported(*first, read({evening}));
    ASSERT_TRUE(both) << base::english(both.error());
    EXPECT_EQ(labelsOf(*both), (Names{"2020-01-02", "2020-01-02/18:30:00"}));
    EXPECT_EQ(both->counts().trials, 6U);
    for (const NwbBuilder& again : {morning, evening}) { // nothing comes in twice, whatever it is called
        const auto same = io::withImported(*both, read({again}));
        ASSERT_TRUE(same);
        EXPECT_EQ(labelsOf(*same), labelsOf(*both));
    }
    const auto together = io::withImported({}, read({morning, evening}));
    ASSERT_TRUE(together);
    EXPECT_EQ(labelsOf(*together), (Names{"2020-01-02/09:00:00", "2020-01-02/18:30:00"}));
    const auto once = io::withImported(*together, read({evening}));
    ASSERT_TRUE(once);
    EXPECT_EQ(labelsOf(*once), labelsOf(*together));
    const auto third = io::withImported(*together, read({recording("2020-01-02T20:00:00+00:00", 0.125)}));
    ASSERT_TRUE(third);
    EXPECT_EQ(labelsOf(*third), (Names{"2020-01-02/09:00:00", "2020-01-02/18:30:00", "2020-01-02/20:00:00"}));
}

TEST(ImportMerge, aDayThatCameAloneIsKnownAgainAmongTheOthersOfItsDay) {
    const NwbBuilder morning = recording("2020-01-02T09:00:00+00:00", 0.5);
    const NwbBuilder evening = recording("2020-01-02T18:30:00+00:00", 0.25);
    const auto folder = read({morning, evening}); // labelled by day and time
    for (const NwbBuilder& first : {morning, evening}) {
        const auto alone = io::withImported({}, read({first}));
        ASSERT_TRUE(alone);
        EXPECT_EQ(io::joinedImport(*alone, folder).alreadyThere.at(folder.animals.front()->name()), 1U);
        const auto both = io::withImported(*alone, folder);
        ASSERT_TRUE(both) << base::english(both.error());
        EXPECT_EQ(labelsOf(*both), first.start == morning.start
                                       ? (Names{"2020-01-02", "2020-01-02/18:30:00"})
                                       : (Names{"2020-01-02", "2020-01-02/09:00:00"}));
        EXPECT_EQ(both->counts().trials, 6U);
        EXPECT_EQ(io::joinedImport(*both, folder).alreadyThere.at(folder.animals.front()->name()), 2U);
        const auto again = io::withImported(*both, folder);
        ASSERT_TRUE(again);
        EXPECT_EQ(labelsOf(*again), labelsOf(*both));
    }
}

/// A table that grows: what a session is called depends on the rest of its file.
TEST(ImportMerge, aTableThatHasGrownBringsOnlyWhatIsNew) {
    const std::string times = "mouse,session_start_time,signed_contrast,choice_right\n";
    const std::string numbers = "mouse,date,session,signed_contrast,choice_right\n";
    struct Case {
        std::string before, after;
        std::size_t there, trials;
    };
    const std::string one = "A,2021-03-04 10:11,.5,1\n", two = "B,2021-03-04 11:11,-.5,0\n";
    const std::vector<Case> cases = {
        {times + one, times + one + "A,2021-03-05 10:11,.25,1\nA,2021-03-05 15:00,.125,1\n", 1, 3},
        {times + one + two, times + one + "A,2021-03-05 10:11,.25,1\n" + two + "B,2021-03-05 10:11,-1,0\n", 1,
            4},
        {times + one + "A,2021-03-05 10:11,.25,1\n",
            times + one + "A,2021-03-05 10:11,.25,1\nA,2021-03-05 15:00,.125,1\n", 2, 3},
        {numbers + "A,2021-03-04,1,.5,1\n", numbers + "A,2021-03-04,1,.5,1\nA,2021-03-05,2,.25,1\n", 1, 2}};
    for (const Case& each : cases) {
        const auto first = io::withImported({}, imported(each.before));
        ASSERT_TRUE(first);
        const io::ImportReport next = imported(each.after);
        for (const auto& [name, count] : io::joinedImport(*first, next).alreadyThere) {
            EXPECT_EQ(count, each.there) << name << " of " << each.after;
        }
        const auto both = io::withImported(*first, next);
        ASSERT_TRUE(both) << base::english(both.error());
        EXPECT_EQ(both->counts().trials, each.trials) << each.after;
        const auto again = io::withImported(*both, next);
        ASSERT_TRUE(again);
        EXPECT_EQ(labelsOf(*again), labelsOf(*both));
        EXPECT_EQ(again->counts().trials, each.trials);
    }
}

TEST(ImportMerge, otherTrialsUnderOneLabelAndTimeAreRefused) {
    const auto first = io::withImported({}, read({recording("2020-01-02T00:00:00", 0.5)}));
    ASSERT_TRUE(first);
    EXPECT_FALSE(io::withImported(*first, read({recording("2020-01-02T00:00:00", 0.25)})));
}

TEST(ImportMerge, saysHowManySessionsAreThereAlready) {
    const NwbBuilder morning = recording("2020-01-02T09:00:00+00:00", 0.5);
    const auto study = io::withImported({}, read({morning}));
    const auto next =
        read({recording("2020-01-02T09:00:00+00:00", 0.5), recording("2020-01-03T09:00:00+00:00", 0.25)});
    EXPECT_EQ(io::joinedImport(*study, next).alreadyThere.at(next.animals.front()->name()), 1U);
    EXPECT_TRUE(io::joinedImport({}, next).alreadyThere.empty());
}

TEST(ImportMerge, notesOfAnotherStudyComeAlong) {
    const TemporaryFolder folder;
    io::StudyContents other = testing_io::smallStudy();
    ASSERT_TRUE(io::saveStudy(other, folder / "other.rulescope"));
    const auto report = io::importPaths({folder / "other.rulescope"});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->annotations, other.study.annotations);
    const auto fresh = io::withImported({}, *report);
    ASSERT_TRUE(fresh);
    EXPECT_EQ(fresh->annotations, other.study.annotations);
}

TEST(ImportMerge, theStudysOwnNotesCountWhereBothSaySomething) {
    const auto rows = [](const std::string& sessions) {
        std::string text = "mouse,session,signed_contrast,choice_right\n";
        for (const char session : sessions) {
            for (int t = 0; t < 4; ++t) {
                text += std::string("A,") + session + "," + (t % 2 == 0 ? "1,1\n" : "-1,0\n");
            }
        }
        return imported(text);
    };
    data::Study own = io::withImported({}, rows("13")).value_or(data::Study{});
    own.annotations["A"] = {"mine", {"x"}, {{"1", 0, 2, "mine"}}, {{"shaping", "1", "1"}}};
    io::ImportReport report = rows("123");
    report.annotations["A"] = {
        "theirs", {"x", "y"}, {{"1", 0, 0, "theirs"}, {"2", 1, 2, "theirs"}}, {{"training", "1", "3"}}};
    const auto joined = io::withImported(own, report);
    ASSERT_TRUE(joined);
    EXPECT_EQ(joined->annotations.at("A"),
        (data::AnimalNotes{"mine\ntheirs", {"x", "y"}, {{"1", 0, 2, "mine"}, {"2", 1, 2, "theirs"}},
            {{"shaping", "1", "1"}, {"training", "2", "3"}}}));
    const auto again = io::withImported(*joined, report);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->annotations, joined->annotations);
}

constexpr const char* kRepeats = "mouse,session,signed_contrast,choice_right,is_repeat\n"
                                 "A,1,1,0,0\nA,1,1,0,1\nA,1,1,1,1\nA,1,-1,0,0\nA,2,1,1,0\nA,2,1,1,1\n";

io::ImportReport withRepeats(const std::string& map, std::string_view text = kRepeats) {
    const auto columns = io::columnMapFromJson(map, "map.json");
    EXPECT_TRUE(columns);
    return imported(text, "x.csv", {"auto", columns.value_or(io::ColumnMap{})});
}

TEST(RepeatTrials, areKeptUnlessTheMapSaysOtherwise) {
    const auto report = withRepeats(R"({"repeats": "keep"})");
    EXPECT_EQ(printedWarnings(report), "repeat-trials 3");
    EXPECT_EQ(report.animals[0]->trialCount(), 6U);
    constexpr const char* kIbl =
        "choice,contrastLeft,contrastRight,feedbackType,is_repeat\n-1,,1,1,0\n1,,1,-1,1\n";
    const auto ibl = withRepeats(R"({"repeats": "leave-out"})", kIbl);
    EXPECT_EQ(ibl.sources[0].second, "ibl_trials"); // recognised as without a map
    EXPECT_EQ(ibl.animals[0]->trialCount(), 1U);
}

TEST(RepeatTrials, areLeftOut) {
    const auto report = withRepeats(R"({"repeats": "leave-out"})");
    EXPECT_EQ(printed(report), "A: 1(1 0/1/0, -1 0/0/1) 2(1 1/1/1)");
    EXPECT_EQ(printedWarnings(report), "repeats-left-out 3");
    EXPECT_TRUE(report.annotations.empty());
}

TEST(RepeatTrials, thatOnlyCountAreMarkedAndOutOfAnalyses) {
    const auto report = withRepeats(R"({"repeats": "count-only"})");
    EXPECT_EQ(report.animals[0]->trialCount(), 6U);
    EXPECT_EQ(report.annotations.at("A").exclusions,
        (std::vector<data::Exclusion>{{"1", 1, 3, "repeated trial"}, {"2", 1, 2, "repeated trial"}}));
    EXPECT_EQ(printedWarnings(report), "repeats-counted-only 3");
    const auto study = io::withImported({}, report);
    ASSERT_TRUE(study);
    EXPECT_EQ(data::analysed(*study).counts().trials, 3U);
}

TEST(RepeatTrials, areFoundInAColumnThatTheMapNames) {
    constexpr const char* kRows = "mouse,session,signed_contrast,choice_right,again\n"
                                  "A,1,1,0,no\nA,1,1,0,yes\nA,1,-1,0,no\n";
    EXPECT_EQ(printed(withRepeats(R"({"repeat": "again", "repeats": "leave-out"})", kRows)),
        "A: 1(1 0/1/0, -1 0/0/1)");
    EXPECT_EQ(printed(withRepeats(R"({"repeats": "leave-out"})", kRows)),
        "No column tells which trials the task repeated.");
    constexpr const char* kWords = "mouse,session,signed_contrast,choice_right,again\nA,1,1,0,blue\n";
    EXPECT_EQ(printed(withRepeats(R"({"repeat": "again", "repeats": "leave-out"})", kWords)),
        "Column again does not say which trials the task repeated.");
    constexpr const char* kAll = "mouse,session,signed_contrast,choice_right,is_repeat\nA,1,1,0,1\n";
    EXPECT_EQ(printed(withRepeats(R"({"repeats": "leave-out"})", kAll)),
        "Every trial is said to be a repeated one; none would be left.");
}

/// A table of a session of many trials, alone or grown.
std::string trialsOf(const std::string& start, int trials, int seed) {
    std::string text;
    for (int t = 0; t < trials; ++t) {
        const bool isRight = (t * t + seed * t) % 7 < 4;
        text += start + (isRight ? "0.5,R,1\n" : (t + seed) % 3 == 0 ? "-1,R,0\n" : "-0.25,L,1\n");
    }
    return text;
}

TEST(ImportMerge, filesThatHoldTheSameSessionsUnderOtherNamesAreOne) {
    const TemporaryFolder folder;
    const std::string header = "mouse,session,signed_contrast,choice,correct\n";
    const auto first = trialsOf("M,a,", 60, 1), second = trialsOf("M,b,", 70, 2);
    const auto report = io::importPaths({folder.write("week1.csv", header + first + second),
        folder.write("week1-2.csv",
            header + trialsOf("M,1,", 60, 1) + trialsOf("M,2,", 70, 2) + trialsOf("M,3,", 80, 3))});
    ASSERT_TRUE(report);
    ASSERT_EQ(report->animals.size(), 1U);
    EXPECT_EQ(report->animals[0]->trialCount(), 210U);
    EXPECT_EQ(report->animals[0]->sessions().size(), 3U);
    EXPECT_NE(printedWarnings(*report).find("duplicate-sessions 2"), std::string::npos)
        << printedWarnings(*report);
    // and again when the second file comes later, into the study
    const auto study = io::withImported({}, imported(header + first + second, "week1.csv"));
    ASSERT_TRUE(study);
    const auto later = io::joinedImport(*study,
        imported(header + trialsOf("M,1,", 60, 1) + trialsOf("M,2,", 70, 2) + trialsOf("M,3,", 80, 3)));
    EXPECT_EQ(later.alreadyThere.at("M"), 2U);
    ASSERT_TRUE(later.after);
    EXPECT_EQ(later.after->counts().trials, 210U);
}

TEST(ImportMerge, aSessionThatGrewIsKeptWithAllItsTrials) {
    const TemporaryFolder folder;
    const std::string header = "mouse,signed_contrast,choice,correct\n"; // the file names the session
    for (const bool isLongerFirst : {true, false}) {
        const auto shorter = folder.write(isLongerFirst ? "b.csv" : "a.csv", header + trialsOf("M,", 60, 1));
        const auto longer = folder.write(isLongerFirst ? "a.csv" : "b.csv", header + trialsOf("M,", 100, 1));
        const auto report = io::importPaths({folder / "a.csv", folder / "b.csv"});
        ASSERT_TRUE(report);
        ASSERT_EQ(report->animals.size(), 1U) << printed(*report);
        EXPECT_EQ(report->animals[0]->trialCount(), 100U);
        EXPECT_NE(printedWarnings(*report).find("sessions-grown 1"), std::string::npos)
            << printedWarnings(*report);
    }
    // two days with the same beginning are two sessions
    const std::string days = "mouse,date,signed_contrast,choice,correct\n";
    const auto report = io::importPaths({folder.write("c.csv", days + trialsOf("M,2021-03-04,", 60, 1)),
        folder.write("d.csv", days + trialsOf("M,2021-03-05,", 100, 1))});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->animals[0]->trialCount(), 160U);
}

TEST(ImportMerge, joiningObeysAStop) {
    std::stop_source stop;
    stop.request_stop();
    const auto joined = io::joinedImport({}, read({recording("2020-01-02T09:00:00", 0.5)}), stop.get_token());
    ASSERT_FALSE(joined.after);
    EXPECT_EQ(joined.after.error().code, base::ErrorCode::Cancelled);
}

} // namespace
