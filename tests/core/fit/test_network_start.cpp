// SPDX-License-Identifier: GPL-3.0-or-later
// Where networks begin: textbook fits and first weights, of each inner split from its training side alone.
#include "core/fit/initial_weights.h"
#include "core/fit/inner_split.h"
#include "core/fit/network_start.h"
#include "core/fit/rule_fit.h"
#include "core/fit/textbook_fit.h"
#include "core/rules/registry.h"
#include "tests/core/fit/learners.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <gtest/gtest.h>
#include <thread>

using namespace rulescope;
using fit::InitialWeights;

namespace {

std::vector<data::RuleInputs> inputsOf(std::size_t animals, std::size_t trials) {
    std::vector<data::RuleInputs> inputs;
    for (const data::AnimalPtr& animal : fit::tests::cohort(animals, trials).animals) {
        inputs.push_back(*data::ruleInputs(*animal, {}));
    }
    return inputs;
}

fit::FitSpec specOf(const std::string& rule, InitialWeights start, const std::vector<data::RuleInputs>& all) {
    fit::FitSpec spec;
    spec.rule = rule;
    spec.initialWeights = start;
    spec.training.hidden = 4;
    spec.training.epochs = 20;
    spec.training.patience = 5;
    spec.training.validationFraction = 0.25;
    spec.training.innerFolds = 4;
    spec.training.starts = 1;
    spec.training.maxIterations = 60;
    spec.awaitsTrainingOfRule = false;
    for (const data::RuleInputs& animal : all) {
        spec.animals.push_back(animal.animal);
    }
    return spec;
}

fit::NetworkStarts startsOf(const fit::FitSpec& spec, const std::vector<data::RuleInputs>& animals) {
    auto starts = fit::networkStarts(fit::networkShape(spec), spec, animals, {}, {}, {});
    EXPECT_TRUE(starts) << base::english(starts.error());
    return *std::move(starts);
}

/// Each choice the other way round, from `first` on.
void turnChoices(data::RuleInputs& animal, std::size_t first) {
    for (std::size_t t = first; t < animal.trials; ++t) {
        animal.choice[t] = 1 - animal.choice[t];
    }
}

/// Animals that never err: no weight of the stimulus is large enough for them.
std::vector<data::RuleInputs> unerring(std::size_t animals, std::size_t trials) {
    std::vector<data::RuleInputs> inputs = inputsOf(animals, trials);
    for (data::RuleInputs& animal : inputs) {
        for (std::size_t t = 0; t < animal.trials; ++t) {
            animal.choice[t] = animal.row(t)[1] > 0 ? 1 : 0;
            animal.outcome[t] = animal.choice[t] == animal.answer[t] ? 1 : 0;
        }
    }
    return inputs;
}

} // namespace

TEST(NetworkStarts, AnInnerValidationAnimalHasNoSayInFirstWeightsOrRates) {
    const std::vector<data::RuleInputs> animals = inputsOf(4, 300);
    for (const InitialWeights kind : {InitialWeights::Shared, InitialWeights::PerAnimal}) {
        for (const char* rule : {"dnn", "residual-dnn"}) {
            const fit::FitSpec spec = specOf(rule, kind, animals);
            const fit::NetworkStarts before = startsOf(spec, animals);
            const auto splits = fit::innerSplits(animals, {}, spec.training, spec.seed);
            ASSERT_EQ(before.inner.size(), splits.size());
            for (std::size_t i = 0; i < splits.size(); ++i) {
                ASSERT_EQ(splits[i].validation.animals.size(), 1U);
                std::vector<data::RuleInputs> changed = animals;
                for (data::RuleInputs& animal : changed) {
                    if (animal.animal == splits[i].validation.animals[0].animal) {
                        turnChoices(animal, 0);
                    }
                }
                const fit::NetworkStarts after = startsOf(spec, changed);
                EXPECT_EQ(after.inner[i].parameters, before.inner[i].parameters) << rule;
                EXPECT_EQ(after.inner[i].initialWeights, before.inner[i].initialWeights) << rule;
                EXPECT_EQ(after.inner[i].judgeWeights, before.inner[i].judgeWeights) << rule;
                EXPECT_NE(after.all.initialWeights, before.all.initialWeights) << rule;
            }
        }
    }
}

TEST(NetworkStarts, AnInnerValidationAnimalStartsAtTheMeanOfThoseTrainedOn) {
    const std::vector<data::RuleInputs> animals = inputsOf(5, 300);
    const fit::FitSpec spec = specOf("rnn", InitialWeights::PerAnimal, animals);
    for (const fit::NetworkStart& start : startsOf(spec, animals).inner) {
        ASSERT_EQ(start.initialWeights.size() % 2, 0U);
        const std::size_t trained = start.initialWeights.size() / 2;
        ASSERT_EQ(trained + start.judgeWeights.size() / 2, animals.size());
        for (std::size_t k = 0; k < start.judgeWeights.size(); ++k) {
            double mean = 0;
            for (std::size_t a = 0; a < trained; ++a) {
                mean += start.initialWeights[2 * a + k % 2] / static_cast<double>(trained);
            }
            EXPECT_NEAR(start.judgeWeights[k], mean, 1e-12);
        }
    }
}

TEST(NetworkStarts, LastTrialsThatAreSetAsideHaveNoSayInFirstWeights) {
    const std::vector<data::RuleInputs> animals = inputsOf(2, 400); // too few to set whole ones aside
    const fit::FitSpec spec = specOf("dnn", InitialWeights::PerAnimal, animals);
    std::vector<data::RuleInputs> changed = animals;
    turnChoices(changed[0], 310); // the last quarter of 400 trials is judged
    const fit::NetworkStarts before = startsOf(spec, animals), after = startsOf(spec, changed);
    ASSERT_EQ(before.inner.size(), 1U);
    EXPECT_EQ(after.inner[0].initialWeights, before.inner[0].initialWeights);
    EXPECT_EQ(after.inner[0].judgeWeights, before.inner[0].initialWeights) << "the same animals go on";
    EXPECT_NE(after.all.initialWeights, before.all.initialWeights);
}

TEST(NetworkStarts, AResidualRuleThatStaysAtAnUnboundedTextbookIsThatTextbookAndSaysSo) {
    const std::vector<data::RuleInputs> animals = unerring(3, 200);
    fit::FitSpec spec = specOf("residual-dnn", InitialWeights::Zero, animals);
    spec.training.learningRate = 100; // no epoch is better than none
    fit::TextbookFitOptions options;
    options.starts = spec.training.starts;
    options.maxIterations = spec.training.maxIterations = 500;
    const auto textbook = fit::fitTextbook(rules::textbookYardstick(), animals, options);
    ASSERT_TRUE(textbook);
    ASSERT_EQ(textbook->status, fit::FitStatus::Unbounded);
    const auto result = fit::fitRule(spec, animals, {}, {}, {});
    ASSERT_TRUE(result) << base::english(result.error());
    ASSERT_EQ(result->epochs, 0);
    EXPECT_EQ(result->status, fit::FitStatus::Unbounded);
    EXPECT_NEAR(result->trainCurve.front(), textbook->natsPerTrial, 1e-5);
}

TEST(NetworkStarts, FirstWeightsWhoseSearchRanOutAreNotAFitsLastWord) {
    const std::vector<data::RuleInputs> animals = inputsOf(3, 200);
    fit::FitSpec spec = specOf("dnn", InitialWeights::Shared, animals);
    spec.training.maxIterations = 2;
    const auto cut = fit::fitRule(spec, animals, {}, {}, {});
    spec.training.maxIterations = 500;
    const auto whole = fit::fitRule(spec, animals, {}, {}, {});
    ASSERT_TRUE(cut && whole);
    EXPECT_EQ(cut->status, fit::FitStatus::NotConverged);
    EXPECT_NE(whole->status, fit::FitStatus::NotConverged);
}

TEST(NetworkStarts, AreToldOfAndObeyAStopRequest) {
    const std::vector<data::RuleInputs> animals = inputsOf(4, 300);
    for (const char* rule : {"dnn", "residual-dnn"}) {
        const fit::FitSpec spec = specOf(rule, InitialWeights::PerAnimal, animals);
        std::stop_source source;
        int told = 0;
        fit::FitCallbacks callbacks;
        callbacks.onProgress = [&](const fit::FitProgress& progress) {
            ++told;
            EXPECT_EQ(progress.epoch, 0);
            EXPECT_EQ(progress.epochs, 2 * spec.training.epochs);
            EXPECT_TRUE(std::isnan(progress.trainNatsPerTrial)) << "no point of the training curve";
            source.request_stop();
        };
        const auto result = fit::fitRule(spec, animals, {}, source.get_token(), callbacks);
        ASSERT_TRUE(result) << base::english(result.error());
        EXPECT_EQ(told, 1) << "the first evaluation is told of, then the fit ends";
        EXPECT_EQ(result->status, fit::FitStatus::Cancelled);
        EXPECT_TRUE(result->trainCurve.empty());
        for (const fit::NamedArray& array : result->parameters) {
            for (const double value : array.values) {
                EXPECT_TRUE(std::isfinite(value)) << array.name;
            }
        }
    }
}

TEST(NetworkStarts, WaitWhilePausedAndGoOnToTheSameNumbers) {
    const std::vector<data::RuleInputs> animals = inputsOf(4, 300);
    const fit::FitSpec spec = specOf("residual-rnn", InitialWeights::Shared, animals);
    const auto alone = fit::fitRule(spec, animals, {}, {}, {});
    std::atomic<bool> isPaused{false};
    std::atomic<int> polls{0}, told{0};
    fit::FitCallbacks callbacks;
    callbacks.isPaused = [&] {
        ++polls;
        return isPaused.load();
    };
    int toldWhenPaused = -1;
    callbacks.onProgress = [&](const fit::FitProgress&) {
        if (++told == 1) {
            isPaused = true;
        }
    };
    std::atomic<bool> hasEnded{false}; // a fit that fails tells and polls no more
    std::thread waker([&] {
        while (!isPaused && !hasEnded) {
            std::this_thread::yield();
        }
        const int before = polls;
        while (polls < before + 3 && !hasEnded) { // it waits, polling
            std::this_thread::yield();
        }
        toldWhenPaused = told;
        isPaused = false;
    });
    const auto paused = fit::fitRule(spec, animals, {}, {}, callbacks);
    hasEnded = true;
    waker.join();
    ASSERT_TRUE(alone && paused);
    EXPECT_EQ(toldWhenPaused, 1) << "nothing went on meanwhile";
    EXPECT_EQ(paused->parameters, alone->parameters);
    EXPECT_EQ(paused->status, alone->status);
}

TEST(NetworkStarts, ThatACheckpointKeptAreReadBackOrRefusedIfTheyAreNotOfThisNetworkAndTheseAnimals) {
    const std::vector<data::RuleInputs> all = inputsOf(6, 120);
    const std::vector<data::RuleInputs> training(all.begin(), all.begin() + 5), heldOut = {all.back()};
    const fit::FitSpec spec = specOf("residual-dnn", InitialWeights::PerAnimal, training);
    const engine::NetworkShape shape = fit::networkShape(spec);
    const auto starts = fit::networkStarts(shape, spec, training, heldOut, {}, {});
    ASSERT_TRUE(starts);
    fit::StateArrays arrays;
    EXPECT_FALSE(*fit::keptStarts(arrays, shape, spec, training, heldOut)) << "nothing was kept";
    fit::addArrays(*starts, arrays);
    const auto kept = fit::keptStarts(arrays, shape, spec, training, heldOut);
    ASSERT_TRUE(kept) << base::english(kept.error());
    ASSERT_TRUE(*kept);
    EXPECT_EQ((*kept)->all.judgeWeights, starts->all.judgeWeights);
    EXPECT_EQ((*kept)->inner.size(), starts->inner.size());
    EXPECT_EQ((*kept)->firstWeights, starts->firstWeights);
    ASSERT_FALSE(starts->inner.empty());

    const auto expectRefused = [&](const fit::StateArrays& damaged, const std::string& what) {
        const auto read = fit::keptStarts(damaged, shape, spec, training, heldOut);
        ASSERT_FALSE(read) << what;
        EXPECT_EQ(read.error().code, base::ErrorCode::BadFormat) << what;
    };
    for (const auto& [name, values] : arrays) {
        if (name == "start/first_weights_shape" || name == "start/ended") {
            continue;
        }
        fit::StateArrays damaged = arrays;
        damaged[name].pop_back();
        expectRefused(damaged, name + " too short");
        damaged[name].insert(damaged[name].end(), 3, 0.5);
        expectRefused(damaged, name + " too long");
        damaged = arrays;
        damaged[name].front() = std::nan("");
        expectRefused(damaged, name + " not a number");
    }
    const std::vector<std::pair<std::string, std::vector<double>>> odd = {{"start/ended", {}},
        {"start/ended", {0}}, {"start/ended", {99, 4}}, {"start/ended", {0, 3}}, {"start/ended", {0, 1e9}},
        {"start/ended", {std::nan(""), 4}}, {"start/first_weights_shape", {}},
        {"start/first_weights_shape", {-5, -2}}, {"start/first_weights_shape", {10, 1}},
        {"start/all/parameters", {}}};
    for (const auto& [name, values] : odd) {
        fit::StateArrays damaged = arrays;
        damaged[name] = values;
        expectRefused(damaged, name);
    }
}
