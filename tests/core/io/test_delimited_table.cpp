// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/delimited_table.h"

#include <cmath>
#include <gtest/gtest.h>
#include <string>

namespace {

using namespace rulescope;
using io::DelimitedTable;

base::Result<DelimitedTable> parse(const std::string& text, base::StopToken stop = {}) {
    return DelimitedTable::parse({text.begin(), text.end()}, "f.csv", stop);
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
            result += std::string(table->cell(row, column)) + "|";
        }
    }
    return result;
}

TEST(DelimitedTable, readsCommasSemicolonsAndTabs) {
    EXPECT_EQ(printed("a,b\n1,2\n"), "a|b|\n1|2|");
    EXPECT_EQ(printed("a;b\n1,5;2\n"), "a|b|\n1,5|2|");
    EXPECT_EQ(printed("a\tb\n1\t2\n"), "a|b|\n1|2|");
    EXPECT_EQ(printed("\"a;x\",b\n1,2\n"), "a;x|b|\n1|2|");
}

TEST(DelimitedTable, readsQuotedCellsWithSeparatorsQuotesAndLineEnds) {
    EXPECT_EQ(
        printed("a,b\n\"1,0\",\"say \"\"x\"\"\"\n\"two\nlines\",2\n"), "a|b|\n1,0|say \"x\"|\ntwo\nlines|2|");
}

TEST(DelimitedTable, doesNotMindWindowsLineEndsByteOrderMarksAndSpaces) {
    EXPECT_EQ(printed("\xef\xbb\xbf\"a\", b \r\n 1 ,2\r\n\r\n"), "a|b|\n1|2|");
    EXPECT_EQ(printed("a,b\n1,2"), "a|b|\n1|2|");
    EXPECT_EQ(printed("a,b\n1,\n,2\n"), "a|b|\n1||\n|2|");
}

TEST(DelimitedTable, keepsCommentsBeforeTheHeaderApart) {
    const auto table = parse("# made by a rig\n\n# day 2\na,b\n1,2\n");
    ASSERT_TRUE(table);
    EXPECT_EQ(table->comments(), (std::vector<std::string>{" made by a rig", " day 2"}));
    EXPECT_EQ(table->line(0), 5U);
}

TEST(DelimitedTable, takesTextThatIsNotUtf8ForLatin1) {
    EXPECT_EQ(printed("M\xe4use,b\n\xfc,2\n"), "Mäuse|b|\nü|2|");
    EXPECT_EQ(printed("Mäuse,b\nü,2\n"), "Mäuse|b|\nü|2|");
}

TEST(DelimitedTable, namesTheLineOfARaggedRow) {
    EXPECT_EQ(printed("a,b\n1,2\n\"x\ny\",4\n5\n"),
        "f.csv:5: The row has 1 cells, the header 2. The file may be cut short; export it again.");
    EXPECT_EQ(printed("a,b\n1,2,3\n"),
        "f.csv:2: The row has 3 cells, the header 2. The file may be cut short; export it again.");
}

TEST(DelimitedTable, refusesWhatIsNoTable) {
    EXPECT_EQ(printed(""), "f.csv: The file is empty.");
    EXPECT_EQ(printed(" \r\n\n"), "f.csv: The file is empty.");
    EXPECT_EQ(printed("# only a comment"), "f.csv: The file is empty.");
    EXPECT_EQ(printed("a,b\n"), "f.csv: The file has a header but no rows.");
    EXPECT_EQ(
        printed(std::string("a,b\n1,\0\n", 8)), "f.csv: This is a binary file, not a table in text form.");
    EXPECT_EQ(printed("\xff\xfe"
                      "a"),
        "f.csv: The text is encoded as UTF-16. Save it as UTF-8.");
    EXPECT_EQ(printed("a,b\n1,\"2\n"), "f.csv:2: A quotation mark that opens here is never closed. The file "
                                       "may be cut short; export it again.");
    EXPECT_EQ(printed("a,a\n1,2\n"), "f.csv:1: Two columns are called \u201ca\u201d. Rename one of them.");
}

TEST(DelimitedTable, refusesMoreColumnsThanAnyTableOfTrialsHas) {
    std::string header = "a";
    for (int i = 0; i < 5000; ++i) {
        header += ",c" + std::to_string(i);
    }
    EXPECT_EQ(parse(header + "\n").error().code, base::ErrorCode::TooLarge);
}

TEST(DelimitedTable, stopsWhenAsked) {
    std::stop_source source;
    source.request_stop();
    EXPECT_EQ(parse("a,b\n1,2\n", source.get_token()).error().code, base::ErrorCode::Cancelled);
}

TEST(DelimitedTable, findsColumnsWhateverTheirCaseAndSeparators) {
    const auto table = parse("Contrast Left,session.num\n1,2\n");
    ASSERT_TRUE(table);
    EXPECT_EQ(table->find("contrastLeft"), 0U);
    EXPECT_EQ(table->find("session_num"), 1U);
    EXPECT_EQ(table->find("session"), std::nullopt);
    EXPECT_EQ(table->findAny({"nope", "SESSION-NUM"}), 1U);
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
