// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/update_surface.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace rulescope::figures {
namespace {

constexpr double kRatioReach = 2.5;    // error ratios beyond it are drawn at the edge
constexpr double kNumberBelow = 0.045; // of the panel's height: from a marker to its number

using insight::Estimate;
using insight::GainEstimates;
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
            for (const auto* map : {&surface.correct, &surface.error, &surface.correctLow,
                     &surface.correctHigh, &surface.errorLow, &surface.errorHigh})
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
        panel.y.label = {QT_TRANSLATE_NOOP("core", "Weight, %1"), {content.surface.weight}};
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
    const Colour colour{isCorrect ? Colour::Role::Correct : Colour::Role::Error};
    if (surface.historyCount > 0) {
        Band band;
        band.x = content.axis.positions;
        band.lower = rowOf(content, isCorrect ? surface.correctLow : surface.errorLow, row);
        band.upper = rowOf(content, isCorrect ? surface.correctHigh : surface.errorHigh, row);
        band.colour = colour;
        panel.series.push_back(std::move(band));
    }
    XY line;
    line.label = isCorrect ? QT_TRANSLATE_NOOP("core", "correct") : QT_TRANSLATE_NOOP("core", "error");
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
    if (index == 0)
        nameLinesInRow({{QT_TRANSLATE_NOOP("core", "correct"), {Colour::Role::Correct}},
                           {QT_TRANSLATE_NOOP("core", "error"), {Colour::Role::Error}}},
            panel);
    return panel;
}

Guide landmark(double at) {
    Guide guide;
    guide.direction = Guide::Direction::Vertical;
    guide.at = at;
    return guide;
}

double clampedRatio(double value) {
    return std::clamp(value, -kRatioReach, kRatioReach);
}

/// Interval as a horizontal segment, value as a marker; "undefined" in words.
void addRatio(const GainEstimates& estimates, double row, bool isPooled, Panel& panel) {
    if (!estimates.hasErrorRatio) {
        Note note;
        note.text = QT_TRANSLATE_NOOP("core", "undefined");
        note.x = 0, note.y = row;
        note.anchor = Note::Anchor::Centre;
        panel.notes.push_back(note);
        return;
    }
    const Estimate& ratio = estimates.errorRatio;
    if (isPooled) {
        Note number; // the figure's one number, in figures
        number.text = std::isfinite(ratio.low)
                          ? Text("%1 [%2, %3]", {base::Number{ratio.value, 2}, base::Number{ratio.low, 2},
                                                    base::Number{ratio.high, 2}})
                          : Text("%1", {base::Number{ratio.value, 2}});
        number.y = row; // moved below the marker once the number of rows is known
        number.anchor = Note::Anchor::Centre;
        number.colour = {Colour::Role::Ink};
        panel.notes.push_back(number);
    }
    const Colour colour{isPooled ? Colour::Role::Accent : Colour::Role::Muted};
    if (std::isfinite(ratio.low)) {
        XY interval;
        interval.label = {QT_TRANSLATE_NOOP("core", "95 % interval, %1"), {estimates.name}};
        interval.x = {clampedRatio(ratio.low), clampedRatio(ratio.high)};
        interval.y = {row, row};
        interval.colour = colour;
        interval.widthPt = isPooled ? 2 : 1;
        panel.series.push_back(std::move(interval));
    }
    XY point;
    point.label = Text::verbatim(estimates.name);
    point.x = {clampedRatio(ratio.value)};
    point.y = {row};
    point.colour = colour;
    point.line = LineStyle::None;
    point.marker = isPooled ? Marker::Diamond : Marker::Circle;
    point.markerPt = isPooled ? 6 : 4;
    panel.series.push_back(std::move(point));
}

Panel ratioPanel(const LearningGain& gain) {
    Panel panel;
    panel.id = "error-ratio";
    panel.letter = panelLetter(6);
    panel.title = QT_TRANSLATE_NOOP("core", "Error ratio");
    panel.column = 3;
    panel.rowSpan = 2;
    panel.x.label = QT_TRANSLATE_NOOP("core", "After error / after correct");
    for (const double at : {-1.0, 0.0, 1.0})
        panel.guides.push_back(landmark(at));
    const std::size_t shown = std::min<std::size_t>(gain.perAnimal.size(), 2 * kMostPanels);
    double reach = 1.3;
    const auto widen = [&](const GainEstimates& estimates) {
        for (const double end :
            {estimates.errorRatio.value, estimates.errorRatio.low, estimates.errorRatio.high})
            if (estimates.hasErrorRatio && std::isfinite(end))
                reach = std::max(reach, std::min(1.05 * std::abs(end), kRatioReach));
    };
    const bool hasPooled = gain.perAnimal.size() != 1;
    for (std::size_t i = 0; i < shown; ++i) {
        const double row = static_cast<double>(i) + (hasPooled ? 1.5 : 0);
        addRatio(gain.perAnimal[i], row, !hasPooled, panel);
        panel.y.ticks.push_back({row, Text::verbatim(gain.perAnimal[i].name)});
        widen(gain.perAnimal[i]);
    }
    if (hasPooled) {
        addRatio(gain.pooled, 0, true, panel);
        panel.y.ticks.insert(panel.y.ticks.begin(), {0, QT_TRANSLATE_NOOP("core", "all")});
        widen(gain.pooled);
    }
    panel.y.isReversed = true;
    panel.y.low = -0.8;
    panel.y.high = static_cast<double>(shown) + (hasPooled ? 1.2 : -0.2);
    panel.x.low = -reach, panel.x.high = reach;
    const double below = kNumberBelow * (*panel.y.high - *panel.y.low);
    for (Note& note : panel.notes)
        note.y += note.colour.role == Colour::Role::Ink ? below : 0;
    return panel;
}

Text captionOf(
    const insight::UpdateSurface& surface, const UpdateSurfaceFigureOptions& options, bool hasGain) {
    const std::vector<base::Text::Argument> arguments = {
        surface.component, base::Number{options.leastVisits, -1}};
    if (!hasGain)
        return {QT_TRANSLATE_NOOP("core",
                    "Change Δw of the weight %1 after one trial. Hatched: fewer than %2 such trials; dots: "
                    "stimuli met at that weight; bands, if any: 10–90 % over histories."),
            arguments};
    if (surface.historyCount == 0)
        return {QT_TRANSLATE_NOOP("core", "Change Δw of the weight %1 after one trial. Hatched: fewer than "
                                          "%2 such trials; dots: stimuli met at that "
                                          "weight. Error ratio: −1 errors teach as much as successes, 0 only "
                                          "rewards teach, +1 outcome ignored; "
                                          "95 % bootstrap over sessions (all: over animals)."),
            arguments};
    return {QT_TRANSLATE_NOOP("core",
                "Change Δw of the weight %1 after one trial, mean over histories (bands: 10–90 % of them). "
                "Hatched: fewer than "
                "%2 such trials; dots: stimuli met at that weight. Error ratio: −1 errors teach as much as "
                "successes, 0 only "
                "rewards teach, +1 outcome ignored; 95 % bootstrap over sessions (all: over animals)."),
        arguments};
}

/// Where the memories of a rule with history came from.
Text footerOf(const insight::UpdateSurface& surface, const std::string& rule) {
    const std::vector<base::Text::Argument> arguments = {
        ruleTitle(rule), count(surface.animals), count(surface.trials), count(surface.historyCount)};
    if (surface.historyCount == 0)
        return {
            QT_TRANSLATE_NOOP("core", "%1 · animals: %2 · n = %3 trials · other weights at their medians"),
            arguments};
    if (surface.histories == insight::HistorySource::Published)
        return {QT_TRANSLATE_NOOP("core",
                    "%1 · animals: %2 · n = %3 trials · other weights at their medians · all %4 "
                    "four-trial histories"),
            arguments};
    return {QT_TRANSLATE_NOOP("core",
                "%1 · animals: %2 · n = %3 trials · other weights at their medians · %4 of the animals' "
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
        MapPanel{"surface-correct", QT_TRANSLATE_NOOP("core", "After correct"), surface.correct,
            surface.correctVisits},
        MapPanel{
            "surface-error", QT_TRANSLATE_NOOP("core", "After error"), surface.error, surface.errorVisits},
        MapPanel{"surface-difference", QT_TRANSLATE_NOOP("core", "Correct − error"), surface.difference,
            fewer(surface.correctVisits, surface.errorVisits)}};
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
    figure.caption = captionOf(surface, options, hasGain);
    figure.footer = footerOf(surface, options.rule);
    return figure;
}

} // namespace rulescope::figures
