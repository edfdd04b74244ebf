// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/recovery.h"

#include "core/figures/figure_parts.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace rulescope::figures {
namespace {

using simulate::Recovery;
using simulate::RecoverySlice;

std::vector<double> scaled(std::vector<double> values, double factor) {
    for (double& value : values)
        value *= factor;
    return values;
}

double factorOf(const Recovery& recovery) {
    double most = 0;
    for (const RecoverySlice& slice : recovery.slices)
        for (const auto* line : {&slice.trueCorrect, &slice.trueError, &slice.correct, &slice.error})
            for (const double value : *line)
                most = std::max(most, std::abs(value));
    return most < 0.05 ? 1000 : 1;
}

Text unitOf(double factor) {
    return factor > 1 ? QT_TRANSLATE_NOOP("core", "Δw (10⁻³)") : QT_TRANSLATE_NOOP("core", "Δw");
}

Panel scatterPanel(const Recovery& recovery, double factor) {
    Panel panel;
    panel.id = "updates";
    panel.letter = "a";
    panel.title = QT_TRANSLATE_NOOP("core", "Trials as they happened");
    XY points;
    points.label = QT_TRANSLATE_NOOP("core", "trials");
    points.x = scaled(recovery.trueUpdates, factor);
    points.y = scaled(recovery.updates, factor);
    points.colour = {Colour::Role::Accent};
    points.line = LineStyle::None;
    points.marker = Marker::Circle;
    points.markerPt = 2;
    std::vector<double> all = points.x;
    all.insert(all.end(), points.y.begin(), points.y.end());
    const AxisRange range = rangeOf(all, 0.05);
    XY diagonal;
    diagonal.label = QT_TRANSLATE_NOOP("core", "equal");
    diagonal.x = diagonal.y = {range.low, range.high};
    diagonal.colour = {Colour::Role::Ink};
    diagonal.line = LineStyle::Dotted;
    diagonal.widthPt = 0.8;
    panel.series.push_back(std::move(points));
    panel.series.push_back(std::move(diagonal));
    panel.x.low = panel.y.low = range.low;
    panel.x.high = panel.y.high = range.high;
    panel.x.label =
        factor > 1 ? QT_TRANSLATE_NOOP("core", "True Δw (10⁻³)") : QT_TRANSLATE_NOOP("core", "True Δw");
    panel.y.label = factor > 1 ? QT_TRANSLATE_NOOP("core", "Inferred Δw (10⁻³)")
                               : QT_TRANSLATE_NOOP("core", "Inferred Δw");
    return panel;
}

void addLine(const std::vector<double>& values, const StimulusAxis& axis, double factor, bool isCorrect,
    bool isTrue, Panel& panel) {
    XY line;
    line.label = isTrue ? (isCorrect ? QT_TRANSLATE_NOOP("core", "true, correct")
                                     : QT_TRANSLATE_NOOP("core", "true, error"))
                        : (isCorrect ? QT_TRANSLATE_NOOP("core", "inferred, correct")
                                     : QT_TRANSLATE_NOOP("core", "inferred, error"));
    line.x = axis.positions;
    line.y = scaled(values, factor);
    line.colour =
        isTrue ? Colour{Colour::Role::Ink} : Colour{isCorrect ? Colour::Role::Correct : Colour::Role::Error};
    line.line = isCorrect ? LineStyle::Solid : LineStyle::Dashed;
    line.widthPt = isTrue ? 0.8 : 1.6;
    panel.series.push_back(std::move(line));
}

Panel slicePanel(const Recovery& recovery, std::size_t index, const StimulusAxis& axis, double factor,
    const AxisRange& range) {
    static constexpr std::array<const char*, 3> kIds = {"slice-low", "slice-middle", "slice-high"};
    const RecoverySlice& slice = recovery.slices[index];
    Panel panel;
    panel.id = kIds[index];
    panel.letter = panelLetter(1 + index);
    panel.title = {QT_TRANSLATE_NOOP("core", "w = %1"), {base::Number{slice.weight, 1}}};
    panel.column = static_cast<int>(1 + index);
    panel.x = axis.axis;
    panel.y.low = range.low, panel.y.high = range.high;
    if (index == 0)
        panel.y.label = unitOf(factor);
    panel.guides.push_back(Guide{});
    for (const bool isCorrect : {true, false}) {
        addLine(isCorrect ? slice.correct : slice.error, axis, factor, isCorrect, false, panel);
        addLine(isCorrect ? slice.trueCorrect : slice.trueError, axis, factor, isCorrect, true, panel);
    }
    if (index == 0)
        nameLines({{QT_TRANSLATE_NOOP("core", "correct"), {Colour::Role::Correct}},
                      {QT_TRANSLATE_NOOP("core", "error"), {Colour::Role::Error}},
                      {QT_TRANSLATE_NOOP("core", "true"), {Colour::Role::Ink}}},
            panel);
    return panel;
}

AxisRange sliceRange(const Recovery& recovery, double factor) {
    std::vector<double> drawn = {0};
    for (const RecoverySlice& slice : recovery.slices)
        for (const auto* line : {&slice.trueCorrect, &slice.trueError, &slice.correct, &slice.error})
            for (const double value : *line)
                drawn.push_back(factor * value);
    AxisRange range = rangeOf(drawn, 0.08);
    range.high += 0.3 * (range.high - range.low); // for the names of the lines
    return range;
}

Text captionOf(const Recovery& recovery) {
    const bool isDefined = std::isfinite(recovery.errorRatio) && std::isfinite(recovery.trueErrorRatio);
    const std::vector<base::Text::Argument> arguments = {base::Number{recovery.rmse, 4},
        base::Number{recovery.cosine, 3}, base::Number{recovery.rmseVisited, 4},
        base::Number{recovery.cosineVisited, 3}, base::Number{recovery.errorRatio, 2},
        base::Number{recovery.trueErrorRatio, 2}};
    if (isDefined)
        return {
            QT_TRANSLATE_NOOP("core",
                "Update Δw of the stimulus weight, inferred against true. RMSE %1, cosine %2 over the grid "
                "of stimuli, weights and choices; %3, %4 over trials as they happened. Error ratio %5 "
                "(true: %6)."),
            arguments};
    return {
        QT_TRANSLATE_NOOP("core",
            "Update Δw of the stimulus weight, inferred against true. RMSE %1, cosine %2 over the grid of "
            "stimuli, weights and choices; %3, %4 over trials as they happened. Error ratio: undefined."),
        arguments};
}

} // namespace

FigureSpec recovery(const Recovery& recovery) {
    FigureSpec figure;
    figure.id = "recovery";
    figure.title = QT_TRANSLATE_NOOP("core", "A known rule, recovered");
    if (recovery.slices.size() != 3 || recovery.stimulus.empty()) {
        figure.emptyReason =
            QT_TRANSLATE_NOOP("core", "No recovery has been run. Simulate animals and fit a rule to them.");
        return figure;
    }
    const simulate::AnimalRecipe& recipe = recovery.condition.recipe;
    const double factor = factorOf(recovery);
    const StimulusAxis axis = stimulusAxis(recovery.stimulus,
        {recipe.task.kind == data::StimulusKind::Contrast, recovery.condition.spec.regressors.transform});
    const AxisRange range = sliceRange(recovery, factor);
    figure.panels.push_back(scatterPanel(recovery, factor));
    for (std::size_t i = 0; i < 3; ++i)
        figure.panels.push_back(slicePanel(recovery, i, axis, factor, range));
    figure.columnWeights = {1.15, 1, 1, 1};
    figure.aspect = 0.34;
    figure.caption = captionOf(recovery);
    figure.footer = {
        QT_TRANSLATE_NOOP("core",
            "%1 fitted to %2 simulated {animal that learns|animals that learn} by %3 · n = %4 {trial|trials} "
            "each · bias 0 in the slices"),
        {ruleTitle(recovery.condition.spec.rule), count(recovery.condition.animals), ruleTitle(recipe.rule),
            count(recipe.trials)}};
    return figure;
}

} // namespace rulescope::figures
