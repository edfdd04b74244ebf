// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/rules/rule.h"
#include "core/simulate/recipe.h"

#include <cstddef>
#include <string>

namespace rulescope::simulate {

/// The rule by which an animal of this recipe learns, for a fit that sees `weights` regressors: the recipe's
/// own and then some that teach nothing. Fixed weights have no update. Errors: an unknown rule, a network
/// (which has no parameters to be given), parameters that can't be read.
base::Result<rules::LearningRulePtr> teacherAmong(const AnimalRecipe& recipe, std::size_t weights);

/// The recipe's parameters times `factor`, as text that rules::parseParameters reads.
base::Result<std::string> scaledParameters(const AnimalRecipe& recipe, double factor);

/// Parameters with which a rule of the registry learns the IBL task within a few thousand trials, for when
/// none are given; empty for network rules.
std::string usualParameters(const std::string& rule);

} // namespace rulescope::simulate
