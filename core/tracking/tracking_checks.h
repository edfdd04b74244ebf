// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tracking/weight_tracking.h"

namespace rulescope::tracking {

/// Whether these inputs can be tracked with these options; the error says what can't.
base::Result<void> checkTracking(
    const data::RuleInputs& inputs, const std::vector<std::string>& names, const TrackingOptions& options);

base::Error stopped(const data::RuleInputs& inputs);
/// Numbers beyond double precision.
base::Error notFinite(const data::RuleInputs& inputs);

} // namespace rulescope::tracking
