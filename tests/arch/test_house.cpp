// SPDX-License-Identifier: GPL-3.0-or-later
// The project's own tree keeps the rules of the house.
#include "tests/arch/house_rules.h"

#include <algorithm>
#include <gmock/gmock.h>

namespace rulescope::arch {

namespace {

const SourceTree& project() {
    static const SourceTree tree = readTree(RULESCOPE_SOURCE_DIR);
    return tree;
}

/// LibTorch costs each source half a minute to compile; think before adding one.
const Allowances& allowances() {
    static const Allowances allowed{
        .torch = {"core/engine/rule_module.cpp", "core/engine/rule_module.h", "core/fit/animal_steps.cpp",
            "core/fit/training_run.cpp"},
        .hdf5 = {"core/io/hdf5.cpp", "core/io/hdf5_calls.h", "core/io/hdf5_values.cpp",
            "core/io/nwb_write.cpp", "core/io/formats/hdf5_columns.cpp", "core/io/formats/mat_format.cpp"},
        .privateHeaders = {"core/engine/rollout_kernels.h", "core/fit/json.h", "core/networks/json_fields.h",
            "core/networks/json_text.h", "core/networks/surface_fields.h"},
        .plotHeaders = {"widgets/plots/canvas/", "widgets/plots/pdf_pages.h"},
    };
    return allowed;
}

/// Defaults, and recipes of simulated animals.
const std::vector<std::string>& ruleNamers() {
    static const std::vector<std::string> files{"core/fit/fit_spec.h", "core/networks/learner_comparison.h",
        "core/simulate/demo_study.cpp", "core/simulate/recipe.cpp", "core/simulate/recipe.h",
        "core/simulate/recovery_presets.cpp", "app/cli/network_learners.h"};
    return files;
}

TEST(House, HasSources) {
    EXPECT_GT(project().files.size(), 40U);
}

TEST(House, CoreAndCommandLineAreFreeOfQt) {
    EXPECT_THAT(qtBreaches(project()), testing::IsEmpty());
}

TEST(House, TorchAndHdf5StayBehindTheirHeaders) {
    EXPECT_THAT(libraryBreaches(project(), allowances()), testing::IsEmpty());
}

TEST(House, EveryAllowedFileExists) {
    std::vector<std::string> paths;
    for (const SourceFile& file : project().files) {
        paths.push_back(file.path);
    }
    for (const auto* list :
        {&allowances().torch, &allowances().hdf5, &allowances().privateHeaders, &ruleNamers()}) {
        EXPECT_THAT(*list, testing::Each(testing::Truly([&](const std::string& path) {
            return std::find(paths.begin(), paths.end(), path) != paths.end();
        })));
    }
}

TEST(House, QCustomPlotIsSeenByPlotSourcesOnly) {
    EXPECT_THAT(plotBreaches(project(), allowances()), testing::IsEmpty());
}

TEST(House, DependenciesPointOneWay) {
    EXPECT_THAT(directionBreaches(project()), testing::IsEmpty());
}

TEST(House, RulesAreAskedForInTheRegistryNotByName) {
    EXPECT_THAT(ruleNameBreaches(project(), ruleNamers()), testing::IsEmpty());
}

TEST(House, TopLevelHoldsOnlyTheAgreedEntries) {
    EXPECT_THAT(topLevelBreaches(project()), testing::IsEmpty());
}

TEST(House, EveryFileIsLicensedGuardedAndFinished) {
    EXPECT_THAT(fileBreaches(project()), testing::IsEmpty());
}

} // namespace

} // namespace rulescope::arch
