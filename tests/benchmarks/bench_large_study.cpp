// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a study of 200 animals and 6 million trials, and measures saving, opening, importing it as text, and
// what a page computes of one animal. bench_large_study [ANIMALS [TRIALS]]; the files go into the temporary
// folder.
#include "core/behavior/psychometric.h"
#include "core/behavior/training_status.h"
#include "core/data/analysed.h"
#include "core/figures/learning_curves.h"
#include "core/figures/session_measures.h"
#include "core/io/import_paths.h"
#include "core/io/study_file.h"
#include "core/io/trials_csv.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace rulescope;
namespace fs = std::filesystem;

constexpr std::size_t kSessionTrials = 500;

/// Contrasts, choices and times as a mouse's might be, without the cost of a learner.
data::AnimalPtr animalOf(std::size_t index, std::size_t trials) {
    std::mt19937_64 random(index + 1);
    std::uniform_real_distribution<double> uniform;
    constexpr double kContrasts[] = {-1, -0.25, -0.125, -0.0625, 0, 0.0625, 0.125, 0.25, 1};
    data::Animal::Content content;
    content.name = "M" + std::to_string(index + 1);
    content.lab = "Lab " + std::to_string(index % 8 + 1);
    data::Trials& columns = content.trials;
    double clock = 0;
    for (std::size_t t = 0; t < trials; ++t) {
        const double contrast = kContrasts[random() % std::size(kContrasts)];
        const double skill = static_cast<double>(t) / static_cast<double>(trials);
        const bool isRight = uniform(random) < 1 / (1 + std::exp(-6 * skill * contrast));
        const double wait = 0.2 + uniform(random);
        clock = t % kSessionTrials == 0 ? 0 : clock + 3 + uniform(random);
        columns.stimulus.push_back(contrast);
        columns.choice.push_back(uniform(random) < 0.03 ? data::kNone : isRight ? data::kRight : data::kLeft);
        columns.answer.push_back(data::kUnknown);
        columns.outcome.push_back(data::kUnknown);
        columns.stimulusOnsetS.push_back(clock);
        columns.responseS.push_back(clock + wait);
        columns.reactionTimeS.push_back(wait);
        columns.probabilityLeft.push_back(0.5);
    }
    data::deriveAnswersAndOutcomes(columns);
    for (std::size_t begin = 0; begin < trials; begin += kSessionTrials) {
        data::Session session;
        session.label = std::to_string(content.sessions.size() + 1);
        session.begin = begin;
        session.end = std::min(begin + kSessionTrials, trials);
        content.sessions.push_back(session);
    }
    return data::Animal::create(std::move(content)).value();
}

double secondsOf(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// In a process of its own, so that the largest memory is that of this step alone.
void measured(const char* what, const std::function<void()>& work) {
    std::fflush(stdout);
    const pid_t child = ::fork();
    if (child == 0) {
        const double seconds = secondsOf(work);
        rusage usage{};
        ::getrusage(RUSAGE_SELF, &usage);
        std::printf(
            "%-42s %8.2f s %8.0f MB at most\n", what, seconds, static_cast<double>(usage.ru_maxrss) / 1024);
        std::fflush(stdout);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        std::printf("%-42s failed\n", what);
    }
}

template<class Value>
Value require(base::Result<Value> result) {
    if (!result) {
        std::printf("%s\n", base::english(result.error()).c_str());
        ::_exit(1);
    }
    return std::move(*result);
}

void measurePages(const data::AnimalPtr& animal) {
    const auto each = [](const char* what, const std::function<void()>& work) {
        std::printf("%-42s %8.1f ms\n", what, 1000 * secondsOf(work));
    };
    each("learning curve of one animal", [&] { (void)figures::learningCurves({animal}); });
    each("session measures of one animal", [&] { (void)figures::sessionMeasures({animal}); });
    each("psychometric fit over all its trials",
        [&] { (void)behavior::psychometric(*animal, behavior::allSessions(*animal)); });
    each("training status", [&] { (void)behavior::trainingStatus(*animal, behavior::allSessions(*animal)); });
    data::Study study;
    study.animals = {animal};
    study.annotations[animal->name()].exclusions = {{"3", 0, 0, ""}};
    each("leaving out a session", [&] { (void)data::analysed(study); });
    each("content hash", [&] { (void)animal->contentHash(); });
}

} // namespace

int main(int argc, char** argv) {
    const std::size_t animals = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200;
    const std::size_t trials = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 30'000;
    const fs::path folder = fs::temp_directory_path() / ("rulescope-large-" + std::to_string(::getpid()));
    fs::create_directories(folder);
    const fs::path file = folder / "large.rulescope", text = folder / "large.csv";
    std::printf("%zu animals, %zu trials each\n", animals, trials);
    measured("simulating and saving", [&] {
        io::StudyContents contents;
        for (std::size_t i = 0; i < animals; ++i) {
            contents.study.animals.push_back(animalOf(i, trials));
        }
        if (const auto saved = io::saveStudy(contents, file); !saved) {
            std::printf("%s\n", base::english(saved.error()).c_str());
            ::_exit(1);
        }
    });
    std::printf("the file has %.0f MB\n", static_cast<double>(fs::file_size(file)) / 1e6);
    measured("opening", [&] { require(io::openStudy(file)); });
    measured("writing as CSV", [&] {
        const auto contents = require(io::openStudy(file));
        if (!io::writeTrialsCsv(contents.study.animals, text)) {
            ::_exit(1);
        }
    });
    measured("importing that CSV", [&] {
        const auto report = require(io::importPaths({text}));
        if (report.animals.size() != animals) {
            ::_exit(1);
        }
    });
    measurePages(animalOf(0, trials));
    fs::remove_all(folder);
    return 0;
}
