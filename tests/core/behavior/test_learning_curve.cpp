// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/behavior/learning_curve.h"
#include "tests/core/behavior/animal_builder.h"

#include <gmock/gmock.h>

using namespace rulescope;
using namespace rulescope::behavior;
using rulescope::tests::AnimalBuilder;
using testing::ElementsAre;

TEST(LearningCurve, DescribesEverySession) {
    AnimalBuilder builder("A");
    builder.session("one").trials(6, .5, 1, -1, 2).trials(2, -.5, 1, -1, 4).trials(2, .125, 0, -1, 6);
    builder.session("two").trials(3, -1, 0, -1, 1).trial(-1, -1);
    const LearningCurve curve = learningCurve(*builder.build());
    ASSERT_EQ(curve.sessions.size(), 2u);
    const SessionPerformance& first = curve.sessions[0];
    EXPECT_EQ(first.label, "one");
    EXPECT_EQ(first.counts.judged, 10u);
    EXPECT_DOUBLE_EQ(first.accuracy, .6);
    EXPECT_TRUE(first.interval.contains(.6));
    EXPECT_EQ(first.easyTrials, 8u);
    EXPECT_DOUBLE_EQ(first.easyAccuracy, .75);
    EXPECT_NEAR(first.bias, .8 - .8, 1e-12);
    EXPECT_DOUBLE_EQ(first.medianReactionTimeS, 2);
    EXPECT_EQ(curve.sessions[1].counts.trials, 4u);
    EXPECT_EQ(curve.sessions[1].counts.choices, 3u);
    EXPECT_DOUBLE_EQ(curve.sessions[1].accuracy, 1);
}

TEST(LearningCurve, RollingAccuracyIsTheMeanOfTheLastJudgedChoices) {
    AnimalBuilder builder("A");
    builder.session("1").trial(.5, 1).trial(.5, -1).trial(.5, 0).trial(.5, 1).trial(.5, 1);
    const LearningCurve curve = learningCurve(*builder.build(), {.window = 2});
    EXPECT_THAT(curve.rollingTrial, ElementsAre(2, 3, 4));
    EXPECT_THAT(curve.rollingAccuracy, ElementsAre(.5, .5, 1));
}

TEST(LearningCurve, UnknownOutcomesGiveNoAccuracy) {
    AnimalBuilder builder("A");
    builder.session("1").trials(5, 0, 1);
    const LearningCurve curve = learningCurve(*builder.build());
    EXPECT_TRUE(std::isnan(curve.sessions[0].accuracy) && std::isnan(curve.sessions[0].bias));
    EXPECT_TRUE(curve.rollingAccuracy.empty());
    EXPECT_EQ(curve.sessions[0].counts.choices, 5u);
}

TEST(LearningCurve, AlwaysRightIsABiasOfHalf) {
    AnimalBuilder builder("A");
    builder.session("1").trials(5, .5, 1).trials(5, -.5, 1);
    EXPECT_DOUBLE_EQ(learningCurve(*builder.build()).sessions[0].bias, .5);
}

TEST(LearningCurve, MedianSkipsWhatIsUnknown) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_DOUBLE_EQ(medianOfFinite({3, kNan, 1}), 2);
    EXPECT_DOUBLE_EQ(medianOfFinite({5, 1, 3}), 3);
    EXPECT_TRUE(std::isnan(medianOfFinite({kNan})));
}
