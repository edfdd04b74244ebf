// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/data/small_animal.h"

namespace {

using namespace rulescope;
using Indices = std::vector<std::size_t>;

/// Sessions labelled so that labels, dates and positions can be told apart.
data::AnimalPtr fiveSessions() {
    return testing_data::smallAnimal("A",
        {{"2", 1, 0, "2020-01-01"}, {"first", 1, 1, "2020-01-02"}, {"2020-01-03/001", 1, 2, "2020-01-03"},
            {"2020-01-03/002", 1, 3, "2020-01-03"}, {"last day", 1, 4, "2020-01-04"}});
}

Indices selected(const std::string& selection) {
    const auto result = data::selectSessions(*fiveSessions(), selection);
    EXPECT_TRUE(result) << selection;
    return result.value_or(Indices{});
}

TEST(SelectSessions, allTakesEverySession) {
    EXPECT_EQ(selected("all"), (Indices{0, 1, 2, 3, 4}));
}

TEST(SelectSessions, lastTakesAsManyAsThereAre) {
    EXPECT_EQ(selected("last:3"), (Indices{2, 3, 4}));
    EXPECT_EQ(selected("last:99"), (Indices{0, 1, 2, 3, 4}));
}

TEST(SelectSessions, aLabelGoesBeforeAPosition) {
    EXPECT_EQ(selected("2"), (Indices{0}));
    EXPECT_EQ(selected("1"), (Indices{0}));
    EXPECT_EQ(selected("3"), (Indices{2}));
}

TEST(SelectSessions, aDateTakesAllSessionsOfThatDay) {
    EXPECT_EQ(selected("2020-01-03"), (Indices{2, 3}));
}

TEST(SelectSessions, listsAreSortedAndCountedOnce) {
    EXPECT_EQ(selected("last day, first,2020-01-02"), (Indices{1, 4}));
}

TEST(SelectSessions, unknownTokensAreNamed) {
    for (const char* selection :
        {"nothing", "0", "6", "", "1,,2", "last:x", "last:0", "last:-1", "99999999999999999999"}) {
        const auto result = data::selectSessions(*fiveSessions(), selection);
        ASSERT_FALSE(result) << selection;
        EXPECT_EQ(result.error().where, "A");
    }
    EXPECT_EQ(data::selectSessions(*fiveSessions(), "1,nothing").error().code, base::ErrorCode::NotFound);
}

} // namespace
