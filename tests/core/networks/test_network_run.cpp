// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/networks/network_run.h"

#include "core/networks/credit_rule.h"
#include "core/networks/image_set.h"
#include "core/networks/measures.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>
#include <unistd.h>

namespace rulescope::networks {

namespace {

namespace fs = std::filesystem;

/// Thirty-two neurons and a few hundred steps: under half a second.
NetworkSpec quickSpec() {
    NetworkSpec spec;
    spec.units = 32;
    spec.steps = 300;
    spec.optimiser.rate = 0.02;
    spec.measures = {5, 2, 2, 128, 64, true};
    return spec;
}

class Folder {
  public:
    Folder()
        : m_path(fs::temp_directory_path() / ("rulescope-networks-" + std::to_string(::getpid()))) {
        fs::remove_all(m_path);
        fs::create_directories(m_path);
    }
    ~Folder() { fs::remove_all(m_path); }
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(m_path / name, std::ios::binary) << text;
        return (m_path / name).string();
    }
    std::string path() const { return m_path.string(); }

  private:
    fs::path m_path;
};

TEST(Tasks, EveryTaskDrawsWhatItSays) {
    for (const TaskInfo* info : allTasks()) {
        const auto task = info->make({});
        if (!task && info->name == "image-rows") {
            continue; // covered where the images are installed
        }
        ASSERT_TRUE(task) << info->name;
        base::RandomStream random(1), again(1);
        Batch<float> batch, same;
        (*task)->draw(TrialSource::Training, 20, random, batch);
        (*task)->draw(TrialSource::Training, 20, again, same);
        EXPECT_EQ(batch.inputs, same.inputs) << info->name;
        EXPECT_EQ(static_cast<std::size_t>(batch.inputs.rows()), (*task)->inputs());
        EXPECT_EQ(static_cast<std::size_t>(batch.inputs.cols()), (*task)->steps() * 20);
        const std::size_t lossColumns = ((*task)->steps() - (*task)->lossFrom()) * 20;
        if (batch.loss == LossKind::CrossEntropy) {
            ASSERT_EQ(batch.classes.size(), lossColumns);
            for (const int each : batch.classes) {
                EXPECT_TRUE(each >= 0 && each < static_cast<int>((*task)->outputs()));
            }
        } else {
            EXPECT_EQ(static_cast<std::size_t>(batch.targets.cols()), lossColumns);
        }
    }
}

TEST(Tasks, TheNoisyTestHasMoreNoise) {
    const auto task = (*findTask("delayed-match"))->make({});
    base::RandomStream random(1);
    Batch<float> clean, noisy;
    (*task)->draw(TrialSource::Test, 500, random, clean);
    (*task)->draw(TrialSource::NoisyTest, 500, random, noisy);
    // Step 3 lies in the delay: nothing but noise.
    const auto delay = [](const Batch<float>& batch) {
        return std::sqrt(batch.inputs.block(1, 1500, 2, 500).squaredNorm() / 1000.0F);
    };
    EXPECT_NEAR(delay(clean), 0.1, 0.01);
    EXPECT_NEAR(delay(noisy), 0.3, 0.03);
}

TEST(Connectivities, AllHaveTheNormOfOneFullMatrix) {
    NetworkSpec spec = quickSpec();
    spec.units = 60;
    spec.connectivity.rank = 3;
    const double expected = initialNetwork(spec)->weights.recurrent.norm();
    for (const ConnectivityInfo* info : allConnectivities()) {
        spec.connectivity.kind = std::string(info->name);
        const auto network = initialNetwork(spec);
        ASSERT_TRUE(network) << base::english(network.error());
        EXPECT_NEAR(network->weights.recurrent.norm(), expected, 1e-9 * expected) << info->name;
        EXPECT_EQ(network->cellTypes.size(), 60U);
    }
}

TEST(Connectivities, RanksShareOneMatrix) {
    NetworkSpec spec = quickSpec();
    const Eigen::MatrixXd full = initialNetwork(spec)->weights.recurrent;
    spec.connectivity.kind = "rank";
    for (const std::size_t rank : {1, 4}) {
        spec.connectivity.rank = rank;
        const Eigen::MatrixXd low = initialNetwork(spec)->weights.recurrent;
        const auto values = singularValues(low);
        EXPECT_GT(values[rank - 1], 0.1);
        EXPECT_LT(values[rank], 1e-10);
        // The kept directions are those of the full matrix.
        const auto fullValues = singularValues(full);
        EXPECT_NEAR(values[0] / values[rank - 1], fullValues[0] / fullValues[rank - 1], 1e-9);
    }
    spec.connectivity.rank = 32;
    EXPECT_EQ(initialNetwork(spec)->weights.recurrent, full);
}

TEST(Connectivities, AlignedHasTheSizesOfItsNullAndKnowsTheTask) {
    NetworkSpec spec = quickSpec();
    spec.units = 100;
    for (const char* task : {"two-alternative", "context", "pattern"}) {
        spec.task = task;
        for (const std::size_t rank : {1, 3}) {
            spec.connectivity.rank = rank;
            spec.connectivity.kind = "rank";
            const auto null = initialNetwork(spec);
            spec.connectivity.kind = "aligned";
            const auto aligned = initialNetwork(spec);
            ASSERT_TRUE(aligned) << base::english(aligned.error());
            const auto nullSingular = singularValues(null->weights.recurrent);
            const auto singular = singularValues(aligned->weights.recurrent);
            for (std::size_t i = 0; i < rank; ++i) {
                EXPECT_NEAR(singular[i], nullSingular[i], 1e-8) << task;
            }
            EXPECT_LT(singular[rank], 1e-9);
            // On trials that it was not made from, its outputs are nearer to what is asked.
            base::RandomStream random(7);
            Batch<float> drawn;
            null->task->draw(TrialSource::Test, 256, random, drawn);
            const auto lossOf = [&](const InitialNetwork& network) {
                Activity<double> activity;
                forward(network.dynamics, network.weights, drawn.cast<double>(), activity);
                return activity.loss;
            };
            EXPECT_LT(lossOf(*aligned), lossOf(*null)) << task << ", rank " << rank;
        }
    }
    spec.connectivity.rank = 26;
    EXPECT_EQ(initialNetwork(spec).error().where, "rank");
}

// What [Liu et al. 2024] found, in small: an aligned start is lazier than a random one of the same rank and
// size.
TEST(Connectivities, AlignedLearnsLazierThanItsNull) {
    for (const char* task : {"two-alternative", "delayed-match"}) {
        double gain = 0;
        for (const std::uint64_t seed : {1, 2, 3}) {
            NetworkSpec spec = quickSpec();
            spec.task = task;
            spec.units = 100;
            spec.seed = seed;
            spec.connectivity.rank = 3;
            const auto kernelKept = [&](const char* kind) {
                spec.connectivity.kind = kind;
                const auto run = trainNetwork(spec);
                EXPECT_TRUE(run) << base::english(run.error());
                return run->kernelAlignment.last();
            };
            gain += (kernelKept("aligned") - kernelKept("rank")) / 3;
        }
        EXPECT_GT(gain, 0.1) << task; // .28 to .34 with 300 neurons and 1,000 steps, standard error .03
    }
}

TEST(Tasks, AFiniteSetComesAgainAndTestsStayNew) {
    NetworkSpec spec = quickSpec();
    spec.trainingTrials = 5;
    const auto network = initialNetwork(spec);
    ASSERT_TRUE(network);
    base::RandomStream random(1);
    Batch<float> batch, test;
    network->task->draw(TrialSource::Training, 200, random, batch);
    network->task->draw(TrialSource::Test, 200, random, test);
    const auto distinct = [](const Batch<float>& trials) {
        std::set<float> seen; // noise makes the second input of the first step unlike any other's
        for (Eigen::Index b = 0; b < 200; ++b) {
            seen.insert(trials.inputs(1, b));
        }
        return seen.size();
    };
    EXPECT_EQ(distinct(batch), 5U);
    EXPECT_EQ(distinct(test), 200U);
}

TEST(NetworkRun, AFewTrialsAreLearnedByHeart) {
    NetworkSpec spec = quickSpec();
    spec.trainingTrials = 24;
    spec.steps = 1500;
    spec.measures.kernels = spec.measures.curvature = 0;
    const auto run = trainNetwork(spec);
    ASSERT_TRUE(run);
    EXPECT_GT(run->trainAccuracy.last() - run->testAccuracy.last(), 0.03);
    EXPECT_EQ(run->spec, networkRunFromJson(toJson(*run))->spec);
    // Options that came later change neither the text nor the file name of specifications without them.
    EXPECT_EQ(toJson(quickSpec()).find("training_trials"), std::string::npos);
}

TEST(NetworkRun, UnboundedGrowthEndsBeforeItIsNoNumber) {
    NetworkSpec spec = quickSpec();
    spec.activation = "linear";
    spec.optimiser.rate = 0.6;
    spec.optimiser.momentum = 0.9;
    spec.task = "pattern";
    const auto run = trainNetwork(spec);
    ASSERT_TRUE(run) << base::english(run.error());
    EXPECT_EQ(run->status, RunStatus::Diverged);
    EXPECT_GT(run->steps, 0);
    EXPECT_LT(run->steps, 300);
}

TEST(Connectivities, DaleSoftRankAndChainsAreWhatTheySay) {
    NetworkSpec spec = quickSpec();
    spec.units = 200;
    spec.connectivity.kind = "dale";
    const Eigen::MatrixXd dale = initialNetwork(spec)->weights.recurrent;
    EXPECT_GE(dale.leftCols(160).minCoeff(), 0);
    EXPECT_LE(dale.rightCols(40).maxCoeff(), 0);
    EXPECT_LT(std::abs(dale.sum()), 0.1 * dale.cwiseAbs().sum());

    spec.connectivity.kind = "soft-rank";
    spec.connectivity.decay = 2;
    const auto values = singularValues(initialNetwork(spec)->weights.recurrent);
    EXPECT_NEAR(values[3] / values[0], 1.0 / 16, 1e-9);

    spec.connectivity.kind = "chain";
    for (const double correlation : {1.0, -1.0}) {
        spec.connectivity.chainCorrelation = correlation;
        const Eigen::MatrixXd chain = initialNetwork(spec)->weights.recurrent;
        // Chains j -> i -> k: (W^2)_kj, less those closed on themselves.
        const double chains = (chain * chain).sum() / chain.squaredNorm();
        EXPECT_GT(chains * correlation, 5) << correlation;
    }
}

TEST(Connectivities, CellTypesFollowTheirMatrix) {
    NetworkSpec spec = quickSpec();
    spec.units = 400;
    spec.connectivity.kind = "cell-types";
    const auto network = initialNetwork(spec);
    ASSERT_TRUE(network);
    const CellTypes types = potjansDiesmann();
    std::vector<double> counts(8);
    for (const int type : network->cellTypes) {
        ++counts[static_cast<std::size_t>(type)];
    }
    EXPECT_NEAR(counts[2], 400 * 21915 / 77169.0, 1.5);
    EXPECT_GE(counts[5], 1);
    // L4e to L23e connects with probability .0437: share of non-zero entries in the block.
    const Eigen::MatrixXd& recurrent = network->weights.recurrent;
    double connected = 0, possible = 0;
    for (Eigen::Index j = 0; j < 400; ++j) {
        for (Eigen::Index i = 0; i < 400; ++i) {
            if (network->cellTypes[std::size_t(i)] == 0 && network->cellTypes[std::size_t(j)] == 2) {
                ++possible;
                connected += recurrent(i, j) != 0;
                EXPECT_GE(recurrent(i, j), 0);
            }
        }
    }
    EXPECT_NEAR(connected / possible, types.probability(0, 2), 0.01);
}

TEST(Connectivities, PotjansDiesmannIsTheReferences) {
    const std::string path = std::string(RULESCOPE_SHARED_DIR) + "/reference/networks.json";
    std::ifstream file(path);
    if (!file) {
        GTEST_SKIP() << path << " is not here";
    }
    const auto json = nlohmann::json::parse(file).at("potjans_diesmann");
    const auto rows = json.at("connection_probability").get<std::vector<std::vector<double>>>();
    const CellTypes types = potjansDiesmann();
    ASSERT_EQ(rows.size(), types.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < rows.size(); ++j) {
            EXPECT_EQ(types.probability(Eigen::Index(i), Eigen::Index(j)), rows[i][j]) << i << ' ' << j;
        }
    }
    EXPECT_EQ(json.at("population").get<std::vector<double>>(), types.population);
}

TEST(BadInput, ConnectionMatricesThatAreNone) {
    const Folder folder;
    const auto codeOf = [&](const std::string& text) {
        const auto types = readCellTypes(folder.write("m.csv", text));
        return types ? std::string("fine") : base::english(types.error());
    };
    EXPECT_EQ(codeOf("0.1,0.2\n0.3,0.4\n"), "fine");
    EXPECT_EQ(codeOf("e,i\n0.1,0.2\n0.3,0.4\n"), "fine");
    EXPECT_EQ(
        codeOf("{\"connection_probability\": [[0.5]], \"names\": [\"e\"], \"population\": [3]}"), "fine");
    EXPECT_NE(codeOf("0.1,0.2\n0.3\n").find("not square"), std::string::npos);
    EXPECT_NE(codeOf("0.1,0.2\n").find("not square"), std::string::npos);
    EXPECT_NE(codeOf("0.1,-0.2\n0.3,0.4\n").find("no probability"), std::string::npos);
    EXPECT_NE(codeOf("0.1,nan\n0.3,0.4\n").find("NaN"), std::string::npos);
    EXPECT_NE(codeOf("0.1,1.2\n0.3,0.4\n").find("no probability"), std::string::npos);
    EXPECT_NE(codeOf("0,0\n0,0\n").find("zeros"), std::string::npos);
    EXPECT_NE(codeOf("a,b\nc,d\n").find("not a number"), std::string::npos);
    EXPECT_NE(codeOf("{\"connection_probability\": 3}").find("can't be read"), std::string::npos);
    EXPECT_NE(codeOf("{\"connection_probability\": [[0.5]], \"population\": [1, 2]}").find("one per type"),
        std::string::npos);
    EXPECT_FALSE(readCellTypes(folder.path() + "/nothing.csv"));
    EXPECT_FALSE(readCellTypes(folder.path()));
}

TEST(BadInput, SpecsThatCanNotRun) {
    const auto errorOf = [](void (*change)(NetworkSpec&)) {
        NetworkSpec spec = quickSpec();
        change(spec);
        const auto run = trainNetwork(spec);
        return run ? base::Error{} : run.error();
    };
    using base::ErrorCode;
    EXPECT_EQ(errorOf([](NetworkSpec& s) { s.connectivity.kind = "rank", s.connectivity.rank = 33; }).where,
        "rank");
    EXPECT_EQ(
        errorOf([](NetworkSpec& s) { s.connectivity.kind = "rank", s.connectivity.rank = 0; }).where, "rank");
    EXPECT_EQ(errorOf([](NetworkSpec& s) { s.connectivity.gain = 0; }).where, "gain");
    EXPECT_EQ(errorOf([](NetworkSpec& s) { s.connectivity.gain = NAN; }).where, "gain");
    EXPECT_EQ(errorOf([](NetworkSpec& s) { s.units = 1; }).where, "units");
    EXPECT_EQ(errorOf([](NetworkSpec& s) { s.batch = 0; }).where, "batch");
    EXPECT_EQ(errorOf([](NetworkSpec& s) { s.steps = 0; }).where, "steps");
    EXPECT_EQ(errorOf([](NetworkSpec& s) { s.optimiser.rate = -1; }).where, "rate");
    EXPECT_EQ(errorOf([](NetworkSpec& s) { s.optimiser.momentum = 1; }).where, "momentum");
    EXPECT_EQ(errorOf([](NetworkSpec& s) { s.leak = 1; }).where, "leak");
    EXPECT_EQ(errorOf([](NetworkSpec& s) { s.task = "chess"; }).code, ErrorCode::NotFound);
    EXPECT_EQ(errorOf([](NetworkSpec& s) { s.rule = "hebb"; }).code, ErrorCode::NotFound);
    EXPECT_EQ(errorOf([](NetworkSpec& s) { s.connectivity.kind = "lattice"; }).code, ErrorCode::NotFound);
    const base::Error large = errorOf([](NetworkSpec& s) { s.units = 3'000'000; });
    EXPECT_EQ(large.code, ErrorCode::TooLarge);
    EXPECT_NE(base::english(large).find("GB"), std::string::npos);
    const base::Error images =
        errorOf([](NetworkSpec& s) { s.task = "image-rows", s.taskOptions.imageFolder = "/nowhere"; });
    EXPECT_EQ(images.code, ErrorCode::NotFound);
    EXPECT_NE(base::english(images).find("apt install dataset-fashion-mnist"), std::string::npos);
}

TEST(BadInput, DamagedImageSets) {
    const Folder folder;
    const std::string header("\0\0\x08\x03\0\0\0\x01\0\0\0\x02\0\0\0\x02", 16);
    const std::string labels("\0\0\x08\x01\0\0\0\x01\x07", 9);
    folder.write("train-labels-idx1-ubyte", labels);
    folder.write("train-images-idx3-ubyte", header + "abcd");
    const auto whole = readImageSet(folder.path(), "train");
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->labels.front(), 7);
    folder.write("train-images-idx3-ubyte", header + "abc");
    EXPECT_EQ(readImageSet(folder.path(), "train").error().code, base::ErrorCode::BadFormat);
    folder.write(
        "train-images-idx3-ubyte", std::string("\0\0\x08\x03\xff\xff\xff\xff\0\0\0\x02\0\0\0\x02", 16));
    EXPECT_EQ(readImageSet(folder.path(), "train").error().code, base::ErrorCode::BadFormat);
    folder.write("train-images-idx3-ubyte", "not an idx file");
    EXPECT_EQ(readImageSet(folder.path(), "train").error().code, base::ErrorCode::BadFormat);
}

TEST(NetworkRun, LearnsAndIsTheSameTwice) {
    NetworkSpec spec = quickSpec();
    const auto run = trainNetwork(spec);
    ASSERT_TRUE(run) << base::english(run.error());
    EXPECT_EQ(run->status, RunStatus::Completed);
    EXPECT_EQ(run->steps, 300);
    EXPECT_GT(run->trainAccuracy.last(), 0.8);
    EXPECT_LT(run->loss.last(), run->loss.values.front() / 2);
    EXPECT_EQ(run->loss.steps, (std::vector<int>{0, 75, 150, 225, 300}));
    EXPECT_EQ(run->kernelAlignment.steps, (std::vector<int>{0, 300}));
    EXPECT_NEAR(run->kernelAlignment.values.front(), 1, 1e-6);
    EXPECT_NEAR(run->representationAlignment.values.front(), 1, 1e-6);
    EXPECT_EQ(run->weightChange.values.front(), 0);
    EXPECT_GT(run->weightChange.last(), 0.1);
    EXPECT_EQ(run->before.singular.size(), 32U);
    EXPECT_EQ(run->gradientShare.last(), 1);
    const auto again = trainNetwork(spec);
    EXPECT_EQ(run->loss, again->loss);
    EXPECT_EQ(run->curvature, again->curvature);
    EXPECT_EQ(run->after, again->after);
}

TEST(NetworkRun, MeasuringDoesNotChangeTraining) {
    NetworkSpec spec = quickSpec();
    const double measured = trainNetwork(spec)->weightChange.last();
    spec.measures.curves = 2;
    spec.measures.kernels = spec.measures.curvature = 0;
    spec.measures.spectra = false;
    const auto bare = trainNetwork(spec);
    EXPECT_EQ(bare->weightChange.last(), measured);
    EXPECT_TRUE(bare->kernelAlignment.isEmpty());
    EXPECT_TRUE(bare->before.singular.empty());
}

TEST(NetworkRun, EveryRuleAndOptimiserLearns) {
    NetworkSpec spec = quickSpec();
    for (const CreditRule* rule : allCreditRules()) {
        spec.rule = std::string(rule->name);
        const bool isAdam = rule->name == "bptt";
        spec.optimiser.kind = isAdam ? "adam" : "sgd";
        spec.optimiser.rate = isAdam ? 0.003 : 0.02;
        spec.optimiser.l2 = 1e-4;
        const auto run = trainNetwork(spec);
        ASSERT_TRUE(run);
        EXPECT_GT(run->trainAccuracy.last(), 0.7) << rule->name;
        if (!rule->isExact() || rule->isScaledToThreeFactor) {
            EXPECT_NE(run->gradientShare.values.front(), 1) << rule->name;
        }
    }
}

TEST(NetworkRun, AScheduleOfRatesIsKept) {
    NetworkSpec spec = quickSpec();
    spec.optimiser.decayAt = 0.5;
    spec.optimiser.decayFactor = 1e-6;
    const auto run = trainNetwork(spec);
    const auto& change = run->weightChange.values;
    // The momentum of the first half decays within tens of steps at a millionth of the rate.
    EXPECT_NEAR(change[2], change[4], 1e-4 * change[4]);
    EXPECT_GT(change[2] - change[1], 1e-3);
}

TEST(NetworkRun, ADivergingRunEndsWithItsStepAndWithoutNaN) {
    NetworkSpec spec = quickSpec();
    spec.optimiser.rate = 1e4;
    const auto run = trainNetwork(spec);
    ASSERT_TRUE(run);
    EXPECT_EQ(run->status, RunStatus::Diverged);
    EXPECT_GT(run->steps, 0);
    EXPECT_LT(run->steps, 300);
    for (const double value : run->loss.values) {
        EXPECT_TRUE(std::isfinite(value));
    }
    const auto back = networkRunFromJson(toJson(*run));
    ASSERT_TRUE(back) << base::english(back.error());
    EXPECT_EQ(back->status, RunStatus::Diverged);
}

TEST(NetworkRun, StopsWhenAskedAndTellsHowFarItCame) {
    NetworkSpec spec = quickSpec();
    spec.steps = 1'000'000;
    std::stop_source source;
    RunCallbacks callbacks;
    callbacks.onProgress = [&](const RunProgress& progress) {
        EXPECT_EQ(progress.steps, 1'000'000);
        source.request_stop();
    };
    const auto run = trainNetwork(spec, source.get_token(), callbacks);
    ASSERT_TRUE(run);
    EXPECT_EQ(run->status, RunStatus::Cancelled);
    EXPECT_LT(run->steps, 1'000'000);
}

TEST(NetworkRun, JsonBringsBackEverything) {
    NetworkSpec spec = quickSpec();
    spec.steps = 20;
    spec.rule = "e-prop";
    spec.connectivity.kind = "rank";
    spec.connectivity.rank = 2;
    const auto run = trainNetwork(spec);
    const auto back = networkRunFromJson(toJson(*run));
    ASSERT_TRUE(back) << base::english(back.error());
    EXPECT_EQ(back->spec, spec);
    EXPECT_EQ(back->loss, run->loss);
    EXPECT_EQ(back->after, run->after);
    EXPECT_EQ(toJson(*back), toJson(*run));
    EXPECT_FALSE(networkRunFromJson("{}"));
    EXPECT_FALSE(networkRunFromJson("nonsense"));
    EXPECT_FALSE(networkSpecFromJson("{\"task\": 3}"));
}

TEST(NetworkRun, GapsAreComparedAtOneTrainAccuracy) {
    NetworkRun quick, slow;
    quick.trainAccuracy = {{0, 1, 2}, {0.1, 0.5, 0.9}};
    quick.testAccuracy = {{0, 1, 2}, {0.1, 0.4, 0.6}};
    slow.trainAccuracy = {{0, 1, 2}, {0.1, 0.3, 0.7}};
    slow.testAccuracy = {{0, 1, 2}, {0.1, 0.3, 0.6}};
    const std::vector<NetworkRun> runs = {quick, slow};
    const double matched = matchedTrainAccuracy(runs);
    EXPECT_DOUBLE_EQ(matched, 0.7);
    EXPECT_NEAR(gapAt(quick, matched, false), 0.2, 1e-12);
    EXPECT_NEAR(gapAt(slow, matched, false), 0.1, 1e-12);
    EXPECT_TRUE(std::isnan(gapAt(slow, 0.8, false)));
}

TEST(NetworkRun, StabilityBoundKnowsMomentumAndRho) {
    NetworkSpec spec;
    spec.optimiser = {"sgd", 0.01, 0, 0, 1, 1};
    EXPECT_DOUBLE_EQ(stabilityBound(spec, 1), 200);
    EXPECT_DOUBLE_EQ(stabilityBound(spec, 0.04), 5000);
    spec.optimiser.momentum = 0.9;
    EXPECT_DOUBLE_EQ(stabilityBound(spec, 1), 380);
    EXPECT_TRUE(std::isinf(stabilityBound(spec, 0)));
    spec.optimiser.kind = "adam";
    EXPECT_TRUE(std::isnan(stabilityBound(spec, 1)));
}

} // namespace

} // namespace rulescope::networks
