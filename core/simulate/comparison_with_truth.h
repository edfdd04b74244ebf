// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rules/rule.h"
#include "core/simulate/recovery.h"

#include <vector>

namespace rulescope::simulate {

/// A simulated animal as a fit sees it, with what it really was; all in the fit's regressors.
struct KnownAnimal {
    data::RuleInputs inputs;
    std::vector<double> trueStart; ///< w_0, K
    std::vector<double> start;     ///< w_0 that the fit assumed or trained, K
    std::vector<double> truePath;  ///< w_t before each trial, trials x (the recipe's regressors)
    rules::LearningRulePtr teacher;
};

/// What is compared.
struct ComparedRules {
    const rules::LearningRule& teacher; ///< the rule of the cohort as a whole
    const rules::LearningRule& inferred;
    const std::vector<rules::LearningRulePtr>& refits; ///< of the inferred rule, for intervals
};

/// Fills in how close the inferred rule comes to the truth (METHOD.md section 5): over the grid against the
/// rule of the cohort as a whole; over trials as they happened against each animal's own rule, at its true
/// weights; error ratios by insight::learningGain. Rules with memory are compared in memories met on the way.
void compareWithTruth(
    const ComparedRules& rules, const std::vector<KnownAnimal>& cohort, int threads, Recovery& recovery);

} // namespace rulescope::simulate
