// SPDX-License-Identifier: GPL-3.0-or-later
// simulate, recover and confusion, end to end.
#include "tests/app/cli/program.h"

#include <csignal>
#include <gmock/gmock.h>

namespace rulescope::test {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SimulationCommands : public testing::Test {
  protected:
    ProgramResult simulate(std::vector<std::string> more) const {
        std::vector<std::string> words = {"simulate", "--study", m_study, "--json"};
        words.insert(words.end(), more.begin(), more.end());
        return run(words);
    }

    TemporaryFolder m_folder;
    std::string m_study = m_folder.path("simulated.rulescope");
};

TEST_F(SimulationCommands, SimulateMakesAStudyThatIsTheSameForASeed) {
    const std::vector<std::string> words = {"--rule", "reinforce-baseline", "--parameters",
        "alpha=0.08,offset.bias=0.02,offset.stimulus=0.04", "--animals", "3", "--trials", "700", "--seed",
        "7"};
    const ProgramResult result = simulate(words);
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const nlohmann::json report = result.json();
    EXPECT_EQ(report["animals"], 3);
    EXPECT_EQ(report["trials"], 2100);
    EXPECT_EQ(report["choices"], 2100);
    EXPECT_THAT(report["names"], ElementsAre("Simulated 1", "Simulated 2", "Simulated 3"));
    // Other names, same seed: the same choices.
    std::vector<std::string> again = words;
    again.insert(again.end(), {"--name", "Again"});
    EXPECT_EQ(simulate(again).json()["accuracy"], report["accuracy"]);
    EXPECT_EQ(run({"info", "--study", m_study, "--json"}).json()["animals"].size(), 6U);
    EXPECT_EQ(simulate(words).exitCode, 3); // the names are taken
}

TEST_F(SimulationCommands, SimulateTakesEveryRobustnessCondition) {
    const ProgramResult result = simulate({"--rule", "reinforce", "--animals", "2", "--trials", "300",
        "--task", "liu2025", "--start", "bias=1,stimulus=-2", "--fixed", "bias", "--noise", "0.01",
        "--policy", "probit", "--lapse-left", "0.02", "--lapse-right", "0.03", "--misses", "0.1",
        "--distractors", "2", "--session-trials", "100:150"});
    ASSERT_EQ(result.exitCode, 0) << result.err;
    EXPECT_LT(result.json()["choices"], 600);
    EXPECT_EQ(run({"fit", "--study", m_study, "--rule", "reinforce", "--regressors",
                      "bias,stimulus,column:distractor_2", "--stimulus-transform", "identity"})
                  .exitCode,
        0);
}

TEST_F(SimulationCommands, TwinsLearnByAFittedNetwork) {
    ASSERT_EQ(simulate({"--rule", "reinforce", "--animals", "2", "--trials", "300"}).exitCode, 0);
    ASSERT_EQ(run({"fit", "--study", m_study, "--rule", "rnn", "--epochs", "2"}).exitCode, 0);
    const ProgramResult twins = simulate({"--fit", "rnn-1", "--twins-of", "Simulated 2", "--animals", "2"});
    ASSERT_EQ(twins.exitCode, 0) << twins.err;
    EXPECT_THAT(twins.json()["names"], ElementsAre("Simulated 2 twin 1", "Simulated 2 twin 2"));
    EXPECT_EQ(twins.json()["trials"], 600);
    const ProgramResult fresh =
        simulate({"--fit", "rnn-1", "--name", "New", "--animals", "1", "--trials", "50"});
    EXPECT_EQ(fresh.exitCode, 0) << fresh.err;
    EXPECT_EQ(simulate({"--fit", "rnn-9"}).exitCode, 3);
    EXPECT_EQ(simulate({"--fit", "rnn-1", "--twins-of", "Nobody"}).exitCode, 3);
    EXPECT_EQ(simulate({"--fit", "rnn-1", "--regressors", "stimulus"}).exitCode, 2);
    EXPECT_EQ(simulate({"--fit", "rnn-1", "--twins-of", "all", "--noise", "1"}).exitCode, 2);
    EXPECT_EQ(simulate({"--fit", "rnn-1", "--twins-of", "all", "--start", "bias=1"}).exitCode, 2);
    EXPECT_EQ(simulate({"--fit", "rnn-1", "--twins-of", "all", "--animals", "100000"}).exitCode, 2);
    const ProgramResult other = run({"fit", "--study", m_study, "--rule", "rnn", "--epochs", "1",
        "--regressors", "stimulus,bias,win_stay"});
    ASSERT_EQ(other.exitCode, 0) << other.err;
    EXPECT_EQ(simulate({"--fit", "rnn-2", "--name", "Own", "--animals", "1", "--trials", "20", "--start",
                           "win_stay=1"})
                  .exitCode,
        0);
    EXPECT_EQ(simulate({"--fit", "rnn-2", "--name", "Bad", "--start", "previous_choice=1"}).exitCode, 2);
}

TEST_F(SimulationCommands, SimulateRefusesWhatItCannotRun) {
    EXPECT_EQ(simulate({}).exitCode, 2);
    EXPECT_EQ(simulate({"--rule", "rnn"}).exitCode, 2);
    EXPECT_EQ(simulate({"--rule", "reinforce", "--parameters", "beta=1"}).exitCode, 2);
    EXPECT_EQ(simulate({"--rule", "reinforce", "--start", "stimulus=nan"}).exitCode, 2);
    EXPECT_EQ(simulate({"--rule", "reinforce", "--session-trials", "9:3"}).exitCode, 2);
    EXPECT_EQ(simulate({"--rule", "reinforce", "--animals", "100000", "--trials", "10000000"}).exitCode, 2);
    EXPECT_EQ(simulate({"--rule", "reinforce", "--regressors", "bias,column:x"}).exitCode, 3);
    EXPECT_EQ(simulate({"--fit", "rnn-1"}).exitCode, 3); // no such study
}

TEST_F(SimulationCommands, RecoverHasTheKeysOfTheContract) {
    const std::string csv = m_folder.path("recovery.csv");
    const ProgramResult result = run({"recover", "--animals", "6", "--refits", "2", "--out", csv, "--json"});
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const nlohmann::json report = result.json();
    EXPECT_GT(report["rmse"], 0);
    EXPECT_LT(report["rmse"], report["true_rms"]);
    EXPECT_GT(report["cosine"], 0.7);
    EXPECT_NEAR(report["true_error_ratio"], -1, 1e-9);
    EXPECT_LE(report["error_ratio"]["low"], report["error_ratio"]["high"]);
    EXPECT_THAT(report["intervals"].get<std::string>(), HasSubstr("over the fit and its 2 refits"));
    EXPECT_EQ(report["condition"]["preset"], "quick");
    EXPECT_THAT(contentOf(csv), HasSubstr("recovery,slice-middle,\"true, correct\""));
    EXPECT_EQ(run({"recover", "--preset", "unheard-of"}).exitCode, 2);
    for (const char* bad : {"nan", "inf", "-1"}) {
        EXPECT_EQ(run({"recover", "--rate-spread", bad}).exitCode, 2) << bad;
        EXPECT_EQ(run({"recover", "--noise", bad}).exitCode, 2) << bad;
    }
    for (const char* layers : {"0", "5"}) {
        EXPECT_EQ(run({"recover", "--hidden-layers", layers}).exitCode, 2) << layers;
    }
    EXPECT_EQ(run({"recover", "--w0-error", "inf"}).exitCode, 3);
    EXPECT_EQ(run({"recover", "--animals", "100000", "--trials", "1000000"}).exitCode, 2);
    EXPECT_EQ(run({"recover", "--w0", "known", "--start", "stimulus=1", "--fitted", "dnn"}).exitCode, 3);
    EXPECT_THAT(run({"recover", "--help"}).out, HasSubstr("liu2025-noise-half"));
}

TEST_F(SimulationCommands, RecoverRunsThePublishedProtocolOnFewAnimals) {
    const ProgramResult result = run({"recover", "--preset", "liu2025-500", "--animals", "20", "--trials",
        "150", "--epochs", "2", "--hidden", "16", "--w0", "trained", "--json"});
    ASSERT_EQ(result.exitCode, 0) << result.err;
    EXPECT_EQ(result.json()["condition"]["one_animal_per_step"], true);
    EXPECT_EQ(result.json()["condition"]["hidden_layers"], 3);
    EXPECT_EQ(result.json()["epochs"], 2);
}

TEST_F(SimulationCommands, CtrlCStopsARecovery) {
    const ProgramResult result =
        runAndSignal({"recover", "--preset", "liu2025-500", "--epochs", "1000000", "--json"}, SIGINT, 12);
    EXPECT_EQ(result.exitCode, 130) << result.err;
    EXPECT_EQ(result.json()["error"]["code"], "cancelled");
}

TEST_F(SimulationCommands, ConfusionWritesItsMatrixAndEveryCohort) {
    const std::string csv = m_folder.path("cohorts.csv"), figure = m_folder.path("figure.csv");
    const ProgramResult result = run({"confusion", "--rules", "none,reinforce", "--fitted", "none,reinforce",
        "--cohorts", "2", "--animals", "4", "--trials", "600", "--out", csv, "--figure", figure, "--json"});
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const nlohmann::json report = result.json();
    ASSERT_EQ(report["rows"].size(), 2U);
    EXPECT_EQ(report["rows"][1]["simulated"], "reinforce");
    EXPECT_EQ(report["rows"][1]["wins"]["reinforce"], 1);
    EXPECT_TRUE(report["found"].is_number());
    const std::string table = contentOf(csv);
    EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 1 + 2 * 2 * 2);
    EXPECT_THAT(contentOf(figure), HasSubstr("confusion"));
    EXPECT_EQ(run({"confusion", "--rules", "dnn", "--cohorts", "1"}).exitCode, 3);
    EXPECT_EQ(run({"confusion", "--animals", "3", "--heldout", "3"}).exitCode, 3);
}

TEST_F(SimulationCommands, SurfaceAndGainRefuseAFitWithoutUpdatesOrAnimals) {
    ASSERT_EQ(simulate({"--rule", "reinforce", "--animals", "1", "--trials", "200"}).exitCode, 0);
    ASSERT_EQ(run({"fit", "--study", m_study, "--rule", "none"}).exitCode, 0);
    const ProgramResult surface =
        run({"surface", "--study", m_study, "--fit", "none-1", "--out", m_folder.path("none.csv")});
    EXPECT_EQ(surface.exitCode, 4);
    EXPECT_THAT(surface.err, HasSubstr("moves no weights"));
    // Nothing is learned: gains of 0 and no ratio.
    const nlohmann::json gain = run({"gain", "--study", m_study, "--fit", "none-1", "--json"}).json();
    EXPECT_EQ(gain["pooled"]["gain_correct"]["value"], 0);
    EXPECT_TRUE(gain["pooled"]["error_ratio"]["value"].is_null());
    EXPECT_EQ(gain["pooled"]["error_ratio_defined"], false);
    EXPECT_EQ(run({"gain", "--study", m_study, "--fit", "none-1", "--animals", "Nobody"}).exitCode, 3);
}

} // namespace

} // namespace rulescope::test
