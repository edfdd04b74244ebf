// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/update_surface.h"

#include "core/figures/learning_gains.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace rulescope::figures {
namespace {

using insight::LearningGain;

/// Everything that the panels share.
struct Content {
    const insight::UpdateSurface& surface;
    const UpdateSurfaceFigureOptions& options;
    StimulusAxis axis;
    double factor = 1;      ///< from log-odds to the unit shown
    double colourReach = 1; ///< of the colour scale, in the unit shown
    AxisRange sliceRange;
    Text unit; ///< "Δw (10⁻³)"
};

/// Words and colour of one half of the trials.
struct HalfNames {
    Text title, note, line, textbook;
    Colour colour;
};

HalfNames namesOf(const UpdateSurfaceFigureOptions& options, bool isCorrect) {
    if (options.isBySide)
        return isCorrect
                   ? HalfNames{QT_TRANSLATE_NOOP("core", "After left choices"),
                         QT_TRANSLATE_NOOP("core", "left"), QT_TRANSLATE_NOOP("core", "after left choices"),
                         QT_TRANSLATE_NOOP("core", "textbook, left"), {Colour::Role::Left}}
                   : HalfNames{QT_TRANSLATE_NOOP("core", "After right choices"),
                         QT_TRANSLATE_NOOP("core", "right"), QT_TRANSLATE_NOOP("core", "after right choices"),
                         QT_TRANSLATE_NOOP("core", "textbook, right"), {Colour::Role::Right}};
    return isCorrect ? HalfNames{QT_TRANSLATE_NOOP("core", "After correct"),
                           QT_TRANSLATE_NOOP("core", "correct"), QT_TRANSLATE_NOOP("core", "correct"),
                           QT_TRANSLATE_NOOP("core", "textbook, correct"), {Colour::Role::Correct}}
                     : HalfNames{QT_TRANSLATE_NOOP("core", "After error"), QT_TRANSLATE_NOOP("core", "error"),
                           QT_TRANSLATE_NOOP("core", "error"), QT_TRANSLATE_NOOP("core", "textbook, error"),
                           {Colour::Role::Error}};
}

std::vector<double> fewer(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> result(a.size());
    std::transform(
        a.begin(), a.end(), b.begin(), result.begin(), [](double x, double y) { return std::min(x, y); });
    return result;
}

/// Largest |value| among cells that were met; among all if none was.
double reachOf(const std::vector<double>& values, const std::vector<double>& visits, double least) {
    double met = 0, any = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i]))
            continue;
        any = std::max(any, std::abs(values[i]));
        if (visits[i] >= least)
            met = std::max(met, std::abs(values[i]));
    }
    return met > 0 ? met : any;
}

Content contentOf(const insight::UpdateSurface& surface, const UpdateSurfaceFigureOptions& options) {
    Content content{surface, options, stimulusAxis(surface.stimulus, options.stimulus), 1, 1, {}, {}};
    const double least = options.leastVisits;
    const double reach = std::max({reachOf(surface.correct, surface.correctVisits, least),
        reachOf(surface.error, surface.errorVisits, least),
        reachOf(surface.difference, fewer(surface.correctVisits, surface.errorVisits), least)});
    content.factor = reach < 0.05 ? 1000 : 1;
    content.unit =
        content.factor > 1 ? QT_TRANSLATE_NOOP("core", "Δw (10⁻³)") : QT_TRANSLATE_NOOP("core", "Δw");
    content.colourReach = reach > 0 ? reach * content.factor : 1;
    std::vector<double> slices = {0};
    for (const std::size_t row : surface.sliceRows)
        for (std::size_t column = 0; column < surface.columns(); ++column)
            for (const auto* map :
                {&surface.correct, &surface.error, &surface.correctLow, &surface.correctHigh,
                    &surface.errorLow, &surface.errorHigh, &surface.textbookCorrect, &surface.textbookError})
                if (!map->empty())
                    slices.push_back((*map)[row * surface.columns() + column] * content.factor);
    content.sliceRange = withHeadroom(rangeOf(slices, 0.1));
    return content;
}

struct MapPanel {
    const char* id;
    Text title;
    const std::vector<double>& values;
    std::vector<double> visits;
};

Panel mapPanel(const Content& content, const MapPanel& map, int column) {
    Panel panel;
    panel.id = map.id;
    panel.letter = panelLetter(static_cast<std::size_t>(column));
    panel.title = map.title;
    panel.column = column;
    panel.x = content.axis.axis;
    panel.x.label = {}; // the slices below have the same axis
    if (column == 0)
        panel.y.label = {QT_TRANSLATE_NOOP("core", "Weight, %1"), {regressorTitle(content.surface.weight)}};
    HeatMap cells;
    cells.x = content.axis.positions;
    cells.y = content.surface.weightValues;
    cells.visits = map.visits;
    cells.leastVisits = content.options.leastVisits;
    for (const double value : map.values)
        cells.values.push_back(value * content.factor);
    panel.series.push_back(cells);
    for (const std::size_t row : content.surface.sliceRows) {
        XY slice; // a guide would lie below the map
        slice.label = QT_TRANSLATE_NOOP("core", "weight of a slice");
        slice.x = {cells.x.front(), cells.x.back()};
        slice.y = {content.surface.weightValues[row], content.surface.weightValues[row]};
        slice.line = LineStyle::Dotted;
        slice.widthPt = 0.6;
        panel.series.push_back(std::move(slice));
    }
    ColourScale scale;
    scale.id = "update";
    scale.label = content.unit;
    scale.low = -content.colourReach, scale.high = content.colourReach;
    scale.isDrawn = column == 2;
    panel.colourScale = scale;
    return panel;
}

std::vector<double> rowOf(const Content& content, const std::vector<double>& map, std::size_t row) {
    std::vector<double> values;
    if (map.empty())
        return values;
    for (std::size_t column = 0; column < content.surface.columns(); ++column)
        values.push_back(map[row * content.surface.columns() + column] * content.factor);
    return values;
}

void addSlice(const Content& content, std::size_t row, bool isCorrect, Panel& panel) {
    const insight::UpdateSurface& surface = content.surface;
    const HalfNames names = namesOf(content.options, isCorrect);
    const Colour colour = names.colour;
    if (!surface.correctLow.empty()) {
        Band band;
        band.x = content.axis.positions;
        band.lower = rowOf(content, isCorrect ? surface.correctLow : surface.errorLow, row);
        band.upper = rowOf(content, isCorrect ? surface.correctHigh : surface.errorHigh, row);
        band.colour = colour;
        panel.series.push_back(std::move(band));
    }
    XY line;
    line.label = names.line;
    line.x = content.axis.positions;
    line.y = rowOf(content, isCorrect ? surface.correct : surface.error, row);
    line.colour = colour;
    line.line = isCorrect ? LineStyle::Solid : LineStyle::Dashed;
    line.widthPt = 1.5;
    XY met; // dots only where animals have been
    met.label = line.label;
    met.colour = colour;
    met.line = LineStyle::None;
    met.marker = isCorrect ? Marker::Circle : Marker::OpenCircle;
    met.markerPt = 3.5;
    const std::vector<double>& visits = isCorrect ? surface.correctVisits : surface.errorVisits;
    for (std::size_t column = 0; column < surface.columns(); ++column)
        if (visits[row * surface.columns() + column] >= content.options.leastVisits) {
            met.x.push_back(line.x[column]);
            met.y.push_back(line.y[column]);
        }
    panel.series.push_back(std::move(line));
    panel.series.push_back(std::move(met));
}

/// The closest textbook formula behind the network's lines.
void addTextbook(const Content& content, std::size_t row, bool isCorrect, Panel& panel) {
    const insight::UpdateSurface& surface = content.surface;
    const std::vector<double>& map = isCorrect ? surface.textbookCorrect : surface.textbookError;
    if (map.empty())
        return;
    XY line;
    line.label = namesOf(content.options, isCorrect).textbook;
    line.x = content.axis.positions;
    line.y = rowOf(content, map, row);
    line.colour = {Colour::Role::Ink};
    line.line = isCorrect ? LineStyle::Solid : LineStyle::Dashed;
    line.widthPt = 0.6;
    panel.series.push_back(std::move(line));
}

Panel slicePanel(const Content& content, std::size_t index) {
    static constexpr const char* kIds[] = {"slice-low", "slice-middle", "slice-high"};
    static constexpr const char* kTitles[] = {QT_TRANSLATE_NOOP("core", "Low: w = %1"),
        QT_TRANSLATE_NOOP("core", "Median: w = %1"), QT_TRANSLATE_NOOP("core", "High: w = %1")};
    const std::size_t row = content.surface.sliceRows[index];
    Panel panel;
    panel.id = kIds[index];
    panel.letter = panelLetter(3 + index);
    panel.title = {kTitles[index], {base::Number{content.surface.weightValues[row], 2}}};
    panel.row = 1;
    panel.column = static_cast<int>(index);
    panel.x = content.axis.axis;
    panel.y.low = content.sliceRange.low, panel.y.high = content.sliceRange.high;
    if (index == 0)
        panel.y.label = content.unit;
    panel.guides.push_back(Guide{});
    addSlice(content, row, true, panel);
    addSlice(content, row, false, panel);
    addTextbook(content, row, true, panel);
    addTextbook(content, row, false, panel);
    if (index == 1 && content.surface.textbook)
        nameLinesInRow({{QT_TRANSLATE_NOOP("core", "thin: textbook"), {Colour::Role::Ink}}}, panel);
    if (index == 0) {
        const HalfNames first = namesOf(content.options, true), second = namesOf(content.options, false);
        nameLinesInRow({{first.note, first.colour}, {second.note, second.colour}}, panel);
    }
    return panel;
}

Panel ratioPanel(const LearningGain& gain) {
    Panel panel = errorRatioPanel(gain);
    panel.letter = panelLetter(6);
    panel.column = 3;
    panel.rowSpan = 2;
    return panel;
}

/// Placeholders: 1 weight, 2 least visits, 3 fits, 4 to 6 the formula of the thin lines, its parameters and
/// how much of the updates' mean square it explains.
const char* captionSource(insight::BandSource band, bool hasTextbook) {
    switch (band) {
    case insight::BandSource::Histories:
        return hasTextbook
                   ? QT_TRANSLATE_NOOP("core",
                         "Change Δw of the weight %1 after one trial, mean over histories (bands: 10–90 % of "
                         "them). Hatched: fewer than %2 such trials; dots: stimuli met at that weight. Thin: "
                         "closest textbook rule, %4 (%5; %6 % of the updates' mean square).")
                   : QT_TRANSLATE_NOOP("core",
                         "Change Δw of the weight %1 after one trial, mean over histories (bands: 10–90 % of "
                         "them). Hatched: fewer than %2 such trials; dots: stimuli met at that weight.");
    case insight::BandSource::Ensemble:
        return hasTextbook
                   ? QT_TRANSLATE_NOOP("core", "Change Δw of the weight %1 after one trial, mean over %3 "
                                               "fits (bands: 95 % of them). "
                                               "Hatched: fewer than %2 such trials; dots: stimuli met at "
                                               "that weight. Thin: closest "
                                               "textbook rule, %4 (%5; %6 % of the updates' mean square).")
                   : QT_TRANSLATE_NOOP("core",
                         "Change Δw of the weight %1 after one trial, mean over %3 fits (bands: 95 % of "
                         "them). "
                         "Hatched: fewer than %2 such trials; dots: stimuli met at that weight.");
    case insight::BandSource::None:
        break;
    }
    return hasTextbook
               ? QT_TRANSLATE_NOOP("core",
                     "Change Δw of the weight %1 after one trial. Hatched: fewer than %2 such trials; dots: "
                     "stimuli met at that weight. Thin: closest textbook rule, %4 (%5; %6 % of the updates' "
                     "mean square).")
               : QT_TRANSLATE_NOOP("core",
                     "Change Δw of the weight %1 after one trial. Hatched: fewer than %2 "
                     "such trials; dots: stimuli met at that weight.");
}

Text captionOf(const insight::UpdateSurface& surface, const UpdateSurfaceFigureOptions& options) {
    std::vector<base::Text::Argument> arguments = {
        regressorTitle(surface.component), base::Number{options.leastVisits, -1}, count(surface.fits)};
    if (surface.textbook) {
        const insight::TextbookOverlay& overlay = *surface.textbook;
        std::vector<Text> parameters;
        for (std::size_t i = 0; i < overlay.parameters.size(); ++i)
            parameters.emplace_back("%1 = %2", std::vector<Text::Argument>{overlay.parameterNames[i],
                                                   base::Number{overlay.parameters[i], 4}});
        arguments.insert(arguments.end(), {ruleTitle(overlay.rule), base::listed(parameters),
                                              base::Number{std::floor(100 * overlay.explained), 0}});
    }
    return {captionSource(surface.band, surface.textbook.has_value()), arguments};
}

/// Where the memories of a rule with history came from.
Text footerOf(const insight::UpdateSurface& surface, const std::string& rule) {
    const std::vector<base::Text::Argument> arguments = {
        ruleTitle(rule), count(surface.animals), count(surface.trials), count(surface.historyCount)};
    if (surface.historyCount == 0)
        return {QT_TRANSLATE_NOOP(
                    "core", "%1 · animals: %2 · n = %3 {trial|trials} · other weights at their medians"),
            arguments};
    if (surface.histories == insight::HistorySource::Published)
        return {QT_TRANSLATE_NOOP("core",
                    "%1 · animals: %2 · n = %3 {trial|trials} · other weights at their medians · all %4 "
                    "four-trial histories"),
            arguments};
    return {
        QT_TRANSLATE_NOOP("core",
            "%1 · animals: %2 · n = %3 {trial|trials} · other weights at their medians · %4 of the animals' "
            "own histories"),
        arguments};
}

} // namespace

FigureSpec updateSurface(const insight::UpdateSurface& surface, const insight::LearningGain* gain,
    const UpdateSurfaceFigureOptions& options) {
    FigureSpec figure;
    figure.id = "update-surface";
    figure.title = QT_TRANSLATE_NOOP("core", "What the animal learns from one trial");
    if (surface.rows() == 0 || surface.columns() == 0 ||
        surface.correct.size() != surface.rows() * surface.columns()) {
        figure.emptyReason = QT_TRANSLATE_NOOP(
            "core", "No rule has been fitted to these animals. Press Fit, or select another fit.");
        return figure;
    }
    const Content content = contentOf(surface, options);
    const std::array<MapPanel, 3> maps = {
        MapPanel{"surface-correct", namesOf(options, true).title, surface.correct, surface.correctVisits},
        MapPanel{"surface-error", namesOf(options, false).title, surface.error, surface.errorVisits},
        MapPanel{"surface-difference",
            options.isBySide ? QT_TRANSLATE_NOOP("core", "Left − right")
                             : QT_TRANSLATE_NOOP("core", "Correct − error"),
            surface.difference, fewer(surface.correctVisits, surface.errorVisits)}};
    for (std::size_t i = 0; i < maps.size(); ++i)
        figure.panels.push_back(mapPanel(content, maps[i], static_cast<int>(i)));
    for (std::size_t i = 0; i < 3; ++i)
        figure.panels.push_back(slicePanel(content, i));
    const bool hasGain = gain && !gain->perAnimal.empty();
    figure.columnWeights = {1, 1, 1};
    if (hasGain) {
        figure.panels.push_back(ratioPanel(*gain));
        figure.columnWeights.push_back(1);
    }
    figure.rowWeights = {1.1, 1};
    figure.aspect = 0.6;
    figure.caption = captionOf(surface, options);
    figure.footer = footerOf(surface, options.rule);
    return figure;
}

} // namespace rulescope::figures
