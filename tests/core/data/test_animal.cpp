// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/data/small_animal.h"

#include <cmath>
#include <functional>
#include <limits>
#include <thread>

namespace {

using namespace rulescope;
using data::Animal;
using testing_data::smallContent;

base::Error errorAfter(const std::function<void(Animal::Content&)>& spoil) {
    Animal::Content content = smallContent("A", {{"1", 3}, {"2", 2}});
    spoil(content);
    const auto animal = Animal::create(std::move(content));
    EXPECT_FALSE(animal);
    return animal ? base::Error{} : animal.error();
}

std::string hashAfter(const std::function<void(Animal::Content&)>& change) {
    Animal::Content content = smallContent("A", {{"1", 3}, {"2", 2}});
    change(content);
    const auto animal = Animal::create(std::move(content));
    EXPECT_TRUE(animal);
    return animal ? (*animal)->contentHash() : std::string();
}

TEST(Animal, keepsItsContentAndCountsItsTrials) {
    Animal::Content content = smallContent("A", {{"1", 4}});
    content.trials.choice = {1, 0, -1, 1};
    content.trials.outcome = {1, 0, 0, -1};
    const auto animal = Animal::create(content);
    ASSERT_TRUE(animal);
    const data::TrialCounts counts = (*animal)->counts();
    EXPECT_EQ(counts.trials, 4U);
    EXPECT_EQ(counts.choices, 3U);
    EXPECT_EQ(counts.right, 2U);
    EXPECT_EQ(counts.judged, 2U);
    EXPECT_EQ(counts.correct, 1U);
    EXPECT_DOUBLE_EQ(counts.fractionRight(), 2.0 / 3);
    EXPECT_DOUBLE_EQ(counts.accuracy(), 0.5);
}

TEST(Animal, fractionsOfNothingAreNotANumber) {
    EXPECT_TRUE(std::isnan(data::TrialCounts{}.fractionRight()));
    EXPECT_TRUE(std::isnan(data::TrialCounts{}.accuracy()));
}

TEST(Animal, namesTheColumnThatIsTooShort) {
    const auto error = errorAfter([](Animal::Content& content) { content.trials.outcome.pop_back(); });
    EXPECT_EQ(error.code, base::ErrorCode::InvalidValue);
    EXPECT_EQ(base::english(error), "A: Column outcome has 4 values for 5 trials.");
    const auto optional = errorAfter([](Animal::Content& content) { content.trials.responseS = {1, 2}; });
    EXPECT_EQ(base::english(optional), "A: Column response_s has 2 values for 5 trials.");
}

TEST(Animal, namesTheTrialOfACodeOutOfRange) {
    const auto error = errorAfter([](Animal::Content& content) { content.trials.choice[2] = 7; });
    EXPECT_EQ(base::english(error), "A: Column choice holds 7 at trial 3; it may hold 0, 1 or -1.");
}

TEST(Animal, refusesContrastsBeyondOneUnlessTheStimulusIsRaw) {
    const auto error = errorAfter([](Animal::Content& content) { content.trials.stimulus[1] = 50; });
    EXPECT_EQ(error.code, base::ErrorCode::InvalidValue);
    Animal::Content raw = smallContent("A", {{"1", 3}});
    raw.stimulusKind = data::StimulusKind::Raw;
    raw.trials.stimulus[1] = 50;
    EXPECT_TRUE(Animal::create(raw));
    raw.trials.stimulus[1] = std::numeric_limits<double>::infinity();
    EXPECT_FALSE(Animal::create(raw));
}

TEST(Animal, refusesSessionsThatDoNotTileTheTrials) {
    EXPECT_EQ(
        errorAfter([](auto& content) { content.sessions[1].begin = 2; }).code, base::ErrorCode::InvalidValue);
    EXPECT_EQ(
        errorAfter([](auto& content) { content.sessions[1].end = 4; }).code, base::ErrorCode::InvalidValue);
    EXPECT_EQ(errorAfter([](auto& content) { content.sessions[1].label = "1"; }).code,
        base::ErrorCode::InvalidValue);
    EXPECT_EQ(errorAfter([](auto& content) { content.sessions[1].label.clear(); }).code,
        base::ErrorCode::InvalidValue);
    EXPECT_EQ(errorAfter([](auto& content) { content.name.clear(); }).code, base::ErrorCode::InvalidValue);
}

TEST(ContentHash, isTheSameWhateverTheFileSaid) {
    const std::string hash = hashAfter([](auto&) {});
    EXPECT_EQ(hash.size(), 45U);
    EXPECT_EQ(hash.substr(0, 5), "sha1:");
    EXPECT_EQ(hash, hashAfter([](auto& content) {
        content.sessions[0].source = "other.nwb";
        content.provenance = "imported (nwb)";
        content.lab = "a lab";
        content.trials.reactionTimeS.assign(5, std::nan(""));
        content.trials.stimulus[2] = content.trials.stimulus[2] == 0 ? -0.0 : content.trials.stimulus[2];
    }));
}

TEST(ContentHash, doesNotDependOnTheOrderOfFurtherColumns) {
    const auto withColumns = [](const std::vector<std::string>& names) {
        return hashAfter([&](auto& content) {
            for (const std::string& name : names) {
                content.trials.extra.push_back({name, std::vector<double>(5, name == "a" ? 1.0 : 2.0)});
            }
        });
    };
    EXPECT_EQ(withColumns({"a", "b"}), withColumns({"b", "a"}));
    EXPECT_NE(withColumns({"a", "b"}), withColumns({"a"}));
}

TEST(ContentHash, changesWithEveryValue) {
    const std::string hash = hashAfter([](auto&) {});
    EXPECT_NE(hash, hashAfter([](auto& content) { content.name = "B"; }));
    EXPECT_NE(hash, hashAfter([](auto& content) { content.trials.choice[0] = -1; }));
    EXPECT_NE(hash, hashAfter([](auto& content) { content.trials.stimulus[4] = std::nan(""); }));
    EXPECT_NE(hash, hashAfter([](auto& content) { content.sessions[1].label = "3"; }));
    EXPECT_NE(
        hash, hashAfter([](auto& content) { content.sessions[0].end = content.sessions[1].begin = 2; }));
    EXPECT_NE(hash, hashAfter([](auto& content) { content.stimulusKind = data::StimulusKind::Raw; }));
}

TEST(ContentHash, isTheSha1OfItsCanonicalBytes) {
    // Fixed for ever: a change here makes every stored fit look as if its data had changed.
    EXPECT_EQ(hashAfter([](auto&) {}), "sha1:5a4b718b67a664040c69097513666f44b7c4fd23");
}

TEST(ContentHash, mayBeAskedForFromSeveralThreads) {
    const auto animal = testing_data::smallAnimal("A", {{"1", 5000}});
    const std::string expected = testing_data::smallAnimal("A", {{"1", 5000}})->contentHash();
    std::vector<std::string> hashes(8);
    {
        std::vector<std::jthread> threads;
        for (std::string& hash : hashes) {
            threads.emplace_back([&hash, &animal] { hash = animal->contentHash(); });
        }
    }
    EXPECT_EQ(hashes, std::vector<std::string>(8, expected));
}

TEST(Derivation, fillsAnswersAndOutcomesThatTheStimulusTells) {
    data::Trials trials;
    trials.stimulus = {0.5, -0.5, 0, std::nan(""), 0.5, 0};
    trials.choice = {1, 1, 1, 1, -1, 0};
    trials.answer = {-1, -1, -1, -1, -1, 0};
    trials.outcome = {-1, -1, -1, 1, -1, -1};
    data::deriveAnswersAndOutcomes(trials);
    EXPECT_EQ(trials.answer, (std::vector<std::int8_t>{1, 0, -1, -1, 1, 0}));
    EXPECT_EQ(trials.outcome, (std::vector<std::int8_t>{1, 0, -1, 1, -1, 1}));
}

} // namespace
