// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/io/imported.h"

namespace {

using namespace rulescope;
using testing_io::imported;
using testing_io::printed;

io::ImportReport importedWith(const std::string& map, std::string_view text) {
    const auto columns = io::columnMapFromJson(map, "map.json");
    EXPECT_TRUE(columns) << base::english(columns.error());
    return imported(text, "x.csv", {"auto", columns ? *columns : io::ColumnMap{}});
}

std::string problemOf(const std::string& map) {
    const auto columns = io::columnMapFromJson(map, "map.json");
    return columns ? "none" : base::english(columns.error().what);
}

TEST(ColumnMap, namesColumnsCodesAndTheSignOfTheStimulus) {
    EXPECT_EQ(printed(importedWith(
                  R"({"choice": {"column": "resp", "right": ["B"], "left": ["A"], "none": ["-1"]},
                      "stimulus": {"column": "c", "scale": -0.01},
                      "outcome": {"column": "out", "correct": ["+"], "error": ["x"]}, "animal": "who"})",
                  "who,resp,c,out\nQ,B,-50,+\nQ,a,100,+\nQ,-1,100,x\n")),
        "Q: x(0.5 1/1/1, -1 0/0/1, -1 -/0/0)");
}

TEST(ColumnMap, leavesOpenWhatHasAUsualName) {
    EXPECT_EQ(
        printed(importedWith(R"({"choice": "r"})", "mouse,session,signed_contrast,r,correct\nA,3,1,1,1\n")),
        "A: 3(1 1/1/1)");
    EXPECT_EQ(printed(importedWith(R"({"choice": "r", "outcome": null})",
                  "mouse,session,signed_contrast,r,correct\nA,3,0,1,1\n")),
        "A: 3(0 1/-/-)");
}

TEST(ColumnMap, isObeyedAgainstTheEvidenceButNotInSilence) {
    std::string rows = "signed_contrast,choice,correct\n";
    for (int i = 0; i < 10; ++i) {
        rows += "1,1,1\n-1,0,1\n";
    }
    const auto report = importedWith(R"({"choice": {"column": "choice", "right": [0], "left": [1]}})", rows);
    EXPECT_EQ(report.animals[0]->trials().choice[0], data::kLeft);
    EXPECT_EQ(testing_io::printedWarnings(report), "convention-doubtful 20");
}

TEST(ColumnMap, saysWhichColumnAFileLacks) {
    EXPECT_EQ(printed(importedWith(R"({"choice": "resp"})", "choice,stimulus\n1,1\n")),
        "The column map names resp for choice, but the file has no such column.");
}

TEST(ColumnMap, refusesWhatItDoesNotUnderstand) {
    EXPECT_EQ(problemOf("[1]"), "A column map is a JSON object.");
    EXPECT_EQ(problemOf(R"({"chioce": "x"})"),
        "\u201cchioce\u201d is no quantity that a column can hold, or its column is no text.");
    EXPECT_EQ(problemOf(R"({"choice": {"right": [1]}})"),
        "\u201cchoice\u201d must say which values mean right and which left.");
    EXPECT_EQ(problemOf(R"({"choice": 3})"), "\u201cchoice\u201d is not known in a column map.");
    EXPECT_EQ(problemOf(R"({"stimulus": {"scale": 0}})"),
        "\u201cscale\u201d in \u201cstimulus\u201d is not known or has no usable value.");
    EXPECT_EQ(problemOf(R"({"repeats": "drop"})"),
        "\u201crepeats\u201d must be \u201ckeep\u201d, \u201cleave-out\u201d or \u201ccount-only\u201d.");
    EXPECT_NE(problemOf("{"), "none");
}

TEST(ColumnMap, isWrittenAndReadBackEqual) {
    const auto map = io::columnMapFromJson(
        R"({"choice": {"column": "resp", "right": ["B"], "left": ["A"]}, "answer": null, "date": "day",
            "stimulus": {"column": "c", "kind": "raw", "unit": "dB"}, "repeat": "again",
            "repeats": "count-only"})",
        "map.json");
    ASSERT_TRUE(map);
    EXPECT_EQ(io::columnMapFromJson(io::toJson(*map), "again").value(), *map);
}

TEST(ColumnMap, excludesADialect) {
    const auto report =
        io::importPaths({"x.csv"}, {"ibl_trials", io::columnMapFromJson(R"({"choice": "r"})", "m").value()});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, base::ErrorCode::InvalidValue);
}

} // namespace
