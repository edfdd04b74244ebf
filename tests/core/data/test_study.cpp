// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/study.h"
#include "tests/core/data/small_animal.h"

namespace {

using namespace rulescope;
using testing_data::smallAnimal;

TEST(Study, findsAnimalsByName) {
    const data::Study study{"test", {smallAnimal("A", {{"1"}}), smallAnimal("B", {{"1"}})}, {}};
    EXPECT_EQ(study.find("B"), study.animals[1]);
    EXPECT_EQ(study.find("C"), nullptr);
    EXPECT_EQ(base::english(study.require("C").error()),
        "test: There is no animal \u201cC\u201d. The study has: A, B.");
    EXPECT_EQ(study.require("A").value(), study.animals[0]);
}

TEST(Study, addsUpItsAnimals) {
    const data::Study study{
        "test", {smallAnimal("A", {{"1", 3}, {"2", 2}}), smallAnimal("B", {{"1", 4}})}, {}};
    EXPECT_EQ(study.counts().trials, 9U);
    EXPECT_EQ(study.counts().choices, 9U);
    EXPECT_EQ(study.sessionCount(), 3U);
}

TEST(Study, joinsAnAnimalThatIsThereAndAppendsANewOne) {
    const data::Study study{"test", {smallAnimal("A", {{"1", 3}})}, {}};
    const auto larger =
        data::withAnimals(study, {smallAnimal("A", {{"2", 2, 7}}), smallAnimal("B", {{"1"}})});
    ASSERT_TRUE(larger);
    ASSERT_EQ(larger->animals.size(), 2U);
    EXPECT_EQ(larger->animals[0]->sessions().size(), 2U);
    EXPECT_EQ(study.animals[0]->sessions().size(), 1U);
}

TEST(Study, staysAsItWasWhenAnAnimalCannotBeJoined) {
    const data::Study study{"test", {smallAnimal("A", {{"1", 3, 1}})}, {}};
    EXPECT_FALSE(data::withAnimals(study, {smallAnimal("B", {{"1"}}), smallAnimal("A", {{"1", 3, 2}})}));
    EXPECT_EQ(study.animals.size(), 1U);
}

} // namespace
