// SPDX-License-Identifier: GPL-3.0-or-later
// What every subcommand promises: help, one JSON object, exit codes.
#include "tests/app/cli/program.h"

#include <gmock/gmock.h>

namespace rulescope::test {

namespace {

using testing::HasSubstr;

const std::vector<std::string> kSubcommands = {
    "demo", "import", "info", "psychometric", "status", "track", "fit", "rule", "surface", "gain", "compare"};

TEST(CommandLine, HelpListsEverySubcommandAndEachHasItsOwn) {
    const ProgramResult help = run({"--help"});
    EXPECT_EQ(help.exitCode, 0);
    for (const std::string& name : kSubcommands) {
        EXPECT_THAT(help.out, HasSubstr(name));
        const ProgramResult own = run({name, "--help"});
        EXPECT_EQ(own.exitCode, 0) << name;
        EXPECT_THAT(own.out, HasSubstr("--study")) << name;
        EXPECT_THAT(own.out, HasSubstr("--json")) << name;
    }
}

TEST(CommandLine, NoSubcommandIsAUsageError) {
    const ProgramResult result = run({});
    EXPECT_EQ(result.exitCode, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, HasSubstr("--help"));
}

TEST(CommandLine, SlipsOfThePenAreUsageErrorsBeforeAnyFileIsRead) {
    const std::vector<std::vector<std::string>> slips = {
        {"frobnicate"},
        {"info"},
        {"info", "--study", "none.rulescope", "--frobnicate"},
        {"demo", "--study", "none.rulescope", "--seed", "many"},
        {"demo", "--study", "none.rulescope", "--seed", "-1"},
        {"fit", "--study", "none.rulescope", "--rule", "dnn", "--seed", "-1"},
        {"simulate", "--study", "none.rulescope", "--rule", "reinforce", "--seed", "18446744073709551616"},
        {"recover", "--seed", "-1"},
        {"confusion", "--seed", "1.5"},
        {"network", "--seed", "-1"},
        {"gain", "--study", "none.rulescope", "--fit", "dnn-1", "--seed", "-1"},
        {"track", "--study", "none.rulescope", "--animal", "A", "--seed", "-1"},
        {"psychometric", "--study", "none.rulescope", "--animal", "A", "--seed", "-1"},
        {"compare", "--study", "none.rulescope", "--rules", "dnn", "--holdout", "animals:2", "--seed", "-1"},
        {"psychometric", "--study", "none.rulescope", "--animal", "A", "--variant", "best"},
        {"psychometric", "--study", "none.rulescope", "--animal", "A", "--block", "eighty"},
        {"psychometric", "--study", "none.rulescope", "--animal", "A", "--intervals", "bayes"},
        {"track", "--study", "none.rulescope", "--animal", "A", "--sigma", "small"},
        {"fit", "--study", "none.rulescope", "--rule", "intuition"},
        {"fit", "--study", "none.rulescope", "--rule", "dnn", "--epochs", "-3"},
        {"fit", "--study", "none.rulescope", "--rule", "dnn", "--regressors", "bias,mood"},
        {"fit", "--study", "none.rulescope", "--rule", "dnn", "--stimulus-transform", "log"},
        {"fit", "--study", "none.rulescope", "--rule", "dnn", "--preset", "best"},
        {"rule", "--study", "none.rulescope", "--animal", "A", "--rule", "reinforce", "--parameters",
            "beta=1"},
        {"rule", "--study", "none.rulescope", "--animal", "A", "--rule", "reinforce", "--parameters",
            "alpha=x"},
        {"rule", "--study", "none.rulescope", "--animal", "A", "--rule", "dnn", "--parameters", "alpha=1"},
        {"compare", "--study", "none.rulescope", "--rules", "dnn", "--holdout", "everything"},
        {"compare", "--study", "none.rulescope", "--rules", "dnn,intuition", "--holdout", "animals:2"},
    };
    for (std::vector<std::string> slip : slips) {
        const std::string words = testing::PrintToString(slip);
        slip.push_back("--json");
        const ProgramResult result = run(slip);
        EXPECT_EQ(result.exitCode, 2) << words;
        EXPECT_TRUE(result.json().contains("error")) << words;
        EXPECT_NE(result.err, "") << words;
    }
}

TEST(CommandLine, AStudyThatIsNotThereIsBadInputForEverySubcommandThatReadsOne) {
    const TemporaryFolder folder;
    const std::string study = folder.path("none.rulescope");
    const std::vector<std::vector<std::string>> commands = {
        {"info"},
        {"psychometric", "--animal", "A"},
        {"status", "--animal", "A"},
        {"track", "--animal", "A"},
        {"fit", "--rule", "reinforce"},
        {"rule", "--animal", "A", "--rule", "reinforce", "--parameters", "alpha=.1"},
        {"surface", "--fit", "dnn-1", "--out", folder.path("s.csv")},
        {"gain", "--fit", "dnn-1"},
        {"compare", "--rules", "none", "--holdout", "animals:2"},
    };
    for (std::vector<std::string> command : commands) {
        command.insert(command.end(), {"--study", study, "--json"});
        const ProgramResult result = run(command);
        EXPECT_EQ(result.exitCode, 3) << command.front();
        EXPECT_EQ(result.json()["error"]["code"], "not_found") << command.front();
        EXPECT_THAT(result.err, HasSubstr("none.rulescope")) << command.front();
        EXPECT_FALSE(std::filesystem::exists(study)) << command.front();
    }
}

} // namespace

} // namespace rulescope::test
