// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/regressors.h"
#include "core/fit/fit_result.h"

#include <span>

namespace rulescope::fit {

/// Fills in the scores of a fitted rule, per animal and pooled over trials, teacher-forced in double
/// precision. The stop token is not asked: the best so far deserves its score, and this takes a small part of
/// an epoch. A held-out animal on which the rule's weights leave every range has no scored trial and no score
/// (NaN); what is pooled is over the others. BadFormat if the result's arrays don't fit its rule.
base::Result<void> addScores(FitResult& result, std::span<const data::RuleInputs> training,
    std::span<const data::RuleInputs> heldOut, int threads);

} // namespace rulescope::fit
