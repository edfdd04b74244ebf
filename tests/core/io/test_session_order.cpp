// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/io/imported.h"

#include <map>

/// Which session and animal a trial belongs to, and in which order they come, as labs write it.
namespace {

using namespace rulescope;
using testing_io::imported;
using testing_io::printedWarnings;
using testing_io::TemporaryFolder;

/// "M1: 1(80) 2(70)" with the number of trials of each session, one animal a line.
std::string sizes(const io::ImportReport& report) {
    std::string text;
    for (const data::AnimalPtr& animal : report.animals) {
        text += (text.empty() ? "" : "\n") + animal->name() + ":";
        for (const data::Session& session : animal->sessions()) {
            text += " " + session.label + "(" + std::to_string(session.size()) + ")";
        }
    }
    for (const io::SkippedFile& file : report.skipped) {
        text += "\n" + base::english(file.error.what);
    }
    return text;
}

/// Rows of a session: `before` (with # for the trial's number), a stimulus that says which trial it is, a
/// choice and whether it was correct.
std::string session(const std::string& before, int trials, int first = 1) {
    std::string text;
    for (int t = first; t < first + trials; ++t) {
        std::string row = before;
        if (const auto at = row.find('#'); at != std::string::npos) {
            row.replace(at, 1, std::to_string(t));
        }
        text += row + (t % 2 == 0 ? ",0." : ",-0.") + std::to_string(100 + t) +
                (t % 3 == 0 ? ",right," : ",left,") + ((t % 2 == 0) == (t % 3 == 0) ? "1\n" : "0\n");
    }
    return text;
}

const std::string kRest = ",signed_contrast,choice,correct\n";

/// The trials of an animal in their order, by their stimuli.
std::vector<double> stimuli(const io::ImportReport& report) {
    return report.animals.empty() ? std::vector<double>() : report.animals.front()->trials().stimulus;
}

TEST(SessionOrder, trialNumbersThatStartAnewAreNotSorted) {
    const auto report = imported("mouse,trial" + kRest + session("M1,#", 5) + session("M1,#", 4));
    EXPECT_EQ(sizes(report), "M1: mouse(9)");
    EXPECT_EQ(
        stimuli(report), (std::vector<double>{-.101, .102, -.103, .104, -.105, -.101, .102, -.103, .104}));
    EXPECT_EQ(printedWarnings(report).substr(0, 1000).find("trials-out-of-order"), std::string::npos);
    EXPECT_NE(printedWarnings(report).find("trial-numbers-restart 1"), std::string::npos);
    const auto shuffled = imported("mouse,trial" + kRest + session("M1,#", 3, 4) + session("M1,#", 3));
    EXPECT_EQ(stimuli(shuffled), (std::vector<double>{-.101, .102, -.103, .104, -.105, .106}));
    EXPECT_NE(printedWarnings(shuffled).find("trials-out-of-order 6"), std::string::npos);
}

TEST(SessionOrder, theColumnThatChangesWhereTrialNumbersStartAnewIsNamed) {
    const auto report =
        imported("block,box,note,trial" + kRest + session("1,7,a,#", 5) + session("1,8,a,#", 4));
    for (const io::ImportWarning& warning : report.warnings) {
        if (warning.code == io::WarningCode::TrialNumbersRestart) {
            EXPECT_EQ(warning.where, "mouse.csv: box");
        }
    }
    EXPECT_NE(printedWarnings(report).find("trial-numbers-restart 1"), std::string::npos);
}

TEST(SessionOrder, sessionsOfNumberedDaysAreNotPooled) {
    EXPECT_EQ(sizes(imported("mouse,day,session,trial" + kRest + session("M1,1,1,#", 8) +
                             session("M1,10,1,#", 5) + session("M1,2,1,#", 9) + session("M1,2,2,#", 7))),
        "M1: 1/1(8) 2/1(9) 2/2(7) 10/1(5)");
    EXPECT_EQ(sizes(imported("mouse,day,session,trial" + kRest + session("M1,1,1,#", 8) +
                             session("M1,2,2,#", 9) + session("M1,2,3,#", 7))),
        "M1: 1(8) 2(9) 3(7)");
}

TEST(SessionOrder, animalsGoByTheirNumbersUnderManyNames) {
    for (const char* name : {"mouse_no", "animalNr", "ID", "rat index", "Ferret", "sub", "name"}) {
        EXPECT_EQ(sizes(imported(std::string(name) + ",session,trial" + kRest + session("11,1,#", 30) +
                                 session("12,1,#", 20))),
            "11: 1(30)\n12: 1(20)")
            << name;
    }
    EXPECT_EQ(sizes(imported("id,session" + kRest + session("#,1", 30), "M1.csv")), "M1: 1(30)"); // trials'
}

TEST(SessionOrder, numbersInNamesOfSessionsCount) {
    EXPECT_EQ(sizes(imported("mouse,session" + kRest + session("M1,S1", 3) + session("M1,S10", 4) +
                             session("M1,S2", 5))),
        "M1: S1(3) S2(5) S10(4)");
    EXPECT_EQ(sizes(imported("mouse,session" + kRest + session("M1,late", 3) + session("M1,early", 4))),
        "M1: late(3) early(4)");
    const TemporaryFolder folder;
    for (const char* name : {"S1", "S10", "S2"}) {
        folder.write(std::string("M1_") + name + ".csv",
            "mouse,session" + kRest + session(std::string("M1,") + name, 3));
    }
    const auto report = io::importPaths({folder.path()});
    ASSERT_TRUE(report);
    EXPECT_EQ(sizes(*report), "M1: S1(3) S2(3) S10(3)");
    EXPECT_EQ(report->sources[1].first, (folder / "M1_S2.csv").string());
}

} // namespace
