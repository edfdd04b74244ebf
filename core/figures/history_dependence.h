// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_parts.h"
#include "core/figures/figure_spec.h"
#include "core/insight/history_dependence.h"

#include <string>

namespace rulescope::figures {

/// Update of a weight against the stimulus after rewarded and after unrewarded histories, one panel per
/// window.
FigureSpec historyDependence(
    const insight::HistoryDependence& dependence, const std::string& rule, const StimulusScale& scale = {});

} // namespace rulescope::figures
