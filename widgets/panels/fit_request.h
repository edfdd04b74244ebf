// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fit/comparison.h"
#include "core/fit/fit_spec.h"

#include <QString>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rulescope::panels {

/// A held-out comparison as the user asks for it.
struct ComparisonRequest {
    fit::FitSpec spec;                 ///< shared settings; the rule is overridden
    std::vector<std::string> rules;    ///< registry names
    std::string holdout = "animals:4"; ///< as on the command line
    int seeds = 1;
    bool operator==(const ComparisonRequest&) const = default;
};

/// What the fit panel asks for: one fit, or a comparison.
using FitRequest = std::variant<fit::FitSpec, ComparisonRequest>;

/// JSON text of a request, for the journal of pending jobs; nothing if it can't be read back.
QString toJson(const FitRequest& request);
std::optional<FitRequest> requestFromJson(const QString& json);

} // namespace rulescope::panels
