// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/io/imported.h"

/// What tells right from left in a table, and what is said where nothing does.
namespace {

using namespace rulescope;
using testing_io::imported;
using testing_io::printed;
using testing_io::printedConventions;
using testing_io::printedWarnings;
using testing_io::repeated;

const std::string kFirst = "M: mouse(-0.5 0/0/1, 0.5 1/1/1, -1 1/0/0, 0.5 1/1/1, ";

/// The first trials as text.
std::string begin(const io::ImportReport& report, std::size_t length = kFirst.size()) {
    return printed(report).substr(0, length);
}

/// Choices and outcomes of three correct trials and an error, with the stimuli given; 20 times.
std::string table(const std::string& header, const std::string& rows) {
    return header + "\n" + repeated(rows, 20);
}

TEST(Sides, aColumnOfChoicesCalledAfterASideTurnsStimuliThatOutcomesContradict) {
    // left is positive: choice_right 0 at +.5 was rewarded
    const auto turned = imported(
        table("mouse,signed_contrast,choice_right,correct", "M,0.5,0,1\nM,-0.5,1,1\nM,1,1,0\nM,-0.5,1,1\n"));
    EXPECT_EQ(begin(turned), kFirst);
    EXPECT_EQ(printedWarnings(turned), "convention-reversed 80");
    EXPECT_EQ(printedConventions(turned),
        "signed_contrast: positive = left 80/80; choice_right: 1 = right, 0 = left 80/80");
    const auto left = imported(
        table("mouse,signed_contrast,went_left,correct", "M,0.5,1,1\nM,-0.5,0,1\nM,1,0,0\nM,-0.5,0,1\n"));
    EXPECT_EQ(begin(left), kFirst);
    EXPECT_EQ(printedConventions(left),
        "signed_contrast: positive = left 80/80; went_left: 0 = right, 1 = left 80/80");
    const auto straight = imported(
        table("mouse,signed_contrast,choice_right,correct", "M,-0.5,0,1\nM,0.5,1,1\nM,-1,1,0\nM,0.5,1,1\n"));
    EXPECT_EQ(begin(straight), kFirst);
    EXPECT_EQ(printedWarnings(straight), "");
}

TEST(Sides, answersInWordsTurnStimuliToo) {
    const auto report = imported(table("mouse,signed_contrast,choice,trial_type,correct",
        "M,0.5,1,left,1\nM,-0.5,2,right,1\nM,1,2,left,0\nM,-0.5,2,right,1\n"));
    EXPECT_EQ(begin(report), kFirst);
    EXPECT_EQ(printedWarnings(report), "convention-reversed 80");
}

TEST(Sides, blocksTellWhichSignIsWhich) {
    // four of five stimuli of the block are left; choices in numbers agree with either reading
    const std::string block = "M,0.5,1,1,0.8\nM,0.5,1,1,0.8\nM,1,1,1,0.8\nM,0.5,0,0,0.8\nM,-0.5,0,1,0.8\n";
    const auto turned = imported(table("mouse,signed_contrast,choice,correct,probability_left", block));
    EXPECT_EQ(begin(turned, 50), "M: mouse(-0.5 0/0/1, -0.5 0/0/1, -1 0/0/1, -0.5 1/");
    EXPECT_EQ(printedConventions(turned),
        "signed_contrast: positive = left 80/100; choice: 0 = right, 1 = left 100/100");
    const auto straight = imported(table("mouse,signed_contrast,choice,correct,probability_left",
        "M,0.5,1,1,20\nM,0.5,1,1,20\nM,1,1,1,20\nM,0.5,0,0,20\nM,-0.5,0,1,20\n"));
    EXPECT_EQ(begin(straight, 40), "M: mouse(0.5 1/1/1, 0.5 1/1/1, 1 1/1/1, ");
    EXPECT_EQ(printedWarnings(straight), "");
}

TEST(Sides, aFileThatItsMirrorImageWouldMatchIsReadAsRightPositiveAndSaysSo) {
    const std::string rows = "M,0.5,1,1\nM,-0.5,0,1\nM,1,0,0\nM,-0.5,0,1\n";
    const auto assumed = imported(table("mouse,signed_contrast,choice,correct", rows));
    EXPECT_EQ(printedWarnings(assumed), "sides-assumed 80");
    io::ImportOptions options;
    options.columns.emplace();
    options.columns->stimulusScale = -1;
    const auto told = imported(table("mouse,signed_contrast,choice,correct", rows), "mouse.csv", options);
    EXPECT_EQ(begin(told), kFirst);
    EXPECT_EQ(printedWarnings(told), "convention-reversed 80");
}

TEST(Sides, aColumnOfSidesIsNoEvidenceForItself) {
    const auto report = imported(table(
        "mouse,contrast,stim_side,choice,correct", "M,0.5,0,0,1\nM,0.5,1,1,1\nM,1,0,1,0\nM,0.5,1,1,1\n"));
    EXPECT_EQ(begin(report), kFirst);
    EXPECT_EQ(printedWarnings(report), "no-evidence 80");
    EXPECT_EQ(
        printedConventions(report), "stim_side: 1 = right, 0 = left 0/0; choice: 1 = right, 0 = left 80/80");
    const auto words = imported(table(
        "mouse,contrast,stim_side,choice,correct", "M,0.5,L,0,1\nM,0.5,R,1,1\nM,1,L,1,0\nM,0.5,R,1,1\n"));
    EXPECT_EQ(begin(words), kFirst);
    EXPECT_EQ(printedWarnings(words), "");
}

TEST(Sides, leftAndRightColumnsAreNotTurnedByWords) {
    const auto report = imported(table("mouse,contrast_left,contrast_right,choice,correct",
        "M,0.5,0,R,1\nM,0,0.5,L,1\nM,1,0,L,0\nM,0,0.5,L,1\n"));
    EXPECT_TRUE(report.animals.empty());
    EXPECT_NE(printed(report).find("agrees with outcome and rewarded side on only 0 of 80 trials"),
        std::string::npos)
        << printed(report);
}

TEST(Sides, aPlaceIsReportedAsAConventionAndATrialWithoutOneIsKept) {
    const auto report = imported(table(
        "mouse,contrast,position,choice,correct", "M,0.5,-35,L,1\nM,0.5,35,R,1\nM,1,0,R,0\nM,0.5,,R,1\n"));
    EXPECT_EQ(begin(report, 56), "M: mouse(-0.5 0/0/1, 0.5 1/1/1, nan 1/0/0, nan 1/1/1, -0");
    EXPECT_EQ(printedWarnings(report), "missing-stimuli 40; unplaced-stimuli 40");
    EXPECT_EQ(
        printedConventions(report), "position: positive = right 40/40; choice: r = right, l = left 40/40");
}

TEST(Sides, aContrastOfWhichTheWordSaysNoSideIsMissing) {
    const auto report = imported("mouse,contrast,stim_side,choice,correct\n"
                                 "M,0.5,left,L,1\nM,0.5,none,R,0\nM,0,none,R,0\n");
    EXPECT_EQ(printed(report), "M: mouse(-0.5 0/0/1, nan 1/0/0, 0 1/0/0)");
}

TEST(Percent, isOneScaleForBothSidesAndLeavesAFactorOfTheUserAlone) {
    const std::string header = "mouse,contrast_left,contrast_right,choice,correct\n";
    const auto report = [](const std::string& text, const io::ImportOptions& options = {}) {
        return printed(imported(text, "mouse.csv", options));
    };
    const std::string expected = "M: mouse(-0.01 0/0/1, 0.5 1/1/1)";
    EXPECT_EQ(report(header + "M,1,0,L,1\nM,0,50,R,1\n"), expected);
    EXPECT_EQ(
        report("mouse,contrast_left,contrast_right (%),choice,correct\nM,1,0,L,1\nM,0,50,R,1\n"), expected);
    // the right column alone says percent
    EXPECT_EQ(report("mouse,contrast_left,contrast_right (%),choice,correct\nM,1,0,L,1\nM,0,.5,R,1\n"),
        "M: mouse(-0.01 0/0/1, 0.005 1/1/1)");
    EXPECT_EQ(report(header + "M,1%,0,L,1\nM,0,50%,R,1\n"), expected);
    EXPECT_EQ(report(header + "M,1,0,L,1\nM,0,50%,R,1\n"), "M: mouse(-1 0/0/1, 0.5 1/1/1)");
    io::ImportOptions options;
    options.columns.emplace();
    options.columns->stimulusScale = 0.01;
    EXPECT_EQ(report(header + "M,1,0,L,1\nM,0,50,R,1\n", options), expected);
    options.columns->stimulusScale = 1;
    options.columns->stimulusKind = data::StimulusKind::Contrast;
    EXPECT_EQ(report(header + "M,1,0,L,1\nM,0,50,R,1\n", options), expected);
    options.columns->stimulusKind.reset();
    options.columns->stimulusScale = -1; // turned round, and percent all the same
    EXPECT_EQ(report("mouse,signed_contrast,choice,correct\nM,1,L,1\nM,-50,R,1\n", options), expected);
}

TEST(Percent, fractionsAmongPercentagesStay) {
    const auto report =
        imported("mouse,signed_contrast,choice,correct\nM,25,R,1\nM,0.25,R,1\nM,-50,L,1\nM,-0.5,L,1\n");
    EXPECT_EQ(printed(report), "M: mouse(0.25 1/1/1, 0.25 1/1/1, -0.5 0/0/1, -0.5 0/0/1)");
    EXPECT_EQ(printedWarnings(report), "percent-contrasts 2; percent-mixed 2");
    // a low contrast is one
    EXPECT_EQ(printed(imported("mouse,signed_contrast,choice,correct\nM,1,R,1\nM,-100,L,1\n")),
        "M: mouse(0.01 1/1/1, -1 0/0/1)");
}

TEST(Percent, isSeenInAColumnOfManyDifferentTexts) {
    std::string text = "mouse,signed contrast (%),choice,correct\n";
    for (int i = 1; i <= 1500; ++i) {
        text += std::string(i % 2 == 0 ? "M," : "M,-") + std::to_string(i) + "e-2 %," +
                (i % 2 == 0 ? "R" : "L") + ",1\n";
    }
    const auto report = imported(text);
    ASSERT_EQ(report.animals.size(), 1U) << printed(report);
    EXPECT_NEAR(report.animals[0]->trials().stimulus[999], 0.1, 1e-12); // 10 %
    EXPECT_EQ(printedWarnings(report), "");
}

TEST(Names, ofTheOutcomeAreTheSameForEveryDialect) {
    // another lab's contrasts of two sides: 1 is right there, and the outcomes prove it
    const auto sided = imported(table("mouse,contrast_left,contrast_right,choice,is_correct",
        "M,0.5,0,-1,1\nM,0,0.5,1,1\nM,1,0,1,0\nM,0,0.5,1,1\n"));
    EXPECT_EQ(begin(sided), kFirst);
    const auto zero = imported("mouse,signed_contrast,choice_right,is_correct\nM,0,1,0\nM,0.5,1,1\n");
    EXPECT_EQ(printed(zero), "M: mouse(0 1/0/0, 0.5 1/1/1)");
    const auto sounds =
        imported(table("mouse,s_a,s_b,choice,rewarded", "M,0,.5,0,1\nM,.5,0,1,1\nM,0,1,1,0\n"));
    EXPECT_EQ(begin(sounds, 36), "M: mouse(-0.5 0/0/1, 0.5 1/1/1, -1 1");
    const auto silent = imported("mouse,s_a,s_b,choice\nM,0,.5,0\nM,.5,0,1\nM,0,1,1\n");
    EXPECT_EQ(printed(silent), "M: mouse(-0.5 0/0/1, 0.5 1/1/1, -1 1/0/0)");
}

TEST(Names, aCorrectResponseBesideASideIsAnOutcome) {
    const auto report = imported(table("mouse,contrast,stim_side,choice,correct_response",
        "M,0.5,left,L,1\nM,0.5,right,R,1\nM,1,left,R,0\nM,0.5,right,R,1\n"));
    EXPECT_EQ(begin(report), kFirst);
}

TEST(Names, theStimulusStandsOnItsOwnSideWhateverIsRewarded) {
    const auto report = imported(table("mouse,contrast,stim_side,correct_side,choice,correct",
        "M,0.5,left,right,R,1\nM,0.5,right,left,L,1\n"));
    EXPECT_EQ(begin(report, 37), "M: mouse(-0.5 1/1/1, 0.5 0/0/1, -0.5 ");
}

TEST(Names, aResponseThatIsYesOrNoGivesWayToASide) {
    const auto report = imported("mouse,signed_contrast,response,lick_side,correct\n"
                                 "M,-0.5,1,left,1\nM,0.5,1,right,1\nM,0.5,1,left,0\n");
    EXPECT_EQ(printed(report), "M: mouse(-0.5 0/0/1, 0.5 1/1/1, 0.5 0/1/0)");
}

TEST(Names, aLaserOrThePictureOfAStimulusGivesWayToItsContrast) {
    const auto report = imported("mouse,stim,contrast,stim_side,choice,correct\n"
                                 "M,0,0.5,left,left,1\nM,1,0.25,right,right,1\n");
    EXPECT_EQ(printed(report), "M: mouse(-0.5 0/0/1, 0.25 1/1/1)");
    const auto coherence = imported("mouse,coh,correct_side,choice\nM,51.2,left,left\nM,25.6,right,left\n");
    EXPECT_EQ(printed(coherence), "M: mouse(-0.512 0/0/1, 0.256 0/1/0)");
    const auto places = imported("mouse,contrast,position,choice\nM,.5,left,left\nM,.25,right,left\n");
    EXPECT_EQ(printed(places), "M: mouse(-0.5 0/0/1, 0.25 0/1/0)");
}

TEST(Outcomes, aThirdCodeThatGoesWithNoChoiceIsNone) {
    const auto report = imported("mouse,signed_contrast,choice,outcome\n"
                                 "M,0.5,right,1\nM,-0.5,right,0\nM,0.5,none,-1\n");
    EXPECT_EQ(printed(report), "M: mouse(0.5 1/1/1, -0.5 1/0/0, 0.5 -/1/-)");
    const auto misses =
        imported("mouse,correct_side,outcome\nM,left,correct\nM,right,incorrect\nM,left,miss\n");
    EXPECT_EQ(printed(misses), "M: mouse(nan 0/0/1, nan 0/1/0, nan -/0/-)");
}

TEST(Outcomes, answersTellWhichOfThreeChoicesIsNone) {
    const auto report = imported("mouse,tone_khz,correct_side,choice\n" +
                                 repeated("M,6,left,1\nM,12,right,2\nM,12,right,2\n", 5) + "M,6,left,0\n");
    ASSERT_EQ(report.animals.size(), 1U) << printed(report);
    EXPECT_EQ(report.animals[0]->trials().choice[1], data::kRight);
    EXPECT_EQ(report.animals[0]->trials().choice.back(), data::kNone);
}

TEST(Times, ofMillisecondsBecomeSeconds) {
    const auto rt = [](const io::ImportReport& report) {
        return report.animals.at(0)->trials().reactionTimeS;
    };
    const std::string rest = ",choice,correct,signed_contrast\n";
    EXPECT_EQ(rt(imported("RT" + rest + "301,R,1,1\n402,L,1,-1\n")), (std::vector<double>{0.301, 0.402}));
    EXPECT_EQ(rt(imported("rt (ms)" + rest + "3,R,1,1\n4,L,1,-1\n")), (std::vector<double>{0.003, 0.004}));
    const auto delays = imported("stim_onset,response_s" + rest + "10,0.5,R,1,1\n20,0.25,L,1,-1\n");
    EXPECT_EQ(rt(delays), (std::vector<double>{0.5, 0.25}));
}

TEST(Sides, animalsOfOneFileThatDifferAreNamed) {
    const std::string header = "mouse,signed_contrast,choice,correct\n";
    const std::string a = "A,0.5,right,1\nA,-0.5,left,1\n", b = "B,0.5,left,1\nB,-0.5,right,1\n";
    const auto few = imported(header + repeated(a, 20) + repeated(b, 8));
    ASSERT_FALSE(few.animals.empty());
    EXPECT_EQ(few.animals[0]->trials().stimulus[0], 0.5); // A is not turned for B
    EXPECT_EQ(printedWarnings(few), "animals-differ 16; convention-doubtful 16");
    EXPECT_EQ(few.warnings[0].where, "mouse.csv: B");
    EXPECT_EQ(printed(imported(header + repeated(a, 10) + repeated(b, 20))),
        "The animals B contradict the sign convention that the others obey.");
}

} // namespace
