// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/study.h"
#include "tests/core/data/small_animal.h"

#include <cmath>

namespace {

using namespace rulescope;
using testing_data::labelsOf;
using testing_data::smallAnimal;
using testing_data::smallContent;
using Labels = std::vector<std::string>;

TEST(MergeAnimals, ordersSessionsByDate) {
    const auto late = smallAnimal("A", {{"b", 2, 1, "2020-02-01"}});
    const auto early = smallAnimal("A", {{"z", 3, 2, "2020-01-01"}});
    const auto merged = data::mergeAnimals(*late, *early);
    ASSERT_TRUE(merged);
    EXPECT_EQ(labelsOf(**merged), (Labels{"z", "b"}));
    EXPECT_EQ((*merged)->trialCount(), 5U);
    EXPECT_EQ((*merged)->trials().stimulus[0], early->trials().stimulus[0]);
    EXPECT_EQ((*merged)->trials().stimulus[3], late->trials().stimulus[0]);
}

TEST(MergeAnimals, ordersSessionsOfOneDayByNumber) {
    const std::string day = "2020-01-01";
    const auto merged = data::mergeAnimals(
        *smallAnimal("A", {{"9", 1, 1, day}, {"10", 1, 2, day}}), *smallAnimal("A", {{"11", 1, 3, day}}));
    ASSERT_TRUE(merged);
    EXPECT_EQ(labelsOf(**merged), (Labels{"9", "10", "11"}));
}

TEST(WithAnimals, phasesKeepTheirSessionsWhenOthersComeBetween) {
    data::Study study;
    study.animals = {smallAnimal("A", {{"1", 1, 1}, {"3", 1, 2}, {"5", 1, 3}})};
    study.annotations["A"] = data::withPhase({}, *study.animals[0], 0, 1, "training");
    const auto grown = data::withAnimals(study, {smallAnimal("A", {{"2", 1, 4}, {"6", 1, 5}})});
    ASSERT_TRUE(grown);
    const data::AnimalNotes& notes = grown->annotations.at("A");
    EXPECT_EQ(data::phaseOfSessions(notes, *grown->animals[0]), (Labels{"training", "", "training", "", ""}));
    EXPECT_TRUE(data::checkNotes(notes, *grown->animals[0]));
}

TEST(MergeAnimals, ordersSessionsByNumberAndNotByText) {
    const auto merged =
        data::mergeAnimals(*smallAnimal("A", {{"10", 1, 1}, {"2", 1, 2}}), *smallAnimal("A", {{"9", 1, 3}}));
    ASSERT_TRUE(merged);
    EXPECT_EQ(labelsOf(**merged), (Labels{"2", "9", "10"}));
}

TEST(MergeAnimals, keepsTheOrderOfWordsAsTheyCame) {
    const auto merged =
        data::mergeAnimals(*smallAnimal("A", {{"pre", 1, 1}}), *smallAnimal("A", {{"day", 1, 3}}));
    ASSERT_TRUE(merged);
    EXPECT_EQ(labelsOf(**merged), (Labels{"pre", "day"}));
}

TEST(MergeAnimals, keepsASessionThatBothHaveOnce) {
    const auto first = smallAnimal("A", {{"1", 4, 1}, {"2", 3, 2}});
    const auto merged = data::mergeAnimals(*first, *smallAnimal("A", {{"2", 3, 2}, {"3", 1, 9}}));
    ASSERT_TRUE(merged);
    EXPECT_EQ(labelsOf(**merged), (Labels{"1", "2", "3"}));
    const auto again = data::mergeAnimals(**merged, *first);
    ASSERT_TRUE(again);
    EXPECT_EQ((*again)->contentHash(), (*merged)->contentHash());
}

TEST(MergeAnimals, refusesOneLabelWithDifferentTrials) {
    const auto merged =
        data::mergeAnimals(*smallAnimal("A", {{"1", 4, 1}}), *smallAnimal("A", {{"1", 4, 2}}));
    ASSERT_FALSE(merged);
    EXPECT_EQ(merged.error().code, base::ErrorCode::InvalidValue);
    EXPECT_EQ(base::english(merged.error()), "A: Session 1 occurs twice with different trials (file.csv and "
                                             "file.csv). Leave one of the two out, or rename it.");
}

TEST(MergeAnimals, fillsColumnsThatOnlyOneSideHasWithNotANumber) {
    auto content = smallContent("A", {{"2", 2, 1}});
    content.trials.responseS = {1, 2};
    content.trials.extra = {{"lick", {3, 4}}};
    const auto merged = data::mergeAnimals(*smallAnimal("A", {{"1", 1, 5}}), **data::Animal::create(content));
    ASSERT_TRUE(merged);
    const data::Trials& trials = (*merged)->trials();
    ASSERT_EQ(trials.responseS.size(), 3U);
    EXPECT_TRUE(std::isnan(trials.responseS[0]));
    EXPECT_EQ(trials.responseS[2], 2);
    ASSERT_NE(trials.findExtra("lick"), nullptr);
    EXPECT_TRUE(std::isnan(trials.findExtra("lick")->values[0]));
    EXPECT_EQ(trials.findExtra("lick")->values[1], 3);
    EXPECT_TRUE(trials.probabilityLeft.empty());
}

TEST(MergeAnimals, refusesToPutContrastsAndRawStimuliIntoOneColumn) {
    auto content = smallContent("A", {{"2", 2, 1}});
    content.stimulusKind = data::StimulusKind::Raw;
    EXPECT_FALSE(data::mergeAnimals(*smallAnimal("A", {{"1", 1, 5}}), **data::Animal::create(content)));
}

} // namespace
