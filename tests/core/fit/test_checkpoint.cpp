// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/checkpoint.h"
#include "core/fit/trainer.h"
#include "tests/core/fit/learners.h"
#include "tests/core/io/temporary_folder.h"

#include <chrono>
#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <thread>

using namespace rulescope;
using fit::tests::cohort;

namespace {

/// A fit whose search on inner splits stops early, and whose second phase is long enough to be stopped in.
fit::FitSpec nestedSpec(const std::string& rule) {
    fit::FitSpec spec;
    spec.rule = rule;
    spec.training = {};
    spec.training.epochs = 60;
    spec.training.hidden = 8;
    spec.training.truncation = 100;
    spec.training.learningRate = 2e-2;
    spec.training.decay = 0.97;
    spec.training.validationFraction = 0.3;
    spec.training.innerFolds = 2;
    spec.training.patience = 8;
    spec.training.averaging = 0.8;
    spec.training.clipNorm = 0.5;
    spec.training.weightDecay = 1e-3;
    spec.heldOut = {"Learner 4"};
    return spec;
}

/// NaN equals NaN: curves have them where nothing was evaluated.
std::vector<double> comparable(std::vector<double> values) {
    for (double& value : values) {
        value = std::isnan(value) ? 1e300 : value;
    }
    return values;
}

void expectSameBits(const fit::FitResult& first, const fit::FitResult& second) {
    EXPECT_EQ(first.parameters, second.parameters);
    EXPECT_EQ(first.status, second.status);
    EXPECT_EQ(first.epochs, second.epochs);
    EXPECT_EQ(first.trainCurve, second.trainCurve);
    EXPECT_EQ(first.validationCurve, second.validationCurve);
    EXPECT_EQ(comparable(first.heldOutCurve), comparable(second.heldOutCurve));
    EXPECT_EQ(first.trainNatsPerTrial, second.trainNatsPerTrial);
    EXPECT_EQ(first.heldOutNatsPerTrial, second.heldOutNatsPerTrial);
}

/// Fits with a checkpoint and stops after each of the given numbers of epochs in turn, then to the end.
fit::FitResult stoppedAt(const data::Study& study, const fit::FitSpec& spec, const std::vector<int>& stops,
    const std::filesystem::path& file) {
    fit::FitCallbacks callbacks;
    callbacks.checkpoint = file;
    callbacks.threads = 2;
    for (const int epochs : stops) {
        std::stop_source source;
        int polls = 0;
        callbacks.isPaused = [&] { // polled once before each epoch
            if (++polls > epochs) {
                source.request_stop();
            }
            return false;
        };
        const auto stopped = fit::fit(study, spec, source.get_token(), callbacks);
        EXPECT_TRUE(stopped && stopped->status == fit::FitStatus::Cancelled);
    }
    callbacks.isPaused = {};
    return *fit::fit(study, spec, {}, callbacks);
}

fit::Checkpoint someCheckpoint() {
    return {{"fit", "mouse\thash\n", "program"}, {{"a", {1, 2.5, -0.0}}, {"nothing", {}}}};
}

} // namespace

TEST(Checkpoint, IsReadBackAsItWasWritten) {
    const testing_io::TemporaryFolder folder;
    const auto file = folder.path() / "fit.checkpoint";
    ASSERT_TRUE(fit::writeCheckpoint(file, someCheckpoint()));
    const auto back = fit::readCheckpoint(file);
    ASSERT_TRUE(back) << base::english(back.error());
    EXPECT_EQ(*back, someCheckpoint());
    fit::removeCheckpoint(file);
    fit::removeCheckpoint(file);
    EXPECT_EQ(fit::readCheckpoint(file).error().code, base::ErrorCode::NotFound);
}

TEST(Checkpoint, EveryDamagedByteAndEveryShorterFileIsRefused) {
    const testing_io::TemporaryFolder folder;
    const auto file = folder.path() / "fit.checkpoint";
    ASSERT_TRUE(fit::writeCheckpoint(file, someCheckpoint()));
    std::ifstream in(file, std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(in)), {});
    const auto codeOf = [&](const std::string& bytes) {
        std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
        const auto read = fit::readCheckpoint(file);
        return read ? base::ErrorCode::Internal : read.error().code;
    };
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string damaged = whole;
        damaged[i] = static_cast<char>(damaged[i] ^ 4);
        const base::ErrorCode code = codeOf(damaged);
        EXPECT_TRUE(code == base::ErrorCode::BadFormat || code == base::ErrorCode::NewerVersion) << i;
        EXPECT_EQ(codeOf(whole.substr(0, i)), base::ErrorCode::BadFormat) << i;
    }
    EXPECT_EQ(codeOf(whole + "x"), base::ErrorCode::BadFormat);
    std::string later = whole;
    later.replace(later.find(" 1\n"), 3, " 2\n");
    EXPECT_EQ(codeOf(later), base::ErrorCode::NewerVersion);
}

TEST(Checkpoint, OfOtherWorkDataOrProgramIsRefusedAndLeftAlone) {
    const testing_io::TemporaryFolder folder;
    const auto file = folder.path() / "fit.checkpoint";
    const fit::CheckpointIdentity own = someCheckpoint().identity;
    EXPECT_FALSE(fit::resumableState(file, own)->has_value()) << "no file is no error";
    ASSERT_TRUE(fit::writeCheckpoint(file, someCheckpoint()));
    EXPECT_EQ(**fit::resumableState(file, own), someCheckpoint().state);
    for (std::string fit::CheckpointIdentity::*member :
        {&fit::CheckpointIdentity::work, &fit::CheckpointIdentity::data, &fit::CheckpointIdentity::program}) {
        fit::CheckpointIdentity other = own;
        other.*member += " another";
        const auto refused = fit::resumableState(file, other);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, base::ErrorCode::InvalidValue);
        EXPECT_EQ(refused.error().where, file.string());
    }
    EXPECT_TRUE(fit::readCheckpoint(file));
}

TEST(Checkpoint, AFitThatWasStoppedInEitherPhaseGoesOnToTheSameBits) {
    const data::Study study = cohort(4, 300);
    for (const char* rule : {"dnn", "rnn"}) {
        const fit::FitSpec spec = nestedSpec(rule);
        const auto whole = fit::fit(study, spec);
        ASSERT_TRUE(whole);
        const int searched = static_cast<int>(whole->validationCurve.size());
        ASSERT_GT(searched, 5);
        ASSERT_GT(whole->epochs, 2);
        const testing_io::TemporaryFolder folder;
        const auto file = folder.path() / "fit.checkpoint";
        const auto once = stoppedAt(study, spec, {4}, file);
        expectSameBits(once, *whole);
        fit::removeCheckpoint(file);
        // In the search, in it again, after its last epoch, in the training, and after everything.
        expectSameBits(stoppedAt(study, spec, {3, 0, searched - 4, 2}, file), *whole);
        expectSameBits(stoppedAt(study, spec, {}, file), *whole);
    }
}

TEST(Checkpoint, KeepsAFittedStartSoThatAFitThatIsStoppedAgainAtOnceShowsWhereItStood) {
    const data::Study study = cohort(4, 200);
    for (const auto& [rule, weights] :
        {std::pair("residual-dnn", fit::InitialWeights::Zero), {"dnn", fit::InitialWeights::PerAnimal}}) {
        fit::FitSpec spec = nestedSpec(rule);
        spec.initialWeights = weights;
        spec.training.starts = 1;
        const auto whole = fit::fit(study, spec);
        ASSERT_TRUE(whole);
        const testing_io::TemporaryFolder folder;
        fit::FitCallbacks callbacks;
        callbacks.checkpoint = folder.path() / "fit.checkpoint";
        callbacks.secondsBetweenCheckpoints = 0;
        std::stop_source first;
        callbacks.isPaused = [&] { // the state is there after the first epoch
            if (std::filesystem::exists(callbacks.checkpoint)) {
                first.request_stop();
            }
            return false;
        };
        const auto stopped = fit::fit(study, spec, first.get_token(), callbacks);
        ASSERT_TRUE(stopped && stopped->status == fit::FitStatus::Cancelled);
        EXPECT_GT(stopped->epochs, 0);
        int textbookEvaluations = 0;
        callbacks.isPaused = {};
        callbacks.onProgress = [&](const fit::FitProgress& progress) {
            textbookEvaluations += std::isnan(progress.trainNatsPerTrial) ? 1 : 0;
        };
        std::stop_source second;
        second.request_stop();
        const auto again = fit::fit(study, spec, second.get_token(), callbacks);
        ASSERT_TRUE(again) << base::english(again.error());
        expectSameBits(*again, *stopped);
        const auto ended = fit::fit(study, spec, {}, callbacks);
        ASSERT_TRUE(ended) << base::english(ended.error());
        expectSameBits(*ended, *whole);
        EXPECT_EQ(textbookEvaluations, 0);
    }
}

TEST(Checkpoint, AStopInTheMiddleOfAnEpochLosesNothing) {
    // Whenever the stop comes, perhaps when one of the inner networks has done its step and the other has
    // not.
    const data::Study study = cohort(4, 300);
    const fit::FitSpec spec = nestedSpec("dnn");
    const auto whole = fit::fit(study, spec);
    const testing_io::TemporaryFolder folder;
    for (int delay = 0; delay < 4; ++delay) {
        const auto file = folder.path() / ("stop" + std::to_string(delay));
        fit::FitCallbacks callbacks;
        callbacks.checkpoint = file;
        std::stop_source source;
        std::thread stopper([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(10 + 7 * delay));
            source.request_stop();
        });
        const auto stopped = fit::fit(study, spec, source.get_token(), callbacks);
        stopper.join();
        ASSERT_TRUE(stopped);
        const auto resumed = fit::fit(study, spec, {}, callbacks);
        ASSERT_TRUE(resumed) << base::english(resumed.error());
        expectSameBits(*resumed, *whole);
    }
}

TEST(Checkpoint, APauseKeepsTheStateAndChangesNothing) {
    const data::Study study = cohort(4, 200);
    fit::FitSpec spec = nestedSpec("rnn");
    spec.training.patience = 0;
    spec.training.epochs = 6;
    const auto whole = fit::fit(study, spec);
    const testing_io::TemporaryFolder folder;
    fit::FitCallbacks callbacks;
    callbacks.checkpoint = folder.path() / "fit.checkpoint";
    callbacks.secondsBetweenCheckpoints = 1e9;
    int polls = 0;
    bool wasThere = false;
    callbacks.isPaused = [&] {
        const int poll = polls++;
        if (poll == 2) {
            fit::removeCheckpoint(callbacks.checkpoint); // that of the first epoch
        }
        wasThere = wasThere || (poll == 3 && std::filesystem::exists(callbacks.checkpoint));
        return poll == 2 || poll == 3;
    };
    const auto paused = fit::fit(study, spec, {}, callbacks);
    ASSERT_TRUE(whole && paused);
    EXPECT_TRUE(wasThere) << "a paused fit can be killed";
    expectSameBits(*paused, *whole);
}

TEST(Checkpoint, OfAnotherFitOrOfChangedTrialsStopsTheFit) {
    const testing_io::TemporaryFolder folder;
    fit::FitCallbacks callbacks;
    callbacks.checkpoint = folder.path() / "fit.checkpoint";
    fit::FitSpec spec = nestedSpec("dnn");
    spec.training.epochs = 3;
    ASSERT_TRUE(fit::fit(cohort(4, 200), spec, {}, callbacks));
    EXPECT_EQ(fit::fit(cohort(4, 201), spec, {}, callbacks).error().code, base::ErrorCode::InvalidValue);
    spec.seed = 2;
    EXPECT_EQ(fit::fit(cohort(4, 200), spec, {}, callbacks).error().code, base::ErrorCode::InvalidValue);
    spec.rule = "reinforce";
    EXPECT_EQ(fit::fit(cohort(4, 200), spec, {}, callbacks).error().code, base::ErrorCode::InvalidValue);
}

TEST(Checkpoint, ThatCantBeWrittenIsToldOnceAndTheFitGoesOn) {
    const testing_io::TemporaryFolder folder;
    fit::FitCallbacks callbacks;
    callbacks.checkpoint = folder.path() / "no such folder" / "fit.checkpoint";
    callbacks.secondsBetweenCheckpoints = 0;
    int failures = 0;
    callbacks.onCheckpointFailure = [&](const base::Error& error) {
        ++failures;
        EXPECT_EQ(error.code, base::ErrorCode::NotFound);
    };
    fit::FitSpec spec = nestedSpec("dnn");
    spec.training.epochs = 3;
    EXPECT_TRUE(fit::fit(cohort(4, 100), spec, {}, callbacks));
    EXPECT_EQ(failures, 1);
}
