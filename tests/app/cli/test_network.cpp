// SPDX-License-Identifier: GPL-3.0-or-later
// network: sweeps, recipes, resume, cancel, and artificial animals.
#include "core/networks/experiment.h"
#include "tests/app/cli/program.h"

#include <csignal>
#include <gmock/gmock.h>

namespace rulescope::test {

namespace {

using testing::HasSubstr;

std::vector<std::string> quick(std::vector<std::string> more) {
    std::vector<std::string> words = {
        "network", "--json", "--units", "24", "--steps", "60", "--rate", "0.02"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

TEST(Network, ASweepTellsMeasuresPerRankRuleAndSeedAndResumes) {
    const TemporaryFolder folder;
    const std::vector<std::string> words = quick({"--connectivity", "rank", "--rank", "1,24", "--rule",
        "bptt,e-prop", "--seeds", "2", "--out", folder.path("runs")});
    const ProgramResult result = run(words);
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const nlohmann::json report = result.json();
    ASSERT_EQ(report["runs"].size(), 8U);
    ASSERT_EQ(report["groups"].size(), 4U);
    const nlohmann::json& first = report["runs"][0];
    EXPECT_EQ(first["rank"], 1);
    EXPECT_EQ(first["rule"], "bptt");
    EXPECT_EQ(first["seed"], 1);
    EXPECT_EQ(first["status"], "completed");
    for (const char* measure : {"weight_change", "kernel_alignment", "representation_alignment",
             "effective_rank_before", "hessian_eigenvalue", "rho", "train_accuracy", "noisy_test_accuracy"}) {
        EXPECT_TRUE(first["measures"][measure].is_number()) << measure;
    }
    EXPECT_EQ(report["groups"][0]["weight_change"]["n"], 2);

    const nlohmann::json again = run(words).json();
    EXPECT_EQ(again["resumed"], 8);
    EXPECT_EQ(again["runs"], report["runs"]);
}

TEST(Network, TheoryMeetsTheFormula) {
    const TemporaryFolder folder;
    const ProgramResult result =
        run({"network", "--recipe", "theory", "--out", folder.path("theory"), "--json"});
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const nlohmann::json told = result.json();
    for (const nlohmann::json& point : told["kernel_alignment"]) {
        EXPECT_NEAR(point["mean"], point["expected"], 2e-3);
    }
    EXPECT_EQ(networks::readExperiment(folder.path("theory"))->theory.size(), 3U); // as the window reads it
}

TEST(Network, ARecipeCanBeMadeSmall) {
    const ProgramResult result =
        run(quick({"--recipe", "rank-sweep", "--task", "context", "--rank", "1,24", "--seeds", "1"}));
    ASSERT_EQ(result.exitCode, 0) << result.err;
    EXPECT_EQ(result.json()["runs"].size(), 2U);
}

TEST(Network, BadInputHasItsExitCode) {
    const auto codeOf = [](const std::vector<std::string>& more) { return run(quick(more)).exitCode; };
    EXPECT_EQ(codeOf({"--recipe", "breakfast"}), 2);
    EXPECT_EQ(codeOf({"--recipe", "six-learners"}), 2);
    EXPECT_EQ(codeOf({"--trials", "5"}), 2); // of other recipes: refused, not ignored
    EXPECT_EQ(codeOf({"--recipe", "learner", "--study", "a", "--animal", "b"}), 2); // has steps
    EXPECT_EQ(run({"network", "--recipe", "six-learners", "--study", "a", "--animal", "b", "--connectivity",
                      "dale"})
                  .exitCode,
        2);
    EXPECT_EQ(codeOf({"--connectivity", "rank", "--rank", "25"}), 3);
    EXPECT_EQ(codeOf({"--task", "image-rows", "--images", "/nowhere"}), 3);
    EXPECT_EQ(run({"network", "--units", "9000000"}).exitCode, 3);
    const ProgramResult wild = run({"network", "--json", "--units", "24", "--steps", "60", "--rate", "1e6"});
    EXPECT_EQ(wild.exitCode, 4);
    EXPECT_EQ(wild.json()["runs"][0]["status"], "diverged");
}

TEST(Network, CtrlCEndsWithWhatIsDone) {
    const ProgramResult result = runAndSignal({"network", "--json", "--steps", "100000000"}, SIGINT, 2);
    EXPECT_EQ(result.exitCode, 130);
    EXPECT_EQ(result.json()["cancelled"], true);
}

TEST(Network, LearnersBecomeAnimalsOfTheStudy) {
    const TemporaryFolder folder;
    const std::string study = folder.path("study.rulescope");
    run({"demo", "--study", study});
    const std::string animal = run({"info", "--study", study, "--json"}).json()["animals"][0]["name"];
    const ProgramResult learner = run({"network", "--recipe", "learner", "--study", study, "--animal", animal,
        "--units", "30", "--rule", "e-prop,rflo", "--json"});
    ASSERT_EQ(learner.exitCode, 0) << learner.err;
    EXPECT_EQ(learner.json()["learners"].size(), 2U);
    EXPECT_EQ(run({"info", "--study", study, "--json"}).json()["animals"].size(), 14U);

    const ProgramResult compared =
        run({"network", "--recipe", "six-learners", "--study", study, "--animal", animal, "--units", "30",
            "--seeds", "2", "--infer", "reinforce-baseline", "--out", folder.path("six"), "--json"});
    ASSERT_EQ(compared.exitCode, 0) << compared.err;
    ASSERT_EQ(compared.json()["learners"].size(), 6U);
    EXPECT_TRUE(compared.json()["learners"][0]["distance"]["value"].is_number());
    const auto kept = networks::readExperiment(folder.path("six"));
    ASSERT_TRUE(kept && kept->comparison);
    EXPECT_EQ(kept->request.animal, animal);
    EXPECT_EQ(kept->comparison->learners.size(), 6U);
    EXPECT_EQ(run({"info", "--study", study, "--json"}).json()["animals"].size(), 20U);
    EXPECT_EQ(run({"network", "--recipe", "learner", "--study", study, "--animal", "Nobody"}).exitCode, 3);
}

} // namespace

} // namespace rulescope::test
