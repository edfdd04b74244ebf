// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/weight_trajectories.h"

#include "core/figures/figure_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace rulescope::figures {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInterval = 1.96;    ///< standard errors either side: 95 %
constexpr double kWidestShare = 0.01; ///< of band ends that may lie outside the panel
constexpr double kFarBeyond = 5;      ///< times the reach of most animals, and
constexpr double kExtreme = 20;       ///< in log-odds: weights that go beyond both are cut
constexpr LineStyle kStyles[] = {LineStyle::Solid, LineStyle::Dashed, LineStyle::Dotted};

std::vector<double> column(const std::vector<double>& values, std::size_t k, std::size_t count) {
    std::vector<double> entries;
    for (std::size_t i = k; i < values.size(); i += count)
        entries.push_back(values[i]);
    return entries;
}

std::vector<double> trialNumbers(std::size_t trials) {
    std::vector<double> numbers(trials);
    std::iota(numbers.begin(), numbers.end(), 1.0);
    return numbers;
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

/// Where 95 % of an ensemble's fits run: thin lines, since areas belong to the tracked weights.
void addEnsemble(const fit::Trajectory& trajectory, Panel& panel) {
    if (trajectory.low.empty())
        return;
    const auto order = drawingOrder(trajectory.names);
    for (std::size_t i = order.size(); i-- > 0;)
        for (const std::vector<double>* ends : {&trajectory.low, &trajectory.high}) {
            XY line;
            line.label = {ends == &trajectory.low ? QT_TRANSLATE_NOOP("core", "%1, 2.5 % of %2 fits")
                                                  : QT_TRANSLATE_NOOP("core", "%1, 97.5 % of %2 fits"),
                {trajectory.names[order[i]], count(trajectory.fits)}};
            line.colour = colourOf(i);
            line.widthPt = 0.35;
            line.y = column(*ends, order[i], order.size());
            line.x = trialNumbers(line.y.size());
            panel.series.push_back(std::move(line));
        }
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
        line.y = column(trajectory.weights, order[i], order.size());
        line.x = trialNumbers(line.y.size());
        panel.series.push_back(std::move(line));
    }
}

/// The interval of each tracked weight; its path too if no rule is drawn over it.
void addTracked(const tracking::TrackedWeights& tracked, bool isAlone, Panel& panel) {
    const auto order = drawingOrder(tracked.names);
    for (std::size_t i = order.size(); i-- > 0;) {
        Band band;
        band.label = {QT_TRANSLATE_NOOP("core", "%1, tracked, ± 1.96 s.e."), {tracked.names[order[i]]}};
        band.colour = colourOf(i);
        band.lower = column(tracked.weights, order[i], order.size());
        band.x = trialNumbers(band.lower.size());
        band.upper = band.lower;
        XY line;
        line.label = {QT_TRANSLATE_NOOP("core", "%1, tracked"), {tracked.names[order[i]]}};
        line.colour = colourOf(i);
        line.widthPt = i == 0 ? 1.2 : 0.7;
        line.x = band.x, line.y = band.lower;
        const std::vector<double> errors = column(tracked.standardErrors, order[i], order.size());
        for (std::size_t t = 0; t < errors.size(); ++t) {
            band.lower[t] -= kInterval * errors[t];
            band.upper[t] += kInterval * errors[t];
        }
        panel.series.push_back(std::move(band));
        if (isAlone)
            panel.series.push_back(std::move(line));
    }
}

std::vector<LineName> lineNames(const std::vector<std::string>& weights) {
    std::vector<LineName> names;
    const auto order = drawingOrder(weights);
    for (std::size_t i = 0; i < order.size(); ++i)
        names.push_back({regressorTitle(weights[order[i]]), colourOf(i)});
    return names;
}

/// Short ticks along the bottom: guides across the panel would hide the weights of animals with many
/// sessions.
XY sessionTicks(const std::vector<double>& sessionStart, const AxisRange& range) {
    XY ticks;
    ticks.label = QT_TRANSLATE_NOOP("core", "session start");
    ticks.colour = {Colour::Role::Muted};
    ticks.widthPt = 0.5;
    for (std::size_t t = 1; t < sessionStart.size(); ++t)
        if (sessionStart[t] == 1) {
            const double x = static_cast<double>(t) + 0.5;
            ticks.x.insert(ticks.x.end(), {x, x, x});
            ticks.y.insert(ticks.y.end(), {range.low, range.low + 0.045 * (range.high - range.low), kNan});
        }
    return ticks;
}

/// What is drawn of one animal.
struct AnimalPaths {
    std::string animal;
    std::vector<std::pair<std::size_t, const fit::Trajectory*>> rules; ///< index of the rule, its path
    tracking::TrackedWeightsPtr tracked;
    Text untracked;

    const std::vector<double>& sessionStart() const {
        return rules.empty() ? tracked->sessionStart : rules.front().second->sessionStart;
    }
    const std::vector<std::string>& names() const {
        return rules.empty() ? tracked->names : rules.front().second->names;
    }
};

void addRules(const std::vector<RuleTrajectories>& rules, AnimalPaths& paths) {
    for (std::size_t r = 0; r < rules.size(); ++r)
        for (const fit::Trajectory& trajectory : rules[r].trajectories)
            if (trajectory.animal == paths.animal)
                paths.rules.emplace_back(r, &trajectory);
}

std::vector<AnimalPaths> animalPaths(
    const std::vector<RuleTrajectories>& rules, const TrajectoryFigureOptions& options) {
    std::vector<AnimalPaths> animals;
    if (rules.empty())
        for (const tracking::TrackedWeightsPtr& tracked : options.tracked)
            animals.push_back({tracked->animal, {}, tracked, {}});
    else
        for (const fit::Trajectory& trajectory : rules.front().trajectories) {
            animals.push_back({trajectory.animal, {}, nullptr, {}});
            addRules(rules, animals.back());
        }
    for (AnimalPaths& animal : animals) {
        for (const tracking::TrackedWeightsPtr& tracked : options.tracked)
            if (tracked->animal == animal.animal)
                animal.tracked = tracked;
        for (const UntrackedAnimal& untracked : options.untracked)
            if (untracked.animal == animal.animal)
                animal.untracked = untracked.why;
    }
    return animals;
}

/// Ends of the bands but for the widest: an interval at the first trials may be ten times as wide as all
/// else.
void addBandEnds(const tracking::TrackedWeights& tracked, std::vector<double>& values) {
    std::vector<double> ends;
    for (std::size_t i = 0; i < tracked.weights.size(); ++i) {
        ends.push_back(tracked.weights[i] - kInterval * tracked.standardErrors[i]);
        ends.push_back(tracked.weights[i] + kInterval * tracked.standardErrors[i]);
    }
    if (ends.empty())
        return;
    for (const double share : {kWidestShare, 1 - kWidestShare}) {
        const auto at =
            ends.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(ends.size() - 1));
        std::nth_element(ends.begin(), at, ends.end());
        values.push_back(*at);
    }
    if (tracked.weights.size() == tracked.names.size()) // a single trial
        values.insert(values.end(), tracked.weights.begin(), tracked.weights.end());
}

/// To two significant digits.
base::Number roundedNumber(double value) {
    if (value == 0 || !std::isfinite(value))
        return {value, 0};
    const double digit = std::pow(10, std::floor(std::log10(std::abs(value))) - 1);
    return {std::round(value / digit) * digit, -1};
}

/// Ends of all that is drawn of an animal, with zero.
AxisRange ownRange(const AnimalPaths& animal) {
    std::vector<double> values = {0};
    for (const auto& [rule, path] : animal.rules)
        for (const std::vector<double>* drawn : {&path->weights, &path->low, &path->high})
            values.insert(values.end(), drawn->begin(), drawn->end());
    if (animal.tracked != nullptr)
        addBandEnds(*animal.tracked, values);
    return rangeOf(values, 0);
}

double reachOf(const AxisRange& range) {
    return std::max(std::abs(range.low), std::abs(range.high));
}

/// One range for all panels, with zero in it and room for the session ticks. An animal whose weights go far
/// beyond those of most others does not flatten theirs: it is cut.
AxisRange sharedRange(const std::vector<AxisRange>& own) {
    std::vector<double> reaches;
    for (const AxisRange& range : own)
        reaches.push_back(reachOf(range));
    std::sort(reaches.begin(), reaches.end());
    // Of two animals the smaller counts.
    const double most = std::max(kExtreme, kFarBeyond * reaches[(reaches.size() - 1) / 2]);
    std::vector<double> values = {0};
    for (const AxisRange& range : own)
        if (own.size() == 1 || reachOf(range) <= most)
            values.insert(values.end(), {range.low, range.high});
    AxisRange range = rangeOf(values);
    const double span = range.high - range.low;
    range.low -= 0.06 * span;
    return withHeadroom(range);
}

/// Says that an animal's weights leave the axis, and how far; nothing if they don't.
void addBeyondNote(const AxisRange& own, const AxisRange& range, Panel& panel) {
    const auto note = [&panel](Text text, double y) {
        Note said;
        said.text = std::move(text);
        said.x = 0.98, said.y = y;
        said.isRelative = true;
        said.anchor = Note::Anchor::Right;
        said.colour = {Colour::Role::Ink};
        panel.notes.push_back(std::move(said));
    };
    const auto margin = 0.02 * (range.high - range.low);
    if (own.high > range.high + margin)
        note({QT_TRANSLATE_NOOP("core", "▲ beyond the axis, to %1"), {roundedNumber(own.high)}}, 0.78);
    if (own.low < range.low - margin)
        note({QT_TRANSLATE_NOOP("core", "▼ beyond the axis, to %1"), {roundedNumber(own.low)}}, 0.2);
}

Panel animalPanel(
    const std::vector<RuleTrajectories>& rules, const AnimalPaths& animal, const AxisRange& range) {
    Panel panel;
    panel.id = "weights-" + animal.animal;
    panel.title = Text::verbatim(animal.animal);
    panel.x.low = 0;
    panel.y.low = range.low, panel.y.high = range.high;
    panel.guides.push_back(Guide{});
    if (animal.tracked != nullptr)
        addTracked(*animal.tracked, animal.rules.empty(), panel);
    panel.series.push_back(sessionTicks(animal.sessionStart(), range));
    if (!animal.rules.empty())
        addEnsemble(*animal.rules.front().second, panel);
    for (const auto& [r, trajectory] : animal.rules)
        addWeights(*trajectory, rules[r], r, rules.size() > 1, panel);
    if (!animal.untracked.isEmpty()) {
        Note note;
        note.text = animal.untracked;
        note.x = 0.02, note.y = 0.1;
        note.isRelative = true;
        panel.notes.push_back(std::move(note));
    }
    return panel;
}

Text captionWithBands(const std::vector<RuleTrajectories>& rules) {
    switch (rules.size()) {
    case 0:
        return QT_TRANSLATE_NOOP("core",
            "Weights tracked without a learning rule (PsyTrack), per unit of each "
            "regressor: line, the most probable path given all choices; band, "
            "± 1.96 standard errors. Ticks along the bottom: session starts.");
    case 1:
        return QT_TRANSLATE_NOOP("core",
            "Lines: weights that the rule infers before each trial from the "
            "animal's own choices and outcomes, per unit of each regressor. "
            "Bands: weights tracked without a rule (PsyTrack), ± 1.96 standard "
            "errors; they have seen all choices. Ticks along the bottom: session "
            "starts.");
    case 2:
        return {QT_TRANSLATE_NOOP("core",
                    "Weights inferred before each trial from the animal's own choices and outcomes, per unit "
                    "of each regressor. Solid: %1; dashed: %2. Bands: weights tracked without a rule "
                    "(PsyTrack), ± 1.96 standard errors; they have seen all choices. Ticks along the bottom: "
                    "session starts."),
            {ruleTitle(rules[0].rule), ruleTitle(rules[1].rule)}};
    default:
        return {QT_TRANSLATE_NOOP("core",
                    "Weights inferred before each trial from the animal's own choices and outcomes, per unit "
                    "of each regressor. Solid: %1; dashed: %2; dotted: %3. Bands: weights tracked without a "
                    "rule (PsyTrack), ± 1.96 standard errors; they have seen all choices. Ticks along the "
                    "bottom: session starts."),
            {ruleTitle(rules[0].rule), ruleTitle(rules[1].rule), ruleTitle(rules[2].rule)}};
    }
}

Text captionOf(const std::vector<RuleTrajectories>& rules, bool hasBands) {
    if (hasBands)
        return captionWithBands(rules);
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

/// What the bands assume.
enum class Drift { NoBands, PerTrial, PerTrialAndSession };

Drift driftOf(const TrajectoryFigureOptions& options) {
    if (options.tracked.empty())
        return Drift::NoBands;
    return std::any_of(options.tracked.begin(), options.tracked.end(),
               [](const auto& tracked) { return !tracked->sigmaDay.empty(); })
               ? Drift::PerTrialAndSession
               : Drift::PerTrial;
}

const char* footerSentence(Drift drift, bool isPart) {
    switch (drift) {
    case Drift::PerTrial:
        return isPart ? QT_TRANSLATE_NOOP("core", "%1 · first %2 of %3 animals · n = %4 {trial|trials} in "
                                                  "all · tracked with one drift per "
                                                  "weight, chosen by evidence for each animal")
                      : QT_TRANSLATE_NOOP("core", "%1 · animals: %2 · n = %3 {trial|trials} · tracked with "
                                                  "one drift per weight, chosen by "
                                                  "evidence for each animal");
    case Drift::PerTrialAndSession:
        return isPart ? QT_TRANSLATE_NOOP("core",
                            "%1 · first %2 of %3 animals · n = %4 {trial|trials} in all · tracked with a "
                            "drift within "
                            "and one between sessions per weight, chosen by evidence for each animal")
                      : QT_TRANSLATE_NOOP("core", "%1 · animals: %2 · n = %3 {trial|trials} · tracked with a "
                                                  "drift within and one between "
                                                  "sessions per weight, chosen by evidence for each animal");
    case Drift::NoBands:
        break;
    }
    return isPart ? QT_TRANSLATE_NOOP("core", "%1 · first %2 of %3 animals · n = %4 {trial|trials} in all")
                  : QT_TRANSLATE_NOOP("core", "%1 · animals: %2 · n = %3 {trial|trials}");
}

Text footerOf(const std::vector<RuleTrajectories>& rules, const std::vector<AnimalPaths>& animals,
    std::size_t shown, Drift drift) {
    std::vector<Text> titles;
    std::size_t trials = 0;
    for (const RuleTrajectories& rule : rules)
        titles.push_back(ruleTitle(rule.rule));
    for (const AnimalPaths& animal : animals)
        trials += animal.sessionStart().size();
    std::vector<Text::Argument> arguments = {
        titles.empty() ? Text::verbatim("PsyTrack") : base::listed(titles)};
    if (shown < animals.size())
        arguments.push_back(count(shown));
    arguments.insert(arguments.end(), {count(animals.size()), count(trials)});
    return {footerSentence(drift, shown < animals.size()), std::move(arguments)};
}

/// What the thin lines are, in the first panel.
void addEnsembleNote(const fit::Trajectory& trajectory, Panel& panel) {
    if (trajectory.low.empty())
        return;
    Note note;
    note.text = {QT_TRANSLATE_NOOP("core", "thin: 95 % of %1 fits"), {count(trajectory.fits)}};
    note.x = 0.98, note.y = 0.1;
    note.isRelative = true;
    note.anchor = Note::Anchor::Right;
    panel.notes.push_back(std::move(note));
}

/// Place and axis labels of a small multiple.
void addPanel(Panel panel, std::size_t index, std::size_t shown, FigureSpec& figure) {
    const GridPlace place = gridPlace(index, shown);
    panel.row = place.row, panel.column = place.column;
    if (place.isLowest)
        panel.x.label = QT_TRANSLATE_NOOP("core", "Trial");
    if (place.isLeftmost)
        panel.y.label = QT_TRANSLATE_NOOP("core", "Weight (log-odds)");
    figure.panels.push_back(std::move(panel));
}

} // namespace

FigureSpec weightTrajectories(
    const std::vector<RuleTrajectories>& rules, const TrajectoryFigureOptions& options) {
    FigureSpec figure;
    figure.id = "weights";
    figure.title = QT_TRANSLATE_NOOP("core", "Decision weights over training");
    const std::vector<AnimalPaths> animals = animalPaths(rules, options);
    if (animals.empty()) {
        figure.emptyReason =
            options.untracked.empty()
                ? Text(QT_TRANSLATE_NOOP(
                      "core", "No rule has been fitted to these animals. Press Fit, or select another fit."))
                : options.untracked.front().why;
        return figure;
    }
    const std::size_t shown = std::min(kMostPanels, animals.size());
    std::vector<AxisRange> own;
    for (std::size_t i = 0; i < shown; ++i)
        own.push_back(ownRange(animals[i]));
    const AxisRange range = sharedRange(own);
    for (std::size_t i = 0; i < shown; ++i) {
        Panel panel = animalPanel(rules, animals[i], range);
        addBeyondNote(own[i], range, panel);
        const std::string& name = animals[i].animal;
        if (std::find(options.heldOut.begin(), options.heldOut.end(), name) != options.heldOut.end())
            panel.title = {QT_TRANSLATE_NOOP("core", "%1 (held out)"), {name}};
        if (i == 0 && !animals.front().rules.empty())
            addEnsembleNote(*animals.front().rules.front().second, panel);
        if (i == 0)
            nameLinesInRow(lineNames(animals.front().names()), panel);
        addPanel(std::move(panel), i, shown, figure);
    }
    const double rows = gridRows(shown), columns = gridColumns(shown);
    figure.aspect = std::clamp(rows / columns * 0.9, 0.45, 0.9);
    figure.caption = captionOf(rules, !options.tracked.empty());
    figure.footer = footerOf(rules, animals, shown, driftOf(options));
    return figure;
}

} // namespace rulescope::figures
