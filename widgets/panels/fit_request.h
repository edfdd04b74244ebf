// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fit/compare.h"
#include "core/fit/fit_spec.h"

#include <QString>

#include <optional>
#include <variant>

namespace rulescope::panels {

/// What the fit panel asks for: one fit, or a held-out comparison of rules.
using FitRequest = std::variant<fit::FitSpec, fit::ComparisonRequest>;

/// JSON text of a request, for the journal of pending jobs; nothing if it can't be read back.
QString toJson(const FitRequest& request);
std::optional<FitRequest> requestFromJson(const QString& json);

/// What a request is called in lists of jobs: "RNN rule", "Comparison of 4 rules".
QString titleOf(const FitRequest& request);
/// Its settings in a few words: "12 animals, 3 held out, seed 1".
QString detailOf(const FitRequest& request);

/// A held-out scheme in words: "4 folds of animals", "last 500 trials". A number that is among the names of
/// the animals that take part is a name.
QString holdoutTitle(const std::string& holdout, const std::vector<std::string>& animals = {});
/// The same of a comparison that has been made.
QString holdoutTitle(const fit::Comparison& comparison);

/// The trials that a single fit holds out, in words: "the last 500 of each animal".
QString heldOutTrialsTitle(const std::string& heldOutTrials);

/// A regressor's name on screen: "previous choice"; a column keeps its own.
QString regressorTitle(const std::string& name);

/// The rule's name on screen; an unknown name stays as it is.
QString ruleTitle(const std::string& rule);

} // namespace rulescope::panels
