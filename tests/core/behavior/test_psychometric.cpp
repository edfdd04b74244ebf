// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/behavior/psychometric.h"
#include "tests/core/behavior/animal_builder.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

using namespace rulescope;
using namespace rulescope::behavior;
using rulescope::tests::AnimalBuilder;
using rulescope::tests::animalOfLevels;
using testing::ElementsAre;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr PsychometricVariant kAllVariants[] = {PsychometricVariant::IblStatus, PsychometricVariant::IblPlot,
    PsychometricVariant::Paper, PsychometricVariant::Psychofit};

std::filesystem::path reference(const char* name) {
    return std::filesystem::path(RULESCOPE_SHARED_DIR) / "reference" / name;
}

nlohmann::json readJson(const std::filesystem::path& path) {
    std::ifstream stream(path);
    return nlohmann::json::parse(stream);
}

/// A well-trained animal: 80 trials a level.
const std::vector<ChoiceLevel> kTrained = {{-100, 80, 4}, {-50, 80, 4}, {-25, 80, 5}, {-12.5, 80, 15},
    {-6.25, 80, 30}, {0, 80, 42}, {6.25, 80, 55}, {12.5, 80, 66}, {25, 80, 76}, {50, 80, 77}, {100, 80, 77}};

std::vector<ChoiceLevel> drawLevels(const PsychometricParameters& truth, std::size_t n, std::uint64_t seed) {
    base::RandomStream random(seed);
    std::vector<ChoiceLevel> levels;
    for (const double x : {-100.0, -50.0, -25.0, -12.5, -6.25, 0.0, 6.25, 12.5, 25.0, 50.0, 100.0}) {
        ChoiceLevel level{x, n, 0};
        for (std::size_t i = 0; i < n; ++i)
            level.right += random.bernoulli(psychometricCurve(truth, x)) ? 1 : 0;
        levels.push_back(level);
    }
    return levels;
}

} // namespace

TEST(Psychometric, CurveEqualsTheReferenceFunction) {
    if (!std::filesystem::exists(reference("psychofit.json")))
        GTEST_SKIP() << "no reference numbers here";
    const nlohmann::json function = readJson(reference("psychofit.json"))["function"];
    const auto& v = function["parameters_bias_threshold_lapse_low_lapse_high"];
    const PsychometricParameters parameters{v[0], v[1], v[2], v[3]};
    for (std::size_t i = 0; i < function["x"].size(); ++i)
        EXPECT_NEAR(psychometricCurve(parameters, function["x"][i]), function["p"][i].get<double>(), 1e-8);
}

TEST(Psychometric, FitReachesTheReferenceOptimum) {
    if (!std::filesystem::exists(reference("psychofit.json")))
        GTEST_SKIP() << "no reference numbers here";
    const nlohmann::json fit = readJson(reference("psychofit.json"))["fit"];
    std::vector<ChoiceLevel> levels;
    for (std::size_t i = 0; i < fit["x"].size(); ++i) {
        const double n = fit["n"][i], p = fit["p_right"][i];
        levels.push_back(
            {fit["x"][i], static_cast<std::size_t>(n), static_cast<std::size_t>(std::lround(n * p))});
    }
    const PsychometricFit result = fitPsychometric(levels, PsychometricVariant::Psychofit);
    EXPECT_NEAR(result.logLikelihood, fit["log_likelihood"].get<double>(), 1e-5);
    EXPECT_NEAR(result.parameters.bias, fit["parameters"][0].get<double>(), 2e-3);
    EXPECT_NEAR(result.parameters.threshold, fit["parameters"][1].get<double>(), 1e-6);
    EXPECT_NEAR(result.parameters.lapseLow, fit["parameters"][2].get<double>(), 1e-4);
    EXPECT_NEAR(result.parameters.lapseHigh, fit["parameters"][3].get<double>(), 1e-4);
    EXPECT_EQ(result.n, 400u);
}

TEST(Psychometric, NoOtherParametersOnAFineGridAreMoreLikely) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        const std::vector<ChoiceLevel> levels = drawLevels({-8, 18, .08, .05}, 30, seed);
        const double found = fitPsychometric(levels, PsychometricVariant::IblStatus).logLikelihood;
        double best = -1e300;
        for (double bias = -40; bias <= 40; bias += 2)
            for (double threshold = 1; threshold <= 99; threshold += 3)
                for (double low = 0; low <= .4; low += .025)
                    for (double high = 0; high <= .4; high += .025)
                        best =
                            std::max(best, psychometricLogLikelihood({bias, threshold, low, high}, levels));
        EXPECT_GE(found, best) << "seed " << seed;
    }
}

TEST(Psychometric, ParametersOfASimulatedAnimalAreRecoveredWithinTheirProfileIntervals) {
    const PsychometricParameters truth{-8, 18, .08, .05};
    const std::vector<ChoiceLevel> levels = drawLevels(truth, 400, 7);
    const PsychometricFit fit = fitPsychometric(levels, PsychometricVariant::IblStatus);
    EXPECT_TRUE(fit.isIdentified);
    EXPECT_NEAR(fit.parameters.bias, truth.bias, 2);
    EXPECT_NEAR(fit.parameters.threshold, truth.threshold, 3);
    const Interval bias =
        profileInterval(levels, PsychometricVariant::IblStatus, PsychometricParameter::Bias);
    const Interval threshold =
        profileInterval(levels, PsychometricVariant::IblStatus, PsychometricParameter::Threshold);
    EXPECT_TRUE(bias.contains(truth.bias) && bias.contains(fit.parameters.bias));
    EXPECT_TRUE(threshold.contains(truth.threshold) && threshold.contains(fit.parameters.threshold));
    EXPECT_LT(bias.high - bias.low, 6);
}

TEST(Psychometric, ProfileAndBootstrapIntervalsAgreeWhereTrialsAreMany) {
    const std::vector<ChoiceLevel> levels = drawLevels({-8, 18, .08, .05}, 400, 7);
    const PsychometricFit fit = fitPsychometric(levels, PsychometricVariant::IblStatus);
    const PsychometricIntervals profile = profileIntervals(levels, PsychometricVariant::IblStatus);
    const auto bootstrap =
        bootstrapIntervals(fit.parameters, levels, PsychometricVariant::IblStatus, {.resamples = 300});
    ASSERT_TRUE(bootstrap);
    const auto compare = [](const Interval& a, const Interval& b, double value) {
        EXPECT_TRUE(a.contains(value));
        EXPECT_TRUE(b.contains(value));
        EXPECT_NEAR(a.low, b.low, .3 * (a.high - a.low));
        EXPECT_NEAR(a.high, b.high, .3 * (a.high - a.low));
    };
    compare(profile.bias, bootstrap->bias, fit.parameters.bias);
    compare(profile.threshold, bootstrap->threshold, fit.parameters.threshold);
    compare(profile.lapseLow, bootstrap->lapseLow, fit.parameters.lapseLow);
    compare(profile.lapseHigh, bootstrap->lapseHigh, fit.parameters.lapseHigh);
    EXPECT_EQ(
        profile.bias, profileInterval(levels, PsychometricVariant::IblStatus, PsychometricParameter::Bias));
}

TEST(Psychometric, TheBootstrapDependsOnItsSeedAloneAndStops) {
    BootstrapOptions options{.resamples = 40, .seed = 3, .threads = 1};
    const PsychometricParameters curve{-5, 20, .05, .05};
    const auto one = bootstrapIntervals(curve, kTrained, PsychometricVariant::Paper, options);
    options.threads = 2;
    EXPECT_EQ(one, bootstrapIntervals(curve, kTrained, PsychometricVariant::Paper, options));
    options.seed = 4;
    EXPECT_NE(one, bootstrapIntervals(curve, kTrained, PsychometricVariant::Paper, options));
    std::stop_source source;
    source.request_stop();
    EXPECT_FALSE(
        bootstrapIntervals(curve, kTrained, PsychometricVariant::Paper, options, 1, source.get_token()));
}

TEST(Psychometric, IntervalsOfFewTrialsAreWideAndFinite) {
    const auto animal = AnimalBuilder("A").session("1").trial(.5, 1).trial(-.5, 1).build();
    for (const IntervalMethod method : {IntervalMethod::Profile, IntervalMethod::Bootstrap}) {
        PsychometricOptions options;
        options.intervals = method;
        options.bootstrap.resamples = 100;
        const Psychometric curve = psychometric(*animal, allSessions(*animal), options).value();
        ASSERT_TRUE(curve.intervals);
        for (const Interval& interval : {curve.intervals->bias, curve.intervals->threshold,
                 curve.intervals->lapseLow, curve.intervals->lapseHigh}) {
            EXPECT_TRUE(std::isfinite(interval.low) && std::isfinite(interval.high));
            EXPECT_LE(interval.low, interval.high);
        }
        EXPECT_FALSE(curve.fit.isIdentified);
    }
    EXPECT_EQ(toString(intervalMethodFromString("profile").value()), "profile");
    EXPECT_FALSE(intervalMethodFromString("bayes"));
}

TEST(Psychometric, EveryVariantStaysWithinItsBoundsAndIsDeterministic) {
    for (const PsychometricVariant variant : kAllVariants) {
        const PsychometricFit fit = fitPsychometric(kTrained, variant);
        EXPECT_EQ(fit, fitPsychometric(kTrained, variant)) << toString(variant);
        const PsychometricParameters& p = fit.parameters;
        const double mostLapse = variant == PsychometricVariant::IblPlot     ? .2
                                 : variant == PsychometricVariant::Psychofit ? .4
                                                                             : 1;
        EXPECT_TRUE(
            p.lapseLow >= 0 && p.lapseLow <= mostLapse && p.lapseHigh >= 0 && p.lapseHigh <= mostLapse);
        EXPECT_GE(p.threshold, variant == PsychometricVariant::IblPlot ? 10
                               : variant == PsychometricVariant::Paper ? 5
                                                                       : 0);
        EXPECT_LE(p.threshold, variant == PsychometricVariant::IblStatus ? 100
                               : variant == PsychometricVariant::IblPlot ? 50
                               : variant == PsychometricVariant::Paper   ? 40
                                                                         : 10);
        EXPECT_EQ(psychometricVariantFromString(toString(variant)).value(), variant);
    }
    EXPECT_FALSE(psychometricVariantFromString("erf").has_value());
}

TEST(Psychometric, MirroredChoicesGiveTheMirroredFit) {
    std::vector<ChoiceLevel> mirrored;
    for (const ChoiceLevel& level : kTrained)
        mirrored.push_back({-level.x, level.n, level.n - level.right});
    const PsychometricFit fit = fitPsychometric(kTrained, PsychometricVariant::IblStatus);
    const PsychometricFit mirror = fitPsychometric(mirrored, PsychometricVariant::IblStatus);
    EXPECT_NEAR(fit.parameters.bias, -mirror.parameters.bias, 1e-3);
    EXPECT_NEAR(fit.parameters.lapseLow, mirror.parameters.lapseHigh, 1e-4);
    EXPECT_NEAR(fit.logLikelihood, mirror.logLikelihood, 1e-6);
}

TEST(Psychometric, ManyTrialsIdentifyTheCurveAndFewOrFlatOnesDoNot) {
    EXPECT_TRUE(fitPsychometric(kTrained, PsychometricVariant::IblStatus).isIdentified);
    const std::vector<ChoiceLevel> few = {{-100, 2, 0}, {-25, 3, 1}, {0, 2, 1}, {25, 3, 2}, {100, 2, 2}};
    const std::vector<ChoiceLevel> flat = {
        {-50, 300, 150}, {-25, 300, 149}, {0, 300, 151}, {25, 300, 150}, {50, 300, 152}};
    const std::vector<ChoiceLevel> oneSided = {
        {-100, 20, 20}, {-25, 30, 30}, {0, 20, 20}, {25, 30, 30}, {100, 20, 20}};
    const std::vector<ChoiceLevel> oneLevel = {{25, 30, 20}};
    for (const PsychometricVariant variant : kAllVariants)
        for (const auto& levels : {few, flat, oneSided, oneLevel}) {
            const PsychometricFit fit = fitPsychometric(levels, variant);
            EXPECT_FALSE(fit.isIdentified) << toString(variant);
            EXPECT_TRUE(std::isfinite(fit.logLikelihood)) << toString(variant);
            EXPECT_TRUE(std::isfinite(fit.parameters.threshold)) << toString(variant);
        }
}

TEST(Psychometric, NoTrialsGiveNoNumbers) {
    const PsychometricFit fit = fitPsychometric({}, PsychometricVariant::Paper);
    EXPECT_TRUE(std::isnan(fit.parameters.bias) && std::isnan(fit.logLikelihood));
    EXPECT_FALSE(fit.isIdentified);
    EXPECT_EQ(fit.n, 0u);
}

TEST(Psychometric, PerfectChoicesHaveLogLikelihoodZero) {
    const std::vector<ChoiceLevel> levels = {{-50, 10, 0}, {50, 10, 10}};
    EXPECT_EQ(psychometricLogLikelihood({0, 1e-6, 0, 0}, levels), 0);
}

TEST(Psychometric, PointsAreInPercentWithWilsonIntervals) {
    const auto animal = animalOfLevels("A", 2, 10, {{-.5, .2}, {0, .5}, {.5, .9}});
    const Psychometric curve = psychometric(*animal, allSessions(*animal)).value();
    ASSERT_EQ(curve.points.size(), 3u);
    EXPECT_EQ(curve.points[0].x, -50);
    EXPECT_EQ(curve.points[0].n, 20u);
    EXPECT_EQ(curve.points[0].right, 4u);
    EXPECT_NEAR(curve.points[0].interval.low, .0807, 1e-4); // Wilson for 4 of 20
    EXPECT_NEAR(curve.points[0].interval.high, .4160, 1e-4);
    EXPECT_EQ(english(curve.stimulusLabel), "Signed contrast (%)");
    EXPECT_FALSE(curve.isBinned);
}

TEST(Psychometric, NoGosCountAsNotRightOnlyInTheIblVariants) {
    AnimalBuilder builder("A");
    builder.session("1").trials(6, .5, 1).trials(4, .5, -1).trials(5, -.5, 0);
    const auto animal = builder.build();
    const auto pointsOf = [&](PsychometricVariant variant) {
        return psychometric(*animal, allSessions(*animal), {.variant = variant}).value().points;
    };
    EXPECT_EQ(pointsOf(PsychometricVariant::IblStatus)[1].n, 10u);
    EXPECT_EQ(pointsOf(PsychometricVariant::IblPlot)[1].fractionRight, .6);
    EXPECT_EQ(pointsOf(PsychometricVariant::Paper)[1].n, 6u);
    EXPECT_EQ(pointsOf(PsychometricVariant::Psychofit)[1].fractionRight, 1);
}

TEST(Psychometric, BlocksAreFoundDespiteRounding) {
    AnimalBuilder builder("A");
    builder.session("1")
        .trials(3, .5, 1, -1, 1, .19999999999999996)
        .trials(5, -.5, 0, -1, 1, .8)
        .trials(7, .5, 0);
    const auto animal = builder.build();
    const auto block = [&](double prior) {
        return psychometric(*animal, allSessions(*animal), {.block = prior});
    };
    EXPECT_EQ(block(.2).value().fit.n, 3u);
    EXPECT_EQ(block(.8).value().fit.n, 5u);
    EXPECT_EQ(block(.3).error().code, base::ErrorCode::NoData);
}

TEST(Psychometric, SessionsAreSelected) {
    const auto animal = animalOfLevels("A", 4, 10, {{-.5, .2}, {.5, .9}});
    const auto last = data::selectSessions(*animal, "last:2").value();
    EXPECT_EQ(psychometric(*animal, last).value().fit.n, 40u);
    const std::vector<std::size_t> beyond = {9};
    EXPECT_EQ(psychometric(*animal, beyond).error().code, base::ErrorCode::NotFound);
    EXPECT_EQ(psychometric(*animal, {}).error().code, base::ErrorCode::NoData);
}

TEST(Psychometric, TrialsWithoutAStimulusAreLeftOut) {
    AnimalBuilder builder("A");
    builder.session("1").trials(5, kNan, 1, 1).trials(4, .25, 1);
    EXPECT_EQ(psychometric(*builder.build(), std::vector<std::size_t>{0}).value().fit.n, 4u);
}

TEST(Psychometric, ContinuousStimuliAreBinnedByQuantilesInTheirOwnUnit) {
    base::RandomStream random(3);
    AnimalBuilder builder("W");
    builder.raw("z-scored loudness").session("1");
    const PsychometricParameters truth{.2, .8, .05, .05};
    for (int i = 0; i < 4000; ++i) {
        const double x = random.uniform(-2, 2);
        builder.trial(x, random.bernoulli(psychometricCurve(truth, x)) ? 1 : 0);
    }
    const auto animal = builder.build();
    const Psychometric curve = psychometric(*animal, allSessions(*animal)).value();
    EXPECT_TRUE(curve.isBinned);
    EXPECT_EQ(english(curve.stimulusLabel), "Stimulus (z-scored loudness, quantile bins)");
    ASSERT_EQ(curve.points.size(), 9u);
    for (const PsychometricPoint& point : curve.points)
        EXPECT_NEAR(static_cast<double>(point.n), 4000.0 / 9, 2);
    EXPECT_NEAR(curve.fit.parameters.bias, truth.bias, .1);
    EXPECT_NEAR(curve.fit.parameters.threshold, truth.threshold, .2);
    EXPECT_TRUE(curve.fit.isIdentified);
}

TEST(Psychometric, StimuliThatScatterAboutTwoValuesAreTwoLevels) {
    base::RandomStream random(4);
    AnimalBuilder builder("W");
    builder.raw("s1 - s2").session("1");
    for (int i = 0; i < 200; ++i)
        builder.trial((i % 2 ? .78 : -.78) + random.uniform(-.01, .01), i % 4 < 3 ? i % 2 : 1 - i % 2);
    const auto animal = builder.build();
    const Psychometric curve = psychometric(*animal, allSessions(*animal)).value();
    EXPECT_FALSE(curve.isBinned);
    ASSERT_EQ(curve.points.size(), 2u);
    EXPECT_NEAR(curve.points[0].x, -.78, .002);
    EXPECT_EQ(curve.points[1].n, 100u);
    EXPECT_EQ(english(curve.stimulusLabel), "Stimulus (s1 - s2)");
}

TEST(Wilson, IntervalStaysWithinZeroAndOneAndHoldsTheShare) {
    for (std::size_t n : {1u, 2u, 10u, 1000u})
        for (std::size_t k = 0; k <= n; k += std::max<std::size_t>(1, n / 5)) {
            const Interval interval = wilsonInterval(k, n);
            EXPECT_GE(interval.low, 0);
            EXPECT_LE(interval.high, 1);
            EXPECT_TRUE(interval.contains(static_cast<double>(k) / static_cast<double>(n)));
        }
    EXPECT_TRUE(std::isnan(wilsonInterval(0, 0).low));
}
