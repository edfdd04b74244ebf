// SPDX-License-Identifier: GPL-3.0-or-later
// Weight tracking and the intervals of psychometric curves, as a user runs them.
#include "tests/app/cli/program.h"

#include <cmath>
#include <csignal>
#include <gmock/gmock.h>
#include <sstream>

namespace rulescope::test {

namespace {

using testing::HasSubstr;

/// Forty trials in two sessions, some stimulus-driven, with a column of its own; `choices` 0, 1 or empty.
std::string smallAnimal() {
    std::string csv = "session,stimulus,choice,outcome,effort\n";
    for (int t = 0; t < 40; ++t) {
        const double stimulus = (t % 5 - 2) / 2.0;
        const int choice = (t * 7) % 11 < 6 + 3 * stimulus ? 1 : 0;
        csv += std::to_string(1 + t / 20) + ',' + std::to_string(stimulus) + ',' + std::to_string(choice) +
               ',' + std::to_string(t % 3 == 0 ? 0 : 1) + ',' + std::to_string((t * 13) % 7) + '\n';
    }
    return csv;
}

class Track : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        s_folder = std::make_unique<TemporaryFolder>();
        s_folder->write("small.csv", smallAnimal());
        const ProgramResult imported =
            run({"import", s_folder->path("small.csv"), "--study", study(), "--json"});
        ASSERT_EQ(imported.exitCode, 0) << imported.err;
    }
    static void TearDownTestSuite() { s_folder.reset(); }
    static std::string study() { return s_folder->path("small.rulescope"); }
    static ProgramResult track(std::vector<std::string> more) {
        std::vector<std::string> words = {"track", "--study", study(), "--animal", "small", "--json"};
        words.insert(words.end(), more.begin(), more.end());
        return run(words);
    }

    inline static std::unique_ptr<TemporaryFolder> s_folder;
};

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> result;
    std::stringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        result.push_back(line);
    }
    return result;
}

TEST_F(Track, HasTheKeysOfTheContractAndWritesThePath) {
    const std::string csv = s_folder->path("path.csv");
    const ProgramResult result = track({"--sigma", "0.1", "--sigma-day", "0.3", "--regressors",
        "bias,stimulus,column:effort", "--out", csv});
    ASSERT_EQ(result.exitCode, 0) << result.err;
    const nlohmann::json json = result.json();
    EXPECT_EQ(json["animal"], "small");
    EXPECT_EQ(json["trials"], 40);
    EXPECT_LT(json["log_evidence"], 0);
    for (const char* key : {"sigma", "sigma_day", "w_first", "w_last", "w_std_last"}) {
        for (const char* weight : {"bias", "stimulus", "column:effort"}) {
            EXPECT_TRUE(json[key][weight].is_number()) << key << weight;
        }
    }
    EXPECT_EQ(json["sigma"]["bias"], .1);
    EXPECT_EQ(json["sigma_day"]["stimulus"], .3);
    EXPECT_EQ(json["free_parameters"], 0);
    const std::vector<std::string> rows = lines(contentOf(csv));
    ASSERT_EQ(rows.size(), 41U);
    EXPECT_EQ(rows[0], "trial,session,bias,bias_se,stimulus,stimulus_se,column:effort,column:effort_se");
    EXPECT_THAT(rows[1], testing::StartsWith("1,1,"));
    EXPECT_THAT(rows[21], testing::StartsWith("21,2,"));
    EXPECT_THAT(rows[40], HasSubstr(json["w_last"]["bias"].dump().substr(0, 8)));
}

TEST_F(Track, DriftIsChosenByEvidenceUnlessItIsGiven) {
    const nlohmann::json fixed = track({"--sigma", "0.5"}).json();
    const nlohmann::json free = track({"--optimise", "sigma"}).json();
    const nlohmann::json day = track({"--optimise", "sigma,sigma_day"}).json();
    EXPECT_GE(free["log_evidence"], fixed["log_evidence"]);
    EXPECT_GE(day["log_evidence"].get<double>(), free["log_evidence"].get<double>() - .05);
    EXPECT_TRUE(free["sigma_day"].is_null());
    EXPECT_TRUE(day["sigma_day"]["bias"].is_number());
    EXPECT_EQ(free["free_parameters"], 2);
    EXPECT_EQ(day["free_parameters"], 4);
    EXPECT_EQ(free, track({}).json());
}

TEST_F(Track, LearningTermsAndFoldsAreOffered) {
    const nlohmann::json json = track({"--learning", "rfbeta"}).json();
    EXPECT_EQ(json["learning"], "rfbeta");
    EXPECT_EQ(json["free_parameters"], 6);
    EXPECT_TRUE(json["rate"]["stimulus"].is_number());
    EXPECT_TRUE(json["offset"]["bias"].is_number());
    EXPECT_NEAR(json["aic"], 2 * 6 - 2 * json["log_evidence"].get<double>(), 1e-9);
    const nlohmann::json folds = track({"--sigma", ".1", "--folds", "4"}).json()["cross_validation"];
    EXPECT_EQ(folds["folds"], 4);
    EXPECT_EQ(folds["trials"], 40);
    EXPECT_LT(folds["heldout_nats_per_trial"], 0);
    EXPECT_EQ(folds["per_fold"].size(), 4U);
    const nlohmann::json learned =
        track({"--sigma", ".1", "--learning", "rf1", "--folds", "4"}).json()["cross_validation"];
    EXPECT_EQ(learned["trials"], 40);
    EXPECT_LT(learned["heldout_nats_per_trial"], 0);
    EXPECT_NE(learned["heldout_nats_per_trial"], folds["heldout_nats_per_trial"]);
}

TEST_F(Track, SlipsAreUsageErrorsAndBadNumbersBadInput) {
    for (const std::vector<std::string>& slip :
        std::vector<std::vector<std::string>>{{"--sigma", "0"}, {"--sigma", ".1,.1,.1"},
            {"--sigma", ".1", "--optimise", "sigma"}, {"--learning", "rf1", "--folds", "1"}}) {
        EXPECT_EQ(track(slip).exitCode, 2) << testing::PrintToString(slip);
    }
    EXPECT_EQ(track({"--regressors", "column:nothing"}).exitCode, 3);
    EXPECT_EQ(track({"--sigma", ".1", "--out", s_folder->path("no/such/folder.csv")}).exitCode, 3);
    EXPECT_EQ(track({"--trials", "1"}).exitCode, 4);                                   // no drift to find
    EXPECT_EQ(track({"--trials", "20", "--optimise", "sigma,sigma_day"}).exitCode, 4); // one session
}

TEST_F(Track, TheRatsEvidenceEqualsTheReference) {
    const std::string rat = sharedData("rat_auditory_comparison/W053.csv");
    if (rat.empty()) {
        GTEST_SKIP() << "no real animals here";
    }
    const std::string file = s_folder->path("rat.rulescope");
    ASSERT_EQ(run({"import", rat, "--study", file}).exitCode, 0);
    const nlohmann::json json =
        run({"track", "--study", file, "--animal", "W053", "--regressors", "bias,column:s1,column:s2",
                "--trials", "10000", "--sigma", "0.0625", "--json"})
            .json();
    EXPECT_NEAR(json["log_evidence"], -6498.117301, 1e-3);
}

TEST_F(Track, PsychometricIntervalsHoldTheirEstimates) {
    for (const char* method : {"profile", "bootstrap"}) {
        const nlohmann::json json = run({"psychometric", "--study", study(), "--animal", "small",
                                            "--intervals", method, "--resamples", "200", "--json"})
                                        .json();
        EXPECT_EQ(json["intervals"]["method"], method);
        for (const char* key : {"bias", "threshold", "lapse_low", "lapse_high"}) {
            EXPECT_LE(json["intervals"][key]["low"], json["intervals"][key]["high"]) << method << key;
        }
    }
    const nlohmann::json plain =
        run({"psychometric", "--study", study(), "--animal", "small", "--json"}).json();
    EXPECT_FALSE(plain.contains("intervals"));
}

TEST_F(Track, ACommaAsDecimalPointInTheLocaleChangesNothing) {
    const std::vector<std::string> words = {"--sigma", "0.125", "--folds", "3"};
    const nlohmann::json plain = track(words).json();
    // Where the locale is not installed this is the C locale, and still the same numbers.
    ASSERT_EQ(setenv("LC_ALL", "de_DE.UTF-8", 1), 0);
    const ProgramResult german = track(words);
    const std::string csv = s_folder->path("german.csv");
    EXPECT_EQ(track({"--sigma", "0.125", "--out", csv}).exitCode, 0);
    unsetenv("LC_ALL");
    EXPECT_EQ(german.json(), plain) << german.err;
    for (const std::string& line : lines(contentOf(csv))) {
        EXPECT_EQ(std::count(line.begin(), line.end(), ','), 5) << line;
    }
}

} // namespace

} // namespace rulescope::test
