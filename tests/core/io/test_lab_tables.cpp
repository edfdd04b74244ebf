// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/source_name.h"
#include "tests/core/io/imported.h"

#include <algorithm>

/// Tables as labs write them, each with its own idea of names, codes and dates.
namespace {

using namespace rulescope;
using testing_io::imported;
using testing_io::printed;
using testing_io::printedConventions;
using testing_io::printedWarnings;
using testing_io::repeated;

TEST(LabTables, aNameThatSaysPercentDecidesAndCellsThatSayItDoToo) {
    const std::string rest = ",choice,correct\n";
    EXPECT_EQ(printed(imported("mouse,signed contrast (%)" + rest + "M,50,R,1\nM,-25,L,1\n")),
        "M: mouse(0.5 1/1/1, -0.25 0/0/1)");
    const auto small = imported("mouse,contrast_pct" + rest + "M,1,R,1\nM,-0.5,L,1\n");
    EXPECT_EQ(printed(small), "M: mouse(0.01 1/1/1, -0.005 0/0/1)");
    EXPECT_EQ(printedWarnings(small), "percent-doubtful 2");
    const auto signs = imported("mouse,contrast (%)" + rest + "M,50 %,R,1\nM,-25%,L,1\n");
    EXPECT_EQ(printed(signs), "M: mouse(0.5 1/1/1, -0.25 0/0/1)");
    EXPECT_EQ(printedWarnings(signs), "");
    io::ImportOptions options;
    options.columns.emplace();
    options.columns->columns["stimulus"] = "contrast (%)";
    options.columns->stimulusKind = data::StimulusKind::Contrast;
    EXPECT_EQ(printed(imported("mouse,contrast (%)" + rest + "M,.5,R,1\nM,-.25,L,1\n", "a.csv", options)),
        "M: a(0.5 1/1/1, -0.25 0/0/1)");
}

TEST(LabTables, priorsMayBePercentToo) {
    const std::string rest = ",signed_contrast,choice_right\n";
    const auto priors = [](const io::ImportReport& report) {
        return report.animals.empty() ? std::vector<double>() : report.animals[0]->trials().probabilityLeft;
    };
    const std::vector<double> expected = {0.5, 0.2};
    EXPECT_EQ(priors(imported("probabilityLeft" + rest + "50 %,.5,1\n20 %,.5,1\n")), expected);
    EXPECT_EQ(priors(imported("probabilityLeft (%)" + rest + "50,.5,1\n20,.5,1\n")), expected);
    const auto doubtful = imported("probabilityLeft (%)" + rest + ".5,.5,1\n.2,.5,1\n");
    EXPECT_NE(printedWarnings(doubtful).find("percent-doubtful 2"), std::string::npos);
}

TEST(LabTables, aNoteMayRunOverLines) {
    EXPECT_EQ(printed(imported("mouse,note,signed_contrast,choice,correct\n" +
                               repeated("M,\"a, \"\"b\"\"\nc\",0.5,R,1\n", 2))),
        "M: mouse(0.5 1/1/1, 0.5 1/1/1)");
    // an inch is no quotation mark
    EXPECT_EQ(printed(imported("mouse,screen,signed_contrast,choice,correct\nM,9\" flat,0.5,R,1\n")),
        "M: mouse(0.5 1/1/1)");
}

TEST(LabTables, withoutNamesAreRefusedWithAnExample) {
    EXPECT_EQ(printed(imported("M,1,1,left,1\nM,1,1,left,1\n")),
        "No line of column names stands above the values.");
}

TEST(LabTables, aPositionTellsTheSideOfTheStimulus) {
    const auto report =
        imported("mouse,contrast,stim_position,choice,correct\nM,.5,35,right,1\nM,0,-35,left,1\n");
    EXPECT_EQ(printed(report), "M: mouse(0.5 1/1/1, 0 0/0/1)");
    EXPECT_EQ(printedWarnings(report), "");
}

TEST(LabTables, choicesInWordsAndOutcomesTurnSidesInNumbers) {
    const auto report = imported(
        "mouse,contrast,stim_side,choice,correct\n" + repeated("M,.5,-1,right,1\nM,.25,1,right,0\n", 6));
    EXPECT_EQ(printed(report).substr(0, 31), "M: mouse(0.5 1/1/1, -0.25 1/0/0");
    EXPECT_EQ(printedConventions(report).substr(0, 38), "stim_side: -1 = right, 1 = left 12/12;");
    EXPECT_EQ(printedWarnings(report), "convention-reversed 12");
}

TEST(LabTables, whereZeroIsNoChoiceTheStimuliTell) {
    const auto report =
        imported("mouse,signed_contrast,choice\n" + repeated("M,.5,2\nM,-.5,1\n", 10) + "M,.5,0\n");
    EXPECT_EQ(printedConventions(report), "choice: 2 = right, 1 = left 20/20");
    EXPECT_EQ(report.animals[0]->counts().choices, 20U);
    const auto other =
        imported("mouse,signed_contrast,choice\n" + repeated("M,.5,1\nM,-.5,0\n", 10) + "M,.5,2\n");
    EXPECT_EQ(printedConventions(other), "choice: 1 = right, 0 = left 20/20");
}

TEST(LabTables, errorsAndCodesOfThreeAreOutcomes) {
    EXPECT_EQ(printed(imported("mouse,signed_contrast,choice,error\nM,0,right,0\nM,0,left,1\n")),
        "M: mouse(0 1/1/1, 0 0/1/0)");
    EXPECT_EQ(
        printed(imported("mouse,signed_contrast,choice,outcome\nM,0,right,1\nM,0,left,0\nM,0,none,2\n")),
        "M: mouse(0 1/1/1, 0 0/1/0, 0 -/-/-)");
}

TEST(LabTables, twoIsAnErrorOrAVolumeWhereItHasChoices) {
    for (const char* name : {"outcome", "reward"}) {
        const auto report =
            imported("mouse,signed_contrast,choice," + std::string(name) + "\n" +
                     repeated("M,.5,right,1\nM,.5,left,2\nM,-.5,right,2\n", 5) + "M,.5,none,0\n");
        const auto& outcomes = report.animals[0]->trials().outcome; // from the stimulus: errors are there
        EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), 1), 5) << name;
        EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), 0), 10) << name;
    }
}

TEST(LabTables, zeroForASideIsNotTakenForNoChoice) {
    const auto report =
        imported("mouse,signed_contrast,choice\n" + repeated("M,.5,0\nM,-.5,1\n", 20) + "M,.5,2\n");
    EXPECT_EQ(report.animals[0]->counts().choices, 40U); // which way round is doubtful, and said
    EXPECT_NE(printedWarnings(report).find("convention-doubtful"), std::string::npos);
}

TEST(LabTables, kilohertzAreNotTurnedRound) {
    const auto report = imported("mouse,stimulus,correct_side,choice,correct\n" +
                                 repeated("M,4,1,left,1\nM,32,0,right,1\nM,8,1,right,0\n", 10));
    for (const double stimulus : report.animals[0]->trials().stimulus) {
        EXPECT_GT(stimulus, 0);
    }
}

TEST(LabTables, errorsStayErrorsUnderAMap) {
    const std::string rows = "mouse,signed_contrast,choice,error\nM,0,right,0\nM,0,left,1\nM,0,none,0\n";
    const std::string expected = "M: mouse(0 1/1/1, 0 0/1/0, 0 -/-/-)";
    EXPECT_EQ(printed(imported(rows)), expected);
    io::ImportOptions options;
    options.columns.emplace();
    options.columns->columns = {{"animal", "mouse"}};
    EXPECT_EQ(printed(imported(rows, "mouse.csv", options)), expected);
    options.columns->columns = {{"animal", "mouse"}, {"outcome", "error"}};
    EXPECT_EQ(printed(imported(rows, "mouse.csv", options)), expected);
}

TEST(LabTables, answersBesideChoicesAreEnough) {
    EXPECT_EQ(printed(imported("mouse,correct_side,choice\nM,left,left\nM,right,left\n")).substr(0, 15),
        "M: mouse(nan 0/");
    EXPECT_EQ(printed(imported("mouse,trial_type,choice,outcome\nM,left,left,hit\nM,right,left,error\n")),
        "M: mouse(nan 0/0/1, nan 0/1/0)");
}

TEST(LabTables, twoSessionsOfADayGoByTheirTimes) {
    EXPECT_EQ(
        printed(imported("mouse,session_start_time,signed_contrast,choice_right\n"
                         "M,2021-03-04 15:11:12,.5,1\nM,2021-03-04 10:11,-.5,0\nM,2021-03-05 10:11,.5,1\n")),
        "M: 2021-03-04/10:11:00(-0.5 0/0/1) 2021-03-04/15:11:12(0.5 1/1/1) 2021-03-05(0.5 1/1/1)");
    const testing_io::TemporaryFolder folder;
    const std::string header = "mouse,session_start_time,signed_contrast,choice_right\n";
    const auto report = io::importPaths({folder.write("a.csv", header + "M,2021-03-04 15:11:12,.5,1\n"),
        folder.write("b.csv", header + "M,2021-03-04 10:11,-.5,0\n")});
    ASSERT_TRUE(report);
    EXPECT_EQ(printed(*report), "M: 2021-03-04/10:11:00(-0.5 0/0/1) 2021-03-04/15:11:12(0.5 1/1/1)");
    EXPECT_EQ(printed(imported(header + "M,2021-03-04 10:11,-.5,0\n")), "M: 2021-03-04(-0.5 0/0/1)");
}

TEST(LabTables, daysStandInTheirOrderInWhateverForm) {
    const std::string header = "mouse,date,signed_contrast,choice_right\n";
    EXPECT_EQ(printed(imported(header + "M,03.04.2021,.5,1\nM,15.03.2021,.5,1\n")),
        "M: 2021-03-15(0.5 1/1/1) 2021-04-03(0.5 1/1/1)");
    EXPECT_EQ(printed(imported(header + "M,4/3/2021,.5,1\nM,3/15/2021,.5,1\n")),
        "M: 2021-03-15(0.5 1/1/1) 2021-04-03(0.5 1/1/1)");
    // either could be the month: as they came
    EXPECT_EQ(printed(imported(header + "M,04/03/2021,.5,1\nM,03/04/2021,.5,1\n")),
        "M: 04/03/2021(0.5 1/1/1) 03/04/2021(0.5 1/1/1)");
    EXPECT_EQ(io::dayOrder({"1/2/2021", "13/2/2021"}), io::DayOrder::DayFirst);
    EXPECT_EQ(io::dayOrder({"13/2/2021", "2/13/2021"}), io::DayOrder::Unknown);
    EXPECT_EQ(io::timeOfDay("2020-08-21T00:00:00"), "");
    EXPECT_EQ(io::timeOfDay("2020-08-21"), "");
    EXPECT_EQ(printed(imported(header + "M,03.04.2021,.5,1\nM,03.15.2021,.5,1\n")),
        "M: 2021-03-04(0.5 1/1/1) 2021-03-15(0.5 1/1/1)"); // the month first, dots or not
}

TEST(LabTables, oneFileTellsTheOrderOfDaysForTheOthersOfItsImport) {
    const testing_io::TemporaryFolder folder;
    const std::string header = "mouse,date,signed_contrast,choice_right\n";
    const std::string sessions = "mouse,session,signed_contrast,choice_right\n";
    const auto open = folder.write("a.csv", header + "M,4/3/2021,.5,1\nM,3/4/2021,-.5,0\n");
    const auto clear = folder.write("b.csv", header + "M,15/3/2021,.5,1\n");
    const auto both = io::importPaths({open, clear});
    ASSERT_TRUE(both);
    EXPECT_EQ(printed(*both), "M: 2021-03-04(0.5 1/1/1) 2021-03-15(0.5 1/1/1) 2021-04-03(-0.5 0/0/1)");
    const auto alone = io::importPaths({open});
    ASSERT_TRUE(alone);
    EXPECT_NE(printedWarnings(*alone).find("dates-unclear 2"), std::string::npos) << printedWarnings(*alone);
    // a column of sessions may hold the days
    const auto named =
        io::importPaths({folder.write("c.csv", sessions + "N,4/3/2021,.5,1\nN,3/4/2021,-.5,0\n"),
            folder.write("d.csv", sessions + "N,3/15/2021,.5,1\n")});
    ASSERT_TRUE(named);
    EXPECT_EQ(printed(*named), "N: 2021-03-04(-0.5 0/0/1) 2021-03-15(0.5 1/1/1) 2021-04-03(0.5 1/1/1)");
    // files that disagree leave it open
    const auto torn = io::importPaths({open, clear, folder.write("e.csv", header + "P,3/15/2021,.5,1\n")});
    ASSERT_TRUE(torn);
    EXPECT_NE(printedWarnings(*torn).find("dates-unclear 2"), std::string::npos);
}

TEST(LabTables, timesOfTheDayComeInSeveralForms) {
    EXPECT_EQ(io::timeOfDay("8/21/2020 9:05"), "09:05:00");
    EXPECT_EQ(io::timeOfDay("8/21/2020 1:11:00 PM"), "13:11:00");
    EXPECT_EQ(io::timeOfDay("8/21/2020 12:30 p.m."), "12:30:00");
    EXPECT_EQ(io::timeOfDay("8/21/2020 12:30 AM"), "00:30:00");
    EXPECT_EQ(io::timeOfDay("2020-08-21T14:30:05.123+02:00"), "14:30:05");
    for (const char* none : {"2020-08-21 99:99:99", "2020-08-21 24:00", "2020-08-21 13:00 PM",
             "2020-08-21 1:2", "2020-08-21 :10", "2020-08-21 10:", "2020-08-21 10:11:"}) {
        EXPECT_EQ(io::timeOfDay(none), "") << none;
    }
    EXPECT_EQ(printed(imported("mouse,date,signed_contrast,choice_right\n"
                               "M,2021-03-04 9:55,.5,1\nM,2021-03-04 8:05,-.5,0\n")),
        "M: 2021-03-04/08:05:00(-0.5 0/0/1) 2021-03-04/09:55:00(0.5 1/1/1)");
}

TEST(LabTables, timesOfTrialsBesideTheDayAreNoSessions) {
    std::string text = "mouse,date,signed_contrast,choice_right\n";
    for (const char* day : {"M,2021-03-05 15:1", "M,2021-03-04 10:1", "N,2021-03-04 10:1"}) {
        for (int t = 0; t < 20; ++t) {
            text += std::string(day) + std::to_string(t / 10) + ":1" + std::to_string(t % 10) +
                    (t % 2 == 0 ? ",.5,1\n" : ",-.5,0\n");
        }
    }
    const auto report = imported(text);
    ASSERT_EQ(report.animals.size(), 2U);
    ASSERT_EQ(report.animals[0]->sessions().size(), 2U);
    EXPECT_EQ(report.animals[0]->sessions()[0].label, "2021-03-04");
    EXPECT_EQ(report.animals[0]->sessions()[1].label, "2021-03-05");
    EXPECT_EQ(report.animals[1]->sessions().size(), 1U);
    EXPECT_EQ(report.animals[0]->trials().size(), 40U);
    EXPECT_NE(printedWarnings(report).find("times-of-trials 60"), std::string::npos)
        << printedWarnings(report);
}

} // namespace
