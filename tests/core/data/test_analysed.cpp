// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/analysed.h"
#include "core/data/regressors.h"
#include "tests/core/data/small_animal.h"

namespace {

using namespace rulescope;
using data::AnimalNotes;
using testing_data::smallAnimal;
using Labels = std::vector<std::string>;

/// A: sessions of 4, 6 and 5 trials with notes of its own; B: nothing is noted.
data::Study studyWith(const AnimalNotes& notes) {
    data::Study study;
    study.animals = {smallAnimal("A", {{"1", 4, 0}, {"2", 6, 5}, {"3", 5, 2}}), smallAnimal("B", {{"1", 3}})};
    study.annotations["A"] = notes;
    return study;
}

AnimalNotes excluding(const std::vector<data::Exclusion>& exclusions) {
    AnimalNotes notes;
    notes.exclusions = exclusions;
    return notes;
}

std::vector<std::size_t> analysedRows(const data::Animal& animal) {
    const auto inputs = data::ruleInputs(animal, {{"bias"}, {}, {}});
    return inputs ? inputs->trialIndex : std::vector<std::size_t>();
}

std::vector<std::size_t> selected(const data::Animal& animal, const std::string& selection) {
    return data::selectSessions(animal, selection).value_or(std::vector<std::size_t>());
}

TEST(Analysed, excludedTrialsAreNeitherFittedNorCountedAndNumbersStay) {
    const data::Study seen = data::analysed(studyWith(excluding({{"1", 0, 0, "rig"}, {"2", 1, 3, ""}})));
    const data::Animal& animal = *seen.animals[0];
    EXPECT_EQ(analysedRows(animal), (std::vector<std::size_t>{4, 7, 8, 9, 10, 11, 12, 13, 14}));
    EXPECT_EQ(animal.trialCount(), 15U);
    EXPECT_EQ(animal.counts().trials, 9U);
    EXPECT_EQ(animal.sessionCounts(0).trials, 0U);
    EXPECT_EQ(animal.sessionCounts(1).choices, 4U);
    EXPECT_EQ(animal.trials().stimulus, studyWith({}).animals[0]->trials().stimulus);
}

TEST(Analysed, isTheFitOfTheAnimalThatNeverDidTheseTrials) {
    const data::Study seen = data::analysed(studyWith(excluding({{"2", 0, 0, ""}})));
    const auto without = smallAnimal("A", {{"1", 4, 0}, {"3", 5, 2}});
    const data::RegressorSpec spec{{"bias", "stimulus", "previous_choice", "win_stay"}, {}, {}};
    const auto a = data::ruleInputs(*seen.animals[0], spec), b = data::ruleInputs(*without, spec);
    ASSERT_TRUE(a && b);
    EXPECT_EQ(a->x, b->x);
    EXPECT_EQ(a->choice, b->choice);
    EXPECT_EQ(a->outcome, b->outcome);
    EXPECT_EQ(a->sessionStart, b->sessionStart);
}

TEST(Analysed, animalsWithoutNotesAreShared) {
    const data::Study study = studyWith(excluding({{"1", 0, 0, ""}}));
    const data::Study seen = data::analysed(study);
    EXPECT_EQ(seen.animals[1], study.animals[1]);
    EXPECT_NE(seen.animals[0]->contentHash(), study.animals[0]->contentHash());
    AnimalNotes words;
    words.note = "drinks little";
    words.tags = {"lesion"};
    EXPECT_EQ(data::analysed(studyWith(words)).animals[0]->contentHash(), study.animals[0]->contentHash());
}

TEST(Analysed, twiceIsOnceAndUnchangedAnimalsAreReused) {
    const data::Study study = studyWith(excluding({{"3", 2, 0, ""}}));
    const data::Study seen = data::analysed(study);
    EXPECT_EQ(data::analysed(seen).animals, seen.animals);
    EXPECT_EQ(data::analysed(study, study, seen).animals, seen.animals);
    data::Study changed = study;
    changed.annotations["A"].exclusions[0].begin = 1;
    EXPECT_EQ(data::analysed(changed, study, seen).animals[0]->counts().trials, 11U);
    EXPECT_EQ(seen.animals[0]->counts().trials, 12U);
}

TEST(Analysed, phasesNameSessionsAndSelectThem) {
    AnimalNotes notes;
    notes.phases = {{"shaping", "1", "2"}, {"blocks", "3", "3"}};
    notes.exclusions = {{"3", 0, 0, ""}};
    const data::Study seen = data::analysed(studyWith(notes));
    EXPECT_EQ(selected(*seen.animals[0], "phase:shaping"), (std::vector<std::size_t>{0, 1}));
    EXPECT_EQ(selected(*seen.animals[0], "last:1"), std::vector<std::size_t>{1}); // the third is left out
    EXPECT_FALSE(data::selectSessions(*seen.animals[0], "phase:none"));
}

TEST(Analysed, countsWhatIsLeftOut) {
    const data::Study seen = data::analysed(studyWith(excluding({{"1", 0, 0, ""}, {"2", 5, 0, ""}})));
    const data::ExclusionCounts counts = data::countExclusions(seen.animals);
    EXPECT_EQ(counts.animals, 1U);
    EXPECT_EQ(counts.sessions, 1U);
    EXPECT_EQ(counts.trials, 5U);
    EXPECT_FALSE(data::isExcludedWhole(*seen.animals[0]));
    const auto all =
        data::analysed(studyWith(excluding({{"1", 0, 0, ""}, {"2", 0, 0, ""}, {"3", 0, 0, ""}})));
    EXPECT_TRUE(data::isExcludedWhole(*all.animals[0]));
    EXPECT_FALSE(data::isExcludedWhole(*all.animals[1]));
}

TEST(Notes, thatDoNotFitTheAnimalAreRefused) {
    const data::AnimalPtr animal = studyWith({}).animals[0];
    EXPECT_TRUE(data::checkNotes(excluding({{"2", 5, 6, ""}}), *animal));
    for (const data::Exclusion& bad : {data::Exclusion{"4", 0, 0, ""}, {"1", 4, 0, ""}, {"1", 0, 5, ""},
             {"1", 3, 2, ""}, {"1", SIZE_MAX, SIZE_MAX, ""}}) {
        EXPECT_FALSE(data::checkNotes(excluding({bad}), *animal)) << bad.session << ' ' << bad.begin;
    }
    for (const data::Phase& bad :
        {data::Phase{"", "1", "1"}, {"a", "2", "1"}, {"a", "1", "9"}, {"overlaps", "2", "3"}}) {
        AnimalNotes notes;
        notes.phases = {{"b", "2", "2"}, bad};
        EXPECT_FALSE(data::checkNotes(notes, *animal)) << bad.name;
    }
}

TEST(Notes, aWholeSessionTakesThePlaceOfItsParts) {
    AnimalNotes notes = data::withExclusion({}, {"1", 0, 2, "a"});
    notes = data::withExclusion(notes, {"1", 2, 3, "b"});
    notes = data::withExclusion(notes, {"2", 0, 0, "c"});
    EXPECT_EQ(notes.exclusions.size(), 3U);
    notes = data::withExclusion(notes, {"1", 0, 0, "d"});
    EXPECT_EQ(notes.exclusions, (std::vector<data::Exclusion>{{"2", 0, 0, "c"}, {"1", 0, 0, "d"}}));
    EXPECT_EQ(data::withoutExclusions(notes, "1").exclusions.size(), 1U);
}

TEST(Notes, phasesAreSplitJoinedAndCleared) {
    const data::AnimalPtr animal = studyWith({}).animals[0];
    AnimalNotes notes = data::withPhase({}, *animal, 0, 2, "training");
    EXPECT_EQ(notes.phases, (std::vector<data::Phase>{{"training", "1", "3"}}));
    notes = data::withPhase(notes, *animal, 1, 1, "shaping");
    EXPECT_EQ(data::phaseOfSessions(notes, *animal), (Labels{"training", "shaping", "training"}));
    EXPECT_TRUE(data::checkNotes(notes, *animal));
    notes = data::withPhase(notes, *animal, 0, 1, "");
    EXPECT_EQ(notes.phases, (std::vector<data::Phase>{{"training", "3", "3"}}));
}

} // namespace
