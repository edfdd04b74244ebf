// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/learning_curves.h"
#include "core/figures/psychometric_curves.h"
#include "core/figures/session_measures.h"
#include "core/figures/session_raster.h"
#include "tests/core/behavior/animal_builder.h"
#include "tests/core/figures/figure_checks.h"

using namespace rulescope;
using namespace rulescope::tests;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

/// `right` of 20 choices to the right at +-50 %, for so many sessions.
data::AnimalPtr animalWith(const std::string& name, std::size_t sessions, double accuracy = .75) {
    return animalOfLevels(name, sessions, 20, {{-.5, 1 - accuracy}, {.5, accuracy}});
}

} // namespace

TEST(LearningCurvesFigure, ShowsEveryAnimalAndTheMeanWithItsInterval) {
    const FigureSpec figure =
        figures::learningCurves({animalWith("A", 3, .5), animalWith("B", 3, .75), animalWith("C", 1, 1)});
    expectWellFormed(figure);
    ASSERT_THAT(panelIds(figure), ElementsAre("accuracy"));
    const Panel& panel = figure.panels.front();
    const auto mean = seriesOf<XY>(panel, "Mean");
    ASSERT_EQ(mean.size(), 1u);
    EXPECT_THAT(mean[0].x, ElementsAre(1, 2, 3));
    EXPECT_THAT(mean[0].y, ElementsAre(.75, .625, .625)); // C has left training after one session
    const auto band = seriesOf<Band>(panel, "95 % interval of the mean");
    ASSERT_EQ(band.size(), 1u);
    EXPECT_LE(band[0].lower[0], .75);
    EXPECT_GE(band[0].upper[0], .75);
    EXPECT_EQ(seriesOf<XY>(panel, "A").front().colour.role, Colour::Role::Muted);
    EXPECT_EQ(panel.guides.front().at, .5);
    EXPECT_EQ(english(figure.footer), "Animals: 3 · sessions: 7 · n = 280 choices with a known outcome");
}

TEST(LearningCurvesFigure, OneAnimalHasItsOwnInterval) {
    const FigureSpec figure = figures::learningCurves({animalWith("A", 2)});
    expectWellFormed(figure);
    EXPECT_THAT(seriesOf<XY>(figure.panels[0], "Mean"), IsEmpty());
    EXPECT_EQ(seriesOf<Band>(figure.panels[0], "95 % interval").size(), 1u);
    EXPECT_THAT(english(figure.caption), HasSubstr("Wilson"));
}

TEST(LearningCurvesFigure, SaysWhyItIsEmpty) {
    EXPECT_THAT(english(figures::learningCurves({}).emptyReason), HasSubstr("Select animals"));
    AnimalBuilder builder("A");
    builder.session("1").trials(4, 0, 1); // zero contrast: outcomes unknown
    const FigureSpec unknown = figures::learningCurves({builder.build()});
    expectWellFormed(unknown);
    EXPECT_THAT(english(unknown.emptyReason), HasSubstr("known outcome"));
}

TEST(LearningCurvesFigure, ASessionWithoutOutcomesBreaksTheLine) {
    AnimalBuilder builder("A");
    builder.session("1").trials(4, .5, 1).session("2").trials(4, 0, 1).session("3").trials(4, .5, 1);
    const FigureSpec figure = figures::learningCurves({builder.build()});
    expectWellFormed(figure);
    EXPECT_TRUE(std::isnan(seriesOf<XY>(figure.panels[0], "A").front().y[1]));
}

TEST(PsychometricFigure, ShowsEarlyAndLateSessionsOfEachAnimal) {
    const FigureSpec figure = figures::psychometricCurves({animalWith("A", 8), animalWith("B", 4)});
    expectWellFormed(figure);
    ASSERT_THAT(panelIds(figure), ElementsAre("psychometric-A", "psychometric-B"));
    const auto early = seriesOf<XY>(figure.panels[0], "early");
    ASSERT_EQ(early.size(), 2u); // the curve, then the points
    EXPECT_EQ(early[1].line, LineStyle::None);
    EXPECT_EQ(early[1].marker, Marker::OpenCircle);
    EXPECT_THAT(early[1].x, ElementsAre(-50, 50));
    EXPECT_THAT(early[1].y, ElementsAre(.25, .75));
    EXPECT_LT(early[1].lower[0], .25);
    EXPECT_EQ(early[0].line, LineStyle::Dashed); // two contrasts identify no curve
    const XY late = seriesOf<XY>(figure.panels[0], "late")[1];
    EXPECT_EQ(late.marker, Marker::Circle);
    EXPECT_EQ(english(figure.panels[0].title), "A\nn = 120 | 120"); // three sessions of 40
    EXPECT_EQ(english(figure.panels[1].title), "B\nn = 80 | 80");   // two, so that they don't overlap
    EXPECT_THAT(english(figure.caption), HasSubstr("bounds of IBL training status"));
    EXPECT_EQ(figure.panels[0].x.low, figure.panels[1].x.low);
    ASSERT_EQ(figure.panels[0].notes.size(), 2u); // the lines are named once, in their own colours
    EXPECT_EQ(english(figure.panels[0].notes[1].text), "late");
    EXPECT_EQ(figure.panels[0].notes[1].colour, late.colour);
    EXPECT_TRUE(figure.panels[1].notes.empty());
}

TEST(PsychometricFigure, ALotOfGoodTrialsGiveASolidCurve) {
    const auto animal = animalOfLevels("A", 6, 60,
        {{-1, .03}, {-.5, .04}, {-.25, .05}, {-.125, .2}, {0, .5}, {.125, .8}, {.25, .95}, {.5, .96},
            {1, .97}});
    const FigureSpec figure = figures::psychometricCurves({animal});
    const XY curve = seriesOf<XY>(figure.panels[0], "late").front();
    EXPECT_EQ(curve.line, LineStyle::Solid);
    EXPECT_EQ(curve.x.front(), -100);
    EXPECT_NEAR(curve.y[curve.y.size() / 2], .5, .02);
}

TEST(SessionMeasuresFigure, ShowsWhatChangesFromSessionToSession) {
    const FigureSpec one = figures::sessionMeasures({animalWith("A", 3)});
    expectWellFormed(one);
    EXPECT_THAT(panelIds(one), ElementsAre("easy-accuracy", "bias", "reaction-time", "trials"));
    const XY bias = seriesOf<XY>(*findPanel(one, "bias"), "A").front();
    EXPECT_THAT(bias.x, ElementsAre(1, 2, 3));
    EXPECT_THAT(bias.y, ElementsAre(0, 0, 0)); // as many errors on either side
    EXPECT_EQ(english(one.footer), "A · sessions: 3 · n = 120 choices");
    const FigureSpec two = figures::sessionMeasures({animalWith("A", 3), animalWith("B", 3, .5)});
    expectWellFormed(two);
    const XY mean = seriesOf<XY>(*findPanel(two, "easy-accuracy"), "Mean").front();
    EXPECT_THAT(mean.y, ElementsAre(.625, .625, .625));
    EXPECT_THAT(english(figures::sessionMeasures({}).emptyReason), HasSubstr("Select animals"));
}

TEST(PsychometricFigure, ASingleSessionStandsAlone) {
    const FigureSpec figure = figures::psychometricCurves({animalWith("A", 1)});
    EXPECT_THAT(english(figure.footer), HasSubstr("Animals: 1 · all sessions · n = "));
    // The footer tells the sessions that there are, not those that were asked for.
    EXPECT_THAT(english(figures::psychometricCurves({animalWith("A", 1), animalWith("B", 2)}).footer),
        HasSubstr("early: first 1 session, late: last 1 "));
    expectWellFormed(figure);
    EXPECT_EQ(seriesOf<XY>(figure.panels[0], "all sessions").size(), 2u);
}

TEST(PsychometricFigure, MoreThanTwelveAnimalsArePooled) {
    std::vector<data::AnimalPtr> animals;
    for (int i = 0; i < 13; ++i)
        animals.push_back(animalWith("A" + std::to_string(i), 6));
    const FigureSpec pooled = figures::psychometricCurves(animals);
    expectWellFormed(pooled);
    ASSERT_THAT(panelIds(pooled), ElementsAre("psychometric-cohort"));
    EXPECT_EQ(english(pooled.panels[0].title), "cohort\nn = 1560 | 1560");
    animals.pop_back();
    EXPECT_EQ(figures::psychometricCurves(animals).panels.size(), 12u);
}

TEST(PsychometricFigure, OnlyTheOuterPanelsNameTheirAxes) {
    std::vector<data::AnimalPtr> animals;
    for (int i = 0; i < 7; ++i)
        animals.push_back(animalWith("A" + std::to_string(i), 6));
    const FigureSpec figure = figures::psychometricCurves(animals); // 4 + 3
    EXPECT_TRUE(figure.panels[0].x.label.isEmpty());
    EXPECT_FALSE(figure.panels[3].x.label.isEmpty()); // nothing below it
    EXPECT_FALSE(figure.panels[4].x.label.isEmpty());
    EXPECT_FALSE(figure.panels[4].y.label.isEmpty());
    EXPECT_TRUE(figure.panels[1].y.label.isEmpty());
}

TEST(PsychometricFigure, AnySelectionsAreDrawnInTheirOrder) {
    const auto animal = animalWith("A", 5);
    const FigureSpec figure =
        figures::psychometricOverSelections(*animal, {{"first", {0}}, {"middle", {2}}, {"last", {4}}});
    expectWellFormed(figure);
    const double first = seriesOf<XY>(figure.panels[0], "first")[0].colour.value;
    const double middle = seriesOf<XY>(figure.panels[0], "middle")[0].colour.value;
    const double last = seriesOf<XY>(figure.panels[0], "last")[0].colour.value;
    EXPECT_TRUE(first < middle && middle < last);
    EXPECT_FALSE(figures::psychometricOverSelections(*animal, {{"none", {}}}).emptyReason.isEmpty());
}

TEST(PsychometricFigure, AnimalsWithoutStimuliAreExplained) {
    EXPECT_FALSE(figures::psychometricCurves({}).emptyReason.isEmpty());
    AnimalBuilder builder("A");
    builder.session("1").trials(3, std::numeric_limits<double>::quiet_NaN(), 1, 1);
    const FigureSpec figure = figures::psychometricCurves({builder.build()});
    expectWellFormed(figure);
    EXPECT_THAT(english(figure.emptyReason), HasSubstr("No trial"));
}

TEST(SessionRasterFigure, SortsTrialsByOutcome) {
    AnimalBuilder builder("A");
    builder.session("one")
        .trial(.5, 1, -1, .4)
        .trial(-.5, 1, -1, .8)
        .trial(0, 0)
        .trial(.25, -1)
        .session("two")
        .trial(.5, 1);
    const FigureSpec figure = figures::sessionRaster(*builder.build(), 0);
    expectWellFormed(figure);
    EXPECT_THAT(panelIds(figure), ElementsAre("stimulus", "choice", "reaction-time"));
    const Panel& stimulus = figure.panels[0];
    EXPECT_THAT(seriesOf<XY>(stimulus, "correct").front().y, ElementsAre(3));
    EXPECT_THAT(seriesOf<XY>(stimulus, "error").front().y, ElementsAre(0));
    EXPECT_THAT(tickLabels(stimulus.y), ElementsAre("-50", "0", "25", "50")); // a row for each contrast
    EXPECT_THAT(seriesOf<XY>(stimulus, "outcome unknown").front().x, ElementsAre(3));
    EXPECT_THAT(seriesOf<XY>(stimulus, "no choice").front().x, ElementsAre(4));
    EXPECT_THAT(seriesOf<XY>(figure.panels[1], "no choice").front().y, ElementsAre(.5));
    EXPECT_TRUE(figure.panels[2].y.isLogarithmic);
    EXPECT_THAT(tickLabels(figure.panels[0].x), testing::Each(""));
    EXPECT_THAT(tickLabels(figure.panels[2].x), ElementsAre("0", "1", "2", "3", "4"));
    EXPECT_EQ(english(figure.footer), "A · session 1 (one) · n = 4 trials, 3 with a choice");
}

TEST(SessionRasterFigure, WithoutReactionTimesThereIsNoPanelForThem) {
    AnimalBuilder builder("A");
    builder.session("one").trial(.5, 1, -1, std::numeric_limits<double>::quiet_NaN());
    EXPECT_THAT(panelIds(figures::sessionRaster(*builder.build(), 0)), ElementsAre("stimulus", "choice"));
    EXPECT_FALSE(figures::sessionRaster(*builder.build(), 7).emptyReason.isEmpty());
}

TEST(SessionRasterFigure, ATaskWithoutStimuliHasNoPanelForThem) {
    AnimalBuilder builder("A");
    builder.session("one")
        .trial(std::numeric_limits<double>::quiet_NaN(), 1, 1)
        .trial(std::numeric_limits<double>::quiet_NaN(), 0, 0);
    const FigureSpec figure = figures::sessionRaster(*builder.build(), 0);
    expectWellFormed(figure);
    EXPECT_THAT(panelIds(figure), ElementsAre("choice", "reaction-time"));
    EXPECT_EQ(figure.panels[0].row, 0);
}

TEST(SessionMeasuresFigure, LeavesOutWhatIsUnknown) {
    AnimalBuilder builder("A");
    builder.session("1").trials(4, 0, 1); // zero contrast: neither easy nor judged
    const FigureSpec figure = figures::sessionMeasures({builder.build()});
    expectWellFormed(figure);
    EXPECT_THAT(panelIds(figure), testing::Not(testing::Contains("easy-accuracy")));
    EXPECT_THAT(panelIds(figure), testing::Contains("trials"));
}
