// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/psychometric_curves.h"

#include "core/figures/figure_parts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

namespace rulescope::figures {
namespace {

using behavior::Psychometric;
using behavior::PsychometricPoint;

/// One curve of a panel and how it is drawn.
struct Drawn {
    Text label;
    Psychometric curve;
    double time = 0; ///< 0 early, 1 late
};

struct EarlyAndLate {
    std::string name;
    std::vector<Drawn> curves;
    base::Text stimulusLabel;
};

double extentOf(const std::vector<EarlyAndLate>& panels) {
    double extent = 0;
    for (const EarlyAndLate& panel : panels)
        for (const Drawn& drawn : panel.curves)
            for (const PsychometricPoint& point : drawn.curve.points)
                extent = std::max(extent, std::abs(point.x));
    return extent > 0 ? 1.08 * extent : 1;
}

XY pointsOf(const Drawn& drawn) {
    XY points;
    points.label = drawn.label;
    points.colour = {Colour::Role::Sequence, drawn.time};
    points.line = LineStyle::None;
    points.marker = drawn.time < 0.5 ? Marker::OpenCircle : Marker::Circle; // not by colour alone
    for (const PsychometricPoint& point : drawn.curve.points) {
        points.x.push_back(point.x);
        points.y.push_back(point.fractionRight);
        points.lower.push_back(point.interval.low);
        points.upper.push_back(point.interval.high);
        points.tips.push_back({QT_TRANSLATE_NOOP("core", "n = %1 {trial|trials}"), {count(point.n)}});
    }
    return points;
}

/// Only between the outermost points: beyond them the curve is a guess.
XY curveOf(const Drawn& drawn) {
    constexpr int kSteps = 160;
    XY line;
    line.label = drawn.label;
    line.colour = {Colour::Role::Sequence, drawn.time};
    line.line = drawn.curve.fit.isIdentified ? LineStyle::Solid : LineStyle::Dashed;
    line.widthPt = drawn.curve.fit.isIdentified ? 1.4 : 0.8;
    const double low = drawn.curve.points.front().x, high = drawn.curve.points.back().x;
    for (int i = 0; i <= kSteps; ++i) {
        line.x.push_back(low + (high - low) * i / kSteps);
        line.y.push_back(behavior::psychometricCurve(drawn.curve.fit.parameters, line.x.back()));
    }
    return line;
}

/// Name, and trials below it: "DAP007", "n = 624 | 694" for early and late.
Text titleOf(const EarlyAndLate& content) {
    const auto& curves = content.curves;
    if (curves.size() == 2)
        return {QT_TRANSLATE_NOOP("core", "%1\nn = %2 | %3"),
            {content.name, count(curves[0].curve.fit.n), count(curves[1].curve.fit.n)}};
    std::size_t n = 0;
    for (const Drawn& drawn : curves)
        n += drawn.curve.fit.n;
    return {QT_TRANSLATE_NOOP("core", "%1\nn = %2"), {content.name, count(n)}};
}

/// A few evenly spaced stimuli name themselves; others are left to round numbers.
std::vector<Tick> stimulusTicks(const std::vector<EarlyAndLate>& panels) {
    constexpr std::size_t kMostTicks = 7;
    std::set<double> levels;
    for (const EarlyAndLate& panel : panels)
        for (const Drawn& drawn : panel.curves)
            for (const PsychometricPoint& point : drawn.curve.points)
                levels.insert(point.x);
    if (levels.size() < 3 || levels.size() > kMostTicks)
        return {};
    const double step = (*levels.rbegin() - *levels.begin()) / static_cast<double>(levels.size() - 1);
    std::vector<Tick> ticks;
    for (const double level : levels) {
        const double even = *levels.begin() + step * static_cast<double>(ticks.size());
        if (std::abs(level - even) > 1e-6 * step)
            return {};
        ticks.push_back({level, Text("%1", {base::Number{level + 0.0, -1}})});
    }
    return ticks;
}

Panel panelOf(const EarlyAndLate& content, double extent) {
    Panel panel;
    panel.id = "psychometric-" + content.name;
    panel.title = titleOf(content);
    panel.x.low = -extent, panel.x.high = extent;
    panel.y.low = 0, panel.y.high = 1;
    for (const double at : {0.0, 0.5, 1.0})
        panel.y.ticks.push_back({at, Text("%1", {base::Number{at, -1}})});
    Guide half, middle;
    half.at = 0.5;
    middle.direction = Guide::Direction::Vertical;
    panel.guides = {half, middle};
    for (const Drawn& drawn : content.curves) {
        panel.series.emplace_back(curveOf(drawn));
        panel.series.emplace_back(pointsOf(drawn));
    }
    return panel;
}

/// How many sessions count as early, and as many as late.
std::size_t fewOf(const data::Animal& animal, const PsychometricFigureOptions& options) {
    return std::min(options.sessions, behavior::allSessions(animal).size() / 2);
}

/// First and last sessions, never overlapping; a single session stands alone.
EarlyAndLate earlyAndLate(const data::Animal& animal, const PsychometricFigureOptions& options) {
    EarlyAndLate result;
    result.name = animal.name();
    const std::vector<std::size_t> all = behavior::allSessions(animal);
    const std::size_t few = fewOf(animal, options);
    const auto add = [&](Text label, std::span<const std::size_t> sessions, double time) {
        auto curve = behavior::psychometric(animal, sessions, options.psychometric);
        if (!curve)
            return;
        result.stimulusLabel = curve->stimulusLabel;
        result.curves.push_back({std::move(label), std::move(*curve), time});
    };
    if (few == 0) {
        add(QT_TRANSLATE_NOOP("core", "all sessions"), all, 0.9);
        return result;
    }
    add(QT_TRANSLATE_NOOP("core", "early"), std::span(all).first(few), 0.1);
    add(QT_TRANSLATE_NOOP("core", "late"), std::span(all).last(few), 0.9);
    return result;
}

/// Points of all animals added up and fitted again.
EarlyAndLate pool(const std::vector<EarlyAndLate>& animals) {
    EarlyAndLate pooled;
    pooled.name = "cohort";
    pooled.stimulusLabel = animals.front().stimulusLabel;
    for (const double time : {0.1, 0.9}) {
        std::map<double, behavior::ChoiceLevel> levels;
        std::optional<Drawn> sum;
        for (const EarlyAndLate& animal : animals)
            for (const Drawn& drawn : animal.curves) {
                if (drawn.time != time || !(drawn.curve.stimulusLabel == pooled.stimulusLabel))
                    continue;
                sum = sum.value_or(drawn);
                sum->curve.unit = std::max(sum->curve.unit, drawn.curve.unit); // of the widest stimuli
                for (const PsychometricPoint& point : drawn.curve.points) {
                    behavior::ChoiceLevel& level = levels[point.x];
                    level.x = point.x, level.n += point.n, level.right += point.right;
                }
            }
        if (!sum)
            continue;
        sum->curve.points.clear();
        std::vector<behavior::ChoiceLevel> fitted;
        for (const auto& entry : levels) {
            const behavior::ChoiceLevel& level = entry.second;
            fitted.push_back(level);
            sum->curve.points.push_back({level.x, level.n, level.right, level.fractionRight(),
                behavior::wilsonInterval(level.right, level.n)});
        }
        sum->curve.fit = behavior::fitPsychometric(fitted, sum->curve.variant, sum->curve.unit);
        pooled.curves.push_back(std::move(*sum));
    }
    return pooled;
}

void addPanels(const std::vector<EarlyAndLate>& contents, FigureSpec& figure) {
    const double extent = extentOf(contents);
    const std::vector<Tick> ticks = stimulusTicks(contents);
    for (std::size_t i = 0; i < contents.size(); ++i) {
        Panel panel = panelOf(contents[i], extent);
        panel.x.ticks = ticks;
        const GridPlace place = gridPlace(i, contents.size());
        panel.row = place.row, panel.column = place.column;
        if (place.isLowest)
            panel.x.label = contents[i].stimulusLabel;
        if (place.isLeftmost)
            panel.y.label = QT_TRANSLATE_NOOP("core", "P(right choice)");
        if (contents[i].curves.size() > 3) {
            panel.hasLegend = true;
            panel.legendPlace = Panel::LegendPlace::TopLeft;
        } else if (i == 0) {
            std::vector<LineName> names;
            for (const Drawn& drawn : contents[i].curves)
                names.push_back({drawn.label, {Colour::Role::Sequence, drawn.time}});
            nameLines(names, panel);
        }
        figure.panels.push_back(std::move(panel));
    }
    const double rows = gridRows(contents.size()), columns = gridColumns(contents.size());
    figure.aspect = std::clamp(rows / columns, 0.45, 0.9);
}

Text captionOf(behavior::PsychometricVariant variant, bool isEarlyAndLate) {
    if (isEarlyAndLate)
        return {
            QT_TRANSLATE_NOOP("core", "Share of rightward choices early (open) and late (filled) in "
                                      "training, with 95 % Wilson intervals. "
                                      "Curves: maximum-likelihood fit with the bounds of %1; dashed where "
                                      "the data do not identify bias or threshold."),
            {variantTitle(variant)}};
    return {QT_TRANSLATE_NOOP("core", "Share of rightward choices with 95 % Wilson intervals. Curves: "
                                      "maximum-likelihood fit with the bounds of %1; dashed "
                                      "where the data do not identify bias or threshold."),
        {variantTitle(variant)}};
}

} // namespace

Text variantTitle(behavior::PsychometricVariant variant) {
    using behavior::PsychometricVariant;
    switch (variant) {
    case PsychometricVariant::IblStatus:
        return QT_TRANSLATE_NOOP("core", "IBL training status");
    case PsychometricVariant::IblPlot:
        return QT_TRANSLATE_NOOP("core", "IBL figures");
    case PsychometricVariant::Paper:
        return QT_TRANSLATE_NOOP("core", "the IBL 2021 paper");
    case PsychometricVariant::Psychofit:
        break;
    }
    return QT_TRANSLATE_NOOP("core", "psychofit");
}

FigureSpec psychometricCurves(
    const std::vector<data::AnimalPtr>& animals, const PsychometricFigureOptions& options) {
    FigureSpec figure;
    figure.id = "psychometric";
    figure.title = QT_TRANSLATE_NOOP("core", "Psychometric curves, early and late in training");
    std::vector<EarlyAndLate> contents;
    std::size_t few = 0; // of the animal with most; others have fewer sessions in all
    for (const data::AnimalPtr& animal : animals) {
        EarlyAndLate content = earlyAndLate(*animal, options);
        if (content.curves.empty())
            continue;
        few = std::max(few, fewOf(*animal, options));
        contents.push_back(std::move(content));
    }
    if (contents.empty()) {
        figure.emptyReason =
            animals.empty()
                ? QT_TRANSLATE_NOOP("core", "No animal is selected. Select animals in the study tree.")
                : QT_TRANSLATE_NOOP(
                      "core", "No trial has a stimulus and a choice. Select other animals or sessions.");
        return figure;
    }
    const std::size_t shown = contents.size();
    std::size_t n = 0;
    for (const EarlyAndLate& content : contents)
        for (const Drawn& drawn : content.curves)
            n += drawn.curve.fit.n;
    if (shown > kMostPanels)
        contents = {pool(contents)};
    addPanels(contents, figure);
    figure.caption = captionOf(options.psychometric.variant, true);
    figure.footer = {
        few == 0
            ? QT_TRANSLATE_NOOP("core", "Animals: %1 · all sessions · n = %3 {trial|trials}")
            : QT_TRANSLATE_NOOP("core",
                  "Animals: %1 · early: first %2 {session|sessions}, late: last %2 · n = %3 {trial|trials}"),
        {count(shown), count(few), count(n)}};
    return figure;
}

FigureSpec psychometricOverSelections(const data::Animal& animal,
    const std::vector<SessionSelection>& selections, const behavior::PsychometricOptions& options) {
    FigureSpec figure;
    figure.id = "psychometric";
    figure.title = {QT_TRANSLATE_NOOP("core", "Psychometric curves of %1"), {animal.name()}};
    EarlyAndLate content;
    content.name = animal.name();
    std::size_t n = 0, sessions = 0;
    for (std::size_t i = 0; i < selections.size(); ++i) {
        auto curve = behavior::psychometric(animal, selections[i].sessions, options);
        if (!curve)
            continue;
        const double last = static_cast<double>(std::max<std::size_t>(selections.size(), 2) - 1);
        n += curve->fit.n;
        sessions += selections[i].sessions.size();
        content.stimulusLabel = curve->stimulusLabel;
        content.curves.push_back({selections[i].label, std::move(*curve),
            selections.size() == 1 ? 0.9 : 0.1 + 0.8 * static_cast<double>(i) / last});
    }
    if (content.curves.empty()) {
        figure.emptyReason = QT_TRANSLATE_NOOP(
            "core", "No trial has a stimulus and a choice. Select other animals or sessions.");
        return figure;
    }
    addPanels({content}, figure);
    figure.caption = captionOf(options.variant, false);
    figure.footer = {QT_TRANSLATE_NOOP("core", "%1 · sessions: %2 · n = %3 {trial|trials}"),
        {animal.name(), count(sessions), count(n)}};
    return figure;
}

} // namespace rulescope::figures
