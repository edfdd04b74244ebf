// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/linear_theory.h"
#include "core/networks/recipe.h"
#include "core/networks/summary.h"
#include "core/networks/sweep.h"

#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace rulescope::networks {

namespace {

namespace fs = std::filesystem;

std::vector<NetworkSpec> quickSpecs() {
    NetworkSpec spec;
    spec.units = 24;
    spec.steps = 60;
    spec.optimiser.rate = 0.02;
    spec.measures = {3, 2, 2, 64, 32, true};
    spec.connectivity.kind = "rank";
    RecipeOptions options;
    options.ranks = {1, 24};
    options.seeds = 2;
    return crossed(spec, options);
}

class SweepFolder : public testing::Test {
  protected:
    SweepFolder()
        : m_path((fs::temp_directory_path() / ("rulescope-sweep-" + std::to_string(::getpid()))).string()) {
        fs::remove_all(m_path);
    }
    ~SweepFolder() override { fs::remove_all(m_path); }
    std::string m_path;
};

std::vector<double> changesOf(const SweepResult& sweep) {
    std::vector<double> changes;
    for (const NetworkRun& run : sweep.runs) {
        changes.push_back(run.weightChange.last());
    }
    return changes;
}

TEST_F(SweepFolder, ThreadsAndTheFolderNeverChangeABit) {
    const auto specs = quickSpecs();
    ASSERT_EQ(specs.size(), 4U);
    const auto alone = runSweep(specs, {1, ""});
    ASSERT_TRUE(alone);
    const auto together = runSweep(specs, {3, m_path});
    ASSERT_TRUE(together);
    EXPECT_EQ(changesOf(*alone), changesOf(*together));
    EXPECT_EQ(together->resumed, 0U);
    const auto again = runSweep(specs, {2, m_path});
    ASSERT_TRUE(again);
    EXPECT_EQ(again->resumed, 4U);
    EXPECT_EQ(changesOf(*alone), changesOf(*again));
    EXPECT_EQ(again->runs[1].after, together->runs[1].after);
}

TEST_F(SweepFolder, AStoppedSweepGoesOnWhereItWas) {
    const auto specs = quickSpecs();
    std::stop_source source;
    SweepCallbacks callbacks;
    callbacks.onRun = [&](std::size_t, const NetworkRun&) { source.request_stop(); };
    const auto stopped = runSweep(specs, {1, m_path}, source.get_token(), callbacks);
    ASSERT_TRUE(stopped);
    EXPECT_TRUE(stopped->isCancelled);
    EXPECT_EQ(stopped->runs[0].status, RunStatus::Completed);
    EXPECT_EQ(stopped->runs[3].status, RunStatus::Cancelled);
    const auto resumed = runSweep(specs, {1, m_path});
    ASSERT_TRUE(resumed);
    EXPECT_EQ(resumed->resumed, 1U);
    EXPECT_FALSE(resumed->isCancelled);
    EXPECT_EQ(changesOf(*resumed), changesOf(*runSweep(specs, {2, ""})));
}

TEST_F(SweepFolder, DamagedAndForeignFilesAreRunAnew) {
    const auto specs = quickSpecs();
    fs::create_directories(m_path);
    std::ofstream(fs::path(m_path) / runFileName(specs[0])) << "{\"spec\":";
    NetworkRun other;
    other.spec = specs[2];
    std::ofstream(fs::path(m_path) / runFileName(specs[1])) << toJson(other);
    const auto sweep = runSweep({specs[0], specs[1]}, {1, m_path});
    ASSERT_TRUE(sweep);
    EXPECT_EQ(sweep->resumed, 0U);
    EXPECT_EQ(runSweep({specs[0], specs[1]}, {1, m_path})->resumed, 2U);
}

TEST_F(SweepFolder, BadSpecificationsAreFoundBeforeTheFirstStep) {
    auto specs = quickSpecs();
    specs.back().connectivity.rank = 25;
    std::atomic<int> finished = 0;
    SweepCallbacks callbacks;
    callbacks.onRun = [&](std::size_t, const NetworkRun&) { ++finished; };
    const auto sweep = runSweep(specs, {2, ""}, {}, callbacks);
    ASSERT_FALSE(sweep);
    EXPECT_EQ(sweep.error().where, "rank");
    EXPECT_EQ(finished, 0);
    EXPECT_EQ(runSweep(quickSpecs(), {1, "/proc/nowhere/folder"}).error().code, base::ErrorCode::NotWritable);
}

TEST(Recipes, AreWhatMethodPins) {
    const auto sweep = (*findNetworkRecipe("rank-sweep"))->specs({});
    ASSERT_EQ(sweep.size(), 36U);
    EXPECT_EQ(sweep.front().units, 300U);
    EXPECT_EQ(sweep.front().steps, 10000);
    EXPECT_EQ(sweep.front().optimiser.rate, 0.003);
    EXPECT_EQ(sweep.front().connectivity.gain, 1.25);
    RecipeOptions options;
    options.seeds = 1;
    options.tasks = {"context"};
    EXPECT_EQ((*findNetworkRecipe("rank-sweep"))->specs(options).size(), 4U);
    const auto curvature = (*findNetworkRecipe("curvature"))->specs({});
    ASSERT_EQ(curvature.size(), 9U);
    EXPECT_EQ(curvature.front().task, "image-rows");
    EXPECT_EQ(curvature.front().optimiser.momentum, 0);
    for (const NetworkRecipe* recipe : allNetworkRecipes()) {
        for (const NetworkSpec& spec : recipe->specs({})) {
            if (spec.task != "image-rows") {
                EXPECT_TRUE(checkSpec(spec)) << recipe->name;
            }
        }
    }
    EXPECT_EQ(findNetworkRecipe("breakfast").error().code, base::ErrorCode::NotFound);
}

TEST(Summary, GroupsJoinSeedsAndLeaveOutRunsThatDidNotComplete) {
    std::vector<NetworkRun> runs(3);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        runs[i].spec.seed = i + 1;
        runs[i].weightChange.add(1, static_cast<double>(i + 1));
    }
    runs[2].spec.rule = "e-prop";
    const auto groups = groupBySeed(runs);
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups[0].runs, (std::vector<std::size_t>{0, 1}));
    const RunMeasure& change = *findRunMeasure("weight_change");
    EXPECT_DOUBLE_EQ(statisticsOf(runs, groups[0], change).mean, 1.5);
    EXPECT_NEAR(statisticsOf(runs, groups[0], change).deviation, std::sqrt(0.5), 1e-12);
    runs[0].status = RunStatus::Diverged;
    EXPECT_DOUBLE_EQ(statisticsOf(runs, groups[0], change).mean, 2);
    EXPECT_EQ(statisticsOf(runs, groups[0], change).count, 1U);
}

TEST(LinearTheory, TrainedNetworksMeetTheFormula) {
    LinearTheoryOptions options;
    const auto points = linearTheory(options);
    ASSERT_TRUE(points) << base::english(points.error());
    ASSERT_EQ(points->size(), 3U);
    const double expected[] = {0.9587, 0.9758, 0.9791}; // METHOD.md section 10
    for (std::size_t i = 0; i < points->size(); ++i) {
        const LinearTheoryPoint& point = (*points)[i];
        EXPECT_NEAR(point.expected, expected[i], 5e-5);
        EXPECT_LT(point.loss, 1e-12);
        EXPECT_LT(point.standardError, 1e-3);
        // Small weights are not infinitely small: a bias of the order of the scale.
        EXPECT_NEAR(point.mean, point.expected, 4 * point.standardError + 1e-4) << point.rank;
    }
    options.threads = 1;
    EXPECT_EQ(linearTheory(options)->front().mean, points->front().mean);
}

TEST(LinearTheory, AnAlignedStartIsFullyLazy) {
    LinearTheoryOptions options;
    options.ranks = {1};
    options.isAligned = true;
    options.networks = 20;
    const auto points = linearTheory(options);
    ASSERT_TRUE(points);
    EXPECT_NEAR(points->front().mean, 1, 1e-6);
}

TEST(LinearTheory, RefusesWhatItCanNotStartFrom) {
    LinearTheoryOptions options;
    options.ranks = {21};
    EXPECT_EQ(linearTheory(options).error().code, base::ErrorCode::InvalidValue);
    options.ranks = {0};
    EXPECT_FALSE(linearTheory(options));
    options.ranks = {1};
    options.networks = 1;
    EXPECT_FALSE(linearTheory(options));
    std::stop_source source;
    source.request_stop();
    EXPECT_EQ(linearTheory({}, source.get_token()).error().code, base::ErrorCode::Cancelled);
}

} // namespace

} // namespace rulescope::networks
