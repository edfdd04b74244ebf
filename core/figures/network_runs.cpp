// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/network_figures.h"
#include "core/networks/credit_rule.h"
#include "core/networks/summary.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace rulescope::figures {
namespace {

using namespace networks;

bool hasRank(const NetworkSpec& spec) {
    return usesRank(spec.connectivity.kind);
}

Text kindTitle(const NetworkSpec& spec) {
    const auto info = findConnectivity(spec.connectivity.kind);
    return info ? (*info)->title : Text::verbatim(spec.connectivity.kind);
}

Text connectivityTitle(const NetworkSpec& spec) {
    if (spec.connectivity.kind == "rank")
        return {QT_TRANSLATE_NOOP("core", "rank %1"), {static_cast<std::int64_t>(spec.connectivity.rank)}};
    if (hasRank(spec))
        return {QT_TRANSLATE_NOOP("core", "%1 rank %2"),
            {spec.connectivity.kind, static_cast<std::int64_t>(spec.connectivity.rank)}};
    return kindTitle(spec);
}

Text taskTitle(const NetworkSpec& spec) {
    const auto info = findTask(spec.task);
    return info ? (*info)->title : Text::verbatim(spec.task);
}

Text creditTitle(const NetworkSpec& spec) {
    const auto info = findCreditRule(spec.rule);
    return info ? (*info)->title : Text::verbatim(spec.rule);
}

template<class Key>
std::size_t distinct(std::span<const NetworkRun> runs, Key key) {
    std::set<std::string> keys;
    for (const NetworkRun& run : runs)
        keys.insert(base::english(key(run.spec)));
    return keys.size();
}

Text footerOf(std::span<const NetworkRun> runs) {
    std::set<std::uint64_t> seeds;
    for (const NetworkRun& run : runs)
        seeds.insert(run.spec.seed);
    const NetworkSpec& spec = runs.front().spec;
    return {QT_TRANSLATE_NOOP(
                "core", "Networks of %1 neurons · steps: %2 · batch: %3 · seeds: %4 · n = %5 {run|runs}"),
        {count(spec.units), count(static_cast<std::size_t>(spec.steps)), count(spec.batch),
            count(seeds.size()), count(runs.size())}};
}

FigureSpec emptyFigure(FigureSpec figure) {
    figure.emptyReason = QT_TRANSLATE_NOOP(
        "core", "There is no finished network yet. Run a recipe, or wait for its first run to end.");
    return figure;
}

XY seriesLine(const MeasureSeries& series, Colour colour) {
    XY line;
    line.x.assign(series.steps.begin(), series.steps.end());
    line.y = series.values;
    line.colour = colour;
    line.widthPt = 0.5;
    return line;
}

/// Mean over the runs that reached a step, while at least two did; a single run stands for itself.
XY meanLine(const std::vector<const MeasureSeries*>& all, Colour colour) {
    XY line;
    line.colour = colour;
    line.widthPt = 1.8;
    std::size_t longest = 0;
    for (const MeasureSeries* series : all)
        longest = std::max(longest, series->values.size());
    for (std::size_t i = 0; i < longest; ++i) {
        double sum = 0, n = 0, step = 0;
        for (const MeasureSeries* series : all)
            if (i < series->values.size())
                sum += series->values[i], n += 1, step = series->steps[i];
        if (n < 2 && all.size() > 1)
            break;
        line.x.push_back(step);
        line.y.push_back(sum / n);
    }
    return line;
}

struct CurvePanel {
    const char* id;
    Text label;
    const MeasureSeries NetworkRun::*series;
};

Panel curvesPanel(std::span<const NetworkRun> runs, const CurvePanel& wanted, int column) {
    Panel panel;
    panel.id = wanted.id;
    panel.letter = panelLetter(static_cast<std::size_t>(column));
    panel.column = column;
    panel.x.label = QT_TRANSLATE_NOOP("core", "Training step");
    panel.x.low = 0;
    panel.y.label = wanted.label;
    const std::vector<RunGroup> groups = groupBySeed(runs);
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const Colour colour{Colour::Role::Category, static_cast<double>(g)};
        std::vector<const MeasureSeries*> all;
        for (const std::size_t run : groups[g].runs)
            if (!(runs[run].*wanted.series).isEmpty())
                all.push_back(&(runs[run].*wanted.series));
        if (all.size() > 1)
            for (const MeasureSeries* series : all)
                panel.series.push_back(seriesLine(*series, colour));
        if (all.empty())
            continue;
        XY mean = meanLine(all, colour);
        mean.label = conditionName(groups[g].spec, runs);
        panel.series.push_back(std::move(mean));
    }
    return panel;
}

/// Tasks in order of first appearance: what they ask for is too different for one pair of axes.
std::vector<std::vector<NetworkRun>> byTask(std::span<const NetworkRun> runs) {
    std::vector<std::vector<NetworkRun>> tasks;
    for (const NetworkRun& run : runs) {
        const auto known = std::find_if(tasks.begin(), tasks.end(),
            [&](const auto& task) { return task.front().spec.task == run.spec.task; });
        (known == tasks.end() ? tasks.emplace_back() : *known).push_back(run);
    }
    return tasks;
}

/// What a line of networkAlignment() joins: runs that differ in rank and seed alone.
struct LineKey {
    bool isByTask = true, hasKinds = false;

    Text of(const NetworkSpec& spec) const {
        const Text name = isByTask ? taskTitle(spec) : creditTitle(spec);
        return hasKinds ? base::listed({name, kindTitle(spec)}) : name;
    }
};

/// Which runs left every range, and when: "rank 1, e-prop, seed 2 at step 340".
Text runawayList(std::span<const NetworkRun> runs) {
    Text list;
    for (const NetworkRun& run : runs) {
        if (run.status != RunStatus::Diverged)
            continue;
        const Text one = {QT_TRANSLATE_NOOP("core", "%1, seed %2 at step %3"),
            {conditionName(run.spec, runs), static_cast<std::int64_t>(run.spec.seed),
                static_cast<std::int64_t>(run.steps)}};
        list = list.isEmpty() ? one : Text("%1; %2", {list, one});
    }
    return list;
}

Text seedTip(const NetworkSpec& spec) {
    return {QT_TRANSLATE_NOOP("core", "seed %1"), {static_cast<std::int64_t>(spec.seed)}};
}

double rankOf(const NetworkSpec& spec) {
    return static_cast<double>(hasRank(spec) ? spec.connectivity.rank : spec.units);
}

/// A tick at each rank that was asked for; automatic ones if they are many.
std::vector<Tick> ranksOf(std::span<const NetworkRun> runs) {
    std::set<double> ranks;
    for (const NetworkRun& run : runs)
        ranks.insert(rankOf(run.spec));
    std::vector<Tick> ticks;
    for (const double rank : ranks)
        ticks.push_back({rank, Text("%1", {base::Number{rank, 0}})});
    return ticks.size() > 8 ? std::vector<Tick>() : ticks;
}

void addRankLine(std::span<const NetworkRun> runs, const std::vector<RunGroup>& groups, const Text& key,
    const RunMeasure& measure, Colour colour, const LineKey& lines, Panel& panel) {
    XY points, mean;
    points.line = LineStyle::None;
    points.marker = Marker::OpenCircle;
    points.markerPt = 3;
    mean.label = key;
    mean.marker = Marker::Circle;
    points.colour = mean.colour = colour;
    for (const RunGroup& group : groups) {
        if (lines.of(group.spec) != key)
            continue;
        for (const std::size_t run : group.runs) {
            const double value = measure.of(runs[run]);
            if (runs[run].status != RunStatus::Completed || !std::isfinite(value))
                continue;
            points.x.push_back(rankOf(group.spec));
            points.y.push_back(value);
            points.tips.push_back(seedTip(runs[run].spec));
        }
        const SeedStatistics statistics = statisticsOf(runs, group, measure);
        if (statistics.count == 0)
            continue;
        const double spread = statistics.count > 1 ? statistics.deviation : 0;
        mean.x.push_back(rankOf(group.spec));
        mean.y.push_back(statistics.mean);
        mean.lower.push_back(statistics.mean - spread);
        mean.upper.push_back(statistics.mean + spread);
    }
    if (!mean.x.empty()) {
        panel.series.push_back(std::move(points));
        panel.series.push_back(std::move(mean));
    }
}

/// Where there is one rank alone, conditions stand side by side in the order of the legend, not on each
/// other.
void standBeside(std::size_t firstSeries, std::size_t place, Panel& panel) {
    for (std::size_t s = firstSeries; s < panel.series.size(); ++s) {
        auto& points = std::get<XY>(panel.series[s]);
        points.x.assign(points.x.size(), static_cast<double>(place + 1));
    }
}

void nameConditions(double rank, std::size_t conditions, Panel& panel) {
    panel.x.label = {
        QT_TRANSLATE_NOOP("core", "Rank %1, in the order of the legend"), {base::Number{rank, 0}}};
    panel.x.isLogarithmic = false;
    panel.x.low = 0.5;
    panel.x.high = static_cast<double>(conditions) + 0.5;
    panel.x.ticks.clear();
    for (std::size_t k = 0; k < conditions; ++k)
        panel.x.ticks.push_back({static_cast<double>(k + 1), {}});
}

/// The leading eigenvalue of each condition, and where its rule ceases to be stable.
Panel curvaturePanel(std::span<const NetworkRun> runs, int column) {
    Panel panel = curvesPanel(runs,
        {"hessian-eigenvalue", QT_TRANSLATE_NOOP("core", "Leading Hessian eigenvalue λ₁"),
            &NetworkRun::curvature},
        column);
    const std::vector<RunGroup> groups = groupBySeed(runs);
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const SeedStatistics bound = statisticsOf(runs, groups[g], *findRunMeasure("stability_bound"));
        if (bound.count == 0)
            continue;
        Guide guide;
        guide.at = bound.mean;
        guide.style = LineStyle::Dashed;
        guide.colour = {Colour::Role::Category, static_cast<double>(g)};
        guide.label = {QT_TRANSLATE_NOOP("core", "2(1+m)/(ηρ), %1"), {conditionName(groups[g].spec, runs)}};
        panel.guides.push_back(std::move(guide));
    }
    return panel;
}

/// Gaps of the runs of one task against their last curvature.
Panel gapPanel(std::span<const NetworkRun> runs, bool isNoisy) {
    const std::vector<double> gaps = matchedGaps(runs, isNoisy);
    const std::vector<RunGroup> groups = groupBySeed(runs);
    Panel panel;
    panel.id = isNoisy ? "noisy-gap" : "gap";
    panel.title = isNoisy ? QT_TRANSLATE_NOOP("core", "Noisy test") : QT_TRANSLATE_NOOP("core", "Test");
    panel.x.label = QT_TRANSLATE_NOOP("core", "Leading Hessian eigenvalue λ₁");
    panel.y.label = QT_TRANSLATE_NOOP("core", "Train − test accuracy");
    for (std::size_t g = 0; g < groups.size(); ++g) {
        XY dots;
        dots.label = conditionName(groups[g].spec, runs);
        dots.colour = {Colour::Role::Category, static_cast<double>(g)};
        dots.line = LineStyle::None;
        dots.marker = Marker::Circle;
        for (const std::size_t run : groups[g].runs) {
            const double eigenvalue = runs[run].curvature.last();
            if (!std::isfinite(gaps[run]) || !std::isfinite(eigenvalue))
                continue;
            dots.x.push_back(eigenvalue);
            dots.y.push_back(gaps[run]);
            dots.tips.push_back(seedTip(runs[run].spec));
        }
        if (!dots.x.empty())
            panel.series.push_back(std::move(dots));
    }
    return panel;
}

} // namespace

Text conditionName(const NetworkSpec& spec, std::span<const NetworkRun> amongRuns) {
    std::vector<Text> name;
    const auto add = [&](bool isWanted, const Text& part) {
        if (isWanted)
            name.push_back(part);
    };
    const bool manyTasks = distinct(amongRuns, taskTitle) > 1;
    const bool manyKinds = distinct(amongRuns, connectivityTitle) > 1;
    const bool manyRules = distinct(amongRuns, creditTitle) > 1;
    add(manyTasks, taskTitle(spec));
    add(manyKinds, connectivityTitle(spec));
    add(manyRules || (!manyTasks && !manyKinds), creditTitle(spec));
    return base::listed(name);
}

FigureSpec networkLearningCurves(std::span<const NetworkRun> runs) {
    FigureSpec figure;
    figure.id = "network-learning";
    figure.title = QT_TRANSLATE_NOOP("core", "Learning curves of networks");
    if (std::none_of(runs.begin(), runs.end(), [](const NetworkRun& run) { return !run.loss.isEmpty(); }))
        return emptyFigure(std::move(figure));
    figure.caption = QT_TRANSLATE_NOOP("core",
        "Loss and accuracy on trials of the training task. Thin: seeds, thick: their mean. A "
        "line that ends early belongs to a run that was stopped, or still goes on.");
    if (const Text list = runawayList(runs); !list.isEmpty())
        figure.caption = {QT_TRANSLATE_NOOP("core",
                              "Loss and accuracy on trials of the training task. Thin: seeds, thick: their "
                              "mean. Left every range and were ended: %1."),
            {list}};
    figure.footer = footerOf(runs);
    const std::vector<std::vector<NetworkRun>> tasks = byTask(runs);
    const bool isSingle = tasks.size() == 1; // loss and accuracy then stand side by side
    figure.aspect = isSingle ? 0.45 : 0.6;
    for (std::size_t t = 0; t < tasks.size(); ++t) {
        const int column = static_cast<int>(t);
        Panel loss = curvesPanel(
            tasks[t], {"loss", QT_TRANSLATE_NOOP("core", "Loss (nats)"), &NetworkRun::loss}, column);
        Panel accuracy = curvesPanel(tasks[t],
            {"accuracy", QT_TRANSLATE_NOOP("core", "Accuracy (fraction correct)"),
                &NetworkRun::trainAccuracy},
            isSingle ? 1 : column);
        if (!isSingle) {
            loss.id += "-" + tasks[t].front().spec.task;
            accuracy.id += "-" + tasks[t].front().spec.task;
            loss.title = taskTitle(tasks[t].front().spec);
            loss.x.label = {};
            accuracy.row = 1;
            accuracy.letter.clear();
        }
        accuracy.hasLegend = t + 1 == tasks.size() && groupBySeed(tasks[t]).size() <= 12;
        accuracy.legendPlace = Panel::LegendPlace::BottomRight;
        figure.panels.push_back(std::move(loss));
        figure.panels.push_back(std::move(accuracy));
    }
    return figure;
}

FigureSpec networkAlignment(std::span<const NetworkRun> runs) {
    FigureSpec figure;
    figure.id = "network-alignment";
    figure.title = QT_TRANSLATE_NOOP("core", "Rich or lazy: alignment against rank");
    const auto isDone = [](const NetworkRun& run) { return run.status == RunStatus::Completed; };
    if (std::none_of(runs.begin(), runs.end(), isDone))
        return emptyFigure(std::move(figure));
    const std::vector<RunGroup> groups = groupBySeed(runs);
    const LineKey lines{
        distinct(runs, taskTitle) > 1 || distinct(runs, creditTitle) == 1, distinct(runs, kindTitle) > 1};
    std::vector<Text> keys;
    for (const RunGroup& group : groups) {
        const Text key = lines.of(group.spec);
        if (std::find(keys.begin(), keys.end(), key) == keys.end())
            keys.push_back(key);
    }
    const std::vector<Tick> ranks = ranksOf(runs);
    const bool areBeside = ranks.size() == 1 && keys.size() > 1;
    for (const char* name : {"kernel_alignment", "representation_alignment", "weight_change"}) {
        const RunMeasure& measure = *findRunMeasure(name);
        Panel panel;
        panel.id = name;
        panel.x.label = QT_TRANSLATE_NOOP("core", "Rank of the initial connectivity");
        panel.x.isLogarithmic = true;
        panel.x.ticks = ranks;
        panel.y.label = measure.title;
        for (std::size_t k = 0; k < keys.size(); ++k) {
            const std::size_t first = panel.series.size();
            addRankLine(runs, groups, keys[k], measure, {Colour::Role::Category, static_cast<double>(k)},
                lines, panel);
            if (areBeside)
                standBeside(first, k, panel);
        }
        if (areBeside)
            nameConditions(ranks.front().at, keys.size(), panel);
        if (panel.series.empty())
            continue; // a measure that this experiment did not take
        panel.column = static_cast<int>(figure.panels.size());
        panel.letter = panelLetter(figure.panels.size());
        figure.panels.push_back(std::move(panel));
    }
    if (!figure.panels.empty()) {
        figure.panels.front().hasLegend = keys.size() > 1;
        figure.panels.front().legendPlace = Panel::LegendPlace::BottomRight;
    }
    figure.aspect = 0.36;
    figure.caption = QT_TRANSLATE_NOOP("core",
        "Alignment of the tangent kernel and of the representations with what they were before training: "
        "near 1 the network learned lazily, further down richly. Open: seeds; filled: their mean with its "
        "standard deviation.");
    figure.footer = footerOf(runs);
    return figure;
}

FigureSpec networkSpectra(const NetworkRun& run) {
    FigureSpec figure;
    figure.id = "network-spectra";
    figure.title = QT_TRANSLATE_NOOP("core", "Spectrum of the recurrent weights");
    if (run.before.singular.empty() || run.after.singular.empty())
        return emptyFigure(std::move(figure));
    Panel singular, eigen;
    singular.id = "singular-values";
    singular.letter = "a";
    singular.x.label = QT_TRANSLATE_NOOP("core", "Order");
    singular.y.label = QT_TRANSLATE_NOOP("core", "Singular value");
    eigen.id = "eigenvalues";
    eigen.letter = "b";
    eigen.column = 1;
    eigen.x.label = QT_TRANSLATE_NOOP("core", "Real part of the eigenvalue");
    eigen.y.label = QT_TRANSLATE_NOOP("core", "Imaginary part");
    const auto add = [&](const Spectrum& spectrum, Text label, Colour colour, Marker marker) {
        XY values;
        values.label = label;
        values.colour = colour;
        for (std::size_t i = 0; i < spectrum.singular.size(); ++i)
            values.x.push_back(static_cast<double>(i + 1));
        values.y = spectrum.singular;
        singular.series.push_back(std::move(values));
        XY dots;
        dots.label = label;
        dots.colour = colour;
        dots.line = LineStyle::None;
        dots.marker = marker;
        dots.markerPt = 3;
        dots.x = spectrum.real;
        dots.y = spectrum.imaginary;
        if (!dots.x.empty())
            eigen.series.push_back(std::move(dots));
    };
    add(run.before, QT_TRANSLATE_NOOP("core", "before"), {Colour::Role::Muted}, Marker::OpenCircle);
    add(run.after, QT_TRANSLATE_NOOP("core", "after"), {Colour::Role::Accent}, Marker::Circle);
    singular.hasLegend = true;
    figure.panels.push_back(std::move(singular));
    if (!eigen.series.empty())
        figure.panels.push_back(std::move(eigen));
    figure.aspect = 0.5;
    const auto size = static_cast<double>(run.spec.units); // shares of N become ranks
    figure.caption = {
        QT_TRANSLATE_NOOP("core", "Singular values and eigenvalues before and after training. Effective rank "
                                  "Σ|λ| / |λ₁|: %1 before, %2 after, of %3."),
        {base::Number{size * run.before.effectiveRank, 1}, base::Number{size * run.after.effectiveRank, 1},
            count(run.spec.units)}};
    figure.footer = {QT_TRANSLATE_NOOP("core", "%1 · %2 · %3 · seed %4 · n = %5 {neuron|neurons}"),
        {taskTitle(run.spec), connectivityTitle(run.spec), creditTitle(run.spec),
            static_cast<std::int64_t>(run.spec.seed), count(run.spec.units)}};
    return figure;
}

FigureSpec networkCurvature(std::span<const NetworkRun> runs) {
    FigureSpec figure;
    figure.id = "network-curvature";
    figure.title = QT_TRANSLATE_NOOP("core", "Curvature along training");
    if (std::none_of(
            runs.begin(), runs.end(), [](const NetworkRun& run) { return !run.curvature.isEmpty(); }))
        return emptyFigure(std::move(figure));
    const std::vector<std::vector<NetworkRun>> tasks = byTask(runs);
    for (std::size_t t = 0; t < tasks.size(); ++t) {
        Panel panel = curvaturePanel(tasks[t], static_cast<int>(figure.panels.size()));
        if (panel.series.empty())
            continue; // networks of this task took no such measure
        if (tasks.size() == 1) {
            panel.letter.clear();
        } else {
            panel.id += "-" + tasks[t].front().spec.task;
            panel.title = taskTitle(tasks[t].front().spec);
        }
        panel.legendPlace = Panel::LegendPlace::TopLeft;
        figure.panels.push_back(std::move(panel));
    }
    figure.panels.back().hasLegend = true;
    figure.aspect = tasks.size() == 1 ? figure.aspect : 0.45;
    figure.caption = QT_TRANSLATE_NOOP("core",
        "Largest eigenvalue of the loss Hessian in the recurrent weights on held-out trials. Thin: seeds, "
        "thick: their mean. Dashed: where gradient descent of this rule ceases to be stable in the mean; a "
        "rule that keeps a smaller share ρ of the gradient tolerates sharper minima.");
    figure.footer = footerOf(runs);
    return figure;
}

FigureSpec networkGap(std::span<const NetworkRun> runs) {
    FigureSpec figure;
    figure.id = "network-gap";
    figure.title = QT_TRANSLATE_NOOP("core", "Curvature and generalization");
    const std::vector<std::vector<NetworkRun>> tasks = byTask(runs);
    for (const bool isNoisy : {false, true}) {
        int column = isNoisy ? 1 : 0; // one task: side by side; several: a column each
        for (std::size_t t = 0; t < tasks.size(); ++t) {
            Panel panel = gapPanel(tasks[t], isNoisy);
            if (panel.series.empty())
                continue; // networks of this task took no such measure
            if (tasks.size() > 1) {
                column = static_cast<int>(t);
                panel.row = isNoisy ? 1 : 0;
                panel.id += "-" + tasks[t].front().spec.task;
                panel.title = {isNoisy ? QT_TRANSLATE_NOOP("core", "%1: noisy test")
                                       : QT_TRANSLATE_NOOP("core", "%1: test"),
                    {taskTitle(tasks[t].front().spec)}};
            }
            panel.column = column;
            panel.letter = panelLetter(figure.panels.size());
            figure.panels.push_back(std::move(panel));
        }
    }
    if (figure.panels.empty())
        return emptyFigure(std::move(figure));
    figure.panels.front().hasLegend = figure.panels.front().series.size() > 1;
    figure.aspect = tasks.size() > 1 ? 0.6 : 0.45;
    figure.caption = QT_TRANSLATE_NOOP("core", "Gap between train and test accuracy where each run first "
                                               "reached the largest train accuracy that all "
                                               "of its task reached, against the curvature at its end. Raw "
                                               "gaps would reward rules that learned less.");
    figure.footer = footerOf(runs);
    return figure;
}

} // namespace rulescope::figures
