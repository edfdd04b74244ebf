// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/learning_gains.h"

#include <algorithm>
#include <cmath>

namespace rulescope::figures {
namespace {

using insight::Estimate;
using insight::GainEstimates;
using insight::LearningGain;

constexpr double kRatioReach = 2.5; // error ratios beyond it are drawn at the edge
constexpr std::size_t kMostRows = 2 * kMostPanels;

/// A line of the figure: an animal, all of them, or a side.
struct Row {
    const GainEstimates* estimates;
    Text name;
    double at = 0;
    bool isPooled = false;
};

/// All animals together on top, a gap, then one row each; a single animal stands for itself.
std::vector<Row> animalRows(const LearningGain& gain) {
    std::vector<Row> rows;
    const bool hasPooled = gain.perAnimal.size() != 1;
    if (hasPooled)
        rows.push_back({&gain.pooled, QT_TRANSLATE_NOOP("core", "all"), 0, true});
    for (std::size_t i = 0; i < std::min(gain.perAnimal.size(), kMostRows); ++i)
        rows.push_back({&gain.perAnimal[i], Text::verbatim(gain.perAnimal[i].name),
            static_cast<double>(i) + (hasPooled ? 1.5 : 0), !hasPooled});
    return rows;
}

std::vector<Row> sideRows(const LearningGain& gain) {
    std::vector<Row> rows;
    static constexpr const char* kChoices[] = {
        QT_TRANSLATE_NOOP("core", "left choices"), QT_TRANSLATE_NOOP("core", "right choices")};
    static constexpr const char* kAnswers[] = {
        QT_TRANSLATE_NOOP("core", "left rewarded"), QT_TRANSLATE_NOOP("core", "right rewarded")};
    for (std::size_t i = 0; i < std::min<std::size_t>(2, gain.byChoiceSide.size()); ++i)
        rows.push_back({&gain.byChoiceSide[i], kChoices[i], static_cast<double>(i), true});
    for (std::size_t i = 0; i < std::min<std::size_t>(2, gain.byAnswerSide.size()); ++i)
        rows.push_back({&gain.byAnswerSide[i], kAnswers[i], static_cast<double>(i) + 2.5, true});
    return rows;
}

void setRows(const std::vector<Row>& rows, bool hasNames, Panel& panel) {
    panel.y.isReversed = true;
    panel.y.low = -0.8;
    panel.y.high = rows.empty() ? 0.8 : rows.back().at + 0.8;
    for (const Row& row : rows)
        panel.y.ticks.push_back({row.at, hasNames ? row.name : Text()});
}

/// What a row's interval and value are drawn with.
struct Mark {
    Colour colour;
    Marker marker = Marker::Circle;
    double markerPt = 4, widthPt = 1;
    double shift = 0;  ///< of the row
    double factor = 1; ///< from the estimate to the unit shown
    Text label;
};

void addEstimate(const Estimate& estimate, const Row& row, const Mark& mark, double reach, Panel& panel) {
    if (!std::isfinite(estimate.value))
        return;
    const auto shown = [&](double value) { return std::clamp(mark.factor * value, -reach, reach); };
    const double at = row.at + mark.shift;
    if (std::isfinite(estimate.low) && std::isfinite(estimate.high)) {
        XY interval;
        interval.label = {QT_TRANSLATE_NOOP("core", "95 % interval, %1"), {row.estimates->name}};
        interval.x = {shown(estimate.low), shown(estimate.high)};
        interval.y = {at, at};
        interval.colour = mark.colour;
        interval.widthPt = mark.widthPt;
        panel.series.push_back(std::move(interval));
    }
    XY point;
    point.label = mark.label;
    point.x = {shown(estimate.value)};
    point.y = {at};
    point.colour = mark.colour;
    point.line = LineStyle::None;
    point.marker = mark.marker;
    point.markerPt = mark.markerPt;
    panel.series.push_back(std::move(point));
}

Guide verticalGuide(double at) {
    Guide guide;
    guide.direction = Guide::Direction::Vertical;
    guide.at = at;
    return guide;
}

void setPlain(const Row& row, Mark& mark) {
    mark.markerPt = row.isPooled ? 5.5 : 3.5;
    mark.widthPt = row.isPooled ? 1.8 : 0.9;
}

/// Correct and error values of every row side by side.
void addPairs(const std::vector<Row>& rows, Estimate GainEstimates::*correct, Estimate GainEstimates::*error,
    double factor, Panel& panel) {
    std::vector<double> drawn = {0};
    for (const Row& row : rows) {
        for (const bool isCorrect : {true, false}) {
            const Estimate& estimate = row.estimates->*(isCorrect ? correct : error);
            Mark mark;
            setPlain(row, mark);
            mark.colour = {isCorrect ? Colour::Role::Correct : Colour::Role::Error};
            mark.marker = isCorrect ? Marker::Circle : Marker::OpenCircle;
            mark.shift = isCorrect ? -0.14 : 0.14;
            mark.factor = factor;
            mark.label = isCorrect ? Text{QT_TRANSLATE_NOOP("core", "correct, %1"), {row.estimates->name}}
                                   : Text{QT_TRANSLATE_NOOP("core", "error, %1"), {row.estimates->name}};
            addEstimate(estimate, row, mark, 1e300, panel);
            for (const double end : {estimate.low, estimate.value, estimate.high})
                drawn.push_back(factor * end);
        }
    }
    const AxisRange range = rangeOf(drawn, 0.08);
    panel.x.low = range.low, panel.x.high = range.high;
    panel.guides.push_back(verticalGuide(0));
}

/// Ratios of all rows; widens the axis to hold them.
void addRatios(const std::vector<Row>& rows, Panel& panel) {
    double reach = 1.45;
    for (const Row& row : rows) {
        if (!row.estimates->hasErrorRatio) {
            Note note;
            note.text = QT_TRANSLATE_NOOP("core", "undefined");
            note.x = 0, note.y = row.at;
            note.anchor = Note::Anchor::Centre;
            panel.notes.push_back(note);
            continue;
        }
        const Estimate& ratio = row.estimates->errorRatio;
        if (row.estimates->name == "pooled") {
            Note number;                            // the figure's one number, in figures
            const auto rounded = [](double value) { // without "−0.00"
                return base::Number{std::round(100 * value) / 100 + 0.0, 2};
            };
            number.text =
                std::isfinite(ratio.low)
                    ? Text("%1 [%2, %3]", {rounded(ratio.value), rounded(ratio.low), rounded(ratio.high)})
                    : Text("%1", {rounded(ratio.value)});
            number.y = row.at + 0.55;
            number.anchor = Note::Anchor::Centre;
            number.colour = {Colour::Role::Ink};
            panel.notes.push_back(number);
        }
        Mark mark;
        setPlain(row, mark);
        mark.colour = {row.isPooled ? Colour::Role::Accent : Colour::Role::Muted};
        mark.marker = row.isPooled ? Marker::Diamond : Marker::Circle;
        mark.label = Text::verbatim(row.estimates->name);
        addEstimate(ratio, row, mark, kRatioReach, panel);
        for (const double end : {ratio.value, ratio.low, ratio.high})
            if (std::isfinite(end))
                reach = std::max(reach, std::min(1.05 * std::abs(end), kRatioReach));
    }
    panel.x.low = -reach, panel.x.high = reach;
    for (const double at : {-1.0, 0.0, 1.0})
        panel.guides.push_back(verticalGuide(at));
}

void nameLandmarks(Panel& panel) {
    panel.x.ticks = {{-1, QT_TRANSLATE_NOOP("core", "−1\nerrors teach\nas much")},
        {0, QT_TRANSLATE_NOOP("core", "0\nrewards\nonly")},
        {1, QT_TRANSLATE_NOOP("core", "+1\noutcome\nignored")}};
    panel.x.label = QT_TRANSLATE_NOOP("core", "Error ratio (95 % bootstrap)");
}

/// Gains are tiny: thousandths are easier to read.
double factorOf(
    const std::vector<Row>& rows, Estimate GainEstimates::*correct, Estimate GainEstimates::*error) {
    double most = 0;
    for (const Row& row : rows)
        for (const Estimate* estimate : {&(row.estimates->*correct), &(row.estimates->*error)})
            for (const double end : {estimate->low, estimate->value, estimate->high})
                most = std::isfinite(end) ? std::max(most, std::abs(end)) : most;
    return most < 0.05 ? 1000 : 1;
}

void nameQuantities(
    double gainFactor, double reinforcementFactor, Panel& gain, Panel& reinforcement, Panel& ratio) {
    nameLandmarks(ratio);
    gain.x.label = gainFactor > 1 ? QT_TRANSLATE_NOOP("core", "Δ log-odds of the rewarded side (10⁻³)")
                                  : QT_TRANSLATE_NOOP("core", "Δ log-odds of the rewarded side");
    reinforcement.x.label = reinforcementFactor > 1
                                ? QT_TRANSLATE_NOOP("core", "Reinforcement of the choice (10⁻³)")
                                : QT_TRANSLATE_NOOP("core", "Reinforcement of the choice");
}

/// The three panels of one set of rows.
void addRow(const std::vector<Row>& rows, int place, double gainFactor, double reinforcementFactor,
    const std::string& suffix, FigureSpec& figure) {
    const std::size_t first = figure.panels.size();
    const auto begin = [&](const char* id, int column) {
        Panel panel;
        panel.id = id + suffix;
        panel.letter = panelLetter(first + static_cast<std::size_t>(column));
        panel.row = place, panel.column = column;
        setRows(rows, column == 0, panel);
        return panel;
    };
    Panel gain = begin("gain", 0);
    addPairs(rows, &GainEstimates::gainCorrect, &GainEstimates::gainError, gainFactor, gain);
    Panel reinforcement = begin("reinforcement", 1);
    addPairs(rows, &GainEstimates::reinforcementCorrect, &GainEstimates::reinforcementError,
        reinforcementFactor, reinforcement);
    Panel ratio = begin("error-ratio", 2);
    addRatios(rows, ratio);
    // The row below repeats the three quantities: it alone says what they are.
    for (const double at : {-1.0, 0.0, 1.0})
        ratio.x.ticks.push_back({at, at > 0 ? Text("+1") : Text("%1", {base::Number{at, 0}})});
    if (place > 0)
        nameQuantities(gainFactor, reinforcementFactor, gain, reinforcement, ratio);
    if (place == 0) {
        gain.title = QT_TRANSLATE_NOOP("core", "Learning gain per trial");
        reinforcement.title = QT_TRANSLATE_NOOP("core", "Choice reinforcement");
        ratio.title = QT_TRANSLATE_NOOP("core", "Error / correct");
        nameLinesInRow({{QT_TRANSLATE_NOOP("core", "correct"), {Colour::Role::Correct}},
                           {QT_TRANSLATE_NOOP("core", "error"), {Colour::Role::Error}}},
            gain);
    }
    for (Panel* panel : {&gain, &reinforcement, &ratio})
        figure.panels.push_back(std::move(*panel));
}

Text captionOf(bool hasFits) {
    if (hasFits)
        return QT_TRANSLATE_NOOP("core",
            "Filled, blue: after correct trials; open, vermillion: after errors. Learning gain: how one "
            "trial "
            "changes the log-odds of the rewarded side for the same stimulus. Choice reinforcement: the same "
            "for the chosen side, both outcomes tried at every trial, per unit of surprise; its error / "
            "correct ratio is the error ratio. 95 % bootstrap over fits and over animals (single animals: "
            "sessions).");
    return QT_TRANSLATE_NOOP("core",
        "Filled, blue: after correct trials; open, vermillion: after errors. Learning gain: how one trial "
        "changes the log-odds of the rewarded side for the same stimulus. Choice reinforcement: the same for "
        "the chosen side, both outcomes tried at every trial, per unit of surprise; its error / correct "
        "ratio "
        "is the error ratio. 95 % bootstrap over animals (single animals: sessions); the fitted rule is "
        "taken as it is.");
}

Text namesOf(const std::vector<std::string>& animals) {
    std::vector<Text> names;
    for (const std::string& animal : animals)
        names.push_back(Text::verbatim(animal));
    return base::listed(names);
}

/// Rule and counts, and by name the animals that not every fit can predict.
Text footerOf(const LearningGain& gain, const std::string& rule) {
    const std::vector<base::Text::Argument> arguments = {ruleTitle(rule),
        count(gain.perAnimal.size() - gain.lostAnimals.size()), count(gain.pooled.trials),
        namesOf(gain.lostAnimals), namesOf(gain.partlyLostAnimals)};
    const bool isLost = !gain.lostAnimals.empty(), isPartlyLost = !gain.partlyLostAnimals.empty();
    if (isLost && isPartlyLost)
        return {QT_TRANSLATE_NOOP("core",
                    "%1 · animals: %2 · n = %3 {trial|trials} with a known answer · left out, since weights "
                    "leave every range: %4; in some of the fits: %5"),
            arguments};
    if (isLost)
        return {QT_TRANSLATE_NOOP("core", "%1 · animals: %2 · n = %3 {trial|trials} with a known answer · "
                                          "left out, since weights leave every range: %4"),
            arguments};
    if (isPartlyLost)
        return {QT_TRANSLATE_NOOP("core",
                    "%1 · animals: %2 · n = %3 {trial|trials} with a known answer · left out of some of the "
                    "fits, since weights leave every range: %5"),
            arguments};
    return {
        QT_TRANSLATE_NOOP("core", "%1 · animals: %2 · n = %3 {trial|trials} with a known answer"), arguments};
}

} // namespace

Panel errorRatioPanel(const LearningGain& gain) {
    Panel panel;
    panel.id = "error-ratio";
    panel.title = QT_TRANSLATE_NOOP("core", "Error / correct");
    const std::vector<Row> rows = animalRows(gain);
    setRows(rows, true, panel);
    addRatios(rows, panel);
    nameLandmarks(panel);
    return panel;
}

FigureSpec learningGains(const LearningGain& gain, const LearningGainsFigureOptions& options) {
    FigureSpec figure;
    figure.id = "learning-gains";
    figure.title = QT_TRANSLATE_NOOP("core", "What correct and error trials teach");
    if (gain.perAnimal.empty()) {
        figure.emptyReason = QT_TRANSLATE_NOOP(
            "core", "No learning gain has been computed. Select a fitted rule and animals with answers.");
        return figure;
    }
    const std::vector<Row> animals = animalRows(gain), sides = sideRows(gain);
    std::vector<Row> all = animals;
    all.insert(all.end(), sides.begin(), sides.end());
    const double gainFactor = factorOf(all, &GainEstimates::gainCorrect, &GainEstimates::gainError);
    const double reinforcementFactor =
        factorOf(all, &GainEstimates::reinforcementCorrect, &GainEstimates::reinforcementError);
    addRow(animals, 0, gainFactor, reinforcementFactor, "", figure);
    addRow(sides, 1, gainFactor, reinforcementFactor, "-by-side", figure);
    figure.rowWeights = {std::max(1.0, 0.16 * static_cast<double>(animals.size()) + 0.4), 1};
    figure.columnWeights = {1.25, 1, 1};
    figure.aspect = std::clamp(0.5 + 0.03 * static_cast<double>(animals.size()), 0.6, 1.1);
    figure.caption = captionOf(options.hasFits);
    figure.footer = footerOf(gain, options.rule);
    return figure;
}

} // namespace rulescope::figures
