// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tracking/weight_tracking.h"
#include "tests/core/rules/example_inputs.h"
#include "tests/core/tracking/tracked_animals.h"

#include <fstream>
#include <gmock/gmock.h>
#include <limits>
#include <nlohmann/json.hpp>

using namespace rulescope;
using namespace rulescope::tracking;
using rulescope::tests::append;
using rulescope::tests::rat;
using rulescope::tests::walker;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const std::vector<std::string> kTwo = {"bias", "stimulus"};
const std::vector<std::string> kRat = {"bias", "column:s1", "column:s2"};

nlohmann::json readReference() {
    std::ifstream stream(std::filesystem::path(RULESCOPE_SHARED_DIR) / "reference/psytrack.json");
    return stream ? nlohmann::json::parse(stream) : nlohmann::json();
}

bool isFinite(const TrackedWeights& tracked) {
    const auto allFinite = [](const std::vector<double>& values) {
        return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
    };
    return allFinite(tracked.weights) && allFinite(tracked.standardErrors) && allFinite(tracked.sigma) &&
           std::isfinite(tracked.logEvidence) && std::isfinite(tracked.aic());
}

/// Two regressors, `choice(t)` on alternating stimuli.
template<class Choice>
data::RuleInputs alternating(std::size_t trials, Choice choice) {
    data::RuleInputs inputs;
    inputs.animal = "A";
    for (std::size_t t = 0; t < trials; ++t)
        append(inputs, {1, t % 2 == 0 ? .5 : -.5}, choice(t), 1, t % 50 == 0);
    return inputs;
}

} // namespace

TEST(WeightTracking, EvidencesOfTheRatEqualTheReference) {
    const nlohmann::json expected = readReference();
    const data::RuleInputs inputs = rat(10000);
    if (expected.is_null() || inputs.trials == 0)
        GTEST_SKIP() << "no reference numbers here";
    for (const auto& [key, value] : expected["fixed_sigma_no_day"].items()) {
        const double sigma = std::exp2(std::stod(key.substr(2)));
        const TrackedWeights fixed = trackWeights(inputs, kRat, {.sigma = {sigma}}).value();
        EXPECT_NEAR(fixed.logEvidence, value.get<double>(), 1e-3) << key;
        EXPECT_EQ(fixed.freeParameters, 0u);
    }
    const TrackedWeights free = trackWeights(inputs, kRat, {}).value();
    EXPECT_EQ(free.status, TrackingStatus::Converged);
    EXPECT_GE(free.logEvidence, expected["optimised"]["log_evidence"].get<double>() - .001);
    for (std::size_t k = 0; k < 3; ++k)
        EXPECT_NEAR(
            std::log2(free.sigma[k]), expected["optimised"]["log2_sigma_bias_s1_s2"][k].get<double>(), .1);
    EXPECT_EQ(free.freeParameters, 3u);
    EXPECT_THAT(free.withoutDrift, IsEmpty());
}

TEST(WeightTracking, TheAnimalWithoutRandomNumbersEqualsTheReference) {
    const nlohmann::json reference = readReference();
    if (reference.is_null())
        GTEST_SKIP() << "no reference numbers here";
    const nlohmann::json& expected = reference["deterministic_animal"];
    const TrackedWeights tracked =
        trackWeights(rules::deterministicAnimal(), kTwo, {.sigma = {.0625}}).value();
    EXPECT_NEAR(tracked.logEvidence, expected["log_evidence"].get<double>(), 1e-6);
    for (std::size_t k = 0; k < 2; ++k)
        EXPECT_NEAR(tracked.weights[2 * 999 + k], expected["w_last_trial"][k].get<double>(), 1e-6);
}

TEST(WeightTracking, ADriftBetweenSessionsNeverLowersTheBestEvidence) {
    const data::RuleInputs inputs = rat(4000);
    if (inputs.trials == 0)
        GTEST_SKIP() << "no real animals here";
    const TrackedWeights without = trackWeights(inputs, kRat, {}).value();
    const TrackedWeights with = trackWeights(inputs, kRat, {.optimisesSigmaDay = true}).value();
    EXPECT_GE(with.logEvidence, without.logEvidence - .01);
    EXPECT_EQ(with.sigmaDay.size(), 3u);
    EXPECT_EQ(with.freeParameters, 6u);
    EXPECT_THAT(without.sigmaDay, IsEmpty());
}

TEST(WeightTracking, TheSameDriftBetweenSessionsAsWithinThemChangesNothing) {
    const data::RuleInputs inputs = walker({.sessionLength = 50}, 500, 2);
    const TrackedWeights one = trackWeights(inputs, kTwo, {.sigma = {.05}}).value();
    const TrackedWeights two = trackWeights(inputs, kTwo, {.sigma = {.05}, .sigmaDay = {.05, .05}}).value();
    EXPECT_EQ(one.logEvidence, two.logEvidence);
    EXPECT_EQ(one.weights, two.weights);
}

TEST(WeightTracking, DriftsOfASimulatedAnimalAreRecovered) {
    const TrackedWeights tracked = trackWeights(walker({}, 4000, 11), kTwo, {}).value();
    EXPECT_NEAR(std::log2(tracked.sigma[0]), std::log2(.03), .7);
    EXPECT_NEAR(std::log2(tracked.sigma[1]), std::log2(.06), .7);
    EXPECT_THAT(tracked.withoutDrift, IsEmpty());
}

TEST(WeightTracking, BandsCoverTheTrueWeightsOfManyAnimalsAsOftenAsTheySay) {
    std::size_t inside = 0, all = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        std::vector<double> truth;
        const data::RuleInputs inputs = walker({}, 500, seed, &truth);
        const TrackedWeights tracked = trackWeights(inputs, kTwo, {.sigma = {.03, .06}}).value();
        for (std::size_t i = 0; i < truth.size(); ++i)
            inside += std::abs(truth[i] - tracked.weights[i]) < 1.96 * tracked.standardErrors[i] ? 1 : 0;
        all += truth.size();
    }
    EXPECT_NEAR(static_cast<double>(inside) / static_cast<double>(all), .95, .02);
}

TEST(WeightTracking, ALearnersRateIsRecoveredAndPreferredByAic) {
    const data::RuleInputs inputs = walker({.sigma = {.01, .01}, .rate = .08}, 3000, 4);
    const TrackedWeights none = trackWeights(inputs, kTwo, {}).value();
    const TrackedWeights one = trackWeights(inputs, kTwo, {.learning = LearningTerm::SharedRate}).value();
    const TrackedWeights each = trackWeights(inputs, kTwo, {.learning = LearningTerm::RatePerWeight}).value();
    const TrackedWeights beta = trackWeights(inputs, kTwo, {.learning = LearningTerm::RateAndOffset}).value();
    EXPECT_NEAR(one.rate[1], .08, .03);
    EXPECT_EQ(one.rate[0], one.rate[1]);
    EXPECT_LT(one.aic(), none.aic());
    // Each model holds the one before.
    EXPECT_GE(one.logEvidence, none.logEvidence - .01);
    EXPECT_GE(each.logEvidence, one.logEvidence - .05);
    EXPECT_GE(beta.logEvidence, each.logEvidence - .05);
    EXPECT_EQ(none.freeParameters, 2u);
    EXPECT_EQ(one.freeParameters, 3u);
    EXPECT_EQ(each.freeParameters, 4u);
    EXPECT_EQ(beta.freeParameters, 6u);
    EXPECT_DOUBLE_EQ(one.aic(), 2 * 3 - 2 * one.logEvidence);
}

TEST(WeightTracking, TheSameInputsGiveTheSameBits) {
    const data::RuleInputs inputs = walker({}, 600, 9);
    const TrackedWeights first = trackWeights(inputs, kTwo, {}).value();
    const TrackedWeights second = trackWeights(inputs, kTwo, {}).value();
    EXPECT_EQ(first.weights, second.weights);
    EXPECT_EQ(first.standardErrors, second.standardErrors);
    EXPECT_EQ(first.sigma, second.sigma);
}

TEST(WeightTracking, MaskedTrialsCarryNoEvidence) {
    data::RuleInputs inputs = walker({}, 300, 6);
    for (std::size_t t = 100; t < 300; ++t)
        inputs.scored[t] = 0;
    const TrackedWeights tracked = trackWeights(inputs, kTwo, {.sigma = {.05}}).value();
    data::RuleInputs cut = walker({}, 100, 6);
    EXPECT_NEAR(tracked.logEvidence, trackWeights(cut, kTwo, {.sigma = {.05}}).value().logEvidence, 1e-9);
    EXPECT_EQ(tracked.scoredTrials, 100u);
    EXPECT_EQ(tracked.trials(), 300u);
    // Without choices the path stays where it was and its uncertainty grows.
    EXPECT_NEAR(tracked.weights[2 * 299], tracked.weights[2 * 99], 1e-9);
    EXPECT_GT(tracked.standardErrors[2 * 299], tracked.standardErrors[2 * 99] + .1);
}

TEST(WeightTracking, AnimalsThatSayLittleStillGetNumbers) {
    const auto right = [](std::size_t) { return 1.0; };
    const auto perfect = [](std::size_t t) { return t % 2 == 0 ? 1.0 : 0.0; };
    data::RuleInputs constant = alternating(200, perfect), collinear = constant, empty = constant;
    for (std::size_t t = 0; t < 200; ++t) {
        constant.x[2 * t + 1] = 1;
        collinear.x[2 * t + 1] = 3;
        empty.x[2 * t + 1] = 0;
    }
    for (const data::RuleInputs& inputs : {alternating(200, right), alternating(200, perfect), constant,
             collinear, empty, alternating(2, right)}) {
        for (const TrackingOptions& options : {TrackingOptions{.sigma = {.0625}}, TrackingOptions{},
                 TrackingOptions{.learning = LearningTerm::RateAndOffset}}) {
            const auto tracked = trackWeights(inputs, kTwo, options);
            ASSERT_TRUE(tracked) << base::english(tracked.error());
            EXPECT_TRUE(isFinite(*tracked));
        }
    }
    // Nothing moves here, and the result says so.
    EXPECT_THAT(trackWeights(alternating(200, right), kTwo, {})->withoutDrift, testing::Contains("bias"));
}

TEST(WeightTracking, ASingleTrialHasAPathButNoDriftToFind) {
    data::RuleInputs inputs;
    append(inputs, {1, .5}, 1, 1);
    const auto tracked = trackWeights(inputs, kTwo, {.sigma = {.1}});
    ASSERT_TRUE(tracked);
    EXPECT_TRUE(isFinite(*tracked));
    EXPECT_NEAR(std::exp(tracked->logEvidence), .5, .2);
    EXPECT_EQ(trackWeights(inputs, kTwo, {}).error().code, base::ErrorCode::NoData);
    EXPECT_EQ(trackWeights(inputs, kTwo, {.sigma = {.1}, .optimisesSigmaDay = true}).error().code,
        base::ErrorCode::NoData);
    EXPECT_EQ(trackWeights({}, kTwo, {.sigma = {.1}}).error().code, base::ErrorCode::NoData);
}

TEST(WeightTracking, BadInputIsATypedErrorThatNamesTheTrial) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const data::RuleInputs good = walker({}, 20, 1);
    for (const double bad : {kNan, kInfinity, -kInfinity, 1e300}) {
        data::RuleInputs inputs = good;
        inputs.x[2 * 7 + 1] = bad;
        const auto tracked = trackWeights(inputs, kTwo, {});
        ASSERT_FALSE(tracked);
        EXPECT_EQ(tracked.error().code, base::ErrorCode::InvalidValue);
        EXPECT_EQ(tracked.error().where, "walker, trial 8");
    }
    for (const TrackingOptions& options :
        {TrackingOptions{.sigma = {0}}, TrackingOptions{.sigma = {-1}}, TrackingOptions{.sigma = {kNan}},
            TrackingOptions{.sigma = {.1, .1, .1}}, TrackingOptions{.sigma = {.1}, .sigmaDay = {kInfinity}},
            TrackingOptions{.sigma = {.1}, .sigmaInit = 0}}) {
        const auto tracked = trackWeights(good, kTwo, options);
        ASSERT_FALSE(tracked);
        EXPECT_EQ(tracked.error().code, base::ErrorCode::InvalidValue);
    }
    data::RuleInputs many;
    append(many, std::vector<double>(17, 1.0), 1, 1);
    EXPECT_EQ(trackWeights(many, std::vector<std::string>(17, "w"), {.sigma = {.1}}).error().code,
        base::ErrorCode::TooLarge);
}

TEST(WeightTracking, RegressorsOfAnyUnitAreTracked) {
    const data::RuleInputs plain = walker({}, 1000, 12);
    data::RuleInputs milli = plain;
    for (std::size_t t = 0; t < milli.trials; ++t)
        milli.x[2 * t + 1] *= 1000;
    const TrackedWeights a = trackWeights(plain, kTwo, {}).value();
    const TrackedWeights b = trackWeights(milli, kTwo, {}).value();
    EXPECT_NEAR(b.sigma[1] * 1000, a.sigma[1], .02 * a.sigma[1]);
    EXPECT_NEAR(b.weights[2 * 500 + 1] * 1000, a.weights[2 * 500 + 1], .02);
}

TEST(WeightTracking, AStopEndsEveryPhaseAndProgressRises) {
    const data::RuleInputs inputs = walker({}, 300, 1);
    for (const LearningTerm term : {LearningTerm::None, LearningTerm::RateAndOffset}) {
        std::vector<double> fractions;
        const auto whole = trackWeights(
            inputs, kTwo, {.learning = term}, {}, [&](double fraction) { fractions.push_back(fraction); });
        ASSERT_TRUE(whole);
        EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
        EXPECT_GT(fractions.front(), 0);
        EXPECT_LT(fractions.back(), 1);
        for (std::size_t stopAt = 0; stopAt < fractions.size(); stopAt += 1 + fractions.size() / 12) {
            std::stop_source source;
            std::size_t calls = 0;
            const auto stopped =
                trackWeights(inputs, kTwo, {.learning = term}, source.get_token(), [&](double) {
                    if (calls++ == stopAt)
                        source.request_stop();
                });
            ASSERT_FALSE(stopped);
            EXPECT_EQ(stopped.error().code, base::ErrorCode::Cancelled);
            EXPECT_EQ(calls, stopAt + 1);
        }
    }
}

TEST(WeightTracking, HeldOutTrialsArePredictedBetterThanByChanceAndTheSameWayEveryTime) {
    const data::RuleInputs inputs = walker({}, 1500, 21);
    const auto validation = crossValidate(inputs, kTwo, {.sigma = {.03, .06}}, 5);
    ASSERT_TRUE(validation);
    EXPECT_EQ(validation->trials, 1500u);
    EXPECT_EQ(validation->foldNatsPerTrial.size(), 5u);
    EXPECT_GT(validation->natsPerTrial, std::log(.5));
    EXPECT_LT(validation->natsPerTrial, 0);
    EXPECT_THAT(validation->foldNatsPerTrial, Each(testing::Lt(0)));
    EXPECT_EQ(validation->natsPerTrial, crossValidate(inputs, kTwo, {.sigma = {.03, .06}}, 5)->natsPerTrial);
    // Weights that hardly move, and weights that move at random, predict worse.
    EXPECT_LT(crossValidate(inputs, kTwo, {.sigma = {1e-4}}, 5)->natsPerTrial, validation->natsPerTrial);
    EXPECT_LT(crossValidate(inputs, kTwo, {.sigma = {3}}, 5)->natsPerTrial, validation->natsPerTrial);
}

TEST(WeightTracking, HeldOutTrialsStillMoveTheWeightsOfALearnerAndFavourIt) {
    const auto held = [](const data::RuleInputs& inputs, double sigma, LearningTerm term) {
        const auto validation = crossValidate(inputs, kTwo, {.sigma = {sigma}, .learning = term}, 4);
        EXPECT_TRUE(validation);
        EXPECT_EQ(validation->trials, inputs.trials);
        EXPECT_EQ(validation->unsettledFolds, 0u);
        return validation->natsPerTrial;
    };
    double learnt = 0, walked = 0, drifted = 0, misjudged = 0, truth = 0;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        std::vector<double> path;
        const data::RuleInputs learner = walker({.sigma = {.01, .01}, .rate = .2}, 1000, seed, &path);
        const data::RuleInputs drifter = walker({.sigma = {.03, .03}}, 1000, seed);
        learnt += held(learner, .01, LearningTerm::SharedRate);
        walked += held(learner, .01, LearningTerm::None);
        misjudged += held(drifter, .03, LearningTerm::SharedRate);
        drifted += held(drifter, .03, LearningTerm::None);
        for (std::size_t t = 0; t < 1000; ++t)
            truth +=
                rules::logLikelihood(path[2 * t] + path[2 * t + 1] * learner.row(t)[1], learner.choice[t]) /
                1000;
    }
    EXPECT_GT(learnt, walked + .02);
    EXPECT_LT(misjudged, drifted + .003);
    EXPECT_LT(learnt, truth); // what followed a held-out choice does not give it away
}

/// Held out one after the other: each kind of animal that says little, or nothing, about its weights.
TEST(WeightTracking, EveryKindOfPoorAnimalIsValidatedOrRefusedWithASentence) {
    const auto right = [](std::size_t) { return 1.0; };
    const auto perfect = [](std::size_t t) { return t % 2 == 0 ? 1.0 : 0.0; };
    data::RuleInputs constant = alternating(60, perfect), collinear = constant, empty = constant,
                     unknown = constant, failed = constant, huge = constant;
    for (std::size_t t = 0; t < 60; ++t) {
        constant.x[2 * t + 1] = 1;
        collinear.x[2 * t + 1] = 3;
        empty.x[2 * t + 1] = 0;
        huge.x[2 * t + 1] *= 1e9;
        unknown.outcome[t] = .5;
        failed.outcome[t] = 0;
    }
    for (const LearningTerm term : {LearningTerm::None, LearningTerm::SharedRate, LearningTerm::RatePerWeight,
             LearningTerm::RateAndOffset}) {
        const TrackingOptions free = {.learning = term}, fixed = {.sigma = {.1}, .learning = term};
        for (const data::RuleInputs& inputs : {alternating(60, right), alternating(60, perfect), constant,
                 collinear, empty, huge, unknown, failed}) {
            for (const TrackingOptions& options : {free, fixed}) {
                const auto validation = crossValidate(inputs, kTwo, options, 2);
                ASSERT_TRUE(validation) << base::english(validation.error());
                EXPECT_TRUE(std::isfinite(validation->natsPerTrial));
                EXPECT_LE(validation->natsPerTrial, 0);
            }
        }
        data::RuleInputs bad = alternating(60, perfect);
        bad.x[9] = std::numeric_limits<double>::quiet_NaN();
        EXPECT_EQ(crossValidate(bad, kTwo, fixed, 2).error().code, base::ErrorCode::InvalidValue);
        EXPECT_EQ(crossValidate({}, kTwo, fixed, 2).error().code, base::ErrorCode::NoData);
        for (const std::size_t folds : {0, 1, 61})
            EXPECT_EQ(crossValidate(alternating(60, right), kTwo, fixed, folds).error().code,
                base::ErrorCode::InvalidValue);
        const auto single = crossValidate(alternating(1, right), kTwo, fixed, 2);
        EXPECT_FALSE(single);
        std::stop_source source;
        source.request_stop();
        EXPECT_EQ(crossValidate(alternating(60, right), kTwo, free, 2, 1, source.get_token()).error().code,
            base::ErrorCode::Cancelled);
    }
}

TEST(WeightTracking, FoldsThatCannotBeMadeAreErrors) {
    const data::RuleInputs inputs = walker({}, 20, 21);
    EXPECT_EQ(crossValidate(inputs, kTwo, {.sigma = {.1}}, 1).error().code, base::ErrorCode::InvalidValue);
    EXPECT_EQ(crossValidate(inputs, kTwo, {.sigma = {.1}}, 21).error().code, base::ErrorCode::InvalidValue);
    EXPECT_TRUE(crossValidate(inputs, kTwo, {.sigma = {.1}}, 20));
}

TEST(WeightTracking, LearningTermsHaveNames) {
    for (const char* name : {"none", "rf1", "rfk", "rfbeta"})
        EXPECT_EQ(toString(learningTermFromString(name).value()), name);
    EXPECT_EQ(learningTermFromString("rf9").error().code, base::ErrorCode::InvalidValue);
}
