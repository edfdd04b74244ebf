// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/fit_progress.h"

#include "core/figures/ending_note.h"
#include "core/figures/figure_parts.h"

#include <algorithm>
#include <cmath>

namespace rulescope::figures {
namespace {

XY curveLine(Text label, const std::vector<double>& values, Colour colour, LineStyle style) {
    XY line;
    line.label = std::move(label);
    line.colour = colour;
    line.line = style;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isfinite(values[i])) { // held-out animals are looked at now and then: one line through them
            line.x.push_back(static_cast<double>(i + 1));
            line.y.push_back(values[i]);
        }
    }
    return line;
}

} // namespace

FitCourse courseOf(const fit::FitResult& result) {
    return {result.spec.rule, result.trainCurve, result.heldOutCurve, result.spec.animals.size(),
        result.spec.heldOut.size(), !result.spec.heldOutTrials.empty(), result.validationCurve,
        endingNote(result)};
}

FigureSpec fitProgress(const FitCourse& course) {
    FigureSpec figure;
    figure.id = "fit-progress";
    figure.title = QT_TRANSLATE_NOOP("core", "Course of the fit");
    const auto isFinite = [](double v) { return std::isfinite(v); };
    if (std::none_of(course.trainCurve.begin(), course.trainCurve.end(), isFinite)) {
        figure.emptyReason = QT_TRANSLATE_NOOP(
            "core", "This fit has no recorded epochs yet. Wait for the first one, or fit a network rule.");
        return figure;
    }
    Panel panel;
    panel.id = "log-likelihood";
    panel.x.label = QT_TRANSLATE_NOOP("core", "Epoch");
    panel.y.label = QT_TRANSLATE_NOOP("core", "Log-likelihood (nats per trial)");
    panel.x.low = 0;
    const char* const trained = course.isHeldOutByTrial ? QT_TRANSLATE_NOOP("core", "training trials")
                                                        : QT_TRANSLATE_NOOP("core", "training animals");
    const char* const heldOut = course.isHeldOutByTrial ? QT_TRANSLATE_NOOP("core", "held-out trials")
                                                        : QT_TRANSLATE_NOOP("core", "held-out animals");
    panel.series.push_back(curveLine(trained, course.trainCurve, {Colour::Role::Muted}, LineStyle::Solid));
    if (!course.heldOutCurve.empty())
        panel.series.push_back(
            curveLine(heldOut, course.heldOutCurve, {Colour::Role::Accent}, LineStyle::Solid));
    if (!course.validationCurve.empty())
        panel.series.push_back(curveLine(QT_TRANSLATE_NOOP("core", "animals set aside to choose the epochs"),
            course.validationCurve, {Colour::Role::Ink}, LineStyle::Dashed));
    panel.hasLegend = panel.series.size() > 1;
    panel.legendPlace = Panel::LegendPlace::BottomRight;
    figure.panels.push_back(std::move(panel));
    figure.caption =
        QT_TRANSLATE_NOOP("core", "Mean log-likelihood of a choice, one step ahead; higher is better.");
    figure.footer = {
        course.isHeldOutByTrial
            ? QT_TRANSLATE_NOOP("core", "%1 · animals: %2, some trials of each held out · epochs: %4")
            : QT_TRANSLATE_NOOP("core", "%1 · training animals: %2 · held-out animals: %3 · epochs: %4"),
        {ruleTitle(course.rule), count(course.trainAnimals), count(course.heldOutAnimals),
            count(course.trainCurve.size())}};
    addNotes({course.note}, figure);
    return figure;
}

} // namespace rulescope::figures
