// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/study.h"
#include "core/fit/fit_result.h"
#include "core/insight/visits.h"

#include <string>
#include <vector>

namespace rulescope::insight {

/// Refuses a fit whose rule moves no weights (a static GLM, a model that predicts choices directly): it has
/// no update to show (NoData).
base::Result<void> requireUpdates(const fit::FitResult& result);

/// The rules of a fit's further members, for bands and intervals; empty for a single fit. Members that
/// diverged or can't be read are left out.
std::vector<rules::LearningRulePtr> ensembleRules(const fit::FitResult& result);

/// The trials of the named animals (empty: all that the fit was trained on) as the fit saw them, with the
/// weights at which it starts them. Errors: unknown animal, regressors that can't be built.
base::Result<std::vector<AnimalInputs>> fittedInputs(
    const data::Study& study, const fit::FitResult& result, const std::vector<std::string>& animals = {});

} // namespace rulescope::insight
