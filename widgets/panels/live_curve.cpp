// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/live_curve.h"

#include "core/figures/figure_parts.h"

namespace rulescope::panels {

namespace {

using figures::Colour;
using figures::Text;

figures::XY curve(
    Text label, const std::vector<double>& epochs, const std::vector<double>& values, Colour::Role role) {
    figures::XY series;
    series.label = std::move(label);
    series.x.assign(epochs.begin(), epochs.begin() + static_cast<std::ptrdiff_t>(values.size()));
    series.y = values;
    series.colour = {role};
    return series;
}

} // namespace

figures::FigureSpec liveCurve(const models::JobStatus& job) {
    figures::FigureSpec figure;
    figure.id = "training-curve";
    figure.title = Text::verbatim(job.title.toStdString());
    if (job.trainCurve.empty()) {
        figure.emptyReason =
            QT_TRANSLATE_NOOP("core", "The likelihood appears here while a network is trained.");
        return figure;
    }
    figures::Panel panel;
    panel.id = "likelihood";
    panel.title = Text::verbatim(job.part.toStdString());
    panel.x.label = QT_TRANSLATE_NOOP("core", "Epoch");
    panel.y.label = QT_TRANSLATE_NOOP("core", "Nats per trial");
    panel.series.push_back(
        curve(QT_TRANSLATE_NOOP("core", "training"), job.curveEpochs, job.trainCurve, Colour::Role::Ink));
    if (job.heldOutCurve.size() == job.curveEpochs.size()) {
        figures::XY heldOut = curve(
            QT_TRANSLATE_NOOP("core", "held out"), job.curveEpochs, job.heldOutCurve, Colour::Role::Accent);
        heldOut.line = figures::LineStyle::Dashed;
        panel.series.push_back(std::move(heldOut));
        // In the panel: a legend has no room in a low dock.
        figures::nameLinesInRow({{QT_TRANSLATE_NOOP("core", "training"), {Colour::Role::Ink}},
                                    {QT_TRANSLATE_NOOP("core", "held out"), {Colour::Role::Accent}}},
            panel);
    }
    figure.panels.push_back(std::move(panel));
    return figure;
}

} // namespace rulescope::panels
