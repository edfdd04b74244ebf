// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/model_comparison.h"

#include "core/figures/figure_parts.h"
#include "core/rules/registry.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

namespace rulescope::figures {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kMilli = 1000; // differences are shown in 10^-3 nats

/// Paired difference of one rule to the reference, nats per trial.
struct Difference {
    std::vector<std::string> animals;
    std::vector<double> values;
    Mean mean;
    double p = kNan;         ///< paired t
    bool isOffScale = false; ///< written, not drawn: it would flatten the rest
};

std::map<std::string, double> scoresOf(const fit::RuleScore& rule) {
    std::map<std::string, double> scores;
    for (const fit::HeldOutScore& score : rule.perAnimal)
        scores[score.animal] = score.natsPerTrial;
    return scores;
}

/// Fits of a rule that did not end as they should, or could not predict some of their animals.
std::size_t troubledFits(const fit::Comparison& comparison, const std::string& rule) {
    return static_cast<std::size_t>(
        std::count_if(comparison.fits.begin(), comparison.fits.end(), [&](const fit::FoldFit& fit) {
            return fit.rule == rule &&
                   (fit.status == fit::FitStatus::Diverged || fit.status == fit::FitStatus::NotConverged ||
                       fit.status == fit::FitStatus::Unbounded || !fit.overflown.empty());
        }));
}

/// "RNN rule 2/3"
Text shareOf(const std::string& rule, std::size_t own, std::size_t all) {
    return {"%1 %2/%3", {ruleTick(rule), count(own), count(all)}};
}

/// Of how many animals a rule has a score, unless of all.
std::optional<Text> lossOf(const fit::Comparison& comparison, const fit::RuleScore& rule) {
    const std::size_t all = fit::scoredAnimals(comparison), own = rule.perAnimal.size();
    return own == all ? std::nullopt : std::optional(shareOf(rule.rule, own, all));
}

/// The rule's name, marked if some of its fits are in trouble; the caption says how many.
Text rowName(const fit::Comparison& comparison, const std::string& rule) {
    return troubledFits(comparison, rule) == 0 ? ruleTick(rule) : Text("%1 †", {ruleTick(rule)});
}

/// The textbook yardstick, else the first rule that learns, else the first.
std::size_t referenceOf(const fit::Comparison& comparison) {
    const auto& rules = comparison.rules;
    auto found = std::find_if(
        rules.begin(), rules.end(), [](const auto& r) { return r.rule == rules::textbookYardstick().name; });
    if (found == rules.end())
        found = std::find_if(rules.begin(), rules.end(), [](const auto& r) { return rules::learns(r.rule); });
    return found == rules.end() ? 0 : static_cast<std::size_t>(found - rules.begin());
}

Difference differenceOf(const fit::Comparison& comparison, std::size_t rule, std::size_t reference) {
    const fit::RuleScore& first = comparison.rules[rule];
    const fit::RuleScore& second = comparison.rules[reference];
    const std::map<std::string, double> referenceScores = scoresOf(second);
    Difference difference;
    for (const fit::HeldOutScore& score : first.perAnimal) {
        const auto paired = referenceScores.find(score.animal);
        if (paired == referenceScores.end() || !std::isfinite(score.natsPerTrial - paired->second))
            continue;
        difference.animals.push_back(score.animal);
        difference.values.push_back(score.natsPerTrial - paired->second);
    }
    difference.mean = bootstrapMean(difference.values);
    for (const fit::PairedTest& test : comparison.tests) {
        const bool isForward = test.first == first.rule && test.second == second.rule;
        const bool isBackward = test.first == second.rule && test.second == first.rule;
        if (!isForward && !isBackward)
            continue;
        difference.p = test.tP; // the interval that was stored with the test is the one to show
        difference.mean = isForward ? Mean{test.meanDifference, test.low, test.high}
                                    : Mean{-test.meanDifference, -test.high, -test.low};
    }
    return difference;
}

void addInterval(
    const Mean& mean, double row, double factor, Colour colour, const std::string& name, Panel& panel) {
    if (std::isfinite(mean.low) && std::isfinite(mean.high)) {
        XY interval;
        interval.label = {QT_TRANSLATE_NOOP("core", "95 % interval, %1"), {name}};
        interval.x = {factor * mean.low, factor * mean.high};
        interval.y = {row, row};
        interval.colour = colour;
        interval.widthPt = 2;
        panel.series.push_back(std::move(interval));
    }
    XY point;
    point.label = {QT_TRANSLATE_NOOP("core", "mean, %1"), {name}};
    point.x = {factor * mean.value};
    point.y = {row};
    point.colour = colour;
    point.line = LineStyle::None;
    point.marker = Marker::Diamond;
    point.markerPt = 6.5;
    panel.series.push_back(std::move(point));
}

void setRows(const fit::Comparison& comparison, bool hasNames, Panel& panel) {
    panel.y.isReversed = true;
    panel.y.low = -0.6;
    panel.y.high = static_cast<double>(comparison.rules.size()) - 0.4;
    for (std::size_t r = 0; r < comparison.rules.size(); ++r)
        panel.y.ticks.push_back(
            {static_cast<double>(r), hasNames ? rowName(comparison, comparison.rules[r].rule) : Text()});
}

/// A rule's scores on the animals that all rules share; none if it has too few for a pooled number.
std::vector<double> sharedScores(const fit::Comparison& comparison, const fit::RuleScore& rule) {
    const auto& shared = comparison.pooledAnimals; // empty in older studies: its own animals
    std::vector<double> scores;
    for (const fit::HeldOutScore& score : rule.perAnimal)
        if (std::isfinite(rule.natsPerTrial) && std::isfinite(score.natsPerTrial) &&
            (shared.empty() || std::find(shared.begin(), shared.end(), score.animal) != shared.end()))
            scores.push_back(score.natsPerTrial);
    return scores;
}

Panel scorePanel(const fit::Comparison& comparison) {
    Panel panel;
    panel.id = "held-out";
    panel.letter = "a";
    panel.title = QT_TRANSLATE_NOOP("core", "Held-out score");
    panel.x.label = QT_TRANSLATE_NOOP("core", "Log-likelihood (nats per trial)");
    setRows(comparison, true, panel);
    std::map<std::string, XY> lines;
    for (std::size_t r = 0; r < comparison.rules.size(); ++r)
        for (const fit::HeldOutScore& score : comparison.rules[r].perAnimal) {
            XY& line = lines[score.animal];
            line.x.push_back(score.natsPerTrial);
            line.y.push_back(static_cast<double>(r));
            line.tips.push_back({QT_TRANSLATE_NOOP("core", "n = %1 {trial|trials}"), {count(score.trials)}});
        }
    for (auto& entry : lines) {
        XY& line = entry.second;
        line.label = Text::verbatim(entry.first);
        line.colour = {Colour::Role::Muted};
        line.widthPt = 0.5;
        line.marker = Marker::Circle;
        line.markerPt = 2.5;
        panel.series.push_back(std::move(line));
    }
    for (std::size_t r = 0; r < comparison.rules.size(); ++r) {
        const std::vector<double> values = sharedScores(comparison, comparison.rules[r]);
        Mean mean = bootstrapMean(values);
        if (values.empty())
            mean.value = comparison.rules[r].natsPerTrial;
        if (!std::isfinite(mean.value))
            continue; // too few animals; panel b says so
        addInterval(mean, static_cast<double>(r), 1, {Colour::Role::Accent}, comparison.rules[r].rule, panel);
    }
    return panel;
}

/// "+2.1 [0.4, 3.9], p = 0.031", in 10^-3 nats per trial.
Text effectOverAnimals(const Difference& difference) {
    const auto number = [](double nats) { return base::Number{kMilli * nats, 1}; };
    const Mean& mean = difference.mean;
    if (!std::isfinite(mean.low))
        return {"%1", {number(mean.value)}};
    if (!std::isfinite(difference.p))
        return {"%1 [%2, %3]", {number(mean.value), number(mean.low), number(mean.high)}};
    if (difference.p < 0.001)
        return {QT_TRANSLATE_NOOP("core", "%1 [%2, %3], p < 0.001"),
            {number(mean.value), number(mean.low), number(mean.high)}};
    return {QT_TRANSLATE_NOOP("core", "%1 [%2, %3], p = %4"),
        {number(mean.value), number(mean.low), number(mean.high), base::Number{difference.p, 3}}};
}

/// The same, with the number of animals where some are left out of the pair.
Text effectText(const Difference& difference, std::size_t allAnimals) {
    const Text effect = effectOverAnimals(difference);
    return difference.values.size() == allAnimals
               ? effect
               : Text(QT_TRANSLATE_NOOP("core", "%1, n = %2"), {effect, count(difference.values.size())});
}

void addNote(Text text, double row, Colour colour, Panel& panel) {
    Note note;
    note.text = std::move(text);
    note.y = row;
    note.colour = colour;
    panel.notes.push_back(std::move(note)); // its x follows once the range is known
}

void addDifference(const Difference& difference, const fit::RuleScore& rule, std::size_t allAnimals,
    double row, Panel& panel) {
    if (!difference.isOffScale) {
        XY dots;
        dots.label = {QT_TRANSLATE_NOOP("core", "animals, %1"), {rule.rule}};
        dots.colour = {Colour::Role::Muted};
        dots.line = LineStyle::None;
        dots.marker = Marker::Circle;
        dots.markerPt = 3;
        for (std::size_t i = 0; i < difference.values.size(); ++i) {
            dots.x.push_back(kMilli * difference.values[i]);
            dots.y.push_back(row);
            dots.tips.push_back(Text::verbatim(difference.animals[i]));
        }
        panel.series.push_back(std::move(dots));
        addInterval(difference.mean, row, kMilli, {Colour::Role::Accent}, rule.rule, panel);
    }
    addNote(effectText(difference, allAnimals), row, {Colour::Role::Ink}, panel);
}

/// Ends of what is drawn, zero included; room for the numbers stands to the right of it.
void setDifferenceAxis(const std::vector<Difference>& differences, Panel& panel) {
    std::vector<double> drawn = {0};
    for (const Difference& difference : differences) {
        if (difference.isOffScale)
            continue;
        for (const double value : difference.values)
            drawn.push_back(kMilli * value);
        drawn.push_back(kMilli * difference.mean.low);
        drawn.push_back(kMilli * difference.mean.high);
    }
    const AxisRange range = rangeOf(drawn, 0.08);
    const double span = range.high - range.low;
    panel.x.low = range.low;
    panel.x.high = range.high + 1.4 * span;
    panel.x.ticks = roundTicks(range.low, range.high, 5);
    for (Note& note : panel.notes)
        note.x = range.high + 0.08 * span;
}

Panel differencePanel(const fit::Comparison& comparison, std::size_t reference) {
    Panel panel;
    panel.id = "difference";
    panel.letter = "b";
    panel.title = {
        QT_TRANSLATE_NOOP("core", "Difference to %1"), {ruleTick(comparison.rules[reference].rule)}};
    panel.x.label = QT_TRANSLATE_NOOP("core", "Δ log-likelihood (10⁻³ nats per trial)");
    panel.column = 1;
    setRows(comparison, false, panel);
    Guide zero;
    zero.direction = Guide::Direction::Vertical;
    panel.guides.push_back(zero);
    const auto competitors =
        std::count_if(comparison.rules.begin(), comparison.rules.end(), [&](const fit::RuleScore& rule) {
            return rules::learns(rule.rule) && rule.rule != comparison.rules[reference].rule;
        });
    std::vector<Difference> differences;
    for (std::size_t r = 0; r < comparison.rules.size(); ++r) {
        if (r == reference)
            continue;
        Difference difference = differenceOf(comparison, r, reference);
        difference.isOffScale = competitors > 0 && !rules::learns(comparison.rules[r].rule);
        if (difference.values.empty()) {
            addNote(QT_TRANSLATE_NOOP("core", "left out: no fit has a score"), static_cast<double>(r),
                {Colour::Role::Muted}, panel);
            continue;
        }
        addDifference(
            difference, comparison.rules[r], fit::scoredAnimals(comparison), static_cast<double>(r), panel);
        differences.push_back(std::move(difference));
    }
    setDifferenceAxis(differences, panel);
    addNote(QT_TRANSLATE_NOOP("core", "reference"), static_cast<double>(reference), Note().colour, panel);
    panel.notes.back().x = panel.notes.front().x;
    return panel;
}

Text footerOf(const fit::Comparison& comparison) {
    std::size_t animals = 0, trials = 0;
    for (const fit::RuleScore& rule : comparison.rules) {
        std::size_t sum = 0;
        for (const fit::HeldOutScore& score : rule.perAnimal)
            sum += score.trials;
        animals = std::max(animals, rule.perAnimal.size());
        trials = std::max(trials, sum);
    }
    const std::vector<base::Text::Argument> arguments = {
        count(animals), count(trials), count(comparison.seeds.size()), count(comparison.folds.size())};
    switch (comparison.unit) {
    case fit::HeldOutUnit::Future:
        return {QT_TRANSLATE_NOOP(
                    "core", "Held out: future trials · animals: %1 · n = %2 {trial|trials} · seeds: %3"),
            arguments};
    case fit::HeldOutUnit::Sessions:
        return {
            QT_TRANSLATE_NOOP("core", "Held out: sessions · animals: %1 · n = %2 {trial|trials} · seeds: %3"),
            arguments};
    case fit::HeldOutUnit::Animals:
        break;
    }
    return {QT_TRANSLATE_NOOP(
                "core", "Held out: animals (folds: %4) · animals: %1 · n = %2 {trial|trials} · seeds: %3"),
        arguments};
}

Text captionOf(const fit::Comparison& comparison) {
    std::vector<Text> troubled, lost, meanless;
    for (const fit::RuleScore& rule : comparison.rules) {
        if (const std::size_t fits = troubledFits(comparison, rule.rule)) {
            const auto all = std::count_if(comparison.fits.begin(), comparison.fits.end(),
                [&](const fit::FoldFit& fit) { return fit.rule == rule.rule; });
            troubled.push_back(shareOf(rule.rule, fits, static_cast<std::size_t>(all)));
        }
        if (const auto loss = lossOf(comparison, rule))
            lost.push_back(*loss);
        if (!rule.perAnimal.empty() && !std::isfinite(rule.natsPerTrial))
            meanless.push_back(ruleTick(rule.rule));
    }
    if (troubled.empty() && lost.empty()) {
        return QT_TRANSLATE_NOOP("core", "Higher is better. Dots: held-out animals; diamonds: mean "
                                         "over animals with its 95 % bootstrap interval; numbers: "
                                         "mean difference [95 % interval], paired t-test, two-sided. "
                                         "Rules without learning are written, not drawn, in b.");
    }
    if (lost.empty()) {
        return {
            QT_TRANSLATE_NOOP("core",
                "Higher is better. Dots: held-out animals; diamonds: mean over animals with its 95 % "
                "bootstrap interval; numbers: mean difference [95 % interval], paired t-test, two-sided. "
                "Rules without learning are written, not drawn, in b. † Fits that diverged (left out), did "
                "not converge or have no finite maximum: %1; every animal has a score."),
            {base::listed(troubled)}};
    }
    if (!meanless.empty()) {
        return {
            QT_TRANSLATE_NOOP("core",
                "Higher is better. Dots: held-out animals; diamonds: mean over the animals that all rules "
                "with a mean share, with its 95 % bootstrap interval; numbers: mean difference over the "
                "animals of both rules [95 % interval], paired t-test, two-sided. Rules without learning are "
                "written, not drawn, in b. † Fits that diverged (left out), did not converge, have no finite "
                "maximum or could not predict an animal: %1. Animals with a score: %2. Without a mean (fewer "
                "than half of the animals, or none shared with the others): %3."),
            {base::listed(troubled), base::listed(lost), base::listed(meanless)}};
    }
    return {
        QT_TRANSLATE_NOOP("core",
            "Higher is better. Dots: held-out animals; diamonds: mean over the animals that all rules share, "
            "with its 95 % bootstrap interval; numbers: mean difference over the animals of both rules [95 % "
            "interval], paired t-test, two-sided. Rules without learning are written, not drawn, in b. † "
            "Fits that diverged (left out), did not converge, have no finite maximum or could not predict an "
            "animal: %1. Animals with a score: %2."),
        {base::listed(troubled), base::listed(lost)}};
}

} // namespace

FigureSpec modelComparison(const fit::Comparison& comparison) {
    FigureSpec figure;
    figure.id = "model-comparison";
    figure.title = comparison.isCancelled
                       ? QT_TRANSLATE_NOOP("core", "Which rule predicts held-out choices (cancelled early)")
                       : QT_TRANSLATE_NOOP("core", "Which rule predicts held-out choices");
    if (comparison.rules.empty()) {
        figure.emptyReason = QT_TRANSLATE_NOOP("core", "No rules have been compared yet. Press Compare.");
        return figure;
    }
    figure.panels.push_back(scorePanel(comparison));
    figure.columnWeights = {1};
    if (comparison.rules.size() > 1) {
        figure.panels.push_back(differencePanel(comparison, referenceOf(comparison)));
        figure.columnWeights.push_back(2);
    }
    figure.aspect = std::clamp(0.2 + 0.045 * static_cast<double>(comparison.rules.size()), 0.3, 0.8);
    figure.caption = captionOf(comparison);
    figure.footer = footerOf(comparison);
    return figure;
}

} // namespace rulescope::figures
