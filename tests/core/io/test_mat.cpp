// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/io/imported.h"
#include "tests/core/io/mat_builder.h"

#include <fstream>
#include <hdf5.h>

namespace {

using namespace rulescope;
using testing_io::MatFields;
using testing_io::matStructs;
using testing_io::matText;
using testing_io::matTexts;
using testing_io::matVector;
using testing_io::printed;
using testing_io::printedConventions;
using testing_io::printedWarnings;
using testing_io::TemporaryFolder;
using testing_io::writeMat;

const double kNone = std::nan("");

io::ImportReport importedMat(
    const MatFields& variables, mat_ft version = MAT_FT_MAT5, const std::string& name = "M1.mat") {
    const TemporaryFolder folder;
    auto report = io::importPaths({writeMat(folder / name, variables, version)});
    EXPECT_TRUE(report);
    return report ? std::move(*report) : io::ImportReport{};
}

MatFields visual(bool isRow) {
    return {{"signed_contrast", matVector({0.5, -0.25, 0}, isRow)},
        {"choice_right", matVector({1, 1, 0}, isRow)}, {"session", matVector({1, 1, 2}, isRow)}};
}

TEST(Mat, variablesOfEqualLengthAreATableInRowsOrColumnsOfEveryVersion) {
    for (const mat_ft version : {MAT_FT_MAT5, MAT_FT_MAT73}) {
        for (const bool isRow : {true, false}) {
            MatFields variables = visual(isRow);
            variables.push_back({"params", matStructs({{{"gain", matVector({2})}}})});
            EXPECT_EQ(printed(importedMat(variables, version)), "M1: 1(0.5 1/1/1, -0.25 1/0/0) 2(0 0/-/-)");
        }
    }
}

TEST(Mat, aStructureNamesItsAnimalAndNestedStructuresJoin) {
    const auto report = importedMat(
        {{"data", matStructs({{{"subject", matText("rat 7")}, {"stimulus", matStructs({visual(true)})},
                      {"correct", matVector({1, 0, 1})}, {"note", matText("x")}}})}});
    EXPECT_EQ(printed(report), "rat 7: 1(0.5 1/1/1, -0.25 1/0/0) 2(0 0/0/1)");
}

TEST(Mat, namesKeepTheirLetters) {
    const auto named = [](matvar_t* name) {
        return printed(
            importedMat({{"data", matStructs({{{"subject", name}, {"stimulus", matStructs({visual(true)})},
                                      {"correct", matVector({1, 0, 1})}}})}}));
    };
    const std::string trials = ": 1(0.5 1/1/1, -0.25 1/0/0) 2(0 0/0/1)";
    EXPECT_EQ(named(matText(u"M\u00e4uschen \u9f20 \U0001F400")), "M\u00e4uschen \u9f20 \U0001F400" + trials);
    EXPECT_EQ(named(matText(u"half \xd83d")), "half ?" + trials); // of a pair of codes
    const std::string utf8 = "M\u00e4uschen";
    std::size_t dims[2] = {1, utf8.size()};
    EXPECT_EQ(
        named(Mat_VarCreate(nullptr, MAT_C_CHAR, MAT_T_UTF8, 2, dims, const_cast<char*>(utf8.data()), 0)),
        utf8 + trials);
}

TEST(Mat, wordsInCellsAreTexts) {
    const auto report = importedMat({{"signed_contrast", matVector({0.5, -0.5, 1, kNone})},
        {"response", matTexts({"right", "Left", "no go", ""})}});
    EXPECT_EQ(printed(report), "M1: 1(0.5 1/1/1, -0.5 0/0/1, 1 -/1/-, nan -/-/-)");
}

TEST(Mat, anArrayOfStructuresIsOneTrialOrOneSessionEach) {
    const auto trials = importedMat(
        {{"trial", matStructs({{{"signed_contrast", matVector({0.5})}, {"choice_right", matVector({1})}},
                       {{"signed_contrast", matVector({-0.5})}, {"choice_right", matVector({1})}}})}});
    EXPECT_EQ(printed(trials), "M1: 1(0.5 1/1/1, -0.5 1/0/0)");
    const auto fields = [](double contrast) {
        return MatFields{
            {"signed_contrast", matVector({contrast, contrast})}, {"choice_right", matVector({1, 0})}};
    };
    const auto sessions = importedMat({{"sessions", matStructs({fields(0.5), fields(-1)})}});
    EXPECT_EQ(printed(sessions), "M1: 1(0.5 1/1/1, 0.5 0/1/0) 2(-1 1/0/0, -1 0/0/1)");
}

TEST(Mat, structuresCalledAfterAnimalsAreAnimals) {
    const auto report =
        importedMat({{"mouse_A", matStructs({visual(true)})}, {"mouse_B", matStructs({visual(false)})}});
    EXPECT_EQ(printed(report), "mouse_A: 1(0.5 1/1/1, -0.25 1/0/0) 2(0 0/-/-)\n"
                               "mouse_B: 1(0.5 1/1/1, -0.25 1/0/0) 2(0 0/-/-)");
}

TEST(Mat, structuresCalledLikeMiceAreAnimals) {
    const auto trials = [] {
        return matStructs({{{"signed_contrast", matVector({0.5, -1})}, {"choice_right", matVector({1, 0})}}});
    };
    const auto report = importedMat({{"M12", trials()}, {"M7", trials()}}, MAT_FT_MAT5, "both.mat");
    EXPECT_EQ(printed(report), "M12: 1(0.5 1/1/1, -1 0/0/1)\nM7: 1(0.5 1/1/1, -1 0/0/1)");
    const auto sessions = importedMat({{"day12", trials()}, {"day7", trials()}}, MAT_FT_MAT5, "M3.mat");
    EXPECT_EQ(printed(sessions), "M3: day7(0.5 1/1/1, -1 0/0/1) day12(0.5 1/1/1, -1 0/0/1)");
}

/// One trial of Bpod's raw events: the state that ends it and the port poked then.
matvar_t* bpodTrial(const char* ending, const std::string& port) {
    const bool isReward = std::string(ending) == "Reward";
    const bool isPunish = std::string(ending) == "Punish";
    const auto span = [](bool isVisited) {
        return matVector(isVisited ? std::vector<double>{0.5, 1} : std::vector<double>{kNone, kNone});
    };
    return matStructs(
        {{{"States", matStructs({{{"WaitForPoke", matVector({0, 0.5})}, {"Reward", span(isReward)},
                         {"Drinking", span(isReward)}, {"Punish", span(isPunish)}}})},
            {"Events", matStructs({{{port, matVector({0.5, 0.8})}, {"Port2In", matVector({0.1})}}})}}});
}

TEST(Mat, aBpodSessionTellsChoicesByPortsAndOutcomesByStates) {
    std::size_t dims[2] = {1, 4};
    matvar_t* const trials = Mat_VarCreate(nullptr, MAT_C_CELL, MAT_T_CELL, 2, dims, nullptr, 0);
    Mat_VarSetCell(trials, 0, bpodTrial("Reward", "Port1In"));
    Mat_VarSetCell(trials, 1, bpodTrial("Reward", "Port3In"));
    Mat_VarSetCell(trials, 2, bpodTrial("Punish", "Port3In"));
    Mat_VarSetCell(trials, 3, bpodTrial("", "Port3In"));
    const auto report =
        importedMat({{"SessionData", matStructs({{{"nTrials", matVector({4})},
                                         {"Info", matStructs({{{"SessionDate", matText("03-Feb-2014")}}})},
                                         {"RawEvents", matStructs({{{"Trial", trials}}})},
                                         {"TrialTypes", matVector({1, 2, 1, 2, 1, 1})},
                                         {"TrialStartTimestamp", matVector({0, 10, 20, 30})}}})}},
            MAT_FT_MAT5, "Rat_Light2AFC.mat");
    EXPECT_EQ(printed(report), "Rat_Light2AFC: 2014-02-03(nan 0/0/1, nan 1/1/1, nan 1/0/0, nan -/1/-)");
    EXPECT_EQ(report.sources.at(0).second, "bpod");
    const std::string conventions = printedConventions(report);
    EXPECT_NE(conventions.find("bpod_choice_port: 3 = right, 1 = left 3/3"), std::string::npos)
        << conventions;
}

/// A trial that a poke into port 2 begins: a side is poked (0: none is), and the outcome comes after a delay.
matvar_t* delayedTrial(int side, bool isRewarded) {
    const auto span = [](bool isVisited, double begin, double end) {
        return matVector(isVisited ? std::vector<double>{begin, end} : std::vector<double>{kNone, kNone});
    };
    const double poke = side == 0 ? 0.95 : 0.7; // else the animal waits too long
    MatFields events = {{"Port2In", matVector({0.2})}, {"Tup", matVector({0.4, 0.9, 1.2})}};
    events.emplace_back(
        "Port1In", matVector(side == 1 ? std::vector<double>{0.1, 0.7} : std::vector<double>{0.1}));
    events.emplace_back("Port3In", matVector({side == 3 ? 0.7 : 5}));
    return matStructs(
        {{{"States",
              matStructs({{{"WaitForCentre", span(true, 0, 0.2)}, {"CueDelay", span(true, 0.2, 0.4)},
                  {"WaitForResponse", span(true, 0.4, poke)},
                  {"RewardDelay", matVector(side != 0 && isRewarded ? std::vector<double>{0.7, 0.8, 0.8, 0.9}
                                                                    : std::vector<double>{kNone, kNone})},
                  {"PunishDelay", span(side != 0 && !isRewarded, 0.7, 0.9)},
                  {"LeftReward", span(isRewarded && side == 1, 0.9, 1)},
                  {"RightReward", span(isRewarded && side == 3, 0.9, 1)},
                  {"Punish", span(!isRewarded, side == 0 ? 0.95 : 0.9, 1)}}})},
            {"Events", matStructs({events})}}});
}

TEST(Mat, delaysBehindAPokeDoNotHideTheChoice) {
    std::size_t dims[2] = {1, 5};
    matvar_t* const trials = Mat_VarCreate(nullptr, MAT_C_CELL, MAT_T_CELL, 2, dims, nullptr, 0);
    const std::pair<int, bool> cases[] = {{1, true}, {3, true}, {1, false}, {3, false}, {0, false}};
    for (int i = 0; i < 5; ++i) {
        Mat_VarSetCell(trials, i, delayedTrial(cases[i].first, cases[i].second));
    }
    const auto report = importedMat(
        {{"SessionData",
            matStructs({{{"nTrials", matVector({5})}, {"RawEvents", matStructs({{{"Trial", trials}}})},
                {"TrialStartTimestamp", matVector({0, 10, 20, 30, 40})}}})}},
        MAT_FT_MAT5, "M1_Light2AFC_20210315_143000.mat");
    EXPECT_EQ(
        printed(report), "M1_Light2AFC: 2021-03-15(nan 0/0/1, nan 1/1/1, nan 0/1/0, nan 1/0/0, nan -/-/0)");
    ASSERT_EQ(report.animals.size(), 1U);
    EXPECT_DOUBLE_EQ(report.animals[0]->trials().responseS[1], 10.7);
    EXPECT_EQ(report.startTimes.begin()->second, "14:30:00");
}

TEST(Mat, vectorsThatStandAloneAreNoTable) {
    const auto report = importedMat({{"x", matVector({1, 2, 3})}, {"y", matVector({1, 2})}});
    ASSERT_EQ(report.skipped.size(), 1U);
    EXPECT_EQ(report.skipped[0].error.code, base::ErrorCode::BadFormat);
}

TEST(Mat, aDamagedFileNeverHarmsTheProgram) {
    const TemporaryFolder folder;
    for (const mat_ft version : {MAT_FT_MAT5, MAT_FT_MAT73}) {
        const std::string whole =
            testing_io::contentsOf(writeMat(folder / "whole.mat", visual(true), version));
        const std::size_t first = version == MAT_FT_MAT5 ? 128 : 512;
        for (std::size_t i = 0; i < 30; ++i) {
            std::string damaged = whole;
            const std::size_t at = first + i * (whole.size() - first) / 30;
            const bool isCut = i % 3 == 0;
            if (isCut) {
                damaged.resize(at);
            } else {
                damaged[at] = static_cast<char>(damaged[at] ^ 0xff);
            }
            const auto report = io::importPaths({folder.write("d.mat", damaged)});
            ASSERT_TRUE(report);
            ASSERT_EQ(report->animals.size() + report->skipped.size(), 1U);
            EXPECT_TRUE(!isCut || i == 0 || report->animals.empty()) << i;
        }
    }
}

std::string element(std::uint32_t type, std::string data) {
    const auto size = static_cast<std::uint32_t>(data.size());
    std::string bytes(reinterpret_cast<const char*>(&type), 4);
    bytes.append(reinterpret_cast<const char*>(&size), 4);
    data.resize((data.size() + 7) / 8 * 8);
    return bytes + data;
}

std::string words(const std::vector<std::uint32_t>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * 4};
}

/// A version 5 file whose only variable is an object of class table, as MATLAB writes it.
std::string tableObject(const std::string& name) {
    const std::string pointer =
        element(14, element(6, words({13, 0})) + element(5, words({6, 1})) + element(1, "") +
                        element(6, words({0xDD000000U, 2, 1, 1, 1, 1})));
    std::string header = "MATLAB 5.0 MAT-file";
    header.resize(124, ' ');
    header += std::string("\0\1IM", 4);
    return header + element(14, element(6, words({17, 0})) + name + element(1, "MCOS") + element(1, "table") +
                                    pointer);
}

TEST(Mat, aTableObjectOfVersion5IsNamed) {
    const TemporaryFolder folder;
    const std::string isShort = words({(1U << 16U) | 1U}) + std::string("T\0\0\0", 4);
    for (const auto& [name, bytes] :
        {std::pair("sessionTable", element(1, "sessionTable")), {"T", isShort}}) {
        const auto report = io::importPaths({folder.write("old.mat", tableObject(bytes))});
        ASSERT_TRUE(report);
        ASSERT_EQ(report->skipped.size(), 1U);
        const std::string sentence = base::english(report->skipped[0].error);
        EXPECT_NE(sentence.find("\u201c" + std::string(name) + "\u201d is an object"), std::string::npos)
            << sentence;
        EXPECT_NE(sentence.find("table2struct(" + std::string(name) + ","), std::string::npos) << sentence;
    }
}

/// Version 7.3 has a mark and where it points.
TEST(Mat, aTableObjectOfVersion73IsNamedWithTheLineThatSavesItReadably) {
    const TemporaryFolder folder;
    const std::uint32_t pointer[6] = {0xDD000000U, 2, 1, 1, 1, 1};
    std::size_t dims[2] = {6, 1};
    writeMat(folder / "new.mat",
        {{"sessionTable", Mat_VarCreate(nullptr, MAT_C_UINT32, MAT_T_UINT32, 2, dims,
                              const_cast<std::uint32_t*>(pointer), 0)}},
        MAT_FT_MAT73);
    const auto report = io::importPaths({folder / "new.mat"});
    ASSERT_TRUE(report);
    ASSERT_EQ(report->skipped.size(), 1U);
    EXPECT_EQ(report->skipped[0].error.code, base::ErrorCode::Unsupported);
    const std::string sentence = base::english(report->skipped[0].error);
    EXPECT_NE(sentence.find("\u201csessionTable\u201d is an object of a MATLAB class"), std::string::npos)
        << sentence;
    EXPECT_NE(sentence.find("table2struct(sessionTable, 'ToScalar', true)"), std::string::npos) << sentence;
}

TEST(Mat, aFileOfVersion73ThatDoesNotSayItsClassesIsNoFileWithoutVectors) {
    const TemporaryFolder folder;
    const double values[3] = {1, 2, 3};
    std::size_t dims[2] = {3, 1};
    writeMat(folder / "new.mat",
        {{"choice",
            Mat_VarCreate(nullptr, MAT_C_DOUBLE, MAT_T_DOUBLE, 2, dims, const_cast<double*>(values), 0)}},
        MAT_FT_MAT73);
    const hid_t file = H5Fopen((folder / "new.mat").c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    ASSERT_GE(file, 0);
    ASSERT_GE(H5Adelete_by_name(file, "choice", "MATLAB_class", H5P_DEFAULT), 0);
    H5Fclose(file);
    const auto report = io::importPaths({folder / "new.mat"});
    ASSERT_TRUE(report);
    ASSERT_EQ(report->skipped.size(), 1U);
    const std::string sentence = base::english(report->skipped[0].error);
    EXPECT_NE(sentence.find("not say its class"), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("scipy.io.savemat"), std::string::npos) << sentence;
}

} // namespace
