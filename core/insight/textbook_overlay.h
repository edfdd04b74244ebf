// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/insight/visits.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace rulescope::insight {

/// The textbook formula that comes closest to a rule's updates of one weight, on the trials that its animals
/// met: what to lay over a network's surface.
struct TextbookOverlay {
    std::string rule; ///< registry name
    std::vector<std::string>
        parameterNames;             ///< "alpha", "offset": those that this weight's update depends on
    std::vector<double> parameters; ///< by least squares, in the same order
    double explained = 0;   ///< share of the updates' mean square that the formula accounts for, at most 1
    std::size_t trials = 0; ///< visited
    rules::LearningRulePtr formula; ///< at these parameters; other weights' own parameters are 0
    std::vector<double> memories;   ///< of the formula, met along the rule's path; stateSize each
};

/// Least squares over the updates as they happened on the rule's own path (METHOD.md sections 3 and 5). Every
/// formula is proportional to its parameters, so this is one linear problem each; among formulas, one with
/// more parameters must explain at least .5 % more for each of them. Errors: unknown component
/// (InvalidValue), no visited trial or no update at all (NoData).
base::Result<TextbookOverlay> textbookOverlay(const rules::LearningRule& rule,
    std::span<const AnimalInputs> animals, const data::RegressorSpec& regressors,
    const std::string& component, std::size_t mostStates = 32);

} // namespace rulescope::insight
