// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/delimited_text.h"

#include <cmath>
#include <gtest/gtest.h>
#include <string>

namespace {

using namespace rulescope;

base::Result<io::Table> parse(const std::string& text, base::StopToken stop = {}) {
    io::MemorySource source(text);
    return io::readDelimitedText(source, "f.csv", std::move(stop));
}

/// Header and cells, one row a line, cells between bars.
std::string printed(const std::string& text) {
    const auto table = parse(text);
    if (!table) {
        return base::english(table.error());
    }
    std::string result;
    for (const std::string& name : table->header()) {
        result += name + "|";
    }
    for (std::size_t row = 0; row < table->rows(); ++row) {
        result += "\n";
        for (std::size_t column = 0; column < table->columns(); ++column) {
            result += table->cell(row, column) + "|";
        }
    }
    return result;
}

TEST(DelimitedText, readsCommasSemicolonsAndTabs) {
    EXPECT_EQ(printed("a,b\n1,2\n"), "a|b|\n1|2|");
    EXPECT_EQ(printed("a;b\n1,5;2\n"), "a|b|\n1,5|2|");
    EXPECT_EQ(printed("a\tb\n1\t2\n"), "a|b|\n1|2|");
    EXPECT_EQ(printed("\"a;x\",b\n1,2\n"), "a;x|b|\n1|2|");
}

TEST(DelimitedText, readsQuotedCellsWithSeparatorsQuotesAndLineEnds) {
    EXPECT_EQ(
        printed("a,b\n\"1,0\",\"say \"\"x\"\"\"\n\"two\nlines\",2\n"), "a|b|\n1,0|say \"x\"|\ntwo\nlines|2|");
}

TEST(DelimitedText, doesNotMindWindowsLineEndsByteOrderMarksAndSpaces) {
    EXPECT_EQ(printed("\xef\xbb\xbf\"a\", b \r\n 1 ,2\r\n\r\n"), "a|b|\n1|2|");
    EXPECT_EQ(printed("a,b\n1,2"), "a|b|\n1|2|");
    EXPECT_EQ(printed("a,b\n1,\n,2\n"), "a|b|\n1||\n|2|");
}

TEST(DelimitedText, keepsCommentsBeforeTheHeaderApart) {
    const auto table = parse("# made by a rig\n\n# day 2\na,b\n1,2\n");
    ASSERT_TRUE(table);
    EXPECT_EQ(table->header(), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(table->place(0), "f.csv:5");
}

TEST(DelimitedText, takesTextThatIsNotUtf8ForLatin1) {
    EXPECT_EQ(printed("M\xe4use,b\n\xfc,2\n"), "Mäuse|b|\nü|2|");
    EXPECT_EQ(printed("Mäuse,b\nü,2\n"), "Mäuse|b|\nü|2|");
}

TEST(DelimitedText, readsUtf16OfEitherByteOrderWithAndWithoutMark) {
    const std::string text = "a,b\nx,2\n";
    std::string little, big;
    for (const char c : text) {
        little += {c, '\0'};
        big += {'\0', c};
    }
    for (const std::string& file : {little, big, "\xff\xfe" + little, "\xfe\xff" + big}) {
        EXPECT_EQ(printed(file), "a|b|\nx|2|");
    }
    const std::string rat("\xff\xfe"
                          "a\0\n\0\x3d\xd8\x00\xdc\n\0",
        12);
    EXPECT_EQ(printed(rat), "a|\n\xf0\x9f\x90\x80|");
}

TEST(DelimitedText, findsTheHeaderBehindWordsOfTheRig) {
    EXPECT_EQ(printed("Rig 3\nstarted: 10:20\n\nmouse,choice,rt\nA,1,0.5\nB,0,0.7\n"),
        "mouse|choice|rt|\nA|1|0.5|\nB|0|0.7|");
    EXPECT_EQ(printed("# choice rt\n1 0.5\n0 0.7\n"), "choice|rt|\n1|0.5|\n0|0.7|");
    EXPECT_EQ(parse("Rig 3\n\na,b\n1,2\n")->place(0), "f.csv:4");
}

TEST(DelimitedText, readsAnySeparator) {
    EXPECT_EQ(printed("a|b\n1|2\n"), "a|b|\n1|2|");
    EXPECT_EQ(printed("a   b\n 1 2\n3   4  \n"), "a|b|\n1|2|\n3|4|");
    EXPECT_EQ(printed("a^b\n1^2\n"), "a|b|\n1|2|");
    EXPECT_EQ(printed("a\tb\n1,5\t2020-01-01 10:20:30\n"), "a|b|\n1,5|2020-01-01 10:20:30|");
    EXPECT_EQ(printed("a,b\r1,2\r"), "a|b|\n1|2|");
}

TEST(DelimitedText, skipsCommentsAmongRowsAndNamesTheRowNumbersOfR) {
    EXPECT_EQ(printed("a,b\n1,2\n# pause\n3,4\n"), "a|b|\n1|2|\n3|4|");
    EXPECT_EQ(printed("\"a\" \"b\"\n\"1\" 5 6\n\"2\" 7 8\n"), "|a|b|\n1|5|6|\n2|7|8|");
}

TEST(DelimitedText, keepsManyDifferentValuesAndTurnsBackAtAWord) {
    std::string text = "a,b\n";
    for (int i = 0; i < 3000; ++i) {
        text += std::to_string(i) + ".5,w" + std::to_string(i) + "\n";
    }
    const auto numeric = parse(text);
    ASSERT_TRUE(numeric);
    EXPECT_EQ(numeric->number(2999, 0), 2999.5);
    EXPECT_EQ(numeric->cell(2999, 1), "w2999");
    const auto mixed = parse(text + "end,x\n");
    ASSERT_TRUE(mixed);
    EXPECT_EQ(mixed->cell(2999, 0), "2999.5");
    EXPECT_EQ(mixed->cell(3000, 0), "end");
    EXPECT_FALSE(mixed->isNumeric(0));
}

TEST(DelimitedText, readsRowsAcrossTheBlocksOfALargeFile) {
    std::string text = "a,b\n";
    const std::string word(1000, 'x');
    for (int i = 0; i < 3000; ++i) {
        text += std::to_string(i) + ",\"" + word + "\n\"\"" + std::to_string(i % 7) + "\"\n";
    }
    const auto table = parse(text);
    ASSERT_TRUE(table) << base::english(table.error());
    ASSERT_EQ(table->rows(), 3000U);
    for (std::size_t row = 0; row < 3000; ++row) {
        ASSERT_EQ(table->number(row, 0), static_cast<double>(row));
        ASSERT_EQ(table->cell(row, 1), word + "\n\"" + std::to_string(row % 7));
        ASSERT_EQ(table->place(row), "f.csv:" + std::to_string(2 * row + 2));
    }
}

TEST(DelimitedText, namesTheLineOfARaggedRow) {
    EXPECT_EQ(printed("a,b\n1,2\n\"x\ny\",4\n5\n"),
        "f.csv:5: The row has 1 cells, the header 2. The file may be cut short; export it again.");
    EXPECT_EQ(printed("a,b\n1,2,3\n"),
        "f.csv:2: The row has 3 cells, the header 2. The file may be cut short; export it again.");
}

TEST(DelimitedText, refusesWhatIsNoTable) {
    EXPECT_EQ(printed(""), "f.csv: The file is empty.");
    EXPECT_EQ(printed(" \r\n\n"), "f.csv: The file is empty.");
    EXPECT_EQ(printed("# only a comment"), "f.csv: The file is empty.");
    EXPECT_EQ(printed("a,b\n"), "f.csv: The file has a header but no rows.");
    EXPECT_EQ(
        printed(std::string("a,b\n1,\0\n", 8)), "f.csv: This is a binary file, not a table in text form.");
    EXPECT_EQ(printed("a,b\n1,\"2\n"), "f.csv:2: A quotation mark that opens here is never closed. The file "
                                       "may be cut short; export it again.");
    EXPECT_EQ(printed("a,a\n1,2\n"), "f.csv:1: Two columns are called \u201ca\u201d. Rename one of them.");
}

TEST(DelimitedText, refusesMoreColumnsThanAnyTableOfTrialsHas) {
    std::string header = "a";
    for (int i = 0; i < 5000; ++i) {
        header += ",c" + std::to_string(i);
    }
    EXPECT_EQ(parse(header + "\n").error().code, base::ErrorCode::TooLarge);
}

TEST(DelimitedText, stopsWhenAsked) {
    std::stop_source source;
    source.request_stop();
    EXPECT_EQ(parse("a,b\n1,2\n", source.get_token()).error().code, base::ErrorCode::Cancelled);
}

TEST(DelimitedText, findsColumnsWhateverTheirCaseAndSeparators) {
    const auto table = parse("Contrast Left,session.num\n1,2\n");
    ASSERT_TRUE(table);
    EXPECT_EQ(table->find("contrastLeft"), 0U);
    EXPECT_EQ(table->find("session_num"), 1U);
    EXPECT_EQ(table->find("session"), std::nullopt);
    EXPECT_EQ(table->findAny({"nope", "SESSION-NUM"}), 1U);
}

TEST(DelimitedText, aColumnOfJustThatNameGoesBeforeOneThatIsAlike) {
    const auto table = parse("RT (s),Correct?,RT,Correct\n1,2,3,4\n");
    ASSERT_TRUE(table);
    EXPECT_EQ(table->find("RT"), 2U);
    EXPECT_EQ(table->find("RT (s)"), 0U);
    EXPECT_EQ(table->find("Correct"), 3U);
    EXPECT_EQ(table->find("rt"), 0U);
}

TEST(Numbers, havePercentAndMinusSignsOnceHoweverLongTheCell) {
    EXPECT_EQ(io::parseNumber("50%", false), 0.5);
    EXPECT_EQ(io::parseNumber("\u22122,5%", true), -0.025);
    EXPECT_EQ(io::parseNumber("50%%", false), std::nullopt);
    EXPECT_EQ(io::parseNumber("\u2212\u22125", false), std::nullopt);
    EXPECT_EQ(io::parseNumber("%", false), std::nullopt);
    EXPECT_EQ(io::parseNumber(std::string(16'000'000, '%'), false), std::nullopt);
    EXPECT_EQ(io::parseNumber("5" + std::string(1'000'000, '%'), false), std::nullopt);
}

TEST(Numbers, areReadInEveryFormThatFilesHave) {
    EXPECT_EQ(io::parseNumber("-1.5e-3", false), -1.5e-3);
    EXPECT_EQ(io::parseNumber("+2", false), 2);
    EXPECT_EQ(io::parseNumber("0,5", true), 0.5);
    EXPECT_EQ(io::parseNumber("-12,25", true), -12.25);
    EXPECT_EQ(io::parseNumber("0,5", false), std::nullopt);
    EXPECT_EQ(io::parseNumber("1.234,5", true), std::nullopt);
    EXPECT_EQ(io::parseNumber("True", false), 1);
    EXPECT_EQ(io::parseNumber("false", false), 0);
    EXPECT_EQ(io::parseNumber("1x", false), std::nullopt);
    EXPECT_EQ(io::parseNumber("left", false), std::nullopt);
    for (const char* missing : {"", "NaN", "nan", "NA", "n/a", "null", "None"}) {
        const auto number = io::parseNumber(missing, false);
        ASSERT_TRUE(number) << missing;
        EXPECT_TRUE(std::isnan(*number)) << missing;
    }
}

TEST(Numbers, thatAreNoneAreNamedWithTheirLine) {
    const auto table = parse("a,b\n1,2\nx,3\n");
    ASSERT_TRUE(table);
    EXPECT_EQ(base::english(table->numbers(0).error()),
        "f.csv:3: Column a holds \u201cx\u201d, which is no number.");
    EXPECT_EQ(table->numbers(1).value(), (std::vector<double>{2, 3}));
    EXPECT_FALSE(table->isNumeric(0));
    EXPECT_TRUE(table->isNumeric(1));
}

} // namespace
