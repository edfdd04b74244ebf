// SPDX-License-Identifier: GPL-3.0-or-later
// fit, surface, gain and compare, end to end on small demos.
#include "tests/app/cli/program.h"

#include <csignal>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>

namespace rulescope::test {

namespace {

using testing::HasSubstr;

/// A demo study that each test copies, so that fits do not meet.
class FitCommands : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        s_folder = std::make_unique<TemporaryFolder>();
        run({"demo", "--study", s_folder->path("demo.rulescope")});
        const nlohmann::json info =
            run({"info", "--study", s_folder->path("demo.rulescope"), "--json"}).json();
        s_animals.clear();
        for (const nlohmann::json& animal : info["animals"]) {
            s_animals.push_back(animal["name"]);
        }
    }
    static void TearDownTestSuite() { s_folder.reset(); }

    FitCommands()
        : m_study(m_own.path("study.rulescope")) {
        std::filesystem::copy_file(s_folder->path("demo.rulescope"), m_study);
    }

    ProgramResult fit(const std::string& rule, std::vector<std::string> more = {}) const {
        std::vector<std::string> words = {
            "fit", "--study", m_study, "--rule", rule, "--trials", "300", "--epochs", "3", "--json"};
        words.insert(words.end(), more.begin(), more.end());
        return run(words);
    }
    std::string path(const std::string& name) const { return m_own.path(name); }

    inline static std::unique_ptr<TemporaryFolder> s_folder;
    inline static std::vector<std::string> s_animals;
    TemporaryFolder m_own;
    std::string m_study;
};

TEST_F(FitCommands, FitTellsItsScoresAndStoresTheFit) {
    const ProgramResult result =
        fit("dnn", {"--animals", s_animals[0] + ',' + s_animals[1], "--heldout", s_animals[2]});
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const nlohmann::json report = result.json();
    EXPECT_EQ(report["fit"], "dnn-1");
    EXPECT_LT(report["train_nats_per_trial"], 0);
    EXPECT_LT(report["heldout_nats_per_trial"], 0);
    EXPECT_EQ(report["epochs"], 3);
    EXPECT_GT(report["seconds"], 0);
    ASSERT_EQ(report["per_animal"].size(), 3U);
    EXPECT_EQ(report["per_animal"][2]["animal"], s_animals[2]);
    EXPECT_EQ(report["per_animal"][2]["heldout"], true);
    EXPECT_EQ(report["per_animal"][0]["trials"], 300);

    EXPECT_EQ(fit("dnn").json()["fit"], "dnn-2");
    const nlohmann::json fits = run({"info", "--study", m_study, "--json"}).json()["fits"];
    ASSERT_EQ(fits.size(), 2U);
    EXPECT_EQ(fits[0]["train_nats_per_trial"], report["train_nats_per_trial"]);
    EXPECT_EQ(fits[1]["animals"].size(), s_animals.size());
    EXPECT_TRUE(fits[1]["heldout_nats_per_trial"].is_null());
}

TEST_F(FitCommands, TheLastTrialsOfTheFittedAnimalsCanBeHeldOut) {
    const ProgramResult result = fit("dnn", {"--animals", s_animals[0], "--holdout", "future:100"});
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const nlohmann::json report = result.json();
    EXPECT_EQ(report["holdout"], "future:100");
    EXPECT_LT(report["heldout_nats_per_trial"], 0);
    ASSERT_EQ(report["per_animal"].size(), 2U);
    EXPECT_EQ(report["per_animal"][0]["trials"], 200);
    EXPECT_EQ(report["per_animal"][1]["trials"], 100);
    EXPECT_EQ(fit("dnn", {"--holdout", "future:300"}).exitCode, 3);
}

TEST_F(FitCommands, TheSameSeedFitsTheSameNumbers) {
    const std::vector<std::string> one = {"--animals", s_animals[0], "--seed", "5"};
    const nlohmann::json first = fit("rnn", one).json();
    EXPECT_EQ(fit("rnn", one).json()["train_nats_per_trial"], first["train_nats_per_trial"]);
    EXPECT_NE(fit("rnn", {"--animals", s_animals[0], "--seed", "6"}).json()["train_nats_per_trial"],
        first["train_nats_per_trial"]);
}

TEST_F(FitCommands, ATextbookFitTellsItsParameters) {
    const ProgramResult result = fit("reinforce-baseline", {"--animals", s_animals[0]});
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const nlohmann::json parameters = result.json()["parameters"];
    EXPECT_TRUE(parameters.contains("alpha")) << parameters;
    EXPECT_TRUE(parameters.contains("offset")) << parameters;
}

TEST_F(FitCommands, CtrlCStopsAFitAndLeavesTheStudyAsItWasButForTheCheckpoint) {
    // Far more epochs than a test would wait for; the progress line tells that training has begun.
    const std::string before = contentOf(m_study);
    const ProgramResult result =
        runAndSignal({"fit", "--study", m_study, "--rule", "rnn", "--epochs", "1000000", "--checkpoint",
                         path("stopped.checkpoint"), "--json"},
            SIGINT, 12);
    EXPECT_EQ(result.exitCode, 130) << result.err;
    EXPECT_EQ(result.json()["error"]["code"], "cancelled");
    EXPECT_EQ(contentOf(m_study), before);
    EXPECT_TRUE(std::filesystem::exists(path("stopped.checkpoint")));
}

TEST_F(FitCommands, AFitThatWasKilledGoesOnFromItsCheckpointToTheSameNumbers) {
    const std::vector<std::string> words = {"fit", "--study", m_study, "--rule", "rnn", "--trials", "500",
        "--animals", s_animals[0] + ',' + s_animals[1] + ',' + s_animals[2], "--training",
        "epochs=2500,patience=0,averaging=0.5", "--json"};
    std::vector<std::string> kept = words;
    kept.insert(kept.end(), {"--checkpoint", path("fit.checkpoint")});
    const ProgramResult killed = runAndSignal(kept, SIGKILL, 12);
    ASSERT_EQ(killed.exitCode, 128 + SIGKILL) << "it was done before its first progress line";
    ASSERT_TRUE(std::filesystem::exists(path("fit.checkpoint")));
    const ProgramResult other =
        run({"fit", "--study", m_study, "--rule", "dnn", "--checkpoint", path("fit.checkpoint"), "--json"});
    EXPECT_EQ(other.exitCode, 3) << "the checkpoint of another fit";
    const ProgramResult resumed = run(kept);
    ASSERT_EQ(resumed.exitCode, 0) << resumed.err;
    EXPECT_FALSE(std::filesystem::exists(path("fit.checkpoint")));
    const nlohmann::json first = resumed.json(), second = run(words).json();
    EXPECT_EQ(first["epochs"], 2500);
    EXPECT_EQ(first["train_nats_per_trial"], second["train_nats_per_trial"]);
    EXPECT_EQ(first["per_animal"], second["per_animal"]);
}

TEST_F(FitCommands, AComparisonThatWasInterruptedOrKilledGoesOnFromItsCheckpoint) {
    const std::vector<std::string> words = {"compare", "--study", m_study, "--rules", "none,dnn", "--holdout",
        "animals:2", "--trials", "500", "--training", "epochs=4000,patience=0", "--json"};
    std::vector<std::string> kept = words;
    kept.insert(kept.end(), {"--checkpoint", path("comparison.checkpoint")});
    const nlohmann::json whole = run(words).json();
    for (const auto& [signal, exitCode] : {std::pair(SIGINT, 130), std::pair(SIGKILL, 128 + SIGKILL)}) {
        const ProgramResult stopped = runAndSignal(kept, signal, 12);
        EXPECT_EQ(stopped.exitCode, exitCode) << stopped.err;
        // What a kill leaves may be nothing yet; a stop always writes.
        ASSERT_TRUE(signal == SIGKILL || std::filesystem::exists(path("comparison.checkpoint")));
        const ProgramResult resumed = run(kept);
        ASSERT_EQ(resumed.exitCode, 0) << resumed.err;
        EXPECT_FALSE(std::filesystem::exists(path("comparison.checkpoint")));
        const nlohmann::json report = resumed.json();
        EXPECT_EQ(report["rules"], whole["rules"]);
        EXPECT_EQ(report["tests"], whole["tests"]);
        EXPECT_EQ(report["fits"].size(), 4U);
        EXPECT_EQ(report["fits"][2]["status"], "completed");
    }
}

TEST_F(FitCommands, AnEnsembleThatWasKilledGoesOnFromItsCheckpointToTheSameNumbers) {
    const std::vector<std::string> words = {"fit", "--study", m_study, "--rule", "dnn", "--members", "3",
        "--trials", "300", "--training", "epochs=1000,patience=0", "--json"};
    std::vector<std::string> kept = words;
    kept.insert(kept.end(), {"--checkpoint", path("ensemble.checkpoint")});
    const ProgramResult killed = runAndSignal(kept, SIGKILL, 12);
    ASSERT_EQ(killed.exitCode, 128 + SIGKILL) << "it was done before its first progress line";
    const ProgramResult resumed = run(kept);
    ASSERT_EQ(resumed.exitCode, 0) << resumed.err;
    const nlohmann::json first = resumed.json(), second = run(words).json();
    EXPECT_EQ(first["members"], second["members"]);
    EXPECT_EQ(first["per_animal"], second["per_animal"]);
}

TEST_F(FitCommands, AnEnsembleTellsOfItsMembers) {
    const ProgramResult result = fit("dnn", {"--members", "3", "--resample", "animals"});
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const nlohmann::json report = result.json();
    ASSERT_EQ(report["members"].size(), 2U);
    EXPECT_EQ(report["members"][1]["seed"], 3);
    EXPECT_LT(report["members"][1]["train_nats_per_trial"], 0);
}

TEST_F(FitCommands, AnOptionChosenByNameWinsOverTheRulesOwn) {
    const ProgramResult own = fit("residual-dnn", {"--training", "hidden=4"});
    ASSERT_EQ(own.exitCode, 0) << own.err;
    EXPECT_EQ(own.json()["training"]["hidden"], 4);
    EXPECT_GT(own.json()["training"]["patience"], 0);
    const ProgramResult named = fit("residual-dnn", {"--training", "patience=0"});
    ASSERT_EQ(named.exitCode, 0) << named.err;
    EXPECT_EQ(named.json()["training"]["patience"], 0);
    EXPECT_EQ(named.json()["status"], "completed");
}

TEST_F(FitCommands, HiddenLayersAreChosenByName) {
    const ProgramResult deep = fit("dnn", {"--training", "hidden_layers=3"});
    ASSERT_EQ(deep.exitCode, 0) << deep.err;
    EXPECT_EQ(deep.json()["training"]["hidden_layers"], 3);
    EXPECT_EQ(fit("dnn", {}).json()["training"]["hidden_layers"], 2);
    for (const char* layers : {"0", "5"}) {
        const ProgramResult refused = fit("dnn", {"--training", std::string("hidden_layers=") + layers});
        EXPECT_EQ(refused.exitCode, 3) << layers;
        EXPECT_NE(refused.err.find("between 1 and 4"), std::string::npos) << refused.err;
    }
}

TEST_F(FitCommands, TrainingOptionsAreCheckedByName) {
    EXPECT_EQ(fit("dnn", {"--training", "learning_rat=0.1"}).exitCode, 2);
    EXPECT_EQ(fit("dnn", {"--training", "patience=1.5"}).exitCode, 2);
    EXPECT_EQ(fit("dnn", {"--training", "patience"}).exitCode, 2);
    EXPECT_EQ(fit("dnn", {"--training", "learning_rate=0"}).exitCode, 3);
    EXPECT_EQ(fit("dnn", {"--training", "learning_rate=1e6,clip_norm=0"}).exitCode, 4) << "diverged";
    for (const char* rate : {"0", "-1"}) {
        EXPECT_EQ(fit("dnn", {"--training", std::string("learning_rate=") + rate}).exitCode, 3) << rate;
    }
    for (const char* rate : {"nan", "inf"}) {
        const ProgramResult refused = fit("dnn", {"--training", std::string("learning_rate=") + rate});
        EXPECT_EQ(refused.exitCode, 2) << rate;
        EXPECT_THAT(refused.err, HasSubstr("finite number")) << rate;
    }
    EXPECT_EQ(run({"fit", "--study", m_study, "--rule", "rnn", "--epochs", "2147483647"}).exitCode, 2);
    EXPECT_EQ(run({"recover", "--epochs", "2147483647"}).exitCode, 2);
    EXPECT_EQ(run({"compare", "--study", m_study, "--rules", "dnn", "--holdout", "animals:2", "--trials",
                      "200", "--epochs", "30", "--training", "learning_rate=1e6,clip_norm=0,patience=0"})
                  .exitCode,
        4)
        << "no rule has a score";
}

TEST_F(FitCommands, SurfaceWritesOneRowPerCell) {
    ASSERT_EQ(fit("rnn").exitCode, 0);
    const ProgramResult result =
        run({"surface", "--study", m_study, "--fit", "rnn-1", "--out", path("surface.csv"), "--json"});
    ASSERT_EQ(result.exitCode, 0) << result.err;

    const std::string csv = contentOf(path("surface.csv"));
    EXPECT_TRUE(csv.starts_with(
        "stimulus,weight,dw_correct,dw_error,dw_difference,visits_correct,visits_error,dw_left,"
        "dw_right,dw_correct_low,"));
    EXPECT_EQ(result.json()["cells"], std::count(csv.begin(), csv.end(), '\n') - 1);
    EXPECT_GT(result.json()["cells"], 50);
}

TEST_F(FitCommands, SurfaceThatCannotBeWrittenIsRefused) {
    ASSERT_EQ(fit("reinforce").exitCode, 0);
    const ProgramResult result =
        run({"surface", "--study", m_study, "--fit", "reinforce-1", "--out", path("none/surface.csv")});
    EXPECT_EQ(result.exitCode, 3);
    EXPECT_THAT(result.err, HasSubstr("none/surface.csv"));
}

TEST_F(FitCommands, GainTellsWhatCorrectTrialsAndErrorsTeach) {
    ASSERT_EQ(fit("reinforce").exitCode, 0);
    const ProgramResult result = run({"gain", "--study", m_study, "--fit", "reinforce-1", "--json"});
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const nlohmann::json report = result.json();
    ASSERT_EQ(report["per_animal"].size(), s_animals.size());
    for (const char* key :
        {"gain_correct", "gain_error", "reinforcement_correct", "reinforcement_error", "error_ratio"}) {
        EXPECT_TRUE(report["pooled"][key].contains("value")) << key;
        EXPECT_TRUE(report["pooled"][key].contains("low")) << key;
        EXPECT_TRUE(report["pooled"][key].contains("high")) << key;
    }
    // REINFORCE learns from reward alone.
    EXPECT_GT(report["pooled"]["gain_correct"]["value"], 0);
    EXPECT_NEAR(report["pooled"]["gain_error"]["value"], 0, 1e-12);
    EXPECT_NEAR(report["pooled"]["error_ratio"]["value"], 0, 1e-9);
}

TEST_F(FitCommands, GainSaysInWordsWhatItsIntervalsCover) {
    ASSERT_EQ(fit("reinforce").exitCode, 0);
    ASSERT_EQ(fit("reinforce", {"--members", "3", "--resample", "animals"}).exitCode, 0);
    const std::vector<std::string> one = {"gain", "--study", m_study, "--fit", "reinforce-1"};
    const std::string single = run(one).out;
    EXPECT_THAT(
        single, HasSubstr("over the 12 animals, each animal: over its sessions; one fit, taken as it is"));
    EXPECT_THAT(single, HasSubstr("--members 8"));
    const ProgramResult several = run({"gain", "--study", m_study, "--fit", "reinforce-2", "--json"});
    EXPECT_THAT(
        several.json()["intervals"].get<std::string>(), HasSubstr("and over the 3 fits of the ensemble"));
    EXPECT_THAT(run({"gain", "--help"}).out, HasSubstr("--members 8"));
}

TEST_F(FitCommands, ChoicesThatAreAllTheSameAreScoredInAComparisonAndRefusedAsASingleFit) {
    const std::string csv = path("same.csv"), study = path("same.rulescope");
    std::string rows = "subject,session,stimulus,choice,answer\n";
    for (int t = 0; t < 600; ++t) {
        const double stimulus = (t * 7 % 9 - 4) / 4.0;
        rows += fmt::format("S{},1,{},right,{}\n", t / 150, stimulus, stimulus > 0 ? "right" : "left");
    }
    std::ofstream(csv) << rows;
    ASSERT_EQ(run({"import", csv, "--study", study}).exitCode, 0);
    const ProgramResult single = run({"fit", "--study", study, "--rule", "none", "--json"});
    EXPECT_EQ(single.exitCode, 4);
    EXPECT_THAT(single.json()["error"]["what"].get<std::string>(), HasSubstr("no maximum"));
    const ProgramResult compared = run({"compare", "--study", study, "--rules", "none,reinforce-baseline",
        "--holdout", "animals:2", "--json"});
    ASSERT_EQ(compared.exitCode, 0) << compared.err;
    const nlohmann::json report = compared.json();
    EXPECT_EQ(report["fits"][0]["status"], "unbounded");
    EXPECT_EQ(report["pooled_animals"].size(), 4U);
    for (const nlohmann::json& rule : report["rules"]) {
        EXPECT_TRUE(rule["nats_per_trial"].is_number()) << rule["rule"];
        EXPECT_TRUE(rule["lost_animals"].empty());
    }
}

TEST_F(FitCommands, AFitThatRanAwayIsKeptWithItsLastGoodParametersIfItHasAny) {
    const ProgramResult untrained = fit("dnn", {"--training", "learning_rate=1e6,clip_norm=0"});
    EXPECT_EQ(untrained.exitCode, 4);
    EXPECT_THAT(untrained.json()["error"]["what"].get<std::string>(), HasSubstr("diverged from its start"));

    // The last good ones of a residual rule that no epoch improves are those of the fitted textbook.
    const ProgramResult result = fit("residual-dnn",
        {"--preset", "liu2025", "--training", "learning_rate=1e6,clip_norm=0", "--initial-weights", "zero"});
    EXPECT_EQ(result.exitCode, 4);
    const nlohmann::json report = result.json();
    EXPECT_EQ(report["status"], "diverged");
    EXPECT_EQ(report["fit"], "residual-dnn-1");
    const nlohmann::json textbook = fit("reinforce-baseline").json();
    EXPECT_NEAR(
        report["train_nats_per_trial"].get<double>(), textbook["train_nats_per_trial"].get<double>(), 1e-6);
    const nlohmann::json fits = run({"info", "--study", m_study, "--json"}).json()["fits"];
    ASSERT_EQ(fits.size(), 2U);
    EXPECT_EQ(fits[0]["train_nats_per_trial"], report["train_nats_per_trial"]);
    const ProgramResult gain = run({"gain", "--study", m_study, "--fit", "residual-dnn-1", "--json"});
    EXPECT_EQ(gain.exitCode, 0);
    EXPECT_THAT(gain.err, HasSubstr("diverged: shown are its last good parameters"));
}

TEST_F(FitCommands, CompareHasTheKeysOfTheContract) {
    const ProgramResult result = run({"compare", "--study", m_study, "--rules", "none,reinforce", "--holdout",
        "animals:3", "--trials", "300", "--json"});
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const nlohmann::json report = result.json();
    EXPECT_EQ(report["unit"], "animals");
    std::vector<std::string> names;
    for (const nlohmann::json& rule : report["rules"]) {
        names.push_back(rule["rule"]);
        EXPECT_LT(rule["nats_per_trial"], 0);
        EXPECT_TRUE(rule["bits_per_trial"].is_number());
        EXPECT_EQ(rule["per_animal"].size(), s_animals.size());
    }
    EXPECT_THAT(names, testing::IsSupersetOf({"none", "reinforce"}));
    EXPECT_TRUE(report["tests"].is_array());
    EXPECT_FALSE(report["tests"].empty());
    EXPECT_EQ(run({"info", "--study", m_study, "--json"}).json()["comparisons"].size(), 1U);
}

TEST_F(FitCommands, CompareHoldsOutTheAnimalsThatAreNamed) {
    const ProgramResult result = run({"compare", "--study", m_study, "--rules", "none,reinforce", "--holdout",
        "animals:" + s_animals[1] + ',' + s_animals[4], "--trials", "300", "--json"});
    ASSERT_EQ(result.exitCode, 0) << result.err;
    std::vector<std::string> heldOut;
    const nlohmann::json report = result.json();
    for (const nlohmann::json& animal : report["rules"][0]["per_animal"]) {
        heldOut.push_back(animal["animal"]);
    }
    EXPECT_THAT(heldOut, testing::UnorderedElementsAre(s_animals[1], s_animals[4]));
}

} // namespace

} // namespace rulescope::test
