// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/confusion.h"
#include "core/figures/history_dependence.h"
#include "core/figures/learning_gains.h"
#include "core/figures/recovery.h"
#include "core/figures/update_surface.h"
#include "core/figures/weight_trajectories.h"
#include "tests/core/figures/figure_checks.h"
#include "tests/core/insight/small_rules.h"

using namespace rulescope;
using namespace rulescope::tests;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

fit::Trajectory trajectory(const std::string& animal, double slope) {
    fit::Trajectory result;
    result.animal = animal;
    result.names = {"bias", "stimulus"};
    for (std::size_t t = 0; t < 6; ++t) {
        result.weights.insert(result.weights.end(), {.1, slope * static_cast<double>(t)});
        result.probabilityRight.push_back(.5);
        result.sessionStart.push_back(t % 3 == 0 ? 1 : 0);
        result.trialIndex.push_back(t);
    }
    return result;
}

/// Six trials with a bias of .2 +- .5 and a stimulus weight of 1 +- .25 (standard errors).
tracking::TrackedWeightsPtr tracked(const std::string& animal, bool hasDays = false) {
    tracking::TrackedWeights result;
    result.animal = animal;
    result.names = {"bias", "stimulus"};
    for (std::size_t t = 0; t < 6; ++t) {
        result.weights.insert(result.weights.end(), {.2, 1});
        result.standardErrors.insert(result.standardErrors.end(), {.5, .25});
        result.sessionStart.push_back(t % 3 == 0 ? 1 : 0);
        result.trialIndex.push_back(t);
    }
    result.sigma = {.1, .1};
    if (hasDays)
        result.sigmaDay = {.2, .2};
    return std::make_shared<const tracking::TrackedWeights>(result);
}

std::vector<insight::AnimalInputs> cohort() {
    return {randomAnimal("A", 600, 1), randomAnimal("B", 600, 2), randomAnimal("C", 600, 3)};
}

FigureSpec surfaceFigure(const rules::LearningRule& rule, bool hasGain = true) {
    const auto animals = cohort();
    const auto surface = insight::updateSurface(rule, animals).value();
    const auto gain = insight::learningGain(rule, animals).value();
    return figures::updateSurface(surface, hasGain ? &gain : nullptr,
        {"reinforce-baseline", {true, {data::StimulusTransform::Kind::Identity, 5}}, 5});
}

} // namespace

TEST(WeightTrajectoriesFigure, DrawsEachAnimalOnOneSharedScale) {
    const FigureSpec figure =
        figures::weightTrajectories({{"rnn", {trajectory("A", .2), trajectory("B", .4)}}}, {{"B"}});
    expectWellFormed(figure);
    ASSERT_THAT(panelIds(figure), ElementsAre("weights-A", "weights-B"));
    const Panel& panel = figure.panels[0];
    EXPECT_THAT(seriesOf<XY>(panel, "stimulus").front().y, ElementsAre(0, .2, .4, .2 * 3, .8, 1));
    EXPECT_THAT(seriesOf<XY>(panel, "stimulus").front().x, ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_EQ(seriesOf<XY>(panel, "stimulus").front().colour, (Colour{Colour::Role::Category, 0}));
    EXPECT_EQ(seriesOf<XY>(panel, "bias").front().colour, (Colour{Colour::Role::Category, 1}));
    EXPECT_EQ(panel.y.high, figure.panels[1].y.high);
    const XY ticks = seriesOf<XY>(panel, "session start").front();
    EXPECT_THAT(ticks.x, ElementsAre(3.5, 3.5, 3.5)); // one boundary inside
    EXPECT_EQ(english(figure.panels[1].title), "B (held out)");
    EXPECT_EQ(english(figure.panels[0].title), "A");
    EXPECT_THAT(english(figure.footer), HasSubstr("animals: 2 · n = 12 trials"));
}

TEST(WeightTrajectoriesFigure, ThinLinesHoldTheFitsOfAnEnsemble) {
    fit::Trajectory path = trajectory("A", .2);
    for (const double weight : path.weights) {
        path.low.push_back(weight - .1);
        path.high.push_back(weight + 3);
    }
    path.fits = 5;
    const FigureSpec figure = figures::weightTrajectories({{"rnn", {path}}});
    expectWellFormed(figure);
    const Panel& panel = figure.panels[0];
    EXPECT_THAT(seriesOf<XY>(panel, "bias, 2.5 % of 5 fits").front().y, testing::Each(testing::DoubleEq(0)));
    EXPECT_DOUBLE_EQ(seriesOf<XY>(panel, "stimulus, 97.5 % of 5 fits").front().y.back(), 4);
    EXPECT_GT(*panel.y.high, 4);
    bool isExplained = false;
    for (const Note& note : panel.notes)
        isExplained = isExplained || english(note.text) == "thin: 95 % of 5 fits";
    EXPECT_TRUE(isExplained);
}

TEST(WeightTrajectoriesFigure, SeveralRulesDifferInLineStyle) {
    const FigureSpec figure = figures::weightTrajectories({{"reinforce-baseline", {trajectory("A", .2)}},
        {"unheard-of", {trajectory("A", .3), trajectory("Z", 9)}}});
    expectWellFormed(figure);
    EXPECT_THAT(panelIds(figure), ElementsAre("weights-A"));
    EXPECT_EQ(
        seriesOf<XY>(figure.panels[0], "stimulus (REINFORCE with baseline)").front().line, LineStyle::Solid);
    EXPECT_EQ(seriesOf<XY>(figure.panels[0], "stimulus (unheard-of)").front().line, LineStyle::Dashed);
    EXPECT_THAT(english(figure.caption), HasSubstr("Solid: REINFORCE with baseline; dashed: unheard-of"));
}

TEST(WeightTrajectoriesFigure, TwelveAnimalsAreShownAndTheRestIsSaid) {
    RuleTrajectories rule{"rnn", {}};
    for (int i = 0; i < 15; ++i)
        rule.trajectories.push_back(trajectory("A" + std::to_string(i), .1));
    const FigureSpec figure = figures::weightTrajectories({rule});
    EXPECT_EQ(figure.panels.size(), 12u);
    EXPECT_THAT(english(figure.footer), HasSubstr("first 12 of 15 animals"));
}

TEST(WeightTrajectoriesFigure, TrackedWeightsAreBandsUnderTheRule) {
    TrajectoryFigureOptions options;
    options.tracked = {tracked("B")};
    options.untracked = {{"A", "too short"}};
    const FigureSpec figure =
        figures::weightTrajectories({{"rnn", {trajectory("A", .2), trajectory("B", .4)}}}, options);
    expectWellFormed(figure);
    const Band band = seriesOf<Band>(figure.panels[1], "stimulus, tracked, ± 1.96 s.e.").front();
    EXPECT_THAT(band.lower, testing::Each(testing::DoubleNear(1 - 1.96 * .25, 1e-12)));
    EXPECT_THAT(band.upper, testing::Each(testing::DoubleNear(1 + 1.96 * .25, 1e-12)));
    EXPECT_THAT(band.x, ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_EQ(band.colour, seriesOf<XY>(figure.panels[1], "stimulus").front().colour);
    EXPECT_LT(*figure.panels[1].y.low, .2 - 1.96 * .5);
    EXPECT_TRUE(seriesOf<XY>(figure.panels[1], "stimulus, tracked").empty());
    EXPECT_EQ(english(figure.panels[0].notes.front().text), "too short");
    EXPECT_THAT(english(figure.caption), HasSubstr("± 1.96 standard errors"));
    EXPECT_THAT(english(figure.footer), HasSubstr("one drift per weight, chosen by evidence"));
    // The data behind the figure have the bands' ends.
    EXPECT_THAT(figures::toCsv(figure), HasSubstr("stimulus, tracked, ± 1.96 s.e."));
}

TEST(WeightTrajectoriesFigure, TrackedWeightsStandAloneWithoutARule) {
    TrajectoryFigureOptions options;
    options.tracked = {tracked("A", true), tracked("B", true)};
    const FigureSpec figure = figures::weightTrajectories({}, options);
    expectWellFormed(figure);
    EXPECT_THAT(panelIds(figure), ElementsAre("weights-A", "weights-B"));
    EXPECT_THAT(seriesOf<XY>(figure.panels[0], "bias, tracked").front().y, testing::Each(.2));
    EXPECT_THAT(english(figure.footer), HasSubstr("PsyTrack · animals: 2 · n = 12 trials"));
    EXPECT_THAT(english(figure.footer), HasSubstr("one between sessions"));
    options.tracked.clear();
    options.untracked = {{"A", "too short"}};
    EXPECT_EQ(english(figures::weightTrajectories({}, options).emptyReason), "too short");
}

TEST(WeightTrajectoriesFigure, AFewVeryWideIntervalsDoNotFlattenTheRest) {
    tracking::TrackedWeights wide = *tracked("A");
    for (int t = 0; t < 1000; ++t) {
        wide.weights.insert(wide.weights.end(), {.2, 1});
        wide.standardErrors.insert(wide.standardErrors.end(), {.5, .25});
        wide.sessionStart.push_back(0);
        wide.trialIndex.push_back(wide.trialIndex.size());
    }
    wide.standardErrors[0] = wide.standardErrors[1] = 16;
    TrajectoryFigureOptions options;
    options.tracked = {std::make_shared<const tracking::TrackedWeights>(wide)};
    const FigureSpec figure = figures::weightTrajectories({}, options);
    EXPECT_LT(*figure.panels[0].y.high, 3);
    EXPECT_GT(*figure.panels[0].y.low, -3);
}

TEST(WeightTrajectoriesFigure, AnAnimalFarBeyondTheOthersIsCutAndSaysHowFarItGoes) {
    const FigureSpec figure = figures::weightTrajectories(
        {{"rnn", {trajectory("A", .2), trajectory("B", -24681), trajectory("C", .4)}}});
    const Panel& calm = *findPanel(figure, "weights-A");
    EXPECT_LT(*calm.y.high, 4);
    EXPECT_GT(*calm.y.low, -4);
    const Panel& far = *findPanel(figure, "weights-B");
    EXPECT_EQ(*far.y.low, *calm.y.low);
    ASSERT_EQ(far.notes.size(), 1u);
    EXPECT_EQ(english(far.notes[0].text), "▼ beyond the axis, to -120000");
    // Alone it is shown whole, and large weights that all animals have are no reason to cut any.
    const FigureSpec alone = figures::weightTrajectories({{"rnn", {trajectory("B", -24681)}}});
    EXPECT_LT(*findPanel(alone, "weights-B")->y.low, -1e5);
    const FigureSpec large =
        figures::weightTrajectories({{"rnn", {trajectory("A", 900), trajectory("B", 1000)}}});
    EXPECT_GT(*findPanel(large, "weights-A")->y.high, 5000);
}

TEST(WeightTrajectoriesFigure, ALearnerAmongAnimalsThatLearnNothingIsNotCut) {
    const FigureSpec figure = figures::weightTrajectories(
        {{"rnn", {trajectory("A", .001), trajectory("B", .002), trajectory("C", 1.5)}}});
    EXPECT_GT(*findPanel(figure, "weights-C")->y.high, 7.5);
}

TEST(WeightTrajectoriesFigure, SaysWhyItIsEmpty) {
    EXPECT_THAT(english(figures::weightTrajectories({}).emptyReason), HasSubstr("Press Fit"));
    EXPECT_FALSE(figures::weightTrajectories({{"rnn", {}}}).emptyReason.isEmpty());
}

TEST(UpdateSurfaceFigure, HasThreeMapsOnOneScaleSlicesAndErrorRatios) {
    const FigureSpec figure = surfaceFigure(BaselineRule(.05, .3));
    expectWellFormed(figure);
    EXPECT_THAT(panelIds(figure), ElementsAre("surface-correct", "surface-error", "surface-difference",
                                      "slice-low", "slice-middle", "slice-high", "error-ratio"));
    const ColourScale& scale = *figure.panels[0].colourScale;
    EXPECT_EQ(scale.low, -scale.high);
    EXPECT_GT(scale.high, 0);
    for (int i = 1; i < 3; ++i) {
        EXPECT_EQ(figure.panels[static_cast<std::size_t>(i)].colourScale->id, scale.id);
        EXPECT_EQ(figure.panels[static_cast<std::size_t>(i)].colourScale->high, scale.high);
    }
    EXPECT_FALSE(scale.isDrawn);
    EXPECT_TRUE(figure.panels[2].colourScale->isDrawn);
    EXPECT_THAT(tickLabels(figure.panels[3].x), ElementsAre("-100", "-50", "0", "50", "100"));
    EXPECT_EQ(english(figure.panels[0].colourScale->label), "Δw (10⁻³)");
}

TEST(UpdateSurfaceFigure, SlicesRepeatTheRowsOfTheMaps) {
    const FigureSpec figure = surfaceFigure(BaselineRule(.05, .3));
    const HeatMap& map = std::get<HeatMap>(figure.panels[0].series.front());
    const double weight = seriesOf<XY>(figure.panels[0], "weight of a slice").at(1).y[0]; // the median's row
    const auto row = static_cast<std::size_t>(std::find(map.y.begin(), map.y.end(), weight) - map.y.begin());
    ASSERT_LT(row, map.y.size());
    const XY slice = seriesOf<XY>(*findPanel(figure, "slice-middle"), "correct").front();
    for (std::size_t i = 0; i < slice.y.size(); ++i)
        EXPECT_DOUBLE_EQ(slice.y[i], map.values[row * map.x.size() + i]);
    EXPECT_EQ(seriesOf<XY>(*findPanel(figure, "slice-middle"), "error").front().line, LineStyle::Dashed);
}

TEST(UpdateSurfaceFigure, ErrorRatiosStandBetweenTheirLandmarks) {
    const FigureSpec figure = surfaceFigure(BaselineRule(.05, .3));
    const Panel& panel = *findPanel(figure, "error-ratio");
    std::vector<double> landmarks;
    for (const Guide& guide : panel.guides)
        landmarks.push_back(guide.at);
    EXPECT_THAT(landmarks, ElementsAre(-1, 0, 1));
    EXPECT_THAT(tickLabels(panel.y), ElementsAre("all", "A", "B", "C"));
    EXPECT_NEAR(seriesOf<XY>(panel, "B").front().x[0], -3.0 / 7, 1e-9);
    EXPECT_NEAR(seriesOf<XY>(panel, "pooled").front().x[0], -3.0 / 7, 1e-9);
}

TEST(UpdateSurfaceFigure, AnUndefinedErrorRatioIsSaidInWords) {
    const FigureSpec figure = surfaceFigure(StillRule());
    const Panel& panel = *findPanel(figure, "error-ratio");
    ASSERT_EQ(panel.notes.size(), 4u);
    for (const auto& note : panel.notes)
        EXPECT_EQ(english(note.text), "undefined");
    EXPECT_EQ(figure.panels[0].colourScale->high, 1); // nothing to scale by
}

TEST(UpdateSurfaceFigure, ARuleWithMemoryShowsTheSpreadOverHistories) {
    const FigureSpec figure = surfaceFigure(LastOutcomeRule());
    expectWellFormed(figure);
    EXPECT_EQ(seriesOf<Band>(*findPanel(figure, "slice-low"), "").size(), 2u);
    EXPECT_THAT(english(figure.caption), HasSubstr("mean over histories"));
}

TEST(UpdateSurfaceFigure, GainIsOptionalAndNothingIsExplained) {
    EXPECT_EQ(surfaceFigure(BaselineRule(.05, .3), false).panels.size(), 6u);
    const FigureSpec empty = figures::updateSurface({}, nullptr);
    expectWellFormed(empty);
    EXPECT_THAT(english(empty.emptyReason), HasSubstr("Press Fit"));
}

TEST(HistoryDependenceFigure, HasOnePanelPerWindowOnOneScale) {
    const auto animals = cohort();
    const auto dependence = insight::historyDependence(LastOutcomeRule(), animals).value();
    const FigureSpec figure = figures::historyDependence(dependence, "rnn", {false, {}});
    expectWellFormed(figure);
    EXPECT_THAT(panelIds(figure), ElementsAre("history-1-1", "history-1-2", "history-1-3", "history-1-4",
                                      "history-7-10", "history-17-20", "history-27-30"));
    EXPECT_EQ(english(figure.panels[0].title), "Last trial");
    EXPECT_EQ(english(figure.panels[4].title), "7–10 trials back");
    EXPECT_EQ(figure.panels[0].y.high, figure.panels[6].y.high);
    EXPECT_EQ(seriesOf<XY>(figure.panels[0], "all rewarded").front().colour.role, Colour::Role::Correct);
    EXPECT_EQ(seriesOf<XY>(figure.panels[0], "none rewarded").front().line, LineStyle::Dashed);
    EXPECT_EQ(english(figure.panels[0].notes.at(0).text), "rewarded");
    EXPECT_TRUE(figure.panels[1].notes.empty());
}

TEST(HistoryDependenceFigure, SaysThatARuleHasNoMemory) {
    const auto animals = cohort();
    const auto dependence = insight::historyDependence(BaselineRule(.05, .1), animals).value();
    const FigureSpec figure = figures::historyDependence(dependence, "dnn");
    EXPECT_THAT(english(figure.caption), HasSubstr("no memory"));
    ASSERT_EQ(figure.panels.size(), 1); // seven equal ones would say no more
    const auto* line = std::get_if<XY>(&figure.panels[0].series.back());
    ASSERT_NE(line, nullptr);
    EXPECT_EQ(line->y.size(), dependence.stimulus.size());
    EXPECT_TRUE(std::isfinite(line->y.front()));
    EXPECT_FALSE(figures::historyDependence({}, "dnn").emptyReason.isEmpty());
}

TEST(UpdateSurfaceFigure, TheClosestTextbookRuleIsDrawnThinAndNamed) {
    const auto animals = cohort();
    insight::UpdateSurfaceOptions options;
    options.hasTextbook = true;
    const auto surface = insight::updateSurface(LastOutcomeRule(), animals, options).value();
    const FigureSpec figure = figures::updateSurface(surface, nullptr, {"rnn", {false, {}}, 5});
    expectWellFormed(figure);
    const Panel& panel = *findPanel(figure, "slice-low");
    ASSERT_EQ(seriesOf<XY>(panel, "textbook, correct").size(), 1u);
    EXPECT_EQ(seriesOf<XY>(panel, "textbook, error").front().line, LineStyle::Dashed);
    EXPECT_THAT(english(figure.caption), HasSubstr("closest textbook rule, REINFORCE (alpha = 0.0"));
    EXPECT_THAT(english(figure.caption), HasSubstr("mean over histories"));
}

TEST(UpdateSurfaceFigure, AnEnsembleIsNamedInTheCaption) {
    const auto animals = cohort();
    insight::UpdateSurfaceOptions options;
    options.ensemble = {std::make_shared<BaselineRule>(.04, .3)};
    const auto surface = insight::updateSurface(BaselineRule(.05, .3), animals, options).value();
    const FigureSpec figure = figures::updateSurface(surface, nullptr, {"dnn", {false, {}}, 5});
    EXPECT_THAT(english(figure.caption), HasSubstr("mean over 2 fits (bands: 95 % of them)"));
    EXPECT_EQ(seriesOf<Band>(*findPanel(figure, "slice-low"), "").size(), 2u);
}

TEST(LearningGainsFigure, HasAnimalsAboveSidesAndLandmarksInWords) {
    const auto animals = cohort();
    const auto gain = insight::learningGain(BaselineRule(.05, .3), animals).value();
    const FigureSpec figure = figures::learningGains(gain, {"reinforce-baseline"});
    expectWellFormed(figure);
    EXPECT_THAT(panelIds(figure), ElementsAre("gain", "reinforcement", "error-ratio", "gain-by-side",
                                      "reinforcement-by-side", "error-ratio-by-side"));
    EXPECT_THAT(tickLabels(figure.panels[0].y), ElementsAre("all", "A", "B", "C"));
    EXPECT_THAT(tickLabels(figure.panels[3].y),
        ElementsAre("left choices", "right choices", "left rewarded", "right rewarded"));
    EXPECT_THAT(tickLabels(figure.panels[2].x), ElementsAre("-1", "0", "+1"));
    EXPECT_TRUE(figure.panels[0].x.label.isEmpty()); // said by the panel below
    EXPECT_FALSE(figure.panels[3].x.label.isEmpty());
    EXPECT_THAT(tickLabels(figure.panels[5].x),
        ElementsAre("−1\nerrors teach\nas much", "0\nrewards\nonly", "+1\noutcome\nignored"));
    EXPECT_NEAR(seriesOf<XY>(figure.panels[2], "B").front().x[0], -3.0 / 7, 1e-9);
    EXPECT_THAT(english(figure.panels[2].notes.at(0).text), HasSubstr("-0.43 [-0.43, -0.43]"));
    EXPECT_NEAR(seriesOf<XY>(figure.panels[1], "correct, A").front().x[0], 35, 1e-9); // .05 (1 - .3), 10^-3
    EXPECT_THAT(english(figure.footer), HasSubstr("animals: 3 · n = 1800 trials"));
    EXPECT_FALSE(figures::learningGains({}, {"dnn"}).emptyReason.isEmpty());
}

TEST(LearningGainsFigure, NamesTheAnimalsThatNotEveryFitPredicts) {
    auto animals = cohort();
    const auto enlarge = [&animals](std::size_t animal, double factor) {
        for (double& x : animals[animal].inputs.x)
            x *= factor;
    };
    insight::LearningGainOptions options;
    options.ensemble = {std::make_shared<BaselineRule>(1e303, .3)}; // overflows where |x| is large
    enlarge(1, 1e3), enlarge(2, 1e3);
    const auto partly = insight::learningGain(BaselineRule(.05, .3), animals, options).value();
    EXPECT_THAT(english(figures::learningGains(partly, {"dnn"}).footer),
        HasSubstr("animals: 3 · n = 1800 trials with a known answer · left out of some of the fits, since "
                  "weights leave every range: B, C"));
    enlarge(0, 1e160); // too much for the fit itself
    auto lost = insight::learningGain(BaselineRule(.05, .3), animals).value();
    EXPECT_THAT(english(figures::learningGains(lost, {"dnn"}).footer),
        HasSubstr("animals: 2 · n = 1200 trials with a known answer · left out, since weights leave every "
                  "range: A"));
    lost.partlyLostAnimals = partly.partlyLostAnimals;
    EXPECT_THAT(english(figures::learningGains(lost, {"dnn"}).footer),
        HasSubstr("left out, since weights leave every range: A; in some of the fits: B, C"));
}

TEST(LearningGainsFigure, AnUndefinedRatioIsSaidInWords) {
    const auto gain = insight::learningGain(StillRule(), cohort()).value();
    const FigureSpec figure = figures::learningGains(gain, {"dnn"});
    EXPECT_EQ(figure.panels[2].notes.size(), 4u);
    EXPECT_EQ(english(figure.panels[5].notes.at(0).text), "undefined");
}

TEST(RecoveryFigure, DrawsTrueBesideInferred) {
    simulate::RecoveryCondition condition = simulate::recoveryPreset("quick").value();
    condition.animals = 2, condition.refits = 0;
    const simulate::Recovery recovery = simulate::recover(condition).value();
    const FigureSpec figure = figures::recovery(recovery);
    expectWellFormed(figure);
    EXPECT_THAT(panelIds(figure), ElementsAre("updates", "slice-low", "slice-middle", "slice-high"));
    EXPECT_EQ(seriesOf<XY>(figure.panels[0], "trials").front().x.size(), recovery.updates.size());
    const XY line = seriesOf<XY>(figure.panels[2], "true, correct").front();
    EXPECT_DOUBLE_EQ(line.y[0], recovery.slices[1].trueCorrect[0]);
    EXPECT_THAT(english(figure.footer), HasSubstr("learn by REINFORCE with baseline"));
    EXPECT_FALSE(figures::recovery({}).emptyReason.isEmpty());
}

TEST(ConfusionFigure, IsAMapOfSharesWithNumbersInItsCells) {
    simulate::Confusion confusion;
    confusion.request.cohorts = 2;
    confusion.simulated = {"none", "reinforce"};
    confusion.fitted = {"none", "reinforce", "dnn"};
    confusion.cohorts = {{0, 0, {-.5, -.6, -.7}, -.69}, {0, 2, {-.5, -.6, -.4}, -.69},
        {1, 1, {-.6, -.5, -.7}, -.69}, {1, 1, {-.6, -.5, -.7}, -.69}};
    const FigureSpec figure = figures::confusion(confusion);
    expectWellFormed(figure);
    EXPECT_THAT(std::get<HeatMap>(figure.panels[0].series.front()).values, ElementsAre(50, 0, 50, 0, 100, 0));
    ASSERT_EQ(figure.panels[0].notes.size(), 3u);
    EXPECT_EQ(english(figure.panels[0].notes[2].text), "100");
    EXPECT_THAT(tickLabels(figure.panels[0].x), ElementsAre("Static GLM", "REINFORCE", "DNN rule"));
    EXPECT_THAT(tickLabels(figure.panels[0].y), ElementsAre("Static GLM", "REINFORCE"));
    EXPECT_FALSE(figures::confusion({}).emptyReason.isEmpty());
}

TEST(ConfusionFigure, CountsTheCohortsThatNoRuleWins) {
    const double nan = std::nan("");
    simulate::Confusion confusion;
    confusion.request.cohorts = 2;
    confusion.simulated = {"none", "reinforce"};
    confusion.fitted = {"none", "dnn"};
    confusion.cohorts = {{0, 0, {-.5, -.6}, -.69}, {0, std::nullopt, {nan, nan}, -.69},
        {1, 0, {-.6, nan}, -.69}, {1, 1, {-.6, -.5}, -.69}};
    const FigureSpec figure = figures::confusion(confusion);
    expectWellFormed(figure);
    EXPECT_THAT(std::get<HeatMap>(figure.panels[0].series.front()).values, ElementsAre(50, 0, 50, 50));
    EXPECT_THAT(tickLabels(figure.panels[0].y), ElementsAre("Static GLM (1 without a winner)", "REINFORCE"));
    EXPECT_THAT(english(figure.caption), HasSubstr("1 in all has no winner"));
    EXPECT_NEAR(confusion.meanDeficit(1, 0), -.05, 1e-12); // (0 - .1) / 2
    EXPECT_EQ(confusion.meanDeficit(1, 1), 0);             // over the cohort that has a score
    EXPECT_EQ(confusion.withoutScore(1, 1), 1u);
}
