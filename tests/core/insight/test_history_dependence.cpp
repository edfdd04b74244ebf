// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/insight/history_dependence.h"
#include "tests/core/insight/small_rules.h"

#include <gmock/gmock.h>

using namespace rulescope;
using namespace rulescope::insight;
using namespace rulescope::tests;
using testing::ElementsAre;

namespace {

std::vector<AnimalInputs> cohort() {
    return {randomAnimal("A", 800, 1), randomAnimal("B", 800, 2), randomAnimal("C", 800, 3)};
}

HistoryDependence dependence(const rules::LearningRule& rule, HistoryKind kind) {
    HistoryDependenceOptions options;
    options.kind = kind;
    const auto animals = cohort();
    return historyDependence(rule, animals, options).value();
}

} // namespace

TEST(HistoryDependence, PublishedWindowsAreTheLastTrialsAndThreeDistantBlocks) {
    EXPECT_THAT(publishedHistoryWindows(),
        ElementsAre(HistoryWindow{1, 1}, HistoryWindow{1, 2}, HistoryWindow{1, 3}, HistoryWindow{1, 4},
            HistoryWindow{7, 10}, HistoryWindow{17, 20}, HistoryWindow{27, 30}));
}

TEST(HistoryDependence, AStepThatDoublesAfterRewardIsFoundBothWays) {
    for (const HistoryKind kind : {HistoryKind::Synthetic, HistoryKind::Real}) {
        const HistoryDependence result = dependence(LastOutcomeRule(), kind);
        EXPECT_TRUE(result.hasMemory);
        ASSERT_EQ(result.curves.size(), 7u);
        for (std::size_t w = 0; w < 4; ++w) {
            const HistoryCurve& curve = result.curves[w];
            EXPECT_NEAR(curve.rewarded.value.back() / curve.unrewarded.value.back(), 2, 1e-9) << w;
        }
        for (std::size_t w = 4; w < 7; ++w) { // the rule remembers one trial
            const HistoryCurve& curve = result.curves[w];
            EXPECT_NEAR(curve.rewarded.value.back() / curve.unrewarded.value.back(), 1,
                kind == HistoryKind::Real ? .25 : 1e-12)
                << w;
        }
    }
}

TEST(HistoryDependence, SyntheticHistoriesAreCountedAsPublished) {
    const HistoryDependence result = dependence(LastOutcomeRule(), HistoryKind::Synthetic);
    EXPECT_EQ(result.curves[0].rewarded.histories, 128u);
    EXPECT_EQ(result.curves[3].unrewarded.histories, 16u);
    EXPECT_EQ(result.curves[6].rewarded.histories, 256u);
    EXPECT_TRUE(result.curves[0].rewarded.low.empty());
}

TEST(HistoryDependence, RealHistoriesCarryIntervalsOverAnimals) {
    const HistoryDependence result = dependence(LastOutcomeRule(), HistoryKind::Real);
    const HistoryUpdates& updates = result.curves[0].rewarded;
    EXPECT_EQ(updates.animals, 3u);
    EXPECT_EQ(updates.histories, 3u * 48);
    ASSERT_EQ(updates.low.size(), result.stimulus.size());
    for (std::size_t i = 0; i < updates.low.size(); ++i) {
        EXPECT_LE(updates.low[i], updates.value[i] + 1e-15);
        EXPECT_GE(updates.high[i], updates.value[i] - 1e-15);
    }
}

TEST(HistoryDependence, ARuleWithoutMemoryShowsNone) {
    for (const HistoryKind kind : {HistoryKind::Synthetic, HistoryKind::Real}) {
        const HistoryDependence result = dependence(BaselineRule(.05, .2), kind);
        EXPECT_FALSE(result.hasMemory);
        for (const HistoryCurve& curve : result.curves)
            for (std::size_t i = 0; i < result.stimulus.size(); ++i)
                EXPECT_NEAR(curve.rewarded.value[i], curve.unrewarded.value[i], 1e-12);
    }
}

TEST(HistoryDependence, HistoriesThatNeverOccurredHaveNoValue) {
    auto animal = randomAnimal("A", 100, 1);
    std::fill(animal.inputs.outcome.begin(), animal.inputs.outcome.end(), 1.0);
    const HistoryDependence result = historyDependence(LastOutcomeRule(), std::vector{animal}).value();
    EXPECT_EQ(result.curves[0].unrewarded.histories, 0u);
    EXPECT_TRUE(std::isnan(result.curves[0].unrewarded.value[0]));
    EXPECT_TRUE(std::isfinite(result.curves[0].rewarded.value[0]));
}

TEST(HistoryDependence, NonsenseIsRefused) {
    const auto animals = cohort();
    HistoryDependenceOptions options;
    options.windows = {{3, 2}};
    EXPECT_EQ(historyDependence(StillRule(), animals, options).error().code, base::ErrorCode::InvalidValue);
    options.windows = {{0, 2}};
    EXPECT_EQ(historyDependence(StillRule(), animals, options).error().code, base::ErrorCode::InvalidValue);
    options.windows = {{1, 1}};
    options.component = "smell";
    EXPECT_EQ(historyDependence(StillRule(), animals, options).error().code, base::ErrorCode::InvalidValue);
    EXPECT_EQ(historyDependence(StillRule(), {}).error().code, base::ErrorCode::NoData);
}
