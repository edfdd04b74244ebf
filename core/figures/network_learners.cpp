// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/network_figures.h"
#include "core/networks/credit_rule.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rulescope::figures {
namespace {

using namespace networks;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Text learnerTitle(const LearnerDistance& learner) {
    const auto rule = findCreditRule(learner.rule);
    const Text title = rule ? (*rule)->title : Text::verbatim(learner.rule);
    return {QT_TRANSLATE_NOOP("core", "%1, rank %2"), {title, count(learner.rank)}};
}

/// Short enough for the title of a column.
Text learnerName(const LearnerDistance& learner) {
    return {QT_TRANSLATE_NOOP("core", "%1, rank %2"), {learner.rule, count(learner.rank)}};
}

/// With the number of networks that have a distance.
Text learnerTick(const LearnerDistance& learner) {
    const auto measured = std::count_if(
        learner.distances.begin(), learner.distances.end(), [](double each) { return std::isfinite(each); });
    return {QT_TRANSLATE_NOOP("core", "%1\nrank %2\nn = %3"),
        {learner.rule, count(learner.rank), count(static_cast<std::size_t>(measured))}};
}

Text footerOf(const LearnerComparison& comparison) {
    std::size_t lost = 0;
    for (const LearnerDistance& learner : comparison.learners)
        lost += learner.lost;
    if (lost > 0)
        return {
            QT_TRANSLATE_NOOP("core", "Animal: %1 · rule inferred: %2 · networks per learner: n = %3 · left "
                                      "out in all, because they or the rule fitted to them ran away: %4"),
            {comparison.animal, ruleTitle(comparison.rule), count(comparison.networks), count(lost)}};
    return {QT_TRANSLATE_NOOP("core", "Animal: %1 · rule inferred: %2 · networks per learner: n = %3"),
        {comparison.animal, ruleTitle(comparison.rule), count(comparison.networks)}};
}

/// Largest |value| among visited cells.
double reachOf(const insight::UpdateSurface& surface) {
    double reach = 0;
    const auto look = [&](const std::vector<double>& values, const std::vector<double>& visits) {
        for (std::size_t i = 0; i < values.size(); ++i)
            if (visits[i] >= 1 && std::isfinite(values[i]))
                reach = std::max(reach, std::abs(values[i]));
    };
    look(surface.correct, surface.correctVisits);
    look(surface.error, surface.errorVisits);
    return reach;
}

struct Column {
    const insight::UpdateSurface& surface;
    Text title;
    std::string id;
};

Panel surfacePanel(const Column& column, std::size_t index, bool isCorrect, const StimulusScale& scale) {
    const insight::UpdateSurface& surface = column.surface;
    const StimulusAxis axis = stimulusAxis(surface.stimulus, scale);
    Panel panel;
    panel.id = column.id + (isCorrect ? "-correct" : "-error");
    panel.row = isCorrect ? 0 : 1;
    panel.column = static_cast<int>(index);
    panel.x = axis.axis;
    if (isCorrect) {
        panel.letter = panelLetter(index);
        panel.title = column.title;
        panel.x.label = {};
        panel.x.ticks = unlabelled(panel.x.ticks);
    }
    if (index == 0)
        panel.y.label = {isCorrect ? QT_TRANSLATE_NOOP("core", "After correct: weight, %1")
                                   : QT_TRANSLATE_NOOP("core", "After error: weight, %1"),
            {regressorTitle(surface.weight)}};
    const double margin =
        surface.weightValues.size() > 1 ? (surface.weightValues[1] - surface.weightValues[0]) / 2 : 0.5;
    panel.y.low = surface.weightValues.front() - margin; // fixed, so that the first column names the others
    panel.y.high = surface.weightValues.back() + margin;
    const double reach = reachOf(surface);
    HeatMap cells;
    cells.x = axis.positions;
    cells.y = surface.weightValues;
    cells.visits = isCorrect ? surface.correctVisits : surface.errorVisits;
    const std::vector<double>& values = isCorrect ? surface.correct : surface.error;
    for (std::size_t i = 0; i < values.size(); ++i) // what was never met has no colour that could mislead
        cells.values.push_back(
            cells.visits[i] < 1 || reach <= 0 ? kNan : std::clamp(values[i] / reach, -1.0, 1.0));
    panel.series.push_back(std::move(cells));
    ColourScale colours;
    colours.id = "relative-update";
    colours.label = QT_TRANSLATE_NOOP("core", "Δw / largest |Δw|");
    colours.isDrawn = false;
    panel.colourScale = colours;
    return panel;
}

/// Which learner lies nearest, and whether the next one is further away for sure.
Text verdict(const LearnerComparison& comparison) {
    const auto nearest = nearestLearner(comparison);
    if (!nearest)
        return QT_TRANSLATE_NOOP("core", "No learner can be called the nearest.");
    const auto name = [&](std::size_t i) { return learnerTitle(comparison.learners[i]); };
    const char* const sentence =
        nearest->isClear()
            ? QT_TRANSLATE_NOOP("core", "Nearest: %1; the next, %2, lies further by %3 [%4, %5].")
            : QT_TRANSLATE_NOOP(
                  "core", "Nearest: %1, but the next, %2, lies further by no more than chance: %3 [%4, %5].");
    return {sentence, {name(nearest->learner), name(nearest->next), base::Number{nearest->margin, 3},
                          base::Number{nearest->low, 3}, base::Number{nearest->high, 3}}};
}

} // namespace

FigureSpec networkTheory(std::span<const LinearTheoryPoint> points, std::size_t inputs) {
    FigureSpec figure;
    figure.id = "network-theory";
    figure.title = QT_TRANSLATE_NOOP("core", "Kernel alignment of a linear network: theory and runs");
    if (points.empty()) {
        figure.emptyReason = QT_TRANSLATE_NOOP("core", "No network of the theory has been trained yet.");
        return figure;
    }
    Panel panel;
    panel.id = "kernel-alignment";
    panel.x.label = QT_TRANSLATE_NOOP("core", "Rank of the initial weights");
    panel.y.label = QT_TRANSLATE_NOOP("core", "Tangent-kernel alignment");
    XY theory, runs;
    theory.label = QT_TRANSLATE_NOOP("core", "theory");
    theory.colour = {Colour::Role::Muted};
    for (std::size_t rank = 1; rank <= inputs; ++rank) {
        theory.x.push_back(static_cast<double>(rank));
        theory.y.push_back(expectedKernelAlignment(rank, inputs));
    }
    runs.label = QT_TRANSLATE_NOOP("core", "trained networks");
    runs.colour = {Colour::Role::Accent};
    runs.line = LineStyle::None;
    runs.marker = Marker::Circle;
    for (const LinearTheoryPoint& point : points) {
        runs.x.push_back(static_cast<double>(point.rank));
        runs.y.push_back(point.mean);
        runs.lower.push_back(point.mean - 1.96 * point.standardError);
        runs.upper.push_back(point.mean + 1.96 * point.standardError);
    }
    panel.series = {theory, runs};
    panel.hasLegend = true;
    panel.legendPlace = Panel::LegendPlace::BottomRight;
    figure.panels.push_back(std::move(panel));
    figure.caption = QT_TRANSLATE_NOOP("core",
        "Two-layer linear networks on whitened inputs, trained from small weights with a flat spectrum of "
        "the "
        "given rank. Line: expected alignment over random targets; points: mean over networks with its 95 % "
        "interval.");
    figure.footer = {QT_TRANSLATE_NOOP("core", "Linear networks · inputs: %1 · n = %2 ranks"),
        {count(inputs), count(points.size())}};
    return figure;
}

FigureSpec learnerDistances(const LearnerComparison& comparison) {
    FigureSpec figure;
    figure.id = "learner-distances";
    figure.title = QT_TRANSLATE_NOOP("core", "Which network learns like the animal?");
    Panel panel;
    panel.id = "distance";
    panel.x.label = QT_TRANSLATE_NOOP("core", "Learner");
    panel.y.label = QT_TRANSLATE_NOOP("core", "Distance of update rules (0 same, 2 opposite)");
    panel.y.low = 0;
    XY dots, means;
    dots.line = means.line = LineStyle::None;
    dots.marker = Marker::OpenCircle;
    dots.markerPt = 3;
    dots.colour = {Colour::Role::Muted};
    means.marker = Marker::Circle;
    means.colour = {Colour::Role::Accent};
    means.label = QT_TRANSLATE_NOOP("core", "mean over networks");
    for (std::size_t i = 0; i < comparison.learners.size(); ++i) {
        const LearnerDistance& learner = comparison.learners[i];
        const double x = static_cast<double>(i + 1);
        panel.x.ticks.push_back({x, learnerTick(learner)});
        if (!std::isfinite(learner.distance))
            continue;
        for (const double distance : learner.distances) {
            if (!std::isfinite(distance))
                continue;
            dots.x.push_back(x);
            dots.y.push_back(distance);
        }
        means.x.push_back(x);
        means.y.push_back(learner.distance);
        means.lower.push_back(std::isfinite(learner.low) ? learner.low : learner.distance);
        means.upper.push_back(std::isfinite(learner.high) ? learner.high : learner.distance);
        means.tips.push_back(learnerTitle(learner));
    }
    if (comparison.learners.empty()) {
        figure.emptyReason =
            QT_TRANSLATE_NOOP("core", "The networks still learn: distances come when all have ended.");
        return figure;
    }
    if (means.x.empty()) {
        figure.emptyReason = QT_TRANSLATE_NOOP("core", "No network met enough of the animal's states, so no "
                                                       "distance can be given. Try another learning "
                                                       "rate.");
        return figure;
    }
    panel.x.low = 0.5;
    panel.x.high = static_cast<double>(comparison.learners.size()) + 0.5;
    panel.series = {dots, means};
    if (std::isfinite(comparison.refitDistance)) {
        Guide refit;
        refit.at = comparison.refitDistance;
        refit.label = QT_TRANSLATE_NOOP("core", "the animal fitted again");
        panel.guides.push_back(refit);
    }
    figure.panels.push_back(std::move(panel));
    figure.caption = QT_TRANSLATE_NOOP("core",
        "Distance between the update rule inferred from each network's choices and the animal's, over states "
        "that both met (networks that share less than a tenth of the animal's visits have none), regardless "
        "of "
        "how fast they learn. Open: networks; filled: their mean with its 95 % "
        "bootstrap interval. Line: fits of the animal itself that differ in their seed.");
    figure.panels.back().title = verdict(comparison);
    figure.footer = footerOf(comparison);
    return figure;
}

FigureSpec learnerSurfaces(const LearnerComparison& comparison, const StimulusScale& scale) {
    FigureSpec figure;
    figure.id = "learner-surfaces";
    figure.title = QT_TRANSLATE_NOOP("core", "Update rules of networks beside the animal's");
    if (comparison.surface.stimulus.empty()) {
        figure.emptyReason =
            QT_TRANSLATE_NOOP("core", "The networks still learn: surfaces come when all have ended.");
        return figure;
    }
    std::vector<Column> columns = {{comparison.surface, Text::verbatim(comparison.animal), "animal"}};
    for (std::size_t i = 0; i < comparison.learners.size() && i < kMostPanels; ++i) {
        const LearnerDistance& learner = comparison.learners[i];
        if (learner.surface.stimulus.empty())
            continue; // all its networks are lost
        columns.push_back({learner.surface, learnerName(learner), "learner-" + std::to_string(i + 1)});
    }
    for (std::size_t i = 0; i < columns.size(); ++i)
        for (const bool isCorrect : {true, false})
            figure.panels.push_back(surfacePanel(columns[i], i, isCorrect, scale));
    figure.panels.back().colourScale->isDrawn = true;
    figure.aspect = 0.35;
    figure.columnWeights.assign(columns.size(), 1);
    figure.columnWeights.front() = 1.4; // names of animals are longer than those of learners
    figure.caption = QT_TRANSLATE_NOOP("core",
        "Inferred update of the stimulus weight, each scaled to its largest value among visited cells, of "
        "the "
        "animal and of the first network of each learner that has one. Hatched: states that it never met.");
    figure.footer = footerOf(comparison);
    return figure;
}

} // namespace rulescope::figures
