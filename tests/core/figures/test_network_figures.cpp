// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/network_figures.h"

#include "tests/core/figures/figure_checks.h"

#include <limits>

namespace rulescope::tests {

namespace {

using networks::NetworkRun;
using testing::ElementsAre;

NetworkRun madeRun(std::size_t rank, const std::string& rule, std::uint64_t seed) {
    NetworkRun run;
    run.spec.connectivity.kind = "rank";
    run.spec.connectivity.rank = rank;
    run.spec.rule = rule;
    run.spec.seed = seed;
    run.spec.optimiser = {"sgd", 0.01, 0, 0, 1, 1};
    for (int i = 0; i < 3; ++i) {
        const double value = 0.1 * i + 0.01 * static_cast<double>(seed);
        run.loss.add(100 * i, 1 - value);
        run.trainAccuracy.add(100 * i, 0.5 + value);
        run.testAccuracy.add(100 * i, 0.4 + value);
        run.noisyTestAccuracy.add(100 * i, 0.3 + value);
        run.weightChange.add(100 * i, value);
        run.representationAlignment.add(100 * i, 1 - value);
        run.kernelAlignment.add(100 * i, 1 - 2 * value);
        run.curvature.add(100 * i, 100 * value);
        run.gradientShare.add(100 * i, rule == "bptt" ? 1 : 0.05);
    }
    run.before = {{2, 1}, {1, 0.5}, {0.1, -0.1}, 0.7};
    run.after = {{3, 1}, {1, 0.7}, {0, 0}, 0.6};
    return run;
}

std::vector<NetworkRun> madeRuns() {
    std::vector<NetworkRun> runs;
    for (const std::size_t rank : {1, 30})
        for (const char* rule : {"bptt", "e-prop"})
            for (const std::uint64_t seed : {1, 2})
                runs.push_back(madeRun(rank, rule, seed));
    return runs;
}

TEST(NetworkFigures, AllAreWellFormedWithAndWithoutRuns) {
    const std::vector<NetworkRun> runs = madeRuns();
    expectWellFormed(networkLearningCurves(runs));
    expectWellFormed(networkAlignment(runs));
    expectWellFormed(networkSpectra(runs[0]));
    expectWellFormed(networkCurvature(runs));
    expectWellFormed(networkGap(runs));
    expectWellFormed(networkTheory(std::vector<networks::LinearTheoryPoint>{{1, 0.96, 0.95, 0.001, 0}}, 20));
    for (const FigureSpec& empty :
        {networkLearningCurves({}), networkAlignment({}), networkSpectra({}), networkCurvature({}),
            networkGap({}), networkTheory({}, 20), learnerDistances({}), learnerSurfaces({}, {})}) {
        expectWellFormed(empty);
        EXPECT_FALSE(empty.emptyReason.isEmpty()) << empty.id;
    }
}

TEST(NetworkFigures, AlignmentDrawsSeedsAndTheirMeanAgainstRank) {
    const FigureSpec figure = networkAlignment(madeRuns());
    EXPECT_THAT(tickLabels(figure.panels[0].x), ElementsAre("1", "30"));
    EXPECT_THAT(
        panelIds(figure), ElementsAre("kernel_alignment", "representation_alignment", "weight_change"));
    const auto means = seriesOf<XY>(figure.panels[0], "e-prop (three-factor)");
    ASSERT_EQ(means.size(), 1U);
    EXPECT_THAT(means[0].x, ElementsAre(1, 30));
    EXPECT_NEAR(means[0].y[0], 1 - 2 * 0.215, 1e-12);
    EXPECT_LT(means[0].lower[0], means[0].y[0]);
}

TEST(NetworkFigures, CurvatureCarriesTheBoundOfEveryRule) {
    std::vector<NetworkRun> runs = {madeRun(1, "bptt", 1), madeRun(1, "e-prop", 1)};
    const FigureSpec figure = networkCurvature(runs);
    ASSERT_EQ(figure.panels[0].guides.size(), 2U);
    EXPECT_DOUBLE_EQ(figure.panels[0].guides[0].at, 200);
    EXPECT_DOUBLE_EQ(figure.panels[0].guides[1].at, 4000);
}

TEST(NetworkFigures, EveryTaskHasAxesOfItsOwn) {
    std::vector<NetworkRun> runs = madeRuns();
    for (NetworkRun run : madeRuns()) {
        run.spec.task = "context";
        runs.push_back(run);
    }
    const std::string first = runs.front().spec.task;
    ASSERT_NE(first, "context");
    const FigureSpec curvature = networkCurvature(runs), gap = networkGap(runs);
    expectWellFormed(curvature);
    expectWellFormed(gap);
    EXPECT_THAT(
        panelIds(curvature), ElementsAre("hessian-eigenvalue-" + first, "hessian-eigenvalue-context"));
    EXPECT_THAT(
        panelIds(gap), ElementsAre("gap-" + first, "gap-context", "noisy-gap-" + first, "noisy-gap-context"));
    EXPECT_EQ(gap.panels[1].column, 1);
    EXPECT_EQ(gap.panels[2].row, 1);
    EXPECT_EQ(gap.panels[3].letter, "d");
    EXPECT_EQ(seriesOf<XY>(gap.panels[3], "rank 1, e-prop (three-factor)").size(), 1U);
}

TEST(NetworkFigures, ConditionsOfOneRankStandSideBySide) {
    std::vector<NetworkRun> runs = madeRuns();
    std::erase_if(runs, [](const NetworkRun& run) { return run.spec.connectivity.rank != 1; });
    const FigureSpec figure = networkAlignment(runs);
    expectWellFormed(figure);
    EXPECT_FALSE(figure.panels[0].x.isLogarithmic);
    EXPECT_EQ(base::english(figure.panels[0].x.label), "Rank 1, in the order of the legend");
    EXPECT_THAT(seriesOf<XY>(figure.panels[0], "Backpropagation through time")[0].x, ElementsAre(1));
    EXPECT_THAT(seriesOf<XY>(figure.panels[0], "e-prop (three-factor)")[0].x, ElementsAre(2));
}

TEST(NetworkFigures, AMeasureThatWasNotTakenLeavesNoGap) {
    std::vector<NetworkRun> runs = madeRuns();
    for (NetworkRun& run : runs)
        run.kernelAlignment = {};
    const FigureSpec figure = networkAlignment(runs);
    EXPECT_THAT(panelIds(figure), ElementsAre("representation_alignment", "weight_change"));
    EXPECT_EQ(figure.panels[0].column, 0);
    EXPECT_EQ(figure.panels[0].letter, "a");
    EXPECT_EQ(figure.panels[1].column, 1);
}

TEST(NetworkFigures, NamesTellOnlyWhatDiffers) {
    const std::vector<NetworkRun> runs = madeRuns();
    EXPECT_EQ(base::english(conditionName(runs[0].spec, runs)), "rank 1, Backpropagation through time");
    EXPECT_EQ(base::english(conditionName(runs[0].spec, std::vector<NetworkRun>{runs[0]})),
        "Backpropagation through time");
}

TEST(NetworkFigures, LearnersStandBesideTheirAnimal) {
    networks::LearnerComparison comparison;
    comparison.animal = "Mouse";
    comparison.rule = "dnn";
    insight::UpdateSurface surface;
    surface.component = surface.weight = "stimulus";
    surface.stimulus = {-1, 0, 1};
    surface.weightValues = {0, 1};
    surface.correct = surface.error = surface.difference = {1, 2, 3, 4, 5, 6};
    surface.correctVisits = surface.errorVisits = {1, 1, 1, 1, 1, 0};
    comparison.surface = surface;
    comparison.refitDistance = 0.2;
    comparison.learners.resize(2);
    comparison.animals.resize(6);
    for (auto& learner : comparison.learners) {
        learner.rule = "bptt";
        learner.rank = 1;
        learner.distance = 0.7, learner.low = 0.5, learner.high = 0.9;
        learner.distances = {0.5, 0.7, 0.9};
        learner.surface = surface;
    }
    const FigureSpec distances = learnerDistances(comparison);
    expectWellFormed(distances);
    EXPECT_DOUBLE_EQ(distances.panels[0].guides[0].at, 0.2);
    const FigureSpec surfaces = learnerSurfaces(comparison, {});
    expectWellFormed(surfaces);
    ASSERT_EQ(surfaces.panels.size(), 6U);
    for (const Panel& panel : surfaces.panels) // so that the first column names the weights of all
        EXPECT_EQ(panel.y.low, -0.5);
    EXPECT_FALSE(std::isfinite(std::get<HeatMap>(surfaces.panels[0].series[0]).values[5])); // never met
}

TEST(NetworkFigures, LostNetworksAreLeftOutAndSaid) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    networks::LearnerComparison comparison;
    comparison.animal = "Mouse";
    comparison.rule = "dnn";
    comparison.networks = 3;
    comparison.learners.resize(3);
    comparison.learners[0].distances = {0.5, nan, 0.9};
    comparison.learners[0].distance = 0.7, comparison.learners[0].low = 0.5;
    comparison.learners[0].high = 0.9, comparison.learners[0].lost = 1;
    comparison.learners[1].distances = {0.6, 0.7, 1.2};
    comparison.learners[1].distance = comparison.learners[1].low = comparison.learners[1].high = 0.83;
    comparison.learners[2].distances = {nan, 0.1, 0.1}; // one met no state of the animal: not the nearest
    comparison.learners[2].distance = comparison.learners[2].low = comparison.learners[2].high = 0.1;
    const auto nearest = networks::nearestLearner(comparison);
    ASSERT_TRUE(nearest);
    EXPECT_EQ(nearest->learner, 0U);
    EXPECT_EQ(nearest->next, 1U);
    EXPECT_NEAR(nearest->margin, (0.1 + 0.3) / 2, 1e-12); // of the networks that both have
    const FigureSpec distances = learnerDistances(comparison);
    expectWellFormed(distances);
    EXPECT_EQ(std::get<XY>(distances.panels[0].series[0]).x.size(), 7U);
    EXPECT_THAT(base::english(distances.footer), testing::HasSubstr("ran away: 1"));
}

} // namespace

} // namespace rulescope::tests
