// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/io/imported.h"

#include <map>

namespace {

using namespace rulescope;
namespace fs = std::filesystem;

/// What an independent count of the files gives; fractions were rounded to three digits.
struct Expected {
    std::size_t sessions, trials, choices;
    double right, accuracy;
};

class RealAnimals : public testing::Test {
  protected:
    void SetUp() override {
        m_data = fs::path(RULESCOPE_SHARED_DIR) / "data";
        if (!fs::exists(m_data)) {
            GTEST_SKIP() << "the folder of real animals is not here: " << m_data;
        }
    }

    io::ImportReport importSet(const std::string& folder) const {
        auto report = io::importPaths({m_data / folder});
        EXPECT_TRUE(report);
        return report ? std::move(*report) : io::ImportReport{};
    }

    static void compare(const io::ImportReport& report, const std::map<std::string, Expected>& expected) {
        EXPECT_TRUE(report.skipped.empty());
        ASSERT_EQ(report.animals.size(), expected.size());
        for (const data::AnimalPtr& animal : report.animals) {
            ASSERT_TRUE(expected.count(animal->name())) << animal->name();
            const Expected& want = expected.at(animal->name());
            EXPECT_EQ(animal->sessions().size(), want.sessions) << animal->name();
            EXPECT_EQ(animal->counts().trials, want.trials) << animal->name();
            EXPECT_EQ(animal->counts().choices, want.choices) << animal->name();
            EXPECT_NEAR(animal->counts().fractionRight(), want.right, 0.0006) << animal->name();
            EXPECT_NEAR(animal->counts().accuracy(), want.accuracy, 0.0006) << animal->name();
        }
    }

    fs::path m_data;
};

TEST_F(RealAnimals, eightMiceOfTheVisualTask) {
    const auto report = importSet("mouse_visual_2afc");
    compare(report, {{"DAP007", {53, 11411, 11411, .607, .596}}, {"DAP011", {23, 5681, 5681, .630, .653}},
                        {"DAP013", {23, 4757, 4757, .590, .599}}, {"DAP015", {22, 5084, 5084, .444, .654}},
                        {"DAP027", {17, 2535, 2535, .232, .607}}, {"DAP033", {33, 4479, 4479, .220, .628}},
                        {"DAP053", {23, 4703, 4703, .666, .566}}, {"DAP059", {41, 6388, 6388, .639, .586}}});
    for (const auto& [path, dialect] : report.sources) {
        EXPECT_EQ(dialect, "mouse_visual_2afc") << path;
    }
}

TEST_F(RealAnimals, oneIblMouseFromElevenFiles) {
    const auto report = importSet("ibl_swc_054/csv");
    compare(report, {{"SWC_054", {11, 7844, 7825, .503, .779}}});
    std::size_t agreeing = 0;
    for (const io::Convention& convention : report.conventions) {
        EXPECT_EQ(base::english(convention.meaning), "-1 = right, 1 = left");
        EXPECT_EQ(convention.agreeing, convention.judged);
        agreeing += convention.agreeing;
    }
    EXPECT_EQ(agreeing, 7825U);
    const data::Animal& animal = *report.animals[0];
    EXPECT_EQ(animal.sessions()[0].protocol, "training");
    EXPECT_EQ(animal.sessions()[10].label, "2020-09-04");
    EXPECT_EQ(animal.sessions()[10].protocol, "biased");
}

TEST_F(RealAnimals, twoMiceOfTheBlockTask) {
    compare(importSet("ibl_biased_blocks"),
        {{"KS016", {11, 10592, 10590, .604, .767}}, {"CSH_ZAD_003", {14, 10729, 10720, .519, .848}}});
}

TEST_F(RealAnimals, oneRatComparingSounds) {
    const auto report = importSet("rat_auditory_comparison");
    compare(report, {{"W053", {80, 20000, 20000, .532, .645}}});
    const data::Trials& trials = report.animals[0]->trials();
    EXPECT_DOUBLE_EQ(
        trials.stimulus[0], trials.findExtra("s1")->values[0] - trials.findExtra("s2")->values[0]);
}

} // namespace
