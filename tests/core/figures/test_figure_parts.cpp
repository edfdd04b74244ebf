// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/figure_parts.h"
#include "tests/core/figures/figure_checks.h"

using namespace rulescope;
using namespace rulescope::tests;
using testing::ElementsAre;

TEST(FigureParts, SmallMultiplesFillAGrid) {
    EXPECT_EQ(gridColumns(1), 1);
    EXPECT_EQ(gridColumns(4), 2);
    EXPECT_EQ(gridColumns(8), 4);
    EXPECT_EQ(gridRows(8), 2);
    EXPECT_EQ(gridRows(12), 3);
    const GridPlace place = gridPlace(5, 8);
    EXPECT_EQ(place.row, 1);
    EXPECT_EQ(place.column, 1);
    EXPECT_TRUE(place.isLowest);
    EXPECT_FALSE(place.isLeftmost);
}

TEST(FigureParts, TransformedContrastsAreNamedInPercent) {
    const data::StimulusTransform transform;
    std::vector<double> levels;
    for (const double contrast : {-1., -.25, -.0625, 0., .0625, .25, 1.})
        levels.push_back(transform.apply(contrast));
    const StimulusAxis axis = stimulusAxis(levels, {true, transform});
    EXPECT_THAT(tickLabels(axis.axis), ElementsAre("-100", "-25", "-6.25", "0", "6.25", "25", "100"));
    EXPECT_THAT(axis.positions, ElementsAre(0, 1, 2, 3, 4, 5, 6));
    EXPECT_EQ(english(axis.axis.label), "Signed contrast (%)");
}

TEST(FigureParts, ManyLevelsThinTheirLabelsAroundZero) {
    std::vector<double> levels;
    for (int i = -5; i <= 5; ++i)
        levels.push_back(.1 * i);
    EXPECT_THAT(
        tickLabels(stimulusAxis(levels, {false, {}}).axis), ElementsAre("-0.4", "-0.2", "0", "0.2", "0.4"));
}

TEST(FigureParts, ContinuousStimuliStayNumbers) {
    const StimulusAxis axis = stimulusAxis(std::vector<double>(21, 0.5), {false, {}});
    EXPECT_FALSE(axis.hasColumns);
    EXPECT_TRUE(axis.axis.ticks.empty());
}

TEST(FigureParts, TicksAreRoundAndInside) {
    EXPECT_THAT(
        tickLabels({{}, {}, {}, false, false, roundTicks(-3.2, 5.1)}), ElementsAre("-2", "0", "2", "4"));
    EXPECT_TRUE(roundTicks(1, 1).empty());
}

TEST(FigureParts, BootstrapIntervalHoldsTheMeanAndIsDeterministic) {
    const std::vector<double> values = {1, 2, 3, 4, 5, 6};
    const Mean mean = bootstrapMean(values);
    EXPECT_EQ(mean.value, 3.5);
    EXPECT_TRUE(mean.low > 1.5 && mean.low < 3 && mean.high > 4 && mean.high < 5.5);
    EXPECT_EQ(bootstrapMean(values).low, mean.low);
    EXPECT_TRUE(std::isnan(bootstrapMean({1}).low));
    EXPECT_TRUE(std::isnan(bootstrapMean({}).value));
}

TEST(FigureParts, RulesHaveNames) {
    EXPECT_EQ(base::english(ruleTitle("bernoulli")), "Bias only");
    EXPECT_EQ(base::english(ruleTitle("no such rule")), "no such rule");
    EXPECT_EQ(base::english(ruleTitle("reinforce-baseline")), "REINFORCE with baseline");
}
