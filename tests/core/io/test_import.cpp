// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/io/imported.h"

#include <algorithm>

namespace {

using namespace rulescope;
using testing_io::imported;
using testing_io::printed;
using testing_io::printedConventions;
using testing_io::printedWarnings;
using testing_io::repeated;

TEST(MouseVisual2afc, takesTheOutcomeFromTheStimulusButNotAtZeroContrast) {
    const auto report = imported("mouse,session,signed_contrast,choice_right,rt\n"
                                 "M1,1,-0.5,1,0.5\nM1,1,0.0,1,0.6\nM1,2,0.25,1,0.7\n");
    EXPECT_EQ(printed(report), "M1: 1(-0.5 1/0/0, 0 1/-/-) 2(0.25 1/1/1)");
    EXPECT_EQ(printedWarnings(report), "missing-outcomes 1");
    EXPECT_EQ(printedConventions(report), "choice_right: 1 = right, 0 = left 1/2");
    EXPECT_EQ(report.animals[0]->trials().reactionTimeS, (std::vector<double>{0.5, 0.6, 0.7}));
    EXPECT_EQ(report.sources[0].second, "mouse_visual_2afc");
}

TEST(Generic, contrastsOfTwoSidesBesideChoicesOfZeroAndOneAreNoWheelTurns) {
    const auto report = imported("mouse,session,contrast_left,contrast_right,choice,correct\n" +
                                 repeated("A,1,0,0.5,1,1\nA,1,0.5,0,0,1\nA,1,0,0,1,0\n", 5));
    EXPECT_EQ(report.sources[0].second, "generic");
    EXPECT_EQ(printedConventions(report), "choice: 1 = right, 0 = left 10/10");
    EXPECT_EQ(report.animals[0]->counts().choices, 15U);
    EXPECT_EQ(report.animals[0]->trials().outcome[2], 0);
}

TEST(Generic, headersWithUnitsAndNumbersAsPeopleTypeThem) {
    const auto report = imported("Mouse ID,Session #,Signed Contrast (%),Choice,Correct?,RT (s)\n"
                                 "A,1,50%,1,1,0.5\nA,1,\u2212100%,0,1,0.25\n");
    EXPECT_EQ(printed(report), "A: 1(0.5 1/1/1, -1 0/0/1)");
    EXPECT_EQ(report.animals[0]->trials().reactionTimeS, (std::vector<double>{0.5, 0.25}));
}

TEST(Generic, priorsInPercentBecomeProbabilities) {
    const std::string rows = "A,1,1,1,20\nA,1,-1,0,80\nA,1,1,1,\n";
    for (const char* header : {"Probability left (%)", "probability_left"}) {
        const auto report =
            imported(std::string("mouse,session,signed_contrast,choice,") + header + "\n" + rows);
        ASSERT_EQ(report.animals.size(), 1U) << printed(report);
        const std::vector<double> priors = report.animals[0]->trials().probabilityLeft;
        EXPECT_EQ((std::vector<double>{priors.at(0), priors.at(1)}), (std::vector<double>{0.2, 0.8}));
        EXPECT_TRUE(std::isnan(priors.at(2)));
        EXPECT_NE(printedConventions(report).find(std::string(header) + ": percent, divided by 100 0/0"),
            std::string::npos)
            << printedConventions(report);
    }
    const auto fractions =
        imported("mouse,session,signed_contrast,choice,p_left (%)\nA,1,1,1,20%\nA,1,-1,0,1\n");
    EXPECT_EQ(fractions.animals.at(0)->trials().probabilityLeft, (std::vector<double>{0.2, 1}));
}

TEST(Generic, choicesThatAreAllTheSameAreASideAndNoWord) {
    const std::string header = "mouse,session,signed_contrast,choice\n";
    const auto left = imported(header + "A,1,1,0\nA,1,-1,0\nA,1,1,0\n");
    EXPECT_EQ(printed(left), "A: 1(1 0/1/0, -1 0/0/1, 1 0/1/0)");
    EXPECT_EQ(printedConventions(left), "choice: 1 = right, 0 = left 1/3");
    EXPECT_EQ(printedWarnings(left), "no-evidence 3");
    const auto right = imported(header + "A,1,1,1\nA,1,-1,1\n");
    EXPECT_EQ(printed(right), "A: 1(1 1/1/1, -1 1/0/0)");
    EXPECT_EQ(printedWarnings(right), "no-evidence 2");
    const auto none = imported(header + "A,1,1,no-go\nA,1,-1,\n");
    EXPECT_EQ(printed(none), "A: 1(1 -/1/-, -1 -/0/-)");
    // Outcomes tell, even of one side alone.
    const auto judged =
        imported("mouse,session,signed_contrast,choice,correct\n" + repeated("A,1,1,0,1\nA,1,-1,0,0\n", 6));
    EXPECT_EQ(judged.animals[0]->trials().choice[0], data::kRight);
    EXPECT_EQ(printedWarnings(judged), "sides-assumed 12; convention-reversed 12");
}

TEST(MouseVisual2afc, doubtsAConventionThatPutsTheAnimalFarBelowChance) {
    const auto report = imported(
        "mouse,session,signed_contrast,choice_right\n" + repeated("M,1,0.5,0\nM,1,-0.5,1\nM,1,0.5,0\n", 50));
    EXPECT_EQ(printedWarnings(report), "convention-doubtful 150");
}

TEST(IblTrials, minusOneIsRightAndTheAssignedSideTellsTheAnswer) {
    const auto report =
        imported("choice,contrastLeft,contrastRight,feedbackType,probabilityLeft,response_times,stimOn_times,"
                 "task_protocol,session_date\n"
                 "-1,,0.5,1,0.5,2.5,2,training,2020-01-02\n"
                 "1,,0.5,-1,0.5,3,2.5,training,2020-01-02\n"
                 "0,1,,-1,0.5,63,3,training,2020-01-02\n"
                 "1,0,,1,0.5,5,4,training,2020-01-02\n"
                 "-1,,0,1,0.5,6,5,training,2020-01-02\n",
            "SWC_054_2020-01-02.csv");
    EXPECT_EQ(printed(report), "SWC_054: 2020-01-02(0.5 1/1/1, 0.5 0/1/0, -1 -/0/0, 0 0/0/1, 0 1/1/1)");
    EXPECT_EQ(printedWarnings(report), "no-gos 1");
    EXPECT_EQ(printedConventions(report), "choice: -1 = right, 1 = left 4/4");
    const data::Animal& animal = *report.animals[0];
    EXPECT_EQ(animal.sessions()[0].date, "2020-01-02");
    EXPECT_EQ(animal.sessions()[0].protocol, "training");
    EXPECT_EQ(animal.trials().reactionTimeS, (std::vector<double>{0.5, 0.5, 60, 1, 1}));
    EXPECT_EQ(animal.trials().probabilityLeft.size(), 5U);
    EXPECT_TRUE(animal.trials().extra.empty());
}

TEST(IblTrials, zeroOnTheOtherSideMeansTheSameAsNothing) {
    const auto report = imported("choice,contrastLeft,contrastRight,feedbackType\n"
                                 "-1,0,0.5,1\n1,0.25,0,1\n-1,0,0,1\n1,0,0,-1\n,,,\n");
    EXPECT_EQ(printed(report), "mouse: 1(0.5 1/1/1, -0.25 0/0/1, 0 1/1/1, 0 0/1/0, nan -/-/-)");
    EXPECT_EQ(printedWarnings(report), "no-gos 1; missing-stimuli 1");
}

TEST(IblTrials, turnsAFileRoundWhoseFeedbackSaysTheOpposite) {
    const auto report = imported(
        "choice,contrastLeft,contrastRight,feedbackType\n" + repeated("1,,0.5,1\n-1,0.5,,1\n1,0.5,,-1\n", 4));
    EXPECT_EQ(report.animals[0]->trials().choice[0], data::kRight);
    EXPECT_EQ(report.animals[0]->counts().accuracy(), 8.0 / 12);
    EXPECT_EQ(printedConventions(report), "choice: 1 = right, -1 = left 12/12");
    EXPECT_EQ(printedWarnings(report), "convention-reversed 12");
}

TEST(IblTrials, refusesAFileThatContradictsEveryConvention) {
    const auto report =
        imported("choice,contrastLeft,contrastRight,feedbackType\n" + repeated("1,,0.5,1\n1,,0.5,-1\n", 10));
    EXPECT_EQ(printed(report),
        "Column choice read as -1 = right, 1 = left agrees with outcome and rewarded side on only 10 "
        "of 20 trials, and no other reading does better.");
}

TEST(IblTrials, warnsOfTrialsThatContradictTheConvention) {
    const auto report = imported("choice,contrastLeft,contrastRight,feedbackType\n" +
                                 repeated("-1,,0.5,1\n1,0.5,,1\n1,,1,-1\n-1,1,,-1\n", 5) + "-1,,0.5,-1\n");
    EXPECT_EQ(printedWarnings(report), "convention-doubtful 1");
    EXPECT_EQ(printedConventions(report), "choice: -1 = right, 1 = left 20/21");
}

TEST(IblProcessed, oneIsRightWhenFeedbackIsOneOrZero) {
    const auto report = imported(
        "subject,lab,date,session,contrastLeft,contrastRight,choice,feedbackType,answer,probabilityLeft\n"
        "A,x lab,2019-01-01,1,0,0.5,1,1,1,0.5\n"
        "A,x lab,2019-01-02,1,0.25,0,1,0,0,0.5\n"
        "B,y lab,2019-01-02,1,0,0,0,1,0,0.5\n"
        "B,y lab,2019-01-02,2,0,1,0,0,1,0.5\n");
    EXPECT_EQ(report.sources[0].second, "ibl_processed");
    EXPECT_EQ(printed(report), "A: 2019-01-01(0.5 1/1/1) 2019-01-02(-0.25 1/0/0)\n"
                               "B: 1(0 0/0/1) 2(1 0/1/0)");
    EXPECT_EQ(report.animals[1]->lab(), "y lab");
    EXPECT_EQ(printedWarnings(report), "");
}

TEST(BlockTask, thePositionGivesTheSignAndTheRewardedSideAtZero) {
    const auto report =
        imported("trial_num,session_num,stim_probability_left,contrast,position,response_choice,trial_"
                 "correct,reaction_time\n"
                 "1,1,0.5,1.0,-35.0,-1,1.0,0.4\n2,1,0.5,0.0,35.0,1,1.0,11\n3,1,0.2,0.5,35.0,-1,0.0,0.3\n"
                 "4,1,0.2,0.0,-0.0,0,0.0,\n1,2,0.2,0.0,-35.0,1,0.0,1\n",
            "KS.csv");
    EXPECT_EQ(report.sources[0].second, "block_task");
    EXPECT_EQ(printed(report), "KS: 1(-1 0/0/1, 0 1/1/1, 0.5 0/1/0, 0 -/-/0) 2(0 1/0/0)");
    EXPECT_TRUE(std::isnan(report.animals[0]->trials().reactionTimeS[3]));
    EXPECT_EQ(report.animals[0]->trials().probabilityLeft[2], 0.2);
    EXPECT_TRUE(report.animals[0]->trials().extra.empty());
}

TEST(AuditoryComparison, takesTheDifferenceAsItIsAndKeepsBothSounds) {
    const auto report = imported(
        "rat,session,s1,s2,choice,answer,correct\nW,1,1.5,0.5,2,2,1\nW,1,-1,2,2,1,0\nW,2,0,1,1,1,1\n");
    EXPECT_EQ(printed(report), "W: 1(1 1/1/1, -3 1/0/0) 2(-1 0/0/1)");
    EXPECT_EQ(report.animals[0]->stimulusKind(), data::StimulusKind::Raw);
    EXPECT_EQ(report.animals[0]->trials().findExtra("s2")->values, (std::vector<double>{0.5, 2, 1}));
    EXPECT_EQ(printedConventions(report), "answer: 2 = right, 1 = left 3/3; choice: 2 = right, 1 = left 3/3");
}

TEST(Generic, understandsWordsPercentAndSidesInTheirOwnColumn) {
    const auto report = imported(
        "subject\tsession\tcontrast\tstim_side\tresponse\tcorrect\n"
        "A\t1\t50\tright\tR\t1\nA\t1\t100\tleft\tright\t0\nA\t1\t0\tleft\tL\t1\nA\t1\t25\tleft\tnone\t0\n");
    EXPECT_EQ(printed(report), "A: 1(0.5 1/1/1, -1 1/0/0, 0 0/0/1, -0.25 -/0/0)");
    EXPECT_EQ(printedWarnings(report), "no-gos 1; percent-contrasts 4");
}

TEST(Generic, readsTasksWithoutStimuliAndDoesNotInventAnswers) {
    const auto report = imported("subject,session,animal_response,rewarded\nA,1,0,1\nA,1,1,0\nA,1,2,0\n");
    EXPECT_EQ(printed(report), "A: 1(nan 0/-/1, nan 1/-/0, nan -/-/0)");
    EXPECT_EQ(printedWarnings(report), "no-gos 1; missing-stimuli 3; no-evidence 3");
}

TEST(Generic, rewardedTrialsTellWhichCodeMeansNoChoice) {
    const auto report =
        imported("subject,session,choice,rewarded\n" + repeated("A,1,1,1\nA,1,2,1\nA,1,0,0\n", 10));
    const data::Trials& trials = report.animals.at(0)->trials();
    EXPECT_EQ(trials.choice[0], data::kLeft);
    EXPECT_EQ(trials.choice[1], data::kRight);
    EXPECT_EQ(trials.choice[2], data::kNone);
}

TEST(Generic, keepsNumbersAsColumnsAndNamesWhatItLeavesOut) {
    const auto report =
        imported("signed_contrast,choice,correct,reward,pupil,note\n0.5,1,1,2.5,0.1,ok\n-0.5,1,0,0,0.2,hm\n");
    ASSERT_EQ(report.animals.size(), 1U);
    EXPECT_EQ(report.animals[0]->trials().findExtra("pupil")->values, (std::vector<double>{0.1, 0.2}));
    EXPECT_EQ(report.animals[0]->trials().findExtra("reward")->values, (std::vector<double>{2.5, 0}));
    ASSERT_FALSE(report.warnings.empty());
    EXPECT_EQ(report.warnings.back().code, io::WarningCode::ColumnsIgnored);
    EXPECT_EQ(report.warnings.back().where, "mouse.csv: note");
}

TEST(Generic, readsDecimalCommasBehindSemicolonsWithMarkAndWindowsLineEnds) {
    const auto report =
        imported("\xef\xbb\xbfmouse;session;signed_contrast;choice_right;rt\r\n\"M;1\";1;-0,5;0;1,25\r\n");
    EXPECT_EQ(printed(report), "M;1: 1(-0.5 0/0/1)");
    EXPECT_EQ(report.animals[0]->trials().reactionTimeS[0], 1.25);
}

TEST(IblActions, countEverythingToTheLeft) {
    const auto report =
        imported("actions,stimuli,stim_side,subject\n1,0.5,1,A\n-1,0.25,1,A\n0,-1,-1,A\n1,0,-1,A\n");
    EXPECT_EQ(report.sources.at(0).second, "ibl_actions");
    EXPECT_EQ(printed(report), "A: mouse(-0.5 0/0/1, -0.25 1/0/0, 1 -/1/-, 0 0/1/0)");
}

TEST(Generic, turnsLeftPositiveStimuliRoundWhereChoicesAreWordsAndOutcomesSaySo) {
    const auto report = imported("subject,stimulus,response,correct\n" +
                                 repeated("A,0.5,left,1\nA,-0.5,Right,1\nA,0.25,right,0\n", 5));
    const data::Trials& trials = report.animals.at(0)->trials();
    EXPECT_EQ(trials.stimulus[0], -0.5);
    EXPECT_EQ(trials.choice[0], data::kLeft);
    EXPECT_EQ(trials.answer[2], data::kLeft);
    EXPECT_EQ(printedWarnings(report), "convention-reversed 15");
    EXPECT_EQ(printedConventions(report),
        "stimulus: positive = left 15/15; response: right = right, left = left 15/15");
}

TEST(Generic, saysWhatItTookEachColumnFor) {
    const auto report = imported("mouse,contrast,stim_side,resp,correct\nA,50,right,R,1\n");
    std::string uses;
    for (const io::ColumnUse& use : report.columns) {
        uses += use.quantity + "=" + use.column + " ";
    }
    EXPECT_EQ(uses, "animal=mouse answer=stim_side choice=resp outcome=correct stimulus=contrast ");
}

TEST(Generic, aColumnCalledAfterTheLeftSideSaysWhatOneMeans) {
    const auto report = imported("subject,signed_contrast,choice_left\nA,0.5,0\nA,-0.5,1\n");
    EXPECT_EQ(printed(report), "A: mouse(0.5 1/1/1, -0.5 0/0/1)");
}

TEST(Generic, contrastsWithoutASignSayNothingAboutSides) {
    const auto report = imported("subject,contrast,choice,correct\nA,0.5,1,1\nA,0.25,0,1\n");
    EXPECT_EQ(printed(report), "A: mouse(0.5 1/-/1, 0.25 0/-/1)");
    EXPECT_EQ(printedWarnings(report), "unsigned-stimuli 2; no-evidence 2");
}

TEST(Names, ofFilesAndFoldersTellAnimalAndSession) {
    const testing_io::TemporaryFolder folder;
    const std::string rows = "signed_contrast,choice_right\n0.5,1\n";
    folder.write("M1/session_1.csv", rows);
    folder.write("M1/session_2.csv", rows);
    folder.write("sub-M2_ses-2020-01-03_task.csv", rows);
    folder.write("M3_2020-01-03_001.csv", rows);
    folder.write("M3_2020-01-03_002.csv", rows);
    folder.write("M4_2020-02-01.csv", "session,signed_contrast,choice_right\n1,0.5,1\n");
    folder.write("M4_2020-02-02.csv", "session,signed_contrast,choice_right\n1,-0.5,1\n");
    const auto report = io::importPaths({folder.path()});
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->skipped.empty());
    EXPECT_EQ(printed(*report), "M1: 1(0.5 1/1/1) 2(0.5 1/1/1)\n"
                                "M3: 2020-01-03(0.5 1/1/1) 2020-01-03/002(0.5 1/1/1)\n"
                                "M4: 2020-02-01(0.5 1/1/1) 2020-02-02(-0.5 1/0/0)\n"
                                "M2: 2020-01-03(0.5 1/1/1)");
}

TEST(Warnings, countRepeatsBackwardsTimesOneTrialBlocksAndSignsOfOneSidedContrasts) {
    const auto report =
        imported("choice,contrastLeft,contrastRight,feedbackType,stimOn_times,probabilityLeft,repNum\n"
                 "-1,,0.5,1,10,0.5,1\n1,-0.5,,1,12,0.8,2\n-1,,0.5,1,11,0.2,1\n-1,,1,1,13,0.2,1\n");
    EXPECT_EQ(printed(report), "mouse: 1(0.5 1/1/1, -0.5 0/0/1, 0.5 1/1/1, 1 1/1/1)");
    EXPECT_EQ(printedWarnings(report),
        "times-backwards 1; repeat-trials 1; one-trial-blocks 1; negative-contrasts 1");
}

TEST(Warnings, countSessionsThatComeTwice) {
    const testing_io::TemporaryFolder folder;
    const std::string rows = "signed_contrast,choice_right\n" + repeated("0.5,1\n-0.5,1\n0.5,0\n", 20);
    const auto first = folder.write("a/M_2020-01-01.csv", rows);
    const auto same = folder.write("b/M_2020-01-01.csv", rows);
    const auto copy = folder.write("b/M_2020-01-02.csv", rows);
    const auto report = io::importPaths({first, same, copy});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->animals.at(0)->sessions().size(), 2U);
    EXPECT_EQ(printedWarnings(*report), "duplicate-sessions 1; same-trials 1");
}

TEST(Order, sessionsAndTrialsArePutIntoOrderAndCounted) {
    const auto report = imported("animal,session,trial,signed_contrast,choice_right\n"
                                 "A,10,1,1,1\nA,2,2,0.5,1\nA,2,1,0.25,1\nA,10,2,-1,0\n");
    EXPECT_EQ(printed(report), "A: 2(0.25 1/1/1, 0.5 1/1/1) 10(1 1/1/1, -1 0/0/1)");
    EXPECT_EQ(
        printedWarnings(report), "sessions-out-of-order 2; trials-out-of-order 2; sessions-interleaved 1");
}

TEST(Order, repeatedRowsAndNegativeTimesAreKeptAndCounted) {
    const auto report =
        imported("animal,session,signed_contrast,choice_right,rt\nA,1,1,1,0.5\nA,1,1,1,0.5\nA,1,1,1,-2\n");
    EXPECT_EQ(report.animals[0]->trialCount(), 3U);
    EXPECT_EQ(printedWarnings(report), "negative-times 1; repeated-rows 1");
}

TEST(Order, trialNumbersWithGapsStayAsAColumn) {
    const auto plain = imported("animal,trial,signed_contrast,choice_right\nA,0,1,1\nA,1,1,1\n");
    EXPECT_TRUE(plain.animals[0]->trials().extra.empty());
    const auto gaps = imported("animal,trial_num,signed_contrast,choice_right\nA,6,1,1\nA,8,1,1\n");
    ASSERT_NE(gaps.animals[0]->trials().findExtra("trial_num"), nullptr);
}

TEST(ImportPaths, joinsFilesOfOneAnimalByDateAndWalksFolders) {
    const testing_io::TemporaryFolder folder;
    const std::string header = "choice,contrastLeft,contrastRight,feedbackType\n";
    folder.write("b/M_1_2020-02-01.csv", header + "-1,,0.5,1\n");
    folder.write("a/M_1_2020-03-01.csv", header + "1,0.5,,1\n");
    folder.write("a/M_1_20200115.csv", header + "1,1,,1\n");
    folder.write("a/.hidden.csv", "nonsense");
    std::filesystem::create_directory_symlink(folder.path(), folder / "loop");
    const auto report = io::importPaths({folder.path(), folder / "b/M_1_2020-02-01.csv"});
    ASSERT_TRUE(report);
    EXPECT_EQ(printed(*report), "M_1: 2020-01-15(-1 0/0/1) 2020-02-01(0.5 1/1/1) 2020-03-01(-0.5 0/0/1)");
    EXPECT_EQ(report->sources.size(), 3U);
    ASSERT_EQ(report->skipped.size(), 1U);
    EXPECT_EQ(base::english(report->skipped[0].error),
        (folder / "loop").string() + ": This is a symbolic link; links are not followed. "
                                     "Name the file or folder that it points to.");
}

TEST(ImportPaths, leavesOutAFileThatContradictsAnEarlierOne) {
    const testing_io::TemporaryFolder folder;
    const std::string header = "mouse,session,signed_contrast,choice_right\n";
    const auto first = folder.write("1.csv", header + "A,1,0.5,1\nB,1,0.5,1\n");
    const auto second = folder.write("2.csv", header + "A,1,0.5,0\nC,1,0.5,1\n");
    const auto third = folder.write("3.csv", header + "A,2,0.5,0\nA,1,0.5,1\n");
    const auto report = io::importPaths({first, second, third});
    ASSERT_TRUE(report);
    EXPECT_EQ(printed(*report), "A: 1(0.5 1/1/1) 2(0.5 0/1/0)\nB: 1(0.5 1/1/1)");
    ASSERT_EQ(report->skipped.size(), 1U);
    EXPECT_EQ(report->skipped[0].path, second.string());
}

TEST(ImportPaths, reportsProgressUpToOneAndObeysAStop) {
    const testing_io::TemporaryFolder folder;
    const auto path = folder.write("1.csv", "mouse,session,signed_contrast,choice_right\nA,1,0.5,1\n");
    std::vector<double> fractions;
    ASSERT_TRUE(io::importPaths({path, path.parent_path() / "nothing.csv"}, {}, {},
        [&](double fraction) { fractions.push_back(fraction); }));
    ASSERT_FALSE(fractions.empty());
    EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
    EXPECT_EQ(fractions.back(), 1);
    std::stop_source source;
    source.request_stop();
    const auto stopped = io::importPaths({path}, {}, source.get_token());
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, base::ErrorCode::Cancelled);
}

} // namespace
