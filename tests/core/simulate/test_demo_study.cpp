// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/demo_study.h"

#include "core/fit/textbook_fit.h"

#include <gmock/gmock.h>
#include <set>
#include <span>

namespace rulescope::simulate {
namespace {

TEST(DemoStudy, HasThreeAnimalsOfEachOfFourRules) {
    const data::Study study = demoStudy(1);
    ASSERT_EQ(study.animals.size(), 12U);
    std::multiset<std::string> groups;
    for (const data::AnimalPtr& animal : study.animals) {
        groups.insert(animal->lab());
        EXPECT_EQ(animal->name().rfind(animal->lab() + " ", 0), 0U);
        EXPECT_GE(animal->trialCount(), 4700U);
        EXPECT_LE(animal->trialCount(), 5300U);
    }
    for (const char* group : {"Symmetric", "Reward only", "Choice repeating", "Eligibility"}) {
        EXPECT_EQ(groups.count(group), 3U) << group;
    }
}

TEST(DemoStudy, HasTheSameBitsForASeedWhateverTheThreads) {
    const data::Study one = demoStudy(5, 1), two = demoStudy(5, 2), other = demoStudy(6);
    for (std::size_t i = 0; i < one.animals.size(); ++i) {
        EXPECT_EQ(one.animals[i]->contentHash(), two.animals[i]->contentHash());
        EXPECT_NE(one.animals[i]->contentHash(), other.animals[i]->contentHash());
        EXPECT_EQ(one.animals[i]->provenance(), two.animals[i]->provenance());
    }
}

TEST(DemoStudy, LearnsFromChanceToWhereMiceEnd) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        for (const data::AnimalPtr& animal : demoStudy(seed).animals) {
            double late = 0;
            const std::size_t sessions = animal->sessions().size();
            for (std::size_t i = sessions - 3; i < sessions; ++i) {
                late += animal->sessionCounts(i).accuracy() / 3;
            }
            EXPECT_LT(animal->sessionCounts(0).accuracy(), 0.68) << animal->name() << ", seed " << seed;
            EXPECT_GT(late, 0.65) << animal->name() << ", seed " << seed;
            EXPECT_LT(late, 0.95) << animal->name() << ", seed " << seed;
            const data::TrialCounts first = data::countTrials(animal->trials(), 0, 50);
            EXPECT_NEAR(first.accuracy(), 0.5, 0.25) << animal->name() << ", seed " << seed;
        }
    }
}

/// Error ratio of the bias weight under REINFORCE with baseline: -a / (alpha - a).
double biasErrorRatio(std::span<const data::RuleInputs> animals) {
    const base::Result<fit::TextbookFit> fit =
        fit::fitTextbook(**rules::findRule("reinforce-baseline"), animals);
    EXPECT_TRUE(fit.has_value());
    EXPECT_EQ(fit->status, fit::FitStatus::Converged);
    const double alpha = fit->parameters[0], offset = fit->parameters[2];
    return -offset / (alpha - offset);
}

TEST(DemoStudy, LetsAFitTellItsRulesApart) {
    const data::Study study = demoStudy(1);
    std::vector<data::RuleInputs> inputs;
    for (const data::AnimalPtr& animal : study.animals) {
        inputs.push_back(*data::ruleInputs(*animal, {}));
    }
    const std::span<const data::RuleInputs> all(inputs);
    EXPECT_NEAR(biasErrorRatio(all.subspan(0, 3)), -1, 0.4);
    EXPECT_NEAR(biasErrorRatio(all.subspan(3, 3)), 0, 0.3);
    EXPECT_NEAR(biasErrorRatio(all.subspan(6, 3)), 0.5, 0.2);
}

} // namespace
} // namespace rulescope::simulate
