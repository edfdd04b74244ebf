// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"

#include <gtest/gtest.h>

using rulescope::base::english;
using rulescope::base::Number;
using rulescope::base::Text;

namespace {

std::int64_t count(std::int64_t n) {
    return n;
}

} // namespace

TEST(Sentence, WordsAfterACountHaveTwoForms) {
    const char* source = "%1 · n = %2 {trial|trials} of %3 {animal|animals}";
    EXPECT_EQ(english({source, {"RNN", count(1), count(12)}}), "RNN · n = 1 trial of 12 animals");
    EXPECT_EQ(english({source, {"RNN", count(0), count(1)}}), "RNN · n = 0 trials of 1 animal");
}

TEST(Sentence, TheCountIsTheLastWholeNumberBeforeTheWords) {
    EXPECT_EQ(english({"%1 rows (%2) {stands|stand}", {count(1), "of 7"}}), "1 rows (of 7) stands");
    EXPECT_EQ(english({"%1 {a|b}, %2 {a|b}", {Number{1, 0}, count(2)}}), "1 {a|b}, 2 b");
}

TEST(Sentence, BracesOfDataAreLeftAlone) {
    EXPECT_EQ(english({"%1 {file|files}: %2", {count(2), "{a|b} %1"}}), "2 files: {a|b} %1");
    EXPECT_EQ(english({"%1 of {x}", {count(1)}}), "1 of {x}");
    EXPECT_EQ(english({"%1 {open|", {count(1)}}), "1 {open|");
    EXPECT_EQ(english(Text::verbatim("{a|b}")), "{a|b}");
    EXPECT_EQ(english({"%9 {a|b}", {count(1)}}), "%9 {a|b}");
}

TEST(Sentence, HoldsSentences) {
    const Text inner("%1 {trial|trials}", {count(1)});
    const Text outer("%1 of %2, n = %3 {animal|animals}", {inner, Text::verbatim("%1"), count(2)});
    EXPECT_EQ(english(outer), "1 trial of %1, n = 2 animals");
    EXPECT_EQ(outer, Text("%1 of %2, n = %3 {animal|animals}", {inner, Text::verbatim("%1"), count(2)}));
    EXPECT_NE(outer, Text("%1 of %2, n = %3 {animal|animals}", {inner, inner, count(2)}));
}

TEST(Sentence, ListsSentences) {
    EXPECT_TRUE(rulescope::base::listed({}).isEmpty());
    EXPECT_EQ(english(rulescope::base::listed({"a"})), "a");
    EXPECT_EQ(english(rulescope::base::listed({"a", Text("%1", {count(2)}), "c"})), "a, 2, c");
}
