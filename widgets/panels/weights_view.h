// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/figures/figure_spec.h"
#include "core/io/study_file.h"
#include "widgets/panels/tracking_cache.h"

#include <string>
#include <vector>

/// From a study to the figure of decision weights: what the page and the report have in common. Slow, so made
/// for a worker thread.
namespace rulescope::panels {

struct WeightsChoice {
    const fit::FitResult* fit = nullptr;     ///< drawn solid; none: the tracked weights stand alone
    const fit::FitResult* overlay = nullptr; ///< drawn dashed over it
    std::vector<std::string> animals = {};   ///< empty: the fit's own, or all of the study
    TrackingCache* tracking = nullptr;       ///< with it, tracked weights are drawn as bands
    bool hasSessionDrift = false;            ///< of the tracked weights
    /// Without a fit: the regressors of what is tracked.
    data::RegressorSpec regressors = {};
    std::size_t trials = 0; ///< without a fit: first trials with a choice; 0: all
};

/// Animals whose panels the figure has.
std::vector<std::string> animalsShown(const io::StudyContents& contents, const WeightsChoice& choice);
/// What is tracked of each of them.
TrackingRequest trackingRequest(const WeightsChoice& choice);

/// What can't be drawn comes back as a figure whose emptyReason says why; an animal that can't be tracked
/// says so in its panel.
figures::FigureSpec weightsFigure(
    const io::StudyContents& contents, const WeightsChoice& choice, const base::StopToken& stop = {});

} // namespace rulescope::panels
