// SPDX-License-Identifier: GPL-3.0-or-later
// The subcommands that look into a study, on the demo study and on an animal without random numbers.
#include "tests/app/cli/program.h"

#include <array>
#include <cmath>
#include <fstream>
#include <gmock/gmock.h>

namespace rulescope::test {

namespace {

using testing::HasSubstr;

/// METHOD.md section 9 in the columns of the wheel task (choice -1 = right; feedbackType 1 = correct).
std::string deterministicAnimal() {
    constexpr std::array<double, 9> contrasts = {-1, -.25, -.125, -.0625, 0, .0625, .125, .25, 1};
    std::string csv = "choice,contrastLeft,contrastRight,feedbackType\n";
    for (int t = 0; t < 1000; ++t) {
        const double contrast = contrasts[static_cast<std::size_t>(7 * t % 9)];
        const double x = std::tanh(5 * contrast) / std::tanh(5.0);
        const double right = 1 / (1 + std::exp(-((.2 + 3.0 * t / 1000) * x + .3)));
        const double phase = 0.6180339887498949 * t;
        const bool choice = phase - std::floor(phase) < right;
        const bool answer = contrast > 0 || (contrast == 0 && t % 2 == 1);
        const std::string strength = std::to_string(std::abs(contrast));
        csv += choice ? "-1," : "1,";
        csv += answer ? "," + strength + ',' : strength + ",,";
        csv += choice == answer ? "1\n" : "-1\n";
    }
    return csv;
}

/// One demo study and one deterministic animal for the whole suite.
class StudyCommands : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        s_folder = std::make_unique<TemporaryFolder>();
        s_demo = run({"demo", "--study", demo(), "--json"});
        s_folder->write("clockwork.csv", deterministicAnimal());
        run({"import", s_folder->path("clockwork.csv"), "--study", clockwork()});
    }
    static void TearDownTestSuite() { s_folder.reset(); }

    static std::string demo() { return s_folder->path("demo.rulescope"); }
    static std::string clockwork() { return s_folder->path("clockwork.rulescope"); }
    static std::string firstAnimal() {
        return run({"info", "--study", demo(), "--json"}).json()["animals"][0]["name"];
    }

    inline static std::unique_ptr<TemporaryFolder> s_folder;
    inline static ProgramResult s_demo;
};

TEST_F(StudyCommands, DemoHasTwelveAnimalsThatInfoLists) {
    EXPECT_EQ(s_demo.exitCode, 0) << s_demo.err;
    const nlohmann::json report = s_demo.json();
    EXPECT_EQ(report["animals"], 12);

    const nlohmann::json info = run({"info", "--study", demo(), "--json"}).json();
    ASSERT_EQ(info["animals"].size(), 12U);
    EXPECT_TRUE(info["fits"].empty());
    std::size_t sessions = 0, trials = 0;
    for (const nlohmann::json& animal : info["animals"]) {
        EXPECT_TRUE(animal["name"].is_string());
        EXPECT_NEAR(animal["trials"].get<double>(), 5000, 1500);
        EXPECT_LE(animal["choices"], animal["trials"]);
        EXPECT_GT(animal["accuracy"], .5);
        sessions += animal["sessions"].get<std::size_t>();
        trials += animal["trials"].get<std::size_t>();
    }
    EXPECT_EQ(report["sessions"], sessions);
    EXPECT_EQ(report["trials"], trials);
}

TEST_F(StudyCommands, TheSameSeedMakesTheSameDemo) {
    const auto hashes = [](const std::string& study, const std::string& seed) {
        EXPECT_EQ(run({"demo", "--study", study, "--seed", seed}).exitCode, 0);
        std::vector<std::string> list;
        const nlohmann::json info = run({"info", "--study", study, "--json"}).json();
        for (const nlohmann::json& animal : info["animals"]) {
            list.push_back(animal["data_hash"]);
        }
        return list;
    };
    const auto first = hashes(s_folder->path("a.rulescope"), "7");
    EXPECT_EQ(first, hashes(s_folder->path("b.rulescope"), "7"));
    EXPECT_NE(first, hashes(s_folder->path("c.rulescope"), "8"));
}

TEST_F(StudyCommands, DemoDoesNotWriteOverAnotherFile) {
    const std::string notes = s_folder->write("notes.rulescope", "my notes\n");
    EXPECT_EQ(run({"demo", "--study", notes}).exitCode, 3);
    EXPECT_EQ(contentOf(notes), "my notes\n");
}

TEST_F(StudyCommands, PsychometricHasTheKeysOfTheContract) {
    const nlohmann::json early =
        run({"psychometric", "--study", demo(), "--animal", firstAnimal(), "--sessions", "1", "--json"})
            .json();
    const nlohmann::json late =
        run({"psychometric", "--study", demo(), "--animal", firstAnimal(), "--sessions", "last:3", "--json"})
            .json();
    for (const nlohmann::json& curve : {early, late}) {
        for (const char* key : {"bias", "threshold", "lapse_low", "lapse_high", "log_likelihood"}) {
            EXPECT_TRUE(curve[key].is_number()) << key;
        }
        EXPECT_TRUE(curve["n"].is_number_integer());
        EXPECT_TRUE(curve["identified"].is_boolean());
        std::size_t n = 0;
        for (const nlohmann::json& point : curve["points"]) {
            n += point["n"].get<std::size_t>();
            EXPECT_LE(point["low"], point["fraction_right"]);
            EXPECT_GE(point["high"], point["fraction_right"]);
        }
        EXPECT_EQ(curve["n"], n);
    }
    EXPECT_EQ(early["sessions"].size(), 1U);
    EXPECT_EQ(late["sessions"].size(), 3U);
}

TEST_F(StudyCommands, UnknownAnimalsSessionsAndFitsAreBadInput) {
    const std::string animal = firstAnimal();
    const std::vector<std::vector<std::string>> commands = {{"psychometric", "--animal", "Nobody"},
        {"psychometric", "--animal", animal, "--sessions", "last:3,never"}, {"status", "--animal", "Nobody"},
        {"fit", "--rule", "reinforce", "--animals", "Nobody"},
        {"fit", "--rule", "reinforce", "--regressors", "bias,column:none"},
        {"rule", "--animal", "Nobody", "--rule", "reinforce", "--parameters", "alpha=.1"},
        {"surface", "--fit", "rnn-7", "--out", s_folder->path("none.csv")}, {"gain", "--fit", "rnn-7"},
        {"compare", "--rules", "none", "--holdout", "animals:Nobody"},
        {"compare", "--rules", "none", "--holdout", "animals:4619"}};
    for (std::vector<std::string> command : commands) {
        const std::string words = testing::PrintToString(command);
        command.insert(command.end(), {"--study", demo(), "--json"});
        const ProgramResult result = run(command);
        EXPECT_EQ(result.exitCode, 3) << words << result.err;
        EXPECT_TRUE(result.json().contains("error")) << words;
    }
}

TEST_F(StudyCommands, ABlockThatNoTrialIsInHasNoResult) {
    const ProgramResult result =
        run({"psychometric", "--study", demo(), "--animal", firstAnimal(), "--block", "0.123", "--json"});
    EXPECT_EQ(result.exitCode, 4) << result.err;
}

TEST_F(StudyCommands, StatusJudgesTheLastThreeSessions) {
    const nlohmann::json status =
        run({"status", "--study", demo(), "--animal", firstAnimal(), "--json"}).json();
    EXPECT_THAT(status["status"].get<std::string>(),
        testing::AnyOf("in_training", "trained_1a", "trained_1b", "ready4ephysrig"));
    EXPECT_TRUE(status["failed"].is_array());
    EXPECT_EQ(status["n"].size(), 3U);
    EXPECT_EQ(status["easy"].size(), 3U);
    EXPECT_TRUE(status["fit"]["bias"].is_number());
    EXPECT_TRUE(status.contains("median_rt_zero_s"));
}

TEST_F(StudyCommands, RuleReproducesTheAnimalWithoutRandomNumbers) {
    const nlohmann::json rule = run({"rule", "--study", clockwork(), "--animal", "clockwork", "--rule",
                                        "reinforce", "--parameters", "alpha=0.03125", "--json"})
                                    .json();
    EXPECT_EQ(rule["trials"], 1000);
    EXPECT_NEAR(rule["log_likelihood"], -548.1317211009697, 1e-8);
    EXPECT_NEAR(rule["w_last"]["bias"], 0.11904853844187878, 1e-10);
    EXPECT_NEAR(rule["w_last"]["stimulus"], 2.973932882282587, 1e-10);
}

TEST_F(StudyCommands, RuleTakesOneWeightsParameterAndTheFirstTrials) {
    const nlohmann::json rule =
        run({"rule", "--study", clockwork(), "--animal", "clockwork", "--rule", "reinforce-per-weight",
                "--parameters", "alpha=0.03125,alpha.bias=0", "--trials", "100", "--json"})
            .json();
    EXPECT_EQ(rule["trials"], 100);
    EXPECT_EQ(rule["w_last"]["bias"], 0);
    EXPECT_GT(rule["w_last"]["stimulus"], 0);
}

TEST_F(StudyCommands, ADamagedStudyIsRefusedAndLeftAlone) {
    const std::string whole = contentOf(clockwork());
    const std::string half = s_folder->write("half.rulescope", whole.substr(0, whole.size() / 2));
    const std::string before = contentOf(half);
    for (const std::vector<std::string>& command : {std::vector<std::string>{"info"},
             {"fit", "--rule", "reinforce"}, {"import", s_folder->path("clockwork.csv")}}) {
        std::vector<std::string> words = command;
        words.insert(words.end(), {"--study", half, "--json"});
        const ProgramResult result = run(words);
        EXPECT_EQ(result.exitCode, 3) << command.front();
        EXPECT_EQ(result.json()["error"]["code"], "bad_format") << command.front();
        EXPECT_EQ(contentOf(half), before) << command.front();
    }
}

} // namespace

} // namespace rulescope::test
