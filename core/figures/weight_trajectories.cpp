// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/weight_trajectories.h"

#include "core/figures/figure_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rulescope::figures {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr LineStyle kStyles[] = {LineStyle::Solid, LineStyle::Dashed, LineStyle::Dotted};

std::vector<double> column(const fit::Trajectory& trajectory, std::size_t k) {
    const std::size_t count = trajectory.names.size();
    std::vector<double> values;
    for (std::size_t i = k; i < trajectory.weights.size(); i += count)
        values.push_back(trajectory.weights[i]);
    return values;
}

/// The stimulus comes first in colour and legend, whatever its place in the fit.
std::vector<std::size_t> drawingOrder(const std::vector<std::string>& names) {
    std::vector<std::size_t> order(names.size());
    for (std::size_t k = 0; k < order.size(); ++k)
        order[k] = k;
    std::stable_partition(
        order.begin(), order.end(), [&](std::size_t k) { return names[k].rfind("stimulus", 0) == 0; });
    return order;
}

Text lineLabel(const std::string& weight, const std::string& rule, bool namesRule) {
    return namesRule ? Text("%1 (%2)", {weight, ruleTitle(rule)}) : Text::verbatim(weight);
}

Colour colourOf(std::size_t place) {
    return {Colour::Role::Category, static_cast<double>(place)};
}

void addWeights(const fit::Trajectory& trajectory, const RuleTrajectories& rule, std::size_t ruleIndex,
    bool namesRule, Panel& panel) {
    const auto order = drawingOrder(trajectory.names);
    for (std::size_t i = order.size(); i-- > 0;) { // the stimulus last, on top
        XY line;
        line.label = lineLabel(trajectory.names[order[i]], rule.rule, namesRule);
        line.colour = colourOf(i);
        line.widthPt = i == 0 ? 1.2 : 0.7;
        line.line = kStyles[std::min<std::size_t>(ruleIndex, 2)];
        line.y = column(trajectory, order[i]);
        for (std::size_t t = 0; t < line.y.size(); ++t)
            line.x.push_back(static_cast<double>(t + 1));
        panel.series.push_back(std::move(line));
    }
}

std::vector<LineName> lineNames(const std::vector<std::string>& weights) {
    std::vector<LineName> names;
    const auto order = drawingOrder(weights);
    for (std::size_t i = 0; i < order.size(); ++i)
        names.push_back({Text::verbatim(weights[order[i]]), colourOf(i)});
    return names;
}

/// Short ticks along the bottom: guides across the panel would hide the weights of animals with many
/// sessions.
XY sessionTicks(const fit::Trajectory& trajectory, const AxisRange& range) {
    XY ticks;
    ticks.label = QT_TRANSLATE_NOOP("core", "session start");
    ticks.colour = {Colour::Role::Muted};
    ticks.widthPt = 0.5;
    for (std::size_t t = 1; t < trajectory.sessionStart.size(); ++t)
        if (trajectory.sessionStart[t] == 1) {
            const double x = static_cast<double>(t) + 0.5;
            ticks.x.insert(ticks.x.end(), {x, x, x});
            ticks.y.insert(ticks.y.end(), {range.low, range.low + 0.045 * (range.high - range.low), kNan});
        }
    return ticks;
}

/// One range for all panels, with zero in it and room for the session ticks.
AxisRange sharedRange(const std::vector<RuleTrajectories>& rules, std::size_t shown) {
    std::vector<double> values = {0};
    for (const RuleTrajectories& rule : rules)
        for (std::size_t a = 0; a < std::min(shown, rule.trajectories.size()); ++a)
            values.insert(
                values.end(), rule.trajectories[a].weights.begin(), rule.trajectories[a].weights.end());
    AxisRange range = rangeOf(values);
    const double span = range.high - range.low;
    range.low -= 0.06 * span;
    return withHeadroom(range);
}

Panel animalPanel(const std::vector<RuleTrajectories>& rules, std::size_t index, const AxisRange& range) {
    const fit::Trajectory& first = rules.front().trajectories[index];
    Panel panel;
    panel.id = "weights-" + first.animal;
    panel.title = Text::verbatim(first.animal);
    panel.x.low = 0;
    panel.y.low = range.low, panel.y.high = range.high;
    panel.guides.push_back(Guide{});
    panel.series.push_back(sessionTicks(first, range));
    for (std::size_t r = 0; r < rules.size(); ++r)
        for (const fit::Trajectory& trajectory : rules[r].trajectories)
            if (trajectory.animal == first.animal)
                addWeights(trajectory, rules[r], r, rules.size() > 1, panel);
    return panel;
}

Text captionOf(const std::vector<RuleTrajectories>& rules) {
    if (rules.size() == 1)
        return QT_TRANSLATE_NOOP("core", "Weights that the rule infers before each trial from the animal's "
                                         "own choices and outcomes, per unit of each "
                                         "regressor. Ticks along the bottom: session starts.");
    if (rules.size() == 2)
        return {QT_TRANSLATE_NOOP("core",
                    "Weights inferred before each trial from the animal's own choices and outcomes, per unit "
                    "of each "
                    "regressor. Solid: %1; dashed: %2. Ticks along the bottom: session starts."),
            {ruleTitle(rules[0].rule), ruleTitle(rules[1].rule)}};
    return {QT_TRANSLATE_NOOP("core",
                "Weights inferred before each trial from the animal's own choices and outcomes, per unit of "
                "each regressor. "
                "Solid: %1; dashed: %2; dotted: %3. Ticks along the bottom: session starts."),
        {ruleTitle(rules[0].rule), ruleTitle(rules[1].rule), ruleTitle(rules[2].rule)}};
}

Text footerOf(const std::vector<RuleTrajectories>& rules, std::size_t shown) {
    std::string titles;
    std::size_t trials = 0;
    for (const RuleTrajectories& rule : rules)
        titles += (titles.empty() ? "" : ", ") + ruleTitle(rule.rule);
    for (const fit::Trajectory& trajectory : rules.front().trajectories)
        trials += trajectory.probabilityRight.size();
    const std::size_t animals = rules.front().trajectories.size();
    if (shown < animals)
        return {QT_TRANSLATE_NOOP("core", "%1 · first %2 of %3 animals · n = %4 trials in all"),
            {titles, count(shown), count(animals), count(trials)}};
    return {QT_TRANSLATE_NOOP("core", "%1 · animals: %2 · n = %3 trials"),
        {titles, count(animals), count(trials)}};
}

} // namespace

FigureSpec weightTrajectories(
    const std::vector<RuleTrajectories>& rules, const TrajectoryFigureOptions& options) {
    FigureSpec figure;
    figure.id = "weights";
    figure.title = QT_TRANSLATE_NOOP("core", "Decision weights over training");
    if (rules.empty() || rules.front().trajectories.empty()) {
        figure.emptyReason = QT_TRANSLATE_NOOP(
            "core", "No rule has been fitted to these animals. Press Fit, or select another fit.");
        return figure;
    }
    const std::size_t shown = std::min(kMostPanels, rules.front().trajectories.size());
    const AxisRange range = sharedRange(rules, shown);
    for (std::size_t i = 0; i < shown; ++i) {
        Panel panel = animalPanel(rules, i, range);
        const GridPlace place = gridPlace(i, shown);
        panel.row = place.row, panel.column = place.column;
        if (place.isLowest)
            panel.x.label = QT_TRANSLATE_NOOP("core", "Trial");
        if (place.isLeftmost)
            panel.y.label = QT_TRANSLATE_NOOP("core", "Weight (log-odds)");
        const std::string& animal = rules.front().trajectories[i].animal;
        if (std::find(options.heldOut.begin(), options.heldOut.end(), animal) != options.heldOut.end())
            panel.title = {QT_TRANSLATE_NOOP("core", "%1 (held out)"), {animal}};
        if (i == 0)
            nameLinesInRow(lineNames(rules.front().trajectories.front().names), panel);
        figure.panels.push_back(std::move(panel));
    }
    const double rows = gridRows(shown), columns = gridColumns(shown);
    figure.aspect = std::clamp(rows / columns * 0.9, 0.45, 0.9);
    figure.caption = captionOf(rules);
    figure.footer = footerOf(rules, shown);
    return figure;
}

} // namespace rulescope::figures
