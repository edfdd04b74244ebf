// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/label_order.h"

#include <gtest/gtest.h>

namespace {

using namespace rulescope::data;
using Labels = std::vector<std::string>;
using Order = std::vector<std::size_t>;

TEST(LabelOrder, wholeNumbersInsideCount) {
    EXPECT_TRUE(isNaturallyBefore("S2", "S10"));
    EXPECT_FALSE(isNaturallyBefore("S10", "S2"));
    EXPECT_TRUE(isNaturallyBefore("a", "b"));
    EXPECT_TRUE(isNaturallyBefore("day 9/2", "day 10/1"));
    EXPECT_TRUE(isNaturallyBefore("S2", "S2b"));
    EXPECT_TRUE(isNaturallyBefore("S02", "S2"));
    EXPECT_FALSE(isNaturallyBefore("S2", "S02"));
    EXPECT_FALSE(isNaturallyBefore("S2", "S2"));
}

TEST(LabelOrder, labelsThatDifferInNumbersOnlyTellIt) {
    EXPECT_EQ(labelOrder({"S1", "S10", "S2", "S2"}), (Order{0, 2, 1, 1}));
    EXPECT_EQ(labelOrder({"3", "1.5", "-2"}), (Order{2, 1, 0}));
    EXPECT_EQ(labelOrder({"day 2/1", "day 1/2", "day 1/10"}), (Order{2, 0, 1}));
    EXPECT_EQ(labelOrder({"11/30", "1/3"}), std::nullopt);
    EXPECT_EQ(labelOrder({"14:30", "09:10"}), std::nullopt);
    EXPECT_EQ(labelOrder({"late", "early"}), std::nullopt);
    EXPECT_EQ(labelOrder({"S1", "T2"}), std::nullopt);
    EXPECT_EQ(labelOrder({"4/3/2021", "3/4/2021"}), std::nullopt);
    EXPECT_EQ(labelOrder({"2021-3-4", "2021-3-3"}), (Order{1, 0}));
}

TEST(LabelOrder, datesOfSixOrEightDigitsGoByTheirDays) {
    EXPECT_EQ(labelOrder({"280221", "010321", "150321"}), (Order{0, 1, 2}));
    EXPECT_EQ(labelOrder({"112020", "120120", "10521"}), (Order{0, 1, 2})); // a zero was lost
    EXPECT_EQ(labelOrder({"28022021", "01032021"}), (Order{0, 1}));
    EXPECT_EQ(labelOrder({"210315", "210301"}), (Order{1, 0}));
    EXPECT_EQ(
        labelOrder({"010421", "020321"}), std::nullopt); // of April and March, or of January and February
    EXPECT_TRUE(areDoubtfulDates({"010421", "020321"}));
    EXPECT_EQ(labelOrder({"01-04-2021", "15-03-2021", "16-3-2021"}), (Order{2, 0, 1}));
    EXPECT_EQ(labelOrder({"4/3/21", "3/15/21"}), (Order{1, 0}));
    EXPECT_TRUE(areDoubtfulDates({"4/3/2021", "3/4/2021"}));
    EXPECT_FALSE(areDoubtfulDates({"4/3/2021"}));
    EXPECT_FALSE(areDoubtfulDates({"1", "2"}));
    EXPECT_EQ(labelOrder({"100001", "100003", "100002"}), (Order{0, 2, 1}));
    EXPECT_EQ(compactDates({"280221", "010321"}), std::vector<CompactDate>{CompactDate::DayMonthYear});
    EXPECT_EQ(isoDay("10521", CompactDate::MonthDayYear), "2021-01-05");
    EXPECT_EQ(isoDay("20210105", CompactDate::YearMonthDay), "2021-01-05");
    EXPECT_EQ(isoDay("131321", CompactDate::MonthDayYear), "");
    EXPECT_EQ(isoDay("x", CompactDate::MonthDayYear), "");
    EXPECT_TRUE(compactDates({}).empty());
}

} // namespace
