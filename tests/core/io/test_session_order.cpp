// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/source_name.h"
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
        "M1: day 1/1(8) day 2/1(9) day 2/2(7) day 10/1(5)");
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

/// "animal date session time", - for what is not there.
std::string said(const char* path) {
    const io::SourceName name = io::parseSourceName(path);
    std::string text = name.animal;
    for (const std::string& part : {name.date, name.session, name.startTime}) {
        text += " " + (part.empty() ? "-" : part);
    }
    return text;
}

TEST(SessionOrder, namesOfFilesSayAnimalDaySessionAndTime) {
    const std::pair<const char*, const char*> names[] = {{"SWC_054_2020-09-01.csv", "SWC_054 2020-09-01 - -"},
        {"SWC_054_2020-09-01_002.csv", "SWC_054 2020-09-01 002 -"},
        {"M1_Light2AFC_20210315_143000.mat", "M1_Light2AFC 2021-03-15 - 14:30:00"},
        {"705599_2024-05-31_14-06-54.nwb", "705599 2024-05-31 - 14:06:54"},
        {"M1_2021-03-15T1430.csv", "M1 2021-03-15 - 14:30:00"},
        {"2021-03-15_1234.csv", "1234 2021-03-15 - -"}, // rather a mouse than a time
        {"2021-03-15_123456.csv", "123456 2021-03-15 - -"}, {"mouse_data12.csv", "mouse_data12 - - -"},
        {"cohort_451106.csv", "cohort_451106 - - -"}, {"M1_s3.csv", "M1 - 3 -"},
        {"M1_sess03.csv", "M1 - 03 -"}, {"M1_day3_trials.csv", "M1 - 3 -"}, {"exp2_s3.csv", "exp2_s3 - - -"},
        {"mouse_120315.csv", "mouse_120315 - - -"}, {"M1_day.csv", "M1_day - - -"},
        {"2021-03-15/7.csv", "7 2021-03-15 - -"}, {"exp_s3.csv", "exp_s3 - - -"}, // may be subject 3
        {"S3.csv", "S3 - - -"}, {"DAP007.csv", "DAP007 - - -"}, {"rat1_trials.csv", "rat1 - - -"},
        {"M1_15-03-2021.csv", "M1 - 15-03-2021 -"}, {"M1_15.03.2021.csv", "M1 2021-03-15 - -"},
        {"210315_M1.csv", "M1 - 210315 -"}, {"703548.csv", "703548 - - -"},
        {"703548_b.csv", "703548_b - - -"}, {"sub-M1_ses-2020-08-25_task-x.nwb", "M1 2020-08-25 - -"},
        {"trials.csv", "trials - - -"}};
    for (const auto& [path, expected] : names) {
        EXPECT_EQ(said(path), expected) << path;
    }
}

TEST(SessionOrder, whatNamesLeaveOpenTheFoldersSay) {
    const std::pair<const char*, const char*> names[] = {{"M1/2021-03-15_behavior.csv", "M1 2021-03-15 - -"},
        {"M1/2021-03-15/trials.csv", "M1 2021-03-15 - -"},
        {"lab/M1/2021-03-15/001/trials.csv", "M1 2021-03-15 001 -"},
        {"lab/M1/2021-03-15/002.csv", "M1 2021-03-15 002 -"}, {"M1/session_10_trials.csv", "M1 - 10 -"},
        {"M1/day2.csv", "M1 - 2 -"}, {"M1/20210315/M1.csv", "M1 2021-03-15 - -"},
        {"2021-03-15/M1.csv", "M1 2021-03-15 - -"}, {"old_2021-03-15/M1.csv", "M1 - - -"},
        {"M1/Light2AFC/Session Data/20210315_143000.mat", "Light2AFC 2021-03-15 - 14:30:00"},
        {"M1/data/trials.csv", "M1 - - -"}, {"12/2021-03-15.csv", "12 2021-03-15 - -"},
        {"12/trials.csv", "12 - - -"}, {"M1_2021-03-15/trials.csv", "M1 2021-03-15 - -"}};
    for (const auto& [path, expected] : names) {
        EXPECT_EQ(said(path), expected) << path;
    }
}

TEST(SessionOrder, miceInFoldersStayApart) {
    const TemporaryFolder folder;
    const std::string header = "trial,signed_contrast,choice,correct\n";
    folder.write("M1/2021-03-15/trials.csv", header + session("#", 5));
    folder.write("M1/2021-03-16/trials.csv", header + session("#", 6));
    folder.write("M2/2021-03-15/trials.csv", header + session("#", 7));
    folder.write("M3_day10.csv", header + session("#", 8));
    folder.write("M3_day9.csv", header + session("#", 9));
    folder.write("M4_20210315_143000.csv", header + session("#", 3));
    folder.write("M4_20210315_093000.csv", header + session("#", 4));
    const auto report = io::importPaths({folder.path()});
    ASSERT_TRUE(report);
    EXPECT_EQ(sizes(*report), "M1: 2021-03-15(5) 2021-03-16(6)\nM2: 2021-03-15(7)\nM3: 9(9) 10(8)\n"
                              "M4: 2021-03-15/09:30:00(4) 2021-03-15/14:30:00(3)");
}

TEST(SessionOrder, datesOfDigitsAreDaysWhereTheyCanOnlyBeReadInOneWay) {
    const auto order = [](const std::string& first, const std::string& second) {
        return imported("mouse,date" + kRest + session("M1," + first, 3) + session("M1," + second, 4));
    };
    EXPECT_EQ(sizes(order("280221", "010321")), "M1: 2021-02-28(3) 2021-03-01(4)");
    EXPECT_EQ(sizes(order("112020", "010521")), "M1: 2020-11-20(3) 2021-01-05(4)");
    EXPECT_EQ(sizes(order("01042021", "28022021")), "M1: 2021-02-28(4) 2021-04-01(3)");
    EXPECT_EQ(sizes(order("3/15/21", "3/14/21")), "M1: 2021-03-14(4) 2021-03-15(3)");
    const auto doubtful = order("020321", "010421"); // March and April, or February and January
    EXPECT_EQ(sizes(doubtful), "M1: 020321(3) 010421(4)");
    EXPECT_NE(printedWarnings(doubtful).find("dates-unclear 2"), std::string::npos);
    const TemporaryFolder folder;
    for (const char* name : {"M1_15-03-2021.csv", "M1_01-04-2021.csv", "M1_16-03-2021.csv"}) {
        folder.write(name, "trial" + kRest + session("#", 3));
    }
    const auto report = io::importPaths({folder.path()});
    ASSERT_TRUE(report);
    EXPECT_EQ(sizes(*report), "M1: 15-03-2021(3) 16-03-2021(3) 01-04-2021(3)");
}

TEST(SessionOrder, mergedCellsCountForTheRowsBelow) {
    const auto report = imported("mouse,date" + kRest + session("M1,2021-03-01", 1) + session(",", 4, 2) +
                                 session("M1,2021-03-02", 1) + session(",", 2, 2) +
                                 session("M2,2021-03-02", 1) + session(",", 2, 2));
    EXPECT_EQ(sizes(report), "M1: 2021-03-01(5) 2021-03-02(3)\nM2: 2021-03-02(3)");
    EXPECT_NE(printedWarnings(report).find("cells-filled 8; cells-filled 8"), std::string::npos)
        << printedWarnings(report);
    const auto missing =
        imported("mouse,session" + kRest + session("M1,1", 3) + session("M1,", 8) + session("M1,2", 2));
    EXPECT_EQ(
        printedWarnings(missing).find("cells-filled"), std::string::npos); // nobody knows whose those are
}

TEST(SessionOrder, timesInMinutesAreThoseOfTrials) {
    std::string text = "mouse,date" + kRest;
    for (int minute = 10; minute < 30; ++minute) {
        text += session("M1,2021-03-01 14:" + std::to_string(minute), 8);
    }
    const auto report = imported(text + session("M1,2021-03-02 10:00", 9));
    EXPECT_EQ(sizes(report), "M1: 2021-03-01(160) 2021-03-02(9)");
    EXPECT_NE(printedWarnings(report).find("times-of-trials"), std::string::npos);
    std::string real = "mouse,date" + kRest;
    for (const char* hour : {"09", "10", "11", "12"}) {
        real += session(std::string("M1,2021-03-01 ") + hour + ":00", 8);
    }
    EXPECT_EQ(sizes(imported(real)), "M1: 2021-03-01/09:00:00(8) 2021-03-01/10:00:00(8) "
                                     "2021-03-01/11:00:00(8) 2021-03-01/12:00:00(8)");
}

TEST(SessionOrder, timesOfTrialsBesideSessionsSayTheirDay) {
    std::string text = "mouse,session,date" + kRest;
    for (const char* day : {"1,2021-03-01 14:", "2,2021-03-01 16:", "1,2021-03-02 14:"}) {
        for (int t = 10; t < 50; ++t) {
            text += session(std::string("M1,") + day + std::to_string(t) + ":30", 1, t);
        }
    }
    EXPECT_EQ(sizes(imported(text)), "M1: 2021-03-01/1(40) 2021-03-01/2(40) 2021-03-02/1(40)");
}

TEST(SessionOrder, filesThatMayBeTheSessionsOfOneAnimalAreNamed) {
    const TemporaryFolder folder;
    for (const char* name : {"exp_s1.csv", "exp_s2.csv", "exp_s10.csv"}) {
        folder.write(name, "trial" + kRest + session("#", 3));
    }
    const auto report = io::importPaths({folder.path()});
    ASSERT_TRUE(report);
    EXPECT_NE(printedWarnings(*report).find("animals-of-one-session 3"), std::string::npos);
}

TEST(SessionOrder, wordsAboveTheTableSayWhoseTrialsTheseAre) {
    EXPECT_EQ(
        sizes(imported("Rig 3\nSubject: M9\nDate: 2021-03-15 14:30\n\ntrial" + kRest + session("#", 5))),
        "M9: 2021-03-15(5)");
    EXPECT_EQ(
        sizes(imported("# mouse=M9\n# session;4\nmouse,trial" + kRest + session("M1,#", 5))), "M1: 4(5)");
    EXPECT_EQ(sizes(imported("\"Animal ID\",\"M9\",,,\ntrial" + kRest + session("#", 5))), "M9: 1(5)");
}

} // namespace
