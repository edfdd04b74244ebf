// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/insight/textbook_overlay.h"
#include "core/insight/update_surface.h"
#include "core/rules/registry.h"
#include "tests/core/insight/small_rules.h"

#include <gmock/gmock.h>

using namespace rulescope;
using namespace rulescope::insight;
using namespace rulescope::tests;
using testing::ElementsAre;

namespace {

TextbookOverlay overlayOf(const rules::LearningRule& rule, const std::string& component = "stimulus") {
    const std::vector<AnimalInputs> animals = {randomAnimal("A", 600, 1), randomAnimal("B", 400, 2)};
    return textbookOverlay(rule, animals, {}, component).value();
}

rules::LearningRulePtr textbook(const char* name, double alpha) {
    return (*rules::findRule(name))->textbook->at(std::vector<double>{alpha}, 2);
}

} // namespace

TEST(TextbookOverlay, FindsAFormulaAndItsParametersAgain) {
    const TextbookOverlay baseline = overlayOf(BaselineRule(.05, .3));
    EXPECT_EQ(baseline.rule, "reinforce-baseline");
    EXPECT_THAT(baseline.parameterNames, ElementsAre("alpha", "offset"));
    EXPECT_NEAR(baseline.parameters[0], .05, 1e-12);
    EXPECT_NEAR(baseline.parameters[1], .015, 1e-12);
    EXPECT_NEAR(baseline.explained, 1, 1e-12);
    EXPECT_EQ(baseline.trials, 1000u);
    for (const char* name : {"reward-max", "predict-max", "eligibility"}) {
        const TextbookOverlay overlay = overlayOf(*textbook(name, .01), "bias");
        EXPECT_EQ(overlay.rule, name);
        EXPECT_NEAR(overlay.parameters.front(), .01, 1e-12) << name;
        EXPECT_NEAR(overlay.explained, 1, 1e-12) << name;
    }
}

TEST(TextbookOverlay, PrefersFewerParametersWhereMoreExplainNothing) {
    EXPECT_EQ(overlayOf(BaselineRule(.05, 0)).rule, "reinforce");
}

TEST(TextbookOverlay, SaysHowMuchItLeavesUnexplained) {
    const TextbookOverlay overlay = overlayOf(LastOutcomeRule());
    EXPECT_LT(overlay.explained, 1);
    EXPECT_GT(overlay.explained, .8);
}

TEST(TextbookOverlay, RefusesARuleThatLearnsNothingAndAnUnknownWeight) {
    const std::vector<AnimalInputs> animals = {randomAnimal("A", 10, 1)};
    EXPECT_EQ(textbookOverlay(StillRule(), animals, {}, "stimulus").error().code, base::ErrorCode::NoData);
    EXPECT_EQ(textbookOverlay(StillRule(), {}, {}, "stimulus").error().code, base::ErrorCode::NoData);
    EXPECT_EQ(textbookOverlay(BaselineRule(1, 0), animals, {}, "no such weight").error().code,
        base::ErrorCode::InvalidValue);
}

TEST(UpdateSurface, LaysTheClosestFormulaOverItsGrid) {
    const std::vector<AnimalInputs> animals = {randomAnimal("A", 600, 1)};
    UpdateSurfaceOptions options;
    options.hasTextbook = true;
    const UpdateSurface surface = updateSurface(BaselineRule(.05, .3), animals, options).value();
    ASSERT_TRUE(surface.textbook.has_value());
    for (std::size_t i = 0; i < surface.correct.size(); ++i) {
        EXPECT_NEAR(surface.textbookCorrect[i], surface.correct[i], 1e-12);
        EXPECT_NEAR(surface.textbookError[i], surface.error[i], 1e-12);
    }
    const UpdateSurface still = updateSurface(StillRule(), animals, options).value();
    EXPECT_FALSE(still.textbook.has_value());
    EXPECT_TRUE(still.textbookCorrect.empty());
}

TEST(UpdateSurface, AnEnsembleGivesItsMeanAndABandOverIt) {
    const std::vector<AnimalInputs> animals = {randomAnimal("A", 600, 1)};
    UpdateSurfaceOptions options;
    options.weightValues = {0, 1};
    const UpdateSurface one = updateSurface(BaselineRule(.05, .3), animals, options).value();
    EXPECT_EQ(one.band, BandSource::None);
    options.ensemble = {std::make_shared<BaselineRule>(.04, .3), std::make_shared<BaselineRule>(.06, .3)};
    const UpdateSurface all = updateSurface(BaselineRule(.05, .3), animals, options).value();
    EXPECT_EQ(all.band, BandSource::Ensemble);
    EXPECT_EQ(all.fits, 3u);
    for (std::size_t i = 0; i < one.correct.size(); ++i) {
        EXPECT_NEAR(all.correct[i], one.correct[i], 1e-12);
        EXPECT_NEAR(all.difference[i], one.difference[i], 1e-12);
        const double spread = std::abs(one.correct[i]) * .95 * .2; // 2.5 % of the way in from .04 and .06
        EXPECT_NEAR(all.correctLow[i], one.correct[i] - spread, 1e-12);
        EXPECT_NEAR(all.correctHigh[i], one.correct[i] + spread, 1e-12);
    }
}
