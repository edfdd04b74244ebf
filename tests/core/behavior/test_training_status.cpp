// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/behavior/training_status.h"
#include "tests/core/behavior/animal_builder.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

using namespace rulescope;
using namespace rulescope::behavior;
using rulescope::tests::AnimalBuilder;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const std::filesystem::path kShared = RULESCOPE_SHARED_DIR;

std::vector<std::string> cells(const std::string& line) {
    std::vector<std::string> result;
    std::stringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');)
        result.push_back(cell);
    return result;
}

double number(const std::string& cell) {
    return cell.empty() ? std::numeric_limits<double>::quiet_NaN() : std::strtod(cell.c_str(), nullptr);
}

/// The wanted days of the mouse, with the signs of METHOD.md section 1.
data::AnimalPtr readMouse(const std::vector<std::string>& days) {
    data::Animal::Content content;
    content.name = "SWC_054";
    data::Trials& trials = content.trials;
    for (const std::string& day : days) {
        std::ifstream stream(kShared / "data/ibl_swc_054/csv" / ("SWC_054_" + day + ".csv"));
        data::Session session;
        session.label = session.date = day;
        session.begin = trials.size();
        std::string line;
        std::getline(stream, line);
        std::map<std::string, std::size_t> column;
        for (const std::string& name : cells(line))
            column.emplace(name, column.size());
        while (std::getline(stream, line)) {
            const auto row = cells(line);
            const auto at = [&](const char* name) { return number(row[column.at(name)]); };
            const double left = at("contrastLeft"), right = at("contrastRight");
            const double choice = at("choice"), feedback = at("feedbackType");
            trials.stimulus.push_back((std::isnan(right) ? 0 : right) - (std::isnan(left) ? 0 : left));
            trials.choice.push_back(choice == 0 ? data::kNone : choice < 0 ? data::kRight : data::kLeft);
            trials.outcome.push_back(feedback > 0 ? 1 : 0);
            trials.answer.push_back(choice == 0             ? data::kUnknown
                                    : choice * feedback < 0 ? data::kRight
                                                            : data::kLeft);
            trials.responseS.push_back(at("response_times"));
            trials.stimulusOnsetS.push_back(at("stimOn_times"));
            trials.probabilityLeft.push_back(at("probabilityLeft"));
            session.protocol = row[column.at("task_protocol")];
        }
        session.end = trials.size();
        content.sessions.push_back(session);
    }
    return data::Animal::create(std::move(content)).value();
}

/// Three sessions of an animal that chooses right with the given share at each level.
AnimalBuilder threeSessions(const std::vector<std::pair<double, double>>& levels, std::size_t n, double rtS,
    const std::vector<double>& priors = {.5}) {
    AnimalBuilder builder("A");
    for (int s = 0; s < 3; ++s) {
        builder.session(std::to_string(s));
        for (std::size_t i = 0; i < n; ++i)
            for (const auto& level : levels)
                builder.trial(level.first,
                    static_cast<double>(i) + .5 < level.second * static_cast<double>(n) ? 1 : 0,
                    level.first == 0 ? 1 : -1, rtS, priors[i % priors.size()]);
    }
    return builder;
}

const std::vector<std::pair<double, double>> kExpert = {
    {-1, 0}, {-.5, .02}, {-.125, .1}, {-.0625, .25}, {0, .5}, {.0625, .75}, {.125, .9}, {.5, .98}, {1, 1}};

} // namespace

TEST(TrainingStatus, RealMouseIsJudgedAsItsLabDid) {
    if (!std::filesystem::exists(kShared / "reference/training_status.json"))
        GTEST_SKIP() << "no reference numbers here";
    std::ifstream stream(kShared / "reference/training_status.json");
    const nlohmann::json reference = nlohmann::json::parse(stream);
    for (const auto& expected : reference["cases"]) {
        const auto animal = readMouse(expected["sessions"]);
        const TrainingReport report = trainingStatus(*animal, allSessions(*animal)).value();
        EXPECT_EQ(toString(report.status), expected["status"].get<std::string>());
        if (!expected.contains("n"))
            continue;
        EXPECT_EQ(report.n, expected["n"].get<std::vector<std::size_t>>());
        for (std::size_t i = 0; i < 3; ++i)
            EXPECT_NEAR(report.easy[i], expected["easy"][i].get<double>(), 1e-8);
        EXPECT_NEAR(report.fit.parameters.bias, expected["fit"][0].get<double>(), .02);
        EXPECT_NEAR(report.fit.parameters.threshold, expected["fit"][1].get<double>(), .02);
        EXPECT_NEAR(report.fit.parameters.lapseLow, expected["fit"][2].get<double>(), 1e-3);
        EXPECT_NEAR(report.fit.parameters.lapseHigh, expected["fit"][3].get<double>(), 1e-3);
        EXPECT_NEAR(report.medianRtZeroS, expected["median_rt_zero_s"].get<double>(), 1e-6);
        EXPECT_THAT(report.failed, ElementsAre("threshold"));
    }
}

TEST(TrainingStatus, AnExpertIsTrained1bAndASlowOneIs1a) {
    const auto fast = threeSessions(kExpert, 50, 1).build();
    EXPECT_EQ(trainingStatus(*fast, allSessions(*fast)).value().status, TrainingStatus::Trained1b);
    const auto slow = threeSessions(kExpert, 50, 2).build(); // exactly 2 s is not below 2 s
    const TrainingReport report = trainingStatus(*slow, allSessions(*slow)).value();
    EXPECT_EQ(report.status, TrainingStatus::Trained1a);
    EXPECT_THAT(report.failed, ElementsAre("median_rt"));
}

TEST(TrainingStatus, TwoSessionsAreTooFew) {
    const auto animal = threeSessions(kExpert, 50, 1).build();
    const TrainingReport report = trainingStatus(*animal, std::vector<std::size_t>{0, 1}).value();
    EXPECT_EQ(report.status, TrainingStatus::InTraining);
    EXPECT_THAT(report.failed, ElementsAre("sessions"));
}

TEST(TrainingStatus, WithoutZeroContrastAnAnimalStaysInTraining) {
    auto levels = kExpert;
    levels.erase(levels.begin() + 4);
    const auto animal = threeSessions(levels, 60, 1).build();
    const TrainingReport report = trainingStatus(*animal, allSessions(*animal)).value();
    EXPECT_EQ(report.status, TrainingStatus::InTraining);
    EXPECT_THAT(report.failed, ElementsAre("zero_contrast"));
    EXPECT_TRUE(std::isnan(report.medianRtZeroS));
}

TEST(TrainingStatus, NoGosAreErrorsInEasyPerformance) {
    AnimalBuilder builder("A");
    builder.session("1").trials(8, 1, 1).trials(2, 1, -1);
    const auto animal = builder.build();
    const TrainingReport report = trainingStatus(*animal, std::vector<std::size_t>{0}).value();
    EXPECT_THAT(report.easy, ElementsAre(.8));
    EXPECT_THAT(report.n, ElementsAre(10u));
}

TEST(TrainingStatus, BlockSessionsAreToldByTheirPriors) {
    AnimalBuilder builder("A");
    builder.session("block").trial(1, 1, -1, 1, .8).trial(1, 1, -1, 1, .5);
    builder.session("debias").trial(1, 1, -1, 1, .8).trial(1, 1, -1, 1, .1999);
    builder.session("even").trial(1, 1);
    builder.session("told", "_iblrig_tasks_biasedChoiceWorld6.4").trial(1, 1);
    builder.session("denied", "_iblrig_tasks_trainingChoiceWorld6.4").trial(1, 1, -1, 1, .8);
    const auto animal = builder.build();
    EXPECT_TRUE(isBlockSession(*animal, 0));
    EXPECT_FALSE(isBlockSession(*animal, 1));
    EXPECT_FALSE(isBlockSession(*animal, 2));
    EXPECT_TRUE(isBlockSession(*animal, 3));
    EXPECT_FALSE(isBlockSession(*animal, 4));
}

TEST(TrainingStatus, EmptyPriorsSayNothingAboutBlocks) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    AnimalBuilder builder("A");
    builder.session("block").trial(1, 1, -1, 1, .8).trial(1, -1, -1, 1, kNan).trial(1, 1, -1, 1, .2);
    builder.session("empty").trial(1, 1, -1, 1, kNan);
    const auto animal = builder.build();
    EXPECT_TRUE(isBlockSession(*animal, 0));
    EXPECT_FALSE(isBlockSession(*animal, 1));
}

TEST(TrainingStatus, TrainingAndBlockSessionsTogetherAre1bAndLackBlocks) {
    AnimalBuilder builder("A");
    builder.session("1", "_iblrig_tasks_trainingChoiceWorld6.4").trial(1, 0).trial(-1, 1);
    builder.session("2", "_iblrig_tasks_biasedChoiceWorld6.4").trial(1, 0).trial(-1, 1);
    builder.session("3", "_iblrig_tasks_biasedChoiceWorld6.4").trial(1, 0).trial(-1, 1);
    const auto animal = builder.build();
    const TrainingReport report = trainingStatus(*animal, allSessions(*animal)).value();
    EXPECT_EQ(report.status, TrainingStatus::Trained1b);
    EXPECT_THAT(report.failed, ElementsAre("block_sessions"));
}

TEST(TrainingStatus, BlocksThatShiftTheBiasMakeReady) {
    const auto shifted = [](double prior) { // fewer right choices where left is likely, at the same contrasts
        auto levels = kExpert;
        for (auto& level : levels)
            if (std::abs(level.first) < .2)
                level.second = std::clamp(level.second + (prior < .5 ? .2 : -.2), .02, .98);
        return levels;
    };
    AnimalBuilder builder("A");
    for (int s = 0; s < 3; ++s) {
        builder.session(std::to_string(s));
        for (const double prior : {.2, .8})
            for (const auto& level : shifted(prior))
                for (int i = 0; i < 50; ++i)
                    builder.trial(
                        level.first, i + .5 < level.second * 50 ? 1 : 0, level.first == 0 ? 1 : -1, 1, prior);
    }
    const auto animal = builder.build();
    const TrainingReport report = trainingStatus(*animal, allSessions(*animal)).value();
    EXPECT_THAT(report.failed, IsEmpty());
    EXPECT_EQ(toString(report.status), "ready4ephysrig");
    ASSERT_TRUE(report.fit20 && report.fit80);
    EXPECT_GT(report.fit80->parameters.bias - report.fit20->parameters.bias, 5);

    const auto flat = threeSessions(kExpert, 100, 1, {.2, .8}).build();
    const TrainingReport unshifted = trainingStatus(*flat, allSessions(*flat)).value();
    EXPECT_EQ(unshifted.status, TrainingStatus::Trained1b);
    EXPECT_THAT(unshifted.failed, ElementsAre("bias_shift"));
}

TEST(TrainingStatus, StimuliThatAreNoContrastsAreRefused) {
    AnimalBuilder builder("W");
    builder.raw("dB").session("1").trial(.3, 1);
    EXPECT_EQ(trainingStatus(*builder.build(), std::vector<std::size_t>{0}).error().code,
        base::ErrorCode::Unsupported);
}
