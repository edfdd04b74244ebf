// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/experiment.h"

#include "core/networks/learner_series.h"
#include "core/networks/learner_speed.h"
#include "tests/core/networks/model_animal.h"

#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <map>
#include <unistd.h>

namespace rulescope::networks {

namespace {

using testing_networks::modelAnimal;

namespace fs = std::filesystem;

class ExperimentFolder : public testing::Test {
  protected:
    ExperimentFolder()
        : m_path(
              (fs::temp_directory_path() / ("rulescope-experiment-" + std::to_string(::getpid()))).string()) {
        fs::remove_all(m_path);
    }
    ~ExperimentFolder() override { fs::remove_all(m_path); }
    std::string m_path;
};

ExperimentRequest quickSweep() {
    ExperimentRequest request;
    request.recipe = "own";
    request.options.tasks = {"two-alternative"};
    request.options.connectivities = {"rank", "aligned"};
    request.options.ranks = {1};
    request.options.seeds = 2;
    request.options.units = 24;
    request.options.steps = 60;
    request.options.trainingTrials = 100;
    return request;
}

TEST(Requests, SurviveJson) {
    ExperimentRequest request = quickSweep();
    request.animal = "M1";
    request.inferred = "rnn";
    request.epochs = 7;
    request.isSpeedMatched = false;
    request.options.rate = 0.5;
    const auto read = experimentRequestFromJson(toJson(request));
    ASSERT_TRUE(read) << base::english(read.error());
    EXPECT_EQ(*read, request);
    request.options.trainingTrials.reset();
    EXPECT_EQ(*experimentRequestFromJson(toJson(request)), request);
    EXPECT_EQ(experimentRequestFromJson("{}").error().code, base::ErrorCode::BadFormat);
    EXPECT_EQ(experimentRequestFromJson("[1").error().code, base::ErrorCode::BadFormat);
}

TEST(Requests, AreCheckedBeforeTheyRun) {
    ExperimentRequest request;
    request.recipe = "breakfast";
    EXPECT_EQ(specsOf(request).error().code, base::ErrorCode::NotFound);
    request.recipe = "six-learners";
    EXPECT_EQ(specsOf(request).error().where, "animal");
    request = quickSweep();
    request.options.ranks = {7}; // more than a quarter of the neurons: too many for aligned
    EXPECT_EQ(specsOf(request)->size(), 4U);
    request.options.ranks = {25};
    EXPECT_EQ(specsOf(request).error().where, "rank");
}

TEST(Requests, TimeGrowsWithStepsAndNeurons) {
    ExperimentRequest request = quickSweep();
    request.options.units = 200;
    request.options.steps = 1000;
    const auto small = estimated(request, 0, 1e10);
    ASSERT_TRUE(small);
    EXPECT_EQ(small->networks, 4U);
    EXPECT_GT(small->bytes, 0);
    request.options.steps = 10000;
    EXPECT_GT(estimated(request, 0, 1e10)->seconds, 2 * small->seconds);
    EXPECT_NEAR(estimated(request, 0, 2e10)->seconds, estimated(request, 0, 1e10)->seconds / 2, 1e-9);
    request.recipe = "six-learners";
    request.animal = "M1";
    EXPECT_GT(estimated(request, 4000, 1e10)->seconds, estimated(request, 1000, 1e10)->seconds);
}

TEST_F(ExperimentFolder, KeepsTheTimeOfItsFirstRequest) {
    EXPECT_EQ(readCreatedUtc(m_path), "");
    ExperimentRequest request = quickSweep();
    ASSERT_TRUE(writeRequest(request, m_path));
    const std::string created = readCreatedUtc(m_path);
    ASSERT_EQ(created.size(), std::string("2025-01-01T00:00:00.000Z").size());
    EXPECT_EQ(readExperiment(m_path)->createdUtc, created);
    EXPECT_EQ(*readRequest(m_path), request);

    const std::string file = m_path + "/experiment.json";
    const auto rewrite = [&file](std::string text) { std::ofstream(file) << text; };
    std::string early = toJson(request);
    early.insert(early.rfind('}'), R"(,"created_utc":"2024-03-01T12:20:00Z")");
    rewrite(early);
    request.epochs = 7;
    ASSERT_TRUE(writeRequest(request, m_path)); // asked again
    EXPECT_EQ(readCreatedUtc(m_path), "2024-03-01T12:20:00Z");
    EXPECT_EQ(*readRequest(m_path), request);

    rewrite(toJson(request)); // of an earlier version: no time is made up
    ASSERT_TRUE(writeRequest(request, m_path));
    EXPECT_EQ(readCreatedUtc(m_path), "");
    rewrite("{");
    EXPECT_EQ(readCreatedUtc(m_path), "");
}

TEST_F(ExperimentFolder, ASweepIsReadBackAndContinued) {
    const ExperimentRequest request = quickSweep();
    ASSERT_TRUE(writeRequest(request, m_path));
    EXPECT_EQ(*readRequest(m_path), request);
    EXPECT_FALSE(readExperiment(m_path)->isComplete);

    std::stop_source source;
    std::atomic<int> measured = 0;
    ExperimentCallbacks callbacks;
    callbacks.onMeasured = [&](std::size_t index, const NetworkRun& run) {
        ++measured;
        if (index == 1 && run.loss.steps.back() > 0) {
            source.request_stop();
        }
    };
    const auto stopped = runExperiment(request, nullptr, {1, m_path}, source.get_token(), callbacks);
    ASSERT_TRUE(stopped) << base::english(stopped.error());
    EXPECT_TRUE(stopped->isCancelled);
    EXPECT_GT(measured, 5);
    EXPECT_EQ(readExperiment(m_path)->runs.size(), 1U);

    const auto finished = runExperiment(request, nullptr, {1, m_path});
    ASSERT_TRUE(finished);
    EXPECT_EQ(finished->networks, 4U);
    const auto experiment = readExperiment(m_path);
    ASSERT_EQ(experiment->runs.size(), 4U);
    EXPECT_TRUE(experiment->isComplete);
    EXPECT_EQ(experiment->runs[0].spec, specsOf(request)->front());
    double seconds = 0;
    for (const NetworkRun& run : experiment->runs) {
        seconds += run.seconds;
    }
    EXPECT_NEAR(measuredFlopsPerSecond(experiment->runs),
        4 * estimatedFlops(experiment->runs[0].spec) / seconds,
        1e-3 * measuredFlopsPerSecond(experiment->runs));
    EXPECT_EQ(measuredFlopsPerSecond({}), processorFlopsPerSecond());
}

TEST_F(ExperimentFolder, TheoryIsKept) {
    ExperimentRequest request;
    request.recipe = "theory";
    ASSERT_TRUE(writeRequest(request, m_path));
    ASSERT_TRUE(runExperiment(request, nullptr, {0, m_path}));
    const auto experiment = readExperiment(m_path);
    ASSERT_TRUE(experiment);
    EXPECT_TRUE(experiment->isComplete);
    ASSERT_EQ(experiment->theory.size(), 3U);
    EXPECT_NEAR(experiment->theory[0].expected, 0.9587, 5e-5);
}

TEST_F(ExperimentFolder, SixLearnersAreKeptAndTheirFirstNetworksJoinTheStudy) {
    const data::AnimalPtr model = modelAnimal(400);
    ExperimentRequest request;
    request.recipe = "six-learners";
    request.animal = "Model";
    request.inferred = "reinforce-baseline";
    request.epochs = 20;
    request.options.rules = {"bptt", "e-prop"};
    request.options.ranks = {1};
    request.options.units = 20;
    request.options.seeds = 2;
    EXPECT_EQ(runExperiment(request, nullptr, {1, m_path}).error().code, base::ErrorCode::NotFound);
    ASSERT_TRUE(writeRequest(request, m_path));
    const auto outcome = runExperiment(request, model, {0, m_path});
    ASSERT_TRUE(outcome) << base::english(outcome.error());
    ASSERT_EQ(outcome->animals.size(), 2U);
    EXPECT_NE(outcome->animals[0]->name(), outcome->animals[1]->name());
    const auto experiment = readExperiment(m_path);
    ASSERT_TRUE(experiment) << base::english(experiment.error());
    ASSERT_TRUE(experiment->comparison);
    const LearnerComparison& comparison = *experiment->comparison;
    EXPECT_EQ(comparison.networks, 2U);
    ASSERT_EQ(comparison.learners.size(), 2U);
    EXPECT_GT(comparison.learners[0].rate, 0);
    EXPECT_EQ(comparison.learners[0].surface.correct.size(),
        comparison.surface.rows() * comparison.surface.columns());
    if (const auto nearest = nearestLearner(comparison)) {
        EXPECT_GE(nearest->margin, 0);
        EXPECT_LE(nearest->low, nearest->margin);
    }
    std::ofstream(fs::path(m_path) / "comparison.json") << "{\"animal\": 3}";
    EXPECT_EQ(readExperiment(m_path).error().code, base::ErrorCode::BadFormat);
}

/// Files of finished networks, with the time at which each was written.
std::map<std::string, fs::file_time_type> keptFiles(const std::string& folder) {
    std::map<std::string, fs::file_time_type> files;
    for (const fs::directory_entry& each : fs::directory_iterator(folder)) {
        if (each.path().filename().string().rfind("learner-", 0) == 0) {
            files[each.path().string()] = each.last_write_time();
        }
    }
    return files;
}

TEST_F(ExperimentFolder, ANetworkThatRunsAwayCostsTheOthersNothing) {
    const data::AnimalPtr model = modelAnimal(300);
    LearnerSeriesOptions options;
    options.isSpeedMatched = false;
    options.networks.assign(2, LearnerSpec().network);
    options.networks[0].units = options.networks[1].units = 20;
    options.networks[0].optimiser.rate = 1e12;
    const auto series = runLearnerSeries(*model, options);
    ASSERT_TRUE(series) << base::english(series.error());
    EXPECT_TRUE((*series)[0].loss);
    EXPECT_FALSE((*series)[1].loss);
    EXPECT_EQ((*series)[1].artificial.animal->trialCount(), 300U);
    options.networks.pop_back();
    EXPECT_THAT(base::english(runLearnerSeries(*model, options).error()), testing::HasSubstr("ran away"));
}

/// Stops when a quarter is done, goes on, and returns what came of it; nothing that was kept is made again.
ExperimentOutcome stoppedAndContinued(
    const ExperimentRequest& request, const data::AnimalPtr& model, const std::string& folder) {
    std::stop_source source;
    ExperimentCallbacks callbacks;
    callbacks.onProgress = [&](double fraction) {
        if (fraction >= 0.25) {
            source.request_stop();
        }
    };
    const auto stopped = runExperiment(request, model, {1, folder}, source.get_token(), callbacks);
    EXPECT_EQ(stopped.error().code, base::ErrorCode::Cancelled);
    const auto before = keptFiles(folder);
    EXPECT_GT(before.size(), 0U);
    auto finished = runExperiment(request, model, {1, folder});
    EXPECT_TRUE(finished) << base::english(finished.error());
    const auto after = keptFiles(folder);
    EXPECT_GT(after.size(), before.size());
    for (const auto& [file, written] : before) {
        EXPECT_EQ(after.at(file), written) << file;
    }
    return *finished;
}

TEST_F(ExperimentFolder, ArtificialAnimalsThatWereStoppedGoOnFromThere) {
    const data::AnimalPtr model = modelAnimal(400);
    ExperimentRequest request;
    request.recipe = "learner";
    request.animal = "Model";
    request.options.rules = {"bptt", "rflo"};
    request.options.units = 20;
    request.options.seeds = 3;
    const ExperimentOutcome continued = stoppedAndContinued(request, model, m_path);
    const auto whole = runExperiment(request, model, {2, {}});
    ASSERT_TRUE(whole) << base::english(whole.error());
    ASSERT_EQ(continued.animals.size(), 6U);
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_EQ(continued.animals[i]->name(), whole->animals[i]->name());
        EXPECT_EQ(continued.animals[i]->contentHash(), whole->animals[i]->contentHash());
        EXPECT_EQ(continued.animals[i]->provenance(), whole->animals[i]->provenance());
    }
    // Another animal is another experiment, and a damaged file is made anew.
    EXPECT_NE(runExperiment(request, modelAnimal(300), {1, m_path})->animals[0]->contentHash(),
        continued.animals[0]->contentHash());
    for (const auto& [file, written] : keptFiles(m_path)) {
        fs::resize_file(file, fs::file_size(file) / 2);
    }
    EXPECT_EQ(runExperiment(request, model, {1, m_path})->animals[4]->contentHash(),
        continued.animals[4]->contentHash());
}

TEST_F(ExperimentFolder, SixLearnersThatWereStoppedGoOnFromThere) {
    const data::AnimalPtr model = modelAnimal(400);
    ExperimentRequest request;
    request.recipe = "six-learners";
    request.animal = "Model";
    request.inferred = "reinforce-baseline";
    request.options.rules = {"bptt", "e-prop"};
    request.options.ranks = {1};
    request.options.units = 20;
    request.options.seeds = 2;
    ASSERT_TRUE(writeRequest(request, m_path));
    stoppedAndContinued(request, model, m_path);
    const std::string continued = toJson(*readExperiment(m_path)->comparison);
    const std::string other = m_path + "-whole";
    ASSERT_TRUE(writeRequest(request, other));
    ASSERT_TRUE(runExperiment(request, model, {2, other}));
    EXPECT_EQ(toJson(*readExperiment(other)->comparison), continued);
    fs::remove_all(other);
}

TEST_F(ExperimentFolder, OthersFoldersAreNotExperiments) {
    EXPECT_EQ(readExperiment(m_path).error().code, base::ErrorCode::NotFound);
    fs::create_directories(m_path);
    std::ofstream(fs::path(m_path) / "experiment.json") << "not JSON";
    EXPECT_EQ(readExperiment(m_path).error().code, base::ErrorCode::BadFormat);
    EXPECT_EQ(writeRequest(quickSweep(), "/proc/nowhere").error().code, base::ErrorCode::NotWritable);
}

TEST(LearnerSpeed, CurvesAreSharesOfCorrectChoices) {
    const data::AnimalPtr model = modelAnimal(1000);
    const auto curve = learningCurve(*model, 10);
    ASSERT_EQ(curve.size(), 10U);
    double sum = 0;
    for (const double each : curve) {
        sum += each / 10;
    }
    EXPECT_NEAR(sum, model->counts().accuracy(), 1e-12);
    EXPECT_EQ(speedDifference(*model, *model), 0);
    EXPECT_TRUE(std::isnan(speedDifference(*model, *modelAnimal(10))));
}

TEST(LearnerSpeed, ANetworkIsFoundThatLearnsAsFast) {
    // The model is itself a network, at a rate far from where the search begins.
    const data::AnimalPtr trials = modelAnimal(2000);
    LearnerSpec spec;
    spec.network.units = 30;
    spec.network.optimiser.rate = 0.05;
    const auto model = runLearner(spec, *trials);
    ASSERT_TRUE(model);
    spec.network.optimiser.rate = 0.05 / 16;
    spec.network.seed = 7;
    const double before = speedDifference(*runLearner(spec, *trials)->animal, *model->animal);
    const auto matched = matchedRate(spec, *model->animal);
    ASSERT_TRUE(matched) << base::english(matched.error());
    EXPECT_GT(matched->rate, 0.05 / 4);
    EXPECT_LT(matched->rate, 0.05 * 4);
    EXPECT_LT(matched->difference, before);
    std::stop_source source;
    source.request_stop();
    EXPECT_EQ(matchedRate(spec, *model->animal, source.get_token()).error().code, base::ErrorCode::Cancelled);
    EXPECT_EQ(matchedRate(spec, *modelAnimal(10)).error().code, base::ErrorCode::NoData);
}

} // namespace

} // namespace rulescope::networks
