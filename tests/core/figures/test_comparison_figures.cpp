// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/fit_progress.h"
#include "core/figures/model_comparison.h"
#include "tests/core/figures/figure_checks.h"

using namespace rulescope;
using namespace rulescope::tests;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

fit::RuleScore score(const std::string& rule, const std::vector<double>& nats) {
    fit::RuleScore result;
    result.rule = rule;
    for (std::size_t i = 0; i < nats.size(); ++i)
        result.perAnimal.push_back({"M" + std::to_string(i), 100, nats[i], 0, .7});
    return result;
}

fit::Comparison comparison() {
    fit::Comparison result;
    result.folds = {{"M0", "M1"}, {"M2"}};
    result.seeds = {1, 2};
    result.rules = {score("bernoulli", {-.69, -.68, -.69}), score("none", {-.6, -.61, -.62}),
        score("reinforce-baseline", {-.54, -.53, -.55}), score("dnn", {-.541, -.528, -.552}),
        score("rnn", {-.537, -.529, -.548})};
    result.tests.push_back({"rnn", "reinforce-baseline", 3, .002, .001, .003, .034, .25});
    result.tests.push_back({"reinforce-baseline", "dnn", 3, .0003, -.002, .002, .8, 1});
    return result;
}

std::vector<std::string> notes(const Panel& panel) {
    std::vector<std::string> texts;
    for (const Note& note : panel.notes)
        texts.push_back(base::english(note.text));
    return texts;
}

} // namespace

TEST(ModelComparisonFigure, ShowsScoresAndDifferencesInAlignedRows) {
    const FigureSpec figure = figures::modelComparison(comparison());
    expectWellFormed(figure);
    ASSERT_THAT(panelIds(figure), ElementsAre("held-out", "difference"));
    const Panel& scores = figure.panels[0];
    EXPECT_THAT(tickLabels(scores.y),
        ElementsAre("Bias only", "Static GLM", "REINFORCE + baseline", "DNN rule", "RNN rule"));
    EXPECT_TRUE(scores.y.isReversed);
    EXPECT_EQ(scores.y.low, figure.panels[1].y.low);
    EXPECT_EQ(scores.y.high, figure.panels[1].y.high);
    EXPECT_THAT(seriesOf<XY>(scores, "M1").front().x, ElementsAre(-.68, -.61, -.53, -.528, -.529));
    EXPECT_NEAR(seriesOf<XY>(scores, "mean, rnn").front().x[0], -.538, 1e-12);
    const XY interval = seriesOf<XY>(scores, "95 % interval, rnn").front();
    EXPECT_TRUE(interval.x[0] <= -.538 && -.538 <= interval.x[1]);
    EXPECT_EQ(
        english(figure.footer), "Held out: animals (folds: 2) · animals: 3 · n = 300 trials · seeds: 2");
}

TEST(ModelComparisonFigure, MarksRulesWhoseFitsDivergedOrDidNotConverge) {
    fit::Comparison troubled = comparison();
    for (std::size_t fold = 0; fold < 2; ++fold) {
        troubled.fits.push_back({"reinforce-baseline", fold, 1, fit::FitStatus::NotConverged, 500});
        troubled.fits.push_back({"dnn", fold, 1, fit::FitStatus::StoppedEarly, 40});
        troubled.fits.push_back(
            {"rnn", fold, 1, fold == 0 ? fit::FitStatus::Diverged : fit::FitStatus::Completed, 300});
    }
    const FigureSpec figure = figures::modelComparison(troubled);
    EXPECT_THAT(tickLabels(figure.panels[0].y),
        ElementsAre("Bias only", "Static GLM", "REINFORCE + baseline †", "DNN rule", "RNN rule †"));
    EXPECT_THAT(english(figure.caption), HasSubstr("REINFORCE + baseline 2/2, RNN rule 1/2; every"));
    EXPECT_THAT(english(figures::modelComparison(comparison()).caption), testing::Not(HasSubstr("†")));
}

TEST(ModelComparisonFigure, DrawsMeansOverTheAnimalsThatAllRulesShareAndSaysWhichHaveAScore) {
    fit::Comparison lost = comparison();
    lost.rules[4].perAnimal.erase(lost.rules[4].perAnimal.begin()); // the RNN predicts no number for M0
    lost.rules[4].lostAnimals = {"M0"};
    lost.fits.push_back({"rnn", 0, 1, fit::FitStatus::Completed, 300, {"M0"}});
    lost.pooledAnimals = {"M1", "M2"};
    const FigureSpec figure = figures::modelComparison(lost);
    expectWellFormed(figure);
    EXPECT_NEAR(seriesOf<XY>(figure.panels[0], "mean, rnn").front().x[0], (-.529 - .548) / 2, 1e-12);
    EXPECT_NEAR(seriesOf<XY>(figure.panels[0], "mean, dnn").front().x[0], (-.528 - .552) / 2, 1e-12);
    EXPECT_EQ(tickLabels(figure.panels[0].y).back(), "RNN rule †");
    EXPECT_THAT(english(figure.caption), HasSubstr("Animals with a score: RNN rule 2/3."));
    lost.rules[4].natsPerTrial = std::nan(""); // too few animals for a pooled number
    const FigureSpec without = figures::modelComparison(lost);
    EXPECT_TRUE(seriesOf<XY>(without.panels[0], "mean, rnn").empty());
    EXPECT_THAT(english(without.caption), HasSubstr("none shared with the others): RNN rule."));
}

TEST(ModelComparisonFigure, SaysWhatIsLeftOutOfARule) {
    fit::Comparison troubled = comparison();
    troubled.rules[3].perAnimal.pop_back();
    troubled.rules[4].perAnimal.clear();
    troubled.rules[4].natsPerTrial = std::nan("");
    troubled.tests.clear();
    const FigureSpec figure = figures::modelComparison(troubled);
    expectWellFormed(figure);
    const auto texts = notes(figure.panels[1]);
    ASSERT_EQ(texts.size(), 5u);
    EXPECT_THAT(texts[2], HasSubstr(", n = 2"));
    EXPECT_EQ(texts[3], "left out: no fit has a score");
    EXPECT_TRUE(seriesOf<XY>(figure.panels[0], "mean, rnn").empty());
}

TEST(ModelComparisonFigure, EffectAndIntervalStandBesideEveryP) {
    const FigureSpec figure = figures::modelComparison(comparison());
    const Panel& difference = figure.panels[1];
    EXPECT_EQ(english(difference.title), "Difference to REINFORCE + baseline");
    const auto texts = notes(difference);
    ASSERT_EQ(texts.size(), 5u);
    EXPECT_EQ(texts[3], "2.0 [1.0, 3.0], p = 0.034");
    EXPECT_EQ(texts[2], "-0.3 [-2.0, 2.0], p = 0.800"); // stored the other way round
    EXPECT_EQ(texts[4], "reference");
    EXPECT_THAT(texts[0], HasSubstr("[")); // no test was stored: effect and interval without p
    EXPECT_THAT(texts[0], testing::Not(HasSubstr("p =")));
}

TEST(ModelComparisonFigure, RulesThatDoNotLearnDoNotFlattenTheDifferences) {
    const FigureSpec figure = figures::modelComparison(comparison());
    const Panel& difference = figure.panels[1];
    EXPECT_TRUE(seriesOf<XY>(difference, "animals, bernoulli").empty());
    EXPECT_TRUE(seriesOf<XY>(difference, "animals, none").empty());
    const XY dots = seriesOf<XY>(difference, "animals, rnn").front();
    EXPECT_NEAR(dots.x[0], 3, 1e-9);
    EXPECT_NEAR(dots.x[1], 1, 1e-9);
    EXPECT_GT(*difference.x.low, -10);
    for (const Tick& tick : difference.x.ticks)
        EXPECT_LT(tick.at, difference.notes.front().x);
}

TEST(ModelComparisonFigure, OnlyYardsticksAreDrawnToScale) {
    fit::Comparison two = comparison();
    two.rules.erase(two.rules.begin() + 3, two.rules.end());
    const FigureSpec figure = figures::modelComparison(two);
    expectWellFormed(figure);
    EXPECT_FALSE(seriesOf<XY>(figure.panels[1], "animals, bernoulli").empty());
}

TEST(ModelComparisonFigure, OneAnimalHasNoIntervalAndNoP) {
    fit::Comparison one = comparison();
    one.tests.clear();
    for (auto& rule : one.rules)
        rule.perAnimal.resize(1);
    const FigureSpec figure = figures::modelComparison(one);
    expectWellFormed(figure);
    EXPECT_TRUE(seriesOf<XY>(figure.panels[0], "95 % interval, rnn").empty());
    EXPECT_EQ(notes(figure.panels[1])[3], "3.0");
}

TEST(ModelComparisonFigure, OneRuleOrNoneIsNoComparison) {
    fit::Comparison one = comparison();
    one.rules.resize(1);
    EXPECT_THAT(panelIds(figures::modelComparison(one)), ElementsAre("held-out"));
    EXPECT_THAT(english(figures::modelComparison({}).emptyReason), HasSubstr("Press Compare"));
}

TEST(FitProgressFigure, DrawsBothCurvesAgainstEpoch) {
    const FigureSpec figure = figures::fitProgress({"rnn", {-.69, -.6, -.55}, {-.69, -.61, -.57}, 6, 2});
    EXPECT_EQ(figure.panels.size(), 1u);
    const Panel& panel = figure.panels.front();
    EXPECT_THAT(seriesOf<XY>(panel, "training animals").front().x, ElementsAre(1, 2, 3));
    EXPECT_THAT(seriesOf<XY>(panel, "held-out animals").front().y, ElementsAre(-.69, -.61, -.57));
    EXPECT_TRUE(panel.hasLegend);
    EXPECT_THAT(english(figure.footer), HasSubstr("training animals: 6 · held-out animals: 2 · epochs: 3"));
    EXPECT_FALSE(figures::fitProgress({"rnn", {-.69}, {}, 1, 0}).panels.front().hasLegend);
}

TEST(FitProgressFigure, JoinsTheEpochsAtWhichHeldOutAnimalsWereLookedAt) {
    const double none = std::nan("");
    figures::FitCourse course{"rnn", {-.69, -.6, -.55}, {-.69, none, -.57}, 6, 2};
    course.validationCurve = {-.69, -.68};
    const FigureSpec figure = figures::fitProgress(course);
    const Panel& panel = figure.panels.front();
    EXPECT_THAT(seriesOf<XY>(panel, "held-out animals").front().x, ElementsAre(1, 3));
    EXPECT_THAT(seriesOf<XY>(panel, "held-out animals").front().y, ElementsAre(-.69, -.57));
    EXPECT_THAT(
        seriesOf<XY>(panel, "animals set aside to choose the epochs").front().y, ElementsAre(-.69, -.68));
}

TEST(FitProgressFigure, SaysWhyItIsEmpty) {
    EXPECT_THAT(english(figures::fitProgress({}).emptyReason), HasSubstr("epochs"));
    EXPECT_FALSE(figures::fitProgress({"rnn", {std::nan("")}, {}, 1, 0}).emptyReason.isEmpty());
}
