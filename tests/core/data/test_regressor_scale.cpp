// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/regressor_scale.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace rulescope;

namespace {

/// Ten trials whose column `effort` alternates between +- `size`.
data::AnimalPtr animalWith(double size, data::StimulusKind kind = data::StimulusKind::Contrast) {
    data::Animal::Content content;
    content.name = "A";
    content.stimulusKind = kind;
    data::Column effort{"effort", {}};
    for (int t = 0; t < 10; ++t) {
        const double sign = t % 2 == 0 ? 1 : -1;
        content.trials.stimulus.push_back(kind == data::StimulusKind::Contrast ? sign : sign * size);
        content.trials.choice.push_back(t % 2 == 0 ? 1 : 0);
        content.trials.answer.push_back(1);
        content.trials.outcome.push_back(t % 2 == 0 ? 1 : 0);
        effort.values.push_back(sign * size);
    }
    content.trials.extra.push_back(effort);
    content.sessions = {{"1", {}, {}, {}, 0, 10}};
    return *data::Animal::create(std::move(content));
}

std::vector<data::ScaleWarning> warningsOf(const data::AnimalPtr& animal) {
    const std::vector<data::AnimalPtr> animals = {animal};
    data::RegressorSpec spec;
    spec.names = {"bias", "stimulus", "column:effort"};
    return data::scaleWarnings(animals, spec);
}

} // namespace

TEST(RegressorScale, AColumnFarFromOneIsNamedWithItsSize) {
    for (const double size : {1e-8, 1e-3, 35.0, 1e3, 1e6, 1e200}) {
        const auto warnings = warningsOf(animalWith(size));
        ASSERT_EQ(warnings.size(), 1U) << size;
        EXPECT_EQ(warnings[0].regressor, "column:effort");
        EXPECT_NEAR(warnings[0].size / size, 1, 1e-12);
        const std::string sentence = base::english(data::sentence(warnings[0]));
        EXPECT_NE(sentence.find("column:effort"), std::string::npos);
        EXPECT_NE(sentence.find("Standardise"), std::string::npos);
    }
}

TEST(RegressorScale, NothingIsSaidAboutUsualSizesConstantZerosOrContrasts) {
    for (const double size : {0.0, 0.05, 1.0, 5.0}) {
        EXPECT_TRUE(warningsOf(animalWith(size)).empty()) << size;
    }
    const std::vector<data::AnimalPtr> none;
    EXPECT_TRUE(data::scaleWarnings(none, {}).empty());
    EXPECT_TRUE(warningsOf(animalWith(std::numeric_limits<double>::infinity())).empty())
        << "an error says that";
}

TEST(RegressorScale, ARawStimulusIsLookedAtToo) {
    const auto warnings = warningsOf(animalWith(5000, data::StimulusKind::Raw));
    ASSERT_EQ(warnings.size(), 2U);
    EXPECT_EQ(warnings[0].regressor, "stimulus");
}
