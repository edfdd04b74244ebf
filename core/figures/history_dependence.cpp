// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/history_dependence.h"

#include <algorithm>
#include <cmath>

namespace rulescope::figures {
namespace {

using insight::HistoryCurve;
using insight::HistoryUpdates;
using insight::HistoryWindow;

Text windowTitle(const HistoryWindow& window) {
    if (window.from == 1 && window.to == 1)
        return QT_TRANSLATE_NOOP("core", "Last trial");
    if (window.from == 1)
        return {QT_TRANSLATE_NOOP("core", "Last %1 trials"), {count(window.to)}};
    return {QT_TRANSLATE_NOOP("core", "%1–%2 trials back"), {count(window.from), count(window.to)}};
}

std::vector<double> scaled(std::vector<double> values, double factor) {
    for (double& value : values)
        value *= factor;
    return values;
}

void addUpdates(
    const HistoryUpdates& updates, const StimulusAxis& axis, double factor, bool isRewarded, Panel& panel) {
    const Colour colour{isRewarded ? Colour::Role::Correct : Colour::Role::Error};
    if (!updates.low.empty()) {
        Band band;
        band.x = axis.positions;
        band.lower = scaled(updates.low, factor);
        band.upper = scaled(updates.high, factor);
        band.colour = colour;
        panel.series.push_back(std::move(band));
    }
    XY line;
    line.label =
        isRewarded ? QT_TRANSLATE_NOOP("core", "all rewarded") : QT_TRANSLATE_NOOP("core", "none rewarded");
    line.x = axis.positions;
    line.y = scaled(updates.value, factor);
    line.colour = colour;
    line.line = isRewarded ? LineStyle::Solid : LineStyle::Dashed;
    line.marker = axis.hasColumns ? (isRewarded ? Marker::Circle : Marker::OpenCircle) : Marker::None;
    line.markerPt = 3;
    panel.series.push_back(std::move(line));
}

/// The curves that differ: all of them, but one of a rule without memory, whose updates are the same after
/// any history (the one with most histories, since a kind that never occurred has no values).
std::vector<HistoryCurve> drawnCurves(const insight::HistoryDependence& dependence) {
    if (dependence.hasMemory || dependence.curves.empty())
        return dependence.curves;
    HistoryCurve one = dependence.curves.front();
    for (const HistoryCurve& curve : dependence.curves)
        for (const auto* updates : {&curve.rewarded, &curve.unrewarded})
            if (updates->histories > one.rewarded.histories)
                one.rewarded = *updates;
    one.unrewarded = {};
    return {one};
}

/// Everything drawn, with zero.
std::vector<double> drawnValues(const std::vector<HistoryCurve>& curves) {
    std::vector<double> drawn = {0};
    for (const HistoryCurve& curve : curves)
        for (const auto* updates : {&curve.rewarded, &curve.unrewarded})
            for (const auto* values : {&updates->value, &updates->low, &updates->high})
                drawn.insert(drawn.end(), values->begin(), values->end());
    return drawn;
}

/// The vertical axis that all panels share.
struct Scale {
    AxisRange range;
    double factor = 1; ///< from log-odds to the unit shown
};

Panel curvePanel(const HistoryCurve& curve, const StimulusAxis& axis, const Scale& vertical,
    std::size_t index, std::size_t count) {
    const GridPlace place = gridPlace(index, count);
    Panel panel;
    panel.id = "history-" + std::to_string(curve.window.from) + "-" + std::to_string(curve.window.to);
    panel.letter = panelLetter(index);
    panel.title = windowTitle(curve.window);
    panel.row = place.row, panel.column = place.column;
    panel.x = axis.axis;
    if (!place.isLowest)
        panel.x.label = {};
    if (place.isLeftmost)
        panel.y.label =
            vertical.factor > 1 ? QT_TRANSLATE_NOOP("core", "Δw (10⁻³)") : QT_TRANSLATE_NOOP("core", "Δw");
    panel.y.low = vertical.factor * vertical.range.low, panel.y.high = vertical.factor * vertical.range.high;
    panel.guides.push_back(Guide{});
    addUpdates(curve.rewarded, axis, vertical.factor, true, panel);
    if (!curve.unrewarded.value.empty())
        addUpdates(curve.unrewarded, axis, vertical.factor, false, panel);
    if (index == 0)
        nameLinesInRow({{QT_TRANSLATE_NOOP("core", "rewarded"), {Colour::Role::Correct}},
                           {QT_TRANSLATE_NOOP("core", "not"), {Colour::Role::Error}}},
            panel);
    return panel;
}

Text captionOf(const insight::HistoryDependence& dependence) {
    if (!dependence.hasMemory)
        return {QT_TRANSLATE_NOOP("core",
                    "Change Δw of the weight %1 after a correct trial, weights at their medians. This rule "
                    "has no memory: its update is the same whatever the outcomes of earlier trials were."),
            {regressorTitle(dependence.component)}};
    if (dependence.kind == insight::HistoryKind::Synthetic && dependence.fits > 1)
        return {
            QT_TRANSLATE_NOOP("core",
                "Change Δw of the weight %1 after a correct trial, when all (solid) or none (dashed) of "
                "the named earlier trials were rewarded; mean over made-up histories and %2 fits, weights "
                "at their medians. Bands: 95 % of the fits."),
            {regressorTitle(dependence.component), count(dependence.fits)}};
    if (dependence.kind == insight::HistoryKind::Synthetic)
        return {QT_TRANSLATE_NOOP("core",
                    "Change Δw of the weight %1 after a correct trial, when all (solid) or none (dashed) of "
                    "the named "
                    "earlier trials were rewarded; mean over made-up histories, weights at their medians."),
            {regressorTitle(dependence.component)}};
    if (dependence.fits > 1)
        return {QT_TRANSLATE_NOOP("core",
                    "Change Δw of the weight %1 after a correct trial, when all (solid) or none (dashed) of "
                    "the named earlier trials were rewarded; mean over the animals' histories and %2 fits, "
                    "weights at their medians. Bands: 95 % bootstrap interval over animals and fits."),
            {regressorTitle(dependence.component), count(dependence.fits)}};
    return {QT_TRANSLATE_NOOP("core", "Change Δw of the weight %1 after a correct trial, when all (solid) or "
                                      "none (dashed) of the named earlier "
                                      "trials were rewarded; mean over the animals' histories, weights at "
                                      "their medians. Bands: 95 % bootstrap "
                                      "interval over animals."),
        {regressorTitle(dependence.component)}};
}

} // namespace

FigureSpec historyDependence(
    const insight::HistoryDependence& dependence, const std::string& rule, const StimulusScale& scale) {
    FigureSpec figure;
    figure.id = "history-dependence";
    figure.title = QT_TRANSLATE_NOOP("core", "How earlier outcomes change the update");
    if (dependence.curves.empty() || dependence.stimulus.empty()) {
        figure.emptyReason =
            QT_TRANSLATE_NOOP("core", "No history has been evaluated. Select a fitted rule and animals.");
        return figure;
    }
    const std::vector<HistoryCurve> curves = drawnCurves(dependence);
    const AxisRange range = withHeadroom(rangeOf(drawnValues(curves), 0.08));
    const Scale vertical = {range, std::max(std::abs(range.low), std::abs(range.high)) < 0.05 ? 1000. : 1.};
    const StimulusAxis axis = stimulusAxis(dependence.stimulus, scale);
    std::size_t histories = 0, animals = 0;
    for (std::size_t i = 0; i < curves.size(); ++i) {
        figure.panels.push_back(curvePanel(curves[i], axis, vertical, i, curves.size()));
        histories += curves[i].rewarded.histories + curves[i].unrewarded.histories;
        animals = std::max({animals, curves[i].rewarded.animals, curves[i].unrewarded.animals});
    }
    if (!dependence.hasMemory) {
        Panel& panel = figure.panels.front();
        panel.id = "history-any";
        panel.letter = {};
        panel.title = QT_TRANSLATE_NOOP("core", "After any earlier trials");
        panel.notes.clear();
        std::get<XY>(panel.series.back()).label = QT_TRANSLATE_NOOP("core", "any outcomes");
    }
    figure.aspect = 0.55;
    figure.caption = captionOf(dependence);
    figure.footer = dependence.kind == insight::HistoryKind::Real
                        ? Text(QT_TRANSLATE_NOOP("core", "%1 · animals: %2 · n = %3 {history|histories}"),
                              {ruleTitle(rule), count(animals), count(histories)})
                        : Text(QT_TRANSLATE_NOOP("core", "%1 · n = %2 {made-up history|made-up histories}"),
                              {ruleTitle(rule), count(histories)});
    return figure;
}

} // namespace rulescope::figures
