// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/checkpoint.h"
#include "core/fit/ensemble_fit.h"
#include "core/fit/inner_split.h"
#include "core/fit/trainer.h"
#include "tests/core/fit/learners.h"
#include "tests/core/io/temporary_folder.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <gtest/gtest.h>
#include <set>

using namespace rulescope;
using fit::tests::cohort;

namespace {

fit::FitSpec ensembleSpec(const std::string& rule, int members) {
    fit::FitSpec spec;
    spec.rule = rule;
    spec.training.epochs = 8;
    spec.training.hidden = 8;
    spec.training.patience = 0;
    spec.members = members;
    return spec;
}

std::vector<data::RuleInputs> inputsOf(const data::Study& study) {
    std::vector<data::RuleInputs> inputs;
    for (const data::AnimalPtr& animal : study.animals) {
        inputs.push_back(*data::ruleInputs(*animal, {}));
    }
    return inputs;
}

long scored(const data::RuleInputs& inputs) {
    return std::count(inputs.scored.begin(), inputs.scored.end(), 1);
}

} // namespace

TEST(Ensemble, ItsFirstFitIsTheFitAloneAndTheOthersAreThoseOfFurtherSeeds) {
    const data::Study study = cohort(3, 300);
    fit::FitSpec spec = ensembleSpec("rnn", 3);
    spec.heldOut = {"Learner 3"};
    const auto ensemble = fit::fit(study, spec);
    ASSERT_TRUE(ensemble) << base::english(ensemble.error());
    EXPECT_EQ(ensemble->status, fit::FitStatus::Completed);
    ASSERT_EQ(ensemble->members.size(), 2U);
    const auto all = fit::ensembleOf(*ensemble);
    ASSERT_EQ(all.size(), 3U);
    for (std::size_t i = 0; i < all.size(); ++i) {
        fit::FitSpec alone = spec;
        alone.members = 1;
        alone.seed = spec.seed + i;
        const auto one = fit::fit(study, alone);
        ASSERT_TRUE(one);
        EXPECT_EQ(one->parameters, all[i].parameters);
        EXPECT_EQ(one->trainNatsPerTrial, all[i].trainNatsPerTrial);
        EXPECT_EQ(one->heldOutNatsPerTrial, all[i].heldOutNatsPerTrial);
        EXPECT_EQ(one->epochs, all[i].epochs);
        EXPECT_TRUE(fit::fittedRule(all[i]));
        if (i == 0) {
            EXPECT_EQ(one->trainCurve, ensemble->trainCurve);
            EXPECT_EQ(one->trainScores, ensemble->trainScores);
        }
    }
}

TEST(Ensemble, PutsBandsAroundTheTrajectories) {
    const data::Study study = cohort(3, 200);
    const auto ensemble = fit::fit(study, ensembleSpec("dnn", 4));
    ASSERT_TRUE(ensemble) << base::english(ensemble.error());
    const auto paths = fit::trajectories(study, *ensemble, {"Learner 2"});
    ASSERT_TRUE(paths);
    const fit::Trajectory& shown = paths->front();
    EXPECT_EQ(shown.fits, 4U);
    ASSERT_EQ(shown.low.size(), shown.weights.size());
    ASSERT_EQ(shown.high.size(), shown.weights.size());
    std::vector<double> last;
    for (const fit::FitResult& one : fit::ensembleOf(*ensemble)) {
        const auto alone = fit::trajectories(study, one, {"Learner 2"});
        EXPECT_TRUE(alone->front().low.empty());
        last.push_back(alone->front().weights.back());
    }
    std::sort(last.begin(), last.end());
    EXPECT_DOUBLE_EQ(shown.low.back(), last[0] + 0.075 * (last[1] - last[0]));
    EXPECT_DOUBLE_EQ(shown.high.back(), last[2] + 0.925 * (last[3] - last[2]));

    std::stop_source stop;
    stop.request_stop();
    const auto stopped = fit::trajectories(study, *ensemble, {"Learner 2"}, stop.get_token());
    ASSERT_TRUE(stopped);
    EXPECT_TRUE(stopped->front().low.empty());
}

TEST(Ensemble, MembersThatDivergedOrHaveNoMaximumAreLeftOut) {
    fit::FitResult result;
    result.members.resize(4);
    result.members[1].status = fit::FitStatus::Diverged;
    result.members[2].status = fit::FitStatus::Unbounded;
    result.members[3].status = fit::FitStatus::NotConverged;
    result.members[0].seed = 11;
    result.members[3].seed = 14;
    const std::vector<fit::FitResult> ensemble = fit::ensembleOf(result);
    ASSERT_EQ(ensemble.size(), 3U);
    EXPECT_EQ(ensemble[1].spec.seed, 11U);
    EXPECT_EQ(ensemble[2].spec.seed, 14U);
}

TEST(Ensemble, HasTheSameBitsAtAnyThreadCountAndThroughAnyNumberOfStops) {
    const data::Study study = cohort(3, 200);
    fit::FitSpec spec = ensembleSpec("dnn", 4);
    spec.resampling = fit::Resampling::Sessions;
    spec.heldOut = {"Learner 3"};
    fit::FitCallbacks callbacks;
    callbacks.threads = 1;
    const auto whole = fit::fit(study, spec, {}, callbacks);
    callbacks.threads = 3;
    const auto threaded = fit::fit(study, spec, {}, callbacks);
    ASSERT_TRUE(whole && threaded);
    EXPECT_EQ(whole->members, threaded->members);
    const testing_io::TemporaryFolder folder;
    callbacks.checkpoint = folder / "ensemble.checkpoint";
    std::atomic<int> polls{0};
    base::Result<fit::FitResult> resumed;
    int attempts = 0;
    for (; attempts < 30; ++attempts) {
        std::stop_source source;
        callbacks.isPaused = [&] {
            if (++polls % 7 == 0) {
                source.request_stop();
            }
            return false;
        };
        resumed = fit::fit(study, spec, source.get_token(), callbacks);
        if (resumed && resumed->status != fit::FitStatus::Cancelled) {
            break;
        }
    }
    ASSERT_TRUE(resumed);
    EXPECT_GT(attempts, 1);
    EXPECT_EQ(resumed->parameters, whole->parameters);
    EXPECT_EQ(resumed->trainCurve, whole->trainCurve);
    EXPECT_EQ(resumed->members, whole->members);
}

TEST(Ensemble, ACancelKeepsTheMembersThatAreDone) {
    const data::Study study = cohort(2, 200);
    fit::FitSpec spec = ensembleSpec("dnn", 50);
    std::stop_source source;
    fit::FitCallbacks callbacks;
    callbacks.threads = 1;
    callbacks.onProgress = [&](const fit::FitProgress& progress) {
        if (progress.epoch >= 3 * progress.epochs / 50) {
            source.request_stop();
        }
    };
    const auto result = fit::fit(study, spec, source.get_token(), callbacks);
    ASSERT_TRUE(result) << base::english(result.error());
    EXPECT_EQ(result->status, fit::FitStatus::Cancelled);
    EXPECT_GE(result->members.size(), 1U);
    EXPECT_LT(result->members.size(), 49U);
}

TEST(Ensemble, CancelledInItsFirstFitKeepsTheBestOfThat) {
    std::stop_source source;
    source.request_stop();
    const auto before = fit::fit(cohort(2, 100), ensembleSpec("dnn", 3), source.get_token());
    ASSERT_FALSE(before);
    EXPECT_EQ(before.error().code, base::ErrorCode::Cancelled);
    std::stop_source later;
    fit::FitCallbacks callbacks;
    callbacks.threads = 1;
    int polls = 0;
    callbacks.isPaused = [&] {
        if (++polls == 5) {
            later.request_stop();
        }
        return false;
    };
    const auto result = fit::fit(cohort(2, 100), ensembleSpec("dnn", 3), later.get_token(), callbacks);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, fit::FitStatus::Cancelled);
    EXPECT_EQ(result->epochs, 4);
    EXPECT_TRUE(std::isfinite(result->trainNatsPerTrial));
}

TEST(Ensemble, DrawsAnimalsWithReplacementAndHalvesOfSessions) {
    const auto inputs = inputsOf(cohort(6, 1200));
    std::set<std::size_t> sizes;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        std::set<std::string> names;
        const auto drawn = fit::resampled(inputs, fit::Resampling::Animals, seed);
        ASSERT_EQ(drawn.size(), inputs.size());
        for (const data::RuleInputs& animal : drawn) {
            names.insert(animal.animal);
        }
        sizes.insert(names.size());
        const auto halves = fit::resampled(inputs, fit::Resampling::Sessions, seed);
        for (std::size_t a = 0; a < inputs.size(); ++a) {
            EXPECT_EQ(halves[a].choice, inputs[a].choice) << "masked trials still drive the state";
            EXPECT_NEAR(static_cast<double>(scored(halves[a])), 600, 200);
            for (std::size_t t = 1; t < inputs[a].trials; ++t) {
                EXPECT_TRUE(inputs[a].sessionStart[t] != 0 || halves[a].scored[t] == halves[a].scored[t - 1]);
            }
        }
    }
    EXPECT_GT(sizes.size(), 1U);
    EXPECT_LT(*sizes.begin(), 6U);
    // One session: blocks of trials.
    auto one = inputsOf(cohort(1, 90));
    const long kept = scored(fit::resampled(one, fit::Resampling::Sessions, 1)[0]);
    EXPECT_TRUE(kept >= 44 && kept <= 66) << kept << " of two to five blocks of 22 trials, the last shorter";
    // One trial: nothing to leave out.
    one = inputsOf(cohort(1, 1));
    EXPECT_EQ(scored(fit::resampled(one, fit::Resampling::Sessions, 1)[0]), 1);
}

TEST(Ensemble, DrawsTheSameFromAnimalsInAnyOrder) {
    auto inputs = inputsOf(cohort(5, 500));
    const auto halves = fit::resampled(inputs, fit::Resampling::Sessions, 3);
    const auto namesOf = [](const std::vector<data::RuleInputs>& animals) {
        std::multiset<std::string> names;
        for (const data::RuleInputs& animal : animals) {
            names.insert(animal.animal);
        }
        return names;
    };
    const auto drawn = namesOf(fit::resampled(inputs, fit::Resampling::Animals, 3));
    std::reverse(inputs.begin(), inputs.end());
    const auto again = fit::resampled(inputs, fit::Resampling::Sessions, 3);
    for (std::size_t a = 0; a < inputs.size(); ++a) {
        EXPECT_EQ(again[a].scored, halves[inputs.size() - 1 - a].scored) << again[a].animal;
    }
    EXPECT_EQ(namesOf(fit::resampled(inputs, fit::Resampling::Animals, 3)), drawn);
}

TEST(Ensemble, CopiesOfAnAnimalStayOnOneSideOfEveryInnerSplit) {
    const auto inputs = inputsOf(cohort(4, 200));
    const std::vector<data::RuleInputs> drawn = {inputs[2], inputs[0], inputs[2], inputs[1], inputs[0]};
    fit::TrainingOptions options;
    options.validationFraction = 0.25;
    options.patience = 5;
    options.innerFolds = 3;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto splits = fit::innerSplits(drawn, {}, options, seed);
        ASSERT_EQ(splits.size(), 3U);
        for (const fit::InnerSplit& split : splits) {
            EXPECT_EQ(split.training.animals.size() + split.validation.animals.size(), drawn.size());
            for (const data::RuleInputs& trained : split.training.animals) {
                for (const data::RuleInputs& validated : split.validation.animals) {
                    EXPECT_NE(trained.animal, validated.animal);
                }
            }
        }
    }
}

TEST(Ensemble, RefusesWhatCantBeDrawn) {
    fit::FitSpec spec = ensembleSpec("reinforce", 0);
    EXPECT_EQ(fit::fit(cohort(2, 100), spec).error().where, "members");
    spec.members = 3;
    spec.resampling = fit::Resampling::Animals;
    EXPECT_EQ(fit::fit(cohort(1, 100), spec).error().where, "resampling");
    EXPECT_EQ(fit::fit(cohort(2, 100), spec)->members.size(), 2U);
}
