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

/// Stimulus, choice, answer, outcome and block prior of each trial, for comparison across formats.
std::string canonical(const data::Animal& animal, const std::string& date) {
    std::string text;
    for (const data::Session& session : animal.sessions()) {
        for (std::size_t t = session.begin; t < session.end && session.date == date; ++t) {
            const data::Trials& trials = animal.trials();
            text += std::to_string(trials.stimulus[t]) + " " + std::to_string(trials.choice[t]) + " " +
                    std::to_string(trials.answer[t]) + " " + std::to_string(trials.outcome[t]) + " " +
                    std::to_string(trials.probabilityLeft[t]) + "\n";
        }
    }
    return text;
}

TEST_F(RealAnimals, alfAndCsvOfTheSameSessionsAreTheSameTrials) {
    const auto csv = importSet("ibl_swc_054/csv");
    const auto alf = importSet("ibl_swc_054/alf");
    compare(alf, {{"SWC_054", {11, 7844, 7825, .503, .779}}});
    ASSERT_EQ(alf.animals[0]->sessions().size(), csv.animals[0]->sessions().size());
    EXPECT_EQ(alf.animals[0]->lab(), "lab");
    for (const data::Session& session : csv.animals[0]->sessions()) {
        EXPECT_EQ(canonical(*alf.animals[0], session.date), canonical(*csv.animals[0], session.date));
    }
}

TEST_F(RealAnimals, bothNwbDialectsAreTheSameTrialsAsCsv) {
    const auto csv = importSet("ibl_swc_054/csv");
    for (const std::string date : {"2020-08-25", "2020-09-01"}) {
        for (const std::string dialect : {"fraction", "percent"}) {
            const auto nwb = importSet("ibl_swc_054/nwb/sub-SWC-054_ses-" + date + "_" + dialect + ".nwb");
            ASSERT_EQ(nwb.animals.size(), 1U) << date << dialect;
            EXPECT_EQ(nwb.animals[0]->name(), "SWC_054");
            EXPECT_EQ(canonical(*nwb.animals[0], date), canonical(*csv.animals[0], date)) << dialect;
        }
    }
}

TEST_F(RealAnimals, oneSessionInThreeFormatsIsOneSession) {
    const auto report = importSet("ibl_swc_054");
    compare(report, {{"SWC_054", {11, 7844, 7825, .503, .779}}});
    std::size_t doubles = 0;
    for (const io::ImportWarning& warning : report.warnings) {
        doubles += warning.code == io::WarningCode::DuplicateSessions ? warning.count : 0;
    }
    EXPECT_EQ(doubles, 15U); // 11 as text, 4 as NWB
}

TEST_F(RealAnimals, threeForagingMice) {
    const std::map<std::string, Expected> mice = {{"703548_2024-03-01_08-51-32", {1, 555, 505, .646, 0}},
        {"727456_2024-06-12_11-10-53", {1, 225, 218, .665, 0}}};
    for (const auto& [name, want] : mice) {
        const auto report = importSet("nwb_foraging/" + name + ".nwb");
        ASSERT_EQ(report.animals.size(), 1U) << name;
        const data::TrialCounts counts = report.animals[0]->counts();
        EXPECT_EQ(counts.trials, want.trials);
        EXPECT_EQ(counts.choices, want.choices);
        EXPECT_NEAR(counts.fractionRight(), want.right, 0.0006);
        ASSERT_EQ(report.conventions.size(), 1U);
        EXPECT_EQ(report.conventions[0].agreeing, report.conventions[0].judged);
        EXPECT_GT(report.conventions[0].judged, 50U);
    }
    const auto all = importSet("nwb_foraging");
    EXPECT_EQ(all.animals.size(), 3U);
    ASSERT_EQ(all.skipped.size(), 1U); // test_Events.nwb has no trials
    EXPECT_NE(all.skipped[0].path.find("test_Events"), std::string::npos);
}

TEST_F(RealAnimals, oneSessionInAParquetTable) {
    const auto report = importSet("parquet/single_session.pqt");
    ASSERT_EQ(report.animals.size(), 1U);
    EXPECT_EQ(report.animals[0]->name(), "SWC_038");
    EXPECT_EQ(report.animals[0]->trialCount(), 565U);
}

TEST_F(RealAnimals, ratsAndABpodSessionFromMatlab) {
    const auto rats = importSet("mat/odour_identification_rats.mat");
    std::size_t trials = 0;
    for (const data::AnimalPtr& animal : rats.animals) {
        trials += animal->trialCount();
    }
    EXPECT_EQ(trials, 22208U);
    const auto bpod = importSet("mat/bpod_session.mat");
    ASSERT_EQ(bpod.animals.size(), 1U);
    EXPECT_EQ(bpod.animals[0]->trialCount(), 153U);
    EXPECT_EQ(bpod.animals[0]->counts().choices, 119U); // 34 pokes into the middle port
    EXPECT_EQ(bpod.animals[0]->counts().correct, 76U);
    EXPECT_EQ(bpod.animals[0]->sessions()[0].label.empty(), false);
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
