// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rules/registry.h"

#include <string>
#include <vector>

namespace rulescope::rules {

/// Names of a rule's parameters for these weights, in the order of TextbookRule: "alpha" for a shared one,
/// "alpha.stimulus" for one per weight.
std::vector<std::string> parameterNames(const RuleInfo& rule, const std::vector<std::string>& weightNames);

/// Parameters from "alpha=0.03125,offset.stimulus=-0.01": GROUP=X sets a whole group, GROUP.WEIGHT=X one
/// weight's (and wins over the whole group's). Every parameter must be given; a weight is named as its
/// regressor. Errors (InvalidValue): a rule without parameters, an unknown, repeated or missing one, not a
/// number, out of bounds.
base::Result<std::vector<double>> parseParameters(
    const RuleInfo& rule, const std::vector<std::string>& weightNames, const std::string& text);

} // namespace rulescope::rules
