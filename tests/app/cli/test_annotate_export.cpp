// SPDX-License-Identifier: GPL-3.0-or-later
// What people note about animals, and the way out to other programs.
#include "tests/app/cli/program.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <sstream>

namespace rulescope::test {

namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

/// Two animals with four sessions each and a network that was fitted to them.
class AnnotateAndExport : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        s_folder = std::make_unique<TemporaryFolder>();
        run({"simulate", "--study", study(), "--rule", "reinforce-baseline", "--animals", "2", "--trials",
            "400", "--name", "M", "--session-trials", "100", "--misses", "0.05"});
        run({"fit", "--study", study(), "--rule", "rnn", "--epochs", "3"});
        run({"compare", "--study", study(), "--rules", "none,reinforce", "--holdout", "animals:2"});
    }
    static void TearDownTestSuite() { s_folder.reset(); }
    static std::string study() { return s_folder->path("mice.rulescope"); }
    static std::string copy(const std::string& name) {
        std::filesystem::copy_file(study(), s_folder->path(name));
        return s_folder->path(name);
    }
    static ProgramResult annotate(const std::string& file, std::vector<std::string> options) {
        std::vector<std::string> all = {"annotate", "--study", file, "--animal", "M 1", "--json"};
        all.insert(all.end(), options.begin(), options.end());
        return run(all);
    }
    inline static std::unique_ptr<TemporaryFolder> s_folder;
};

TEST_F(AnnotateAndExport, WhatIsLeftOutEntersNoAnalysis) {
    const std::string file = copy("a.rulescope");
    const Json whole = run({"rule", "--study", file, "--animal", "M 1", "--rule", "reinforce", "--parameters",
                               "alpha=0.03", "--json"})
                           .json();
    const Json noted = annotate(file, {"--sessions", "1", "--leave-out", "--reason", "rig fault"}).json();
    EXPECT_EQ(noted["left_out_sessions"], 1);
    EXPECT_EQ(noted["left_out_trials"], 100);
    EXPECT_EQ(noted["exclusions"][0]["reason"], "rig fault");
    EXPECT_EQ(
        annotate(file, {"--sessions", "2", "--leave-out", "--trials", "11:20"}).json()["left_out_trials"],
        110);
    const ProgramResult less = run({"rule", "--study", file, "--animal", "M 1", "--rule", "reinforce",
        "--parameters", "alpha=0.03", "--json"});
    EXPECT_LT(less.json()["trials"], whole["trials"].get<int>() - 90);
    EXPECT_THAT(less.err, HasSubstr("left out by annotations: 110 trials (1 whole sessions) of 1 animals"));
    const Json info = run({"info", "--study", file, "--json"}).json();
    EXPECT_EQ(info["animals"][0]["trials"], 290);
    EXPECT_EQ(info["animals"][0]["left_out_trials"], 110);
    EXPECT_EQ(annotate(file, {"--take-in"}).json()["left_out_trials"], 0);
    EXPECT_EQ(run({"rule", "--study", file, "--animal", "M 1", "--rule", "reinforce", "--parameters",
                      "alpha=0.03", "--json"})
                  .json(),
        whole);
}

TEST_F(AnnotateAndExport, PhasesSelectSessionsAndNotesAreKept) {
    const std::string file = copy("b.rulescope");
    annotate(file, {"--sessions", "1,2", "--phase", "shaping"});
    const Json noted = annotate(file, {"--note", "drinks little", "--tags", "lesion, female"}).json();
    EXPECT_EQ(noted["phases"].size(), 1U);
    EXPECT_EQ(noted["tags"], Json({"lesion", "female"}));
    EXPECT_EQ(annotate(file, {}).json(), noted);
    const Json curve =
        run({"psychometric", "--study", file, "--animal", "M 1", "--sessions", "phase:shaping", "--json"})
            .json();
    EXPECT_EQ(curve["sessions"].size(), 2U);
    EXPECT_EQ(annotate(file, {"--sessions", "9", "--phase", "x"}).exitCode, 3);
    EXPECT_EQ(annotate(file, {"--leave-out", "--trials", "5:2"}).exitCode, 2);
    EXPECT_EQ(annotate(file, {"--sessions", "1", "--leave-out", "--trials", "90:101"}).exitCode, 3);
    EXPECT_EQ(annotate(file, {}).json(), noted);
}

TEST_F(AnnotateAndExport, TablesHaveAllTrialsFitsAndComparisons) {
    const std::string out = s_folder->path("tables");
    const Json told = run({"export", "--study", study(), "--out", out, "--json"}).json();
    EXPECT_EQ(told["files"].size(), 10U);
    for (const char* name :
        {"trials", "weights-rnn-1", "surface-rnn-1", "comparison-1-scores", "comparison-1-tests"}) {
        EXPECT_TRUE(std::filesystem::exists(out + "/" + name + ".csv")) << name;
        const Json about = Json::parse(contentOf(out + "/" + name + ".json"));
        EXPECT_FALSE(about["columns"].empty());
        EXPECT_THAT(about["provenance"]["program"].get<std::string>(), HasSubstr("Rulescope"));
    }
    const std::string trials = contentOf(out + "/trials.csv");
    EXPECT_EQ(std::count(trials.begin(), trials.end(), '\n'), 801);
    EXPECT_EQ(
        run({"export", "--study", study(), "--out", out, "--format", "hdf5", "--overwrite"}).exitCode, 0);
    EXPECT_EQ(contentOf(out + "/rulescope.h5").substr(1, 3), "HDF");
    EXPECT_EQ(run({"export", "--study", study(), "--out", study()}).exitCode, 3); // a file is no folder
}

TEST_F(AnnotateAndExport, AFolderThatHoldsFilesIsLeftAloneUnlessAsked) {
    const std::string out = s_folder->path("full"), table = out + "/trials.csv";
    ASSERT_EQ(run({"export", "--study", study(), "--out", out}).exitCode, 0);
    std::ofstream(table) << "mine";
    const ProgramResult refused = run({"export", "--study", study(), "--out", out});
    EXPECT_EQ(refused.exitCode, 3);
    EXPECT_NE(refused.err.find("--overwrite"), std::string::npos) << refused.err;
    EXPECT_EQ(contentOf(table), "mine");
    EXPECT_EQ(run({"export", "--study", study(), "--out", out, "--overwrite"}).exitCode, 0);
    EXPECT_NE(contentOf(table), "mine");
}

TEST_F(AnnotateAndExport, TheTableOfTrialsBringsWhatIsLeftOutBack) {
    const std::string file = copy("c.rulescope"), out = s_folder->path("noted"),
                      again = s_folder->path("noted.rulescope");
    annotate(file, {"--sessions", "2", "--leave-out", "--trials", "11:30"});
    annotate(file, {"--sessions", "1", "--phase", "shaping"});
    const Json noted = annotate(file, {"--sessions", "3", "--phase", "shaping"}).json();
    ASSERT_EQ(noted["phases"].size(), 2U);
    ASSERT_EQ(run({"export", "--study", file, "--out", out}).exitCode, 0);
    ASSERT_EQ(run({"import", out + "/trials.csv", "--study", again}).exitCode, 0);
    const Json back = annotate(again, {}).json();
    EXPECT_EQ(back["left_out_trials"], noted["left_out_trials"]);
    EXPECT_EQ(back["phases"], noted["phases"]);
}

TEST_F(AnnotateAndExport, NwbFilesGiveTheSameAnimals) {
    const std::string out = s_folder->path("nwb"), again = s_folder->path("again.rulescope");
    EXPECT_EQ(
        run({"export", "--study", study(), "--out", out, "--format", "nwb", "--json"}).json()["files"].size(),
        8U);
    ASSERT_EQ(run({"import", out, "--study", again}).exitCode, 0);
    const Json a = run({"info", "--study", study(), "--json"}).json()["animals"],
               b = run({"info", "--study", again, "--json"}).json()["animals"];
    ASSERT_EQ(b.size(), 2U);
    EXPECT_EQ(a[0]["data_hash"], b[0]["data_hash"]);
    EXPECT_EQ(a[1]["data_hash"], b[1]["data_hash"]);
}

/// The program of the help page, as a reader would copy it.
std::string pythonOfHelpPage() {
    const std::string page =
        contentOf(std::string(RULESCOPE_SOURCE_DIR) + "/resources/help/run-in-python.md");
    const std::size_t begin = page.find("```python\n") + 10;
    return page.substr(begin, page.find("```", begin) - begin);
}

TEST_F(AnnotateAndExport, TheHelpPagesPythonTakesAnyNumberOfHiddenLayers) {
    if (std::system("/usr/bin/python3 -c 'import h5py, numpy' 2>/dev/null") != 0) {
        GTEST_SKIP() << "python3-h5py is not here";
    }
    const std::string script = s_folder->write("run_layers.py", pythonOfHelpPage()),
                      out = s_folder->path("layers.txt"), copy = s_folder->path("layers.rulescope");
    std::filesystem::copy_file(study(), copy);
    for (const char* layers : {"1", "3"}) {
        const Json fit = run({"fit", "--study", copy, "--rule", "dnn", "--animals", "M 2", "--epochs", "20",
                                 "--training", std::string("hidden_layers=") + layers, "--json"})
                             .json();
        const std::string name = fit["fit"];
        ASSERT_EQ(std::system((
                      "/usr/bin/python3 '" + script + "' '" + copy + "' '" + name + "' 'M 2' > '" + out + "'")
                                  .c_str()),
            0);
        EXPECT_NEAR(std::atof(contentOf(out).c_str()), fit["train_nats_per_trial"], 1e-6) << layers;
    }
}

TEST_F(AnnotateAndExport, TheHelpPagesPythonGivesOurNumbers) {
    if (std::system("/usr/bin/python3 -c 'import h5py, numpy' 2>/dev/null") != 0) {
        GTEST_SKIP() << "python3-h5py is not here";
    }
    const std::string script = s_folder->write("run_rule.py", pythonOfHelpPage()),
                      out = s_folder->path("out.txt");
    ASSERT_EQ(
        std::system(
            ("/usr/bin/python3 '" + script + "' '" + study() + "' rnn-1 'M 2' > '" + out + "'").c_str()),
        0);
    const double theirs = std::atof(contentOf(out).c_str());
    const std::string tables = s_folder->path("scores");
    ASSERT_EQ(run({"export", "--study", study(), "--out", tables}).exitCode, 0);
    // Ours from the exported weights: the probability of what was chosen, trial by trial.
    std::istringstream weights(contentOf(tables + "/weights-rnn-1.csv")),
        trials(contentOf(tables + "/trials.csv"));
    double sum = 0;
    std::size_t count = 0;
    std::string line, trial;
    std::getline(weights, line);
    std::getline(trials, trial);
    while (std::getline(weights, line)) {
        const auto cells = [](const std::string& text) {
            std::vector<std::string> parts;
            std::istringstream stream(text);
            for (std::string part; std::getline(stream, part, ',');) {
                parts.push_back(part);
            }
            return parts;
        };
        const auto w = cells(line);
        std::vector<std::string> t;
        do {
            ASSERT_TRUE(std::getline(trials, trial));
            t = cells(trial);
        } while (t[0] != w[0] || t[2] != w[1] || t[5] != w[2]);
        if (w[0] == "M 2") {
            const double p = std::stod(w.back());
            sum += std::log(t[7] == "1" ? p : 1 - p);
            ++count;
        }
    }
    ASSERT_GT(count, 300U);
    EXPECT_NEAR(theirs, sum / static_cast<double>(count), 1e-6);
}

} // namespace

} // namespace rulescope::test
