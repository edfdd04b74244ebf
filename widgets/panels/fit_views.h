// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_parts.h"
#include "core/figures/figure_spec.h"
#include "core/insight/history_dependence.h"
#include "core/insight/learning_gain.h"
#include "core/insight/update_surface.h"
#include "core/io/study_file.h"

#include <optional>
#include <string>
#include <vector>

/// From a stored fit to its figures: what the pages and the report have in common. Pure and slow (rollouts
/// over all trials), so made for a worker thread. What can't be drawn comes back as a figure whose
/// emptyReason says why.
namespace rulescope::panels {

/// How an update surface is split into two maps.
enum class SurfaceSplit { Outcome, ChoiceSide };

struct SurfaceChoice {
    std::string component = "stimulus"; ///< weight whose update is shown
    std::string weight = "stimulus";    ///< weight along the vertical axis
    SurfaceSplit split = SurfaceSplit::Outcome;
    insight::HistorySource histories = insight::HistorySource::Data;
    bool operator==(const SurfaceChoice&) const = default;
};

/// A surface with all that its figure needs, so that a moved slice costs no rollout.
struct SurfaceContent {
    insight::UpdateSurface surface;
    std::optional<insight::LearningGain> gain;
    std::string rule;
    figures::StimulusScale stimulus;
    SurfaceSplit split = SurfaceSplit::Outcome;
    figures::Text note = {}; ///< how the fit ended, where that must be said
};

/// Animals that a fit can be shown on: the named ones, or the fit's own if none is named; those that are gone
/// from the study are left out.
std::vector<std::string> animalsOf(
    const io::StudyContents& contents, const fit::FitResult& fit, const std::vector<std::string>& named);

base::Result<SurfaceContent> surfaceContent(const io::StudyContents& contents, const fit::FitResult& fit,
    const std::vector<std::string>& animals, const SurfaceChoice& choice);

/// Row of the surface's grid that is nearest to a weight.
std::size_t rowNearest(const insight::UpdateSurface& surface, double weight);

/// The figure; with a `row`, the middle slice lies at that row of the grid instead of the median weight.
figures::FigureSpec surfaceFigure(
    const SurfaceContent& content, std::optional<std::size_t> row = std::nullopt);

/// Learning gain, choice reinforcement and error ratio with their intervals, by animal and by side.
figures::FigureSpec gainFigure(
    const io::StudyContents& contents, const fit::FitResult& fit, const std::vector<std::string>& animals);

figures::FigureSpec historyFigure(const io::StudyContents& contents, const fit::FitResult& fit,
    const std::vector<std::string>& animals, const std::string& component, insight::HistoryKind kind);

/// A figure that says why there is nothing to draw.
figures::FigureSpec failureFigure(const std::string& id, const base::Error& error);

} // namespace rulescope::panels
