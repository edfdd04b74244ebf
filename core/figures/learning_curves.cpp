// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/learning_curves.h"

#include "core/behavior/learning_curve.h"
#include "core/data/analysed.h"
#include "core/figures/figure_parts.h"
#include "core/figures/session_lines.h"

#include <algorithm>
#include <cmath>

namespace rulescope::figures {
namespace {

using behavior::LearningCurve;
using behavior::SessionPerformance;

double accuracyOf(const SessionPerformance& session) {
    return session.accuracy;
}

Band wilsonBand(const LearningCurve& curve) {
    Band band;
    band.label = QT_TRANSLATE_NOOP("core", "95 % interval");
    band.colour = {Colour::Role::Accent};
    for (const SessionPerformance& session : curve.sessions) {
        if (!std::isfinite(session.accuracy))
            continue;
        band.x.push_back(static_cast<double>(session.session + 1));
        band.lower.push_back(session.interval.low);
        band.upper.push_back(session.interval.high);
    }
    return band;
}

/// Sessions that annotations leave out, along the lower edge: the curve has a gap there.
void addLeftOut(const LearningCurve& curve, Panel& panel) {
    XY marks;
    marks.label = QT_TRANSLATE_NOOP("core", "left out");
    marks.colour = {Colour::Role::Muted};
    marks.line = LineStyle::None;
    marks.marker = Marker::Diamond;
    for (const SessionPerformance& session : curve.sessions)
        if (session.isLeftOut) {
            marks.x.push_back(static_cast<double>(session.session + 1));
            marks.y.push_back(panel.y.low.value_or(0) + 0.02);
            marks.tips.push_back(Text::verbatim(curve.animal + ", " + session.label));
        }
    if (marks.x.empty())
        return;
    panel.series.emplace_back(std::move(marks));
    panel.hasLegend = true;
    panel.legendPlace = Panel::LegendPlace::BottomRight;
}

/// A line where a phase of training begins, with its name.
void addPhases(const LearningCurve& curve, Panel& panel) {
    std::string last;
    for (const SessionPerformance& session : curve.sessions) {
        if (session.phase != last && !session.phase.empty()) {
            Guide guide;
            guide.direction = Guide::Direction::Vertical;
            guide.at = static_cast<double>(session.session) + 0.5;
            guide.label = Text::verbatim(session.phase);
            panel.guides.push_back(guide);
        }
        last = session.phase;
    }
}

Panel accuracyPanel(const std::vector<LearningCurve>& curves) {
    Panel panel;
    panel.id = "accuracy";
    panel.x.label = QT_TRANSLATE_NOOP("core", "Session");
    panel.y.label = QT_TRANSLATE_NOOP("core", "Accuracy (fraction correct)");
    double lowest = 0.4;
    for (const LearningCurve& curve : curves) {
        panel.series.emplace_back(animalLine(curve, accuracyOf, curves.size()));
        for (const SessionPerformance& session : curve.sessions)
            if (std::isfinite(session.accuracy))
                lowest = std::min(lowest,
                    std::floor((curves.size() == 1 ? session.interval.low : session.accuracy) * 10) / 10);
    }
    panel.x.low = 0.5, panel.x.high = static_cast<double>(longestTraining(curves)) + 0.5;
    panel.y.low = lowest, panel.y.high = 1;
    Guide chance;
    chance.at = 0.5;
    chance.label = QT_TRANSLATE_NOOP("core", "chance");
    panel.guides.push_back(chance);
    if (curves.size() == 1) {
        panel.series.insert(panel.series.begin(), wilsonBand(curves.front()));
        addLeftOut(curves.front(), panel);
        addPhases(curves.front(), panel);
    } else {
        addMean(curves, accuracyOf, panel);
        nameLinesInRow({{QT_TRANSLATE_NOOP("core", "mean, 95 % interval"), {Colour::Role::Accent}},
                           {QT_TRANSLATE_NOOP("core", "animals"), {Colour::Role::Muted}}},
            panel);
    }
    return panel;
}

} // namespace

FigureSpec learningCurves(const std::vector<data::AnimalPtr>& animals) {
    FigureSpec figure;
    figure.id = "learning-curves";
    figure.title = QT_TRANSLATE_NOOP("core", "Learning curves");
    std::vector<LearningCurve> curves;
    std::size_t sessions = 0, judged = 0;
    for (const data::AnimalPtr& animal : animals) {
        if (animal->counts().judged == 0)
            continue;
        curves.push_back(behavior::learningCurve(*animal));
        sessions += data::analysedSessions(*animal);
        judged += animal->counts().judged;
    }
    if (curves.empty()) {
        figure.emptyReason =
            animals.empty()
                ? QT_TRANSLATE_NOOP("core", "No animal is selected. Select animals in the study tree.")
                : QT_TRANSLATE_NOOP("core",
                      "No choice of these animals has a known outcome. Import files that tell "
                      "stimulus, answer or reward.");
        return figure;
    }
    figure.caption =
        curves.size() == 1
            ? QT_TRANSLATE_NOOP(
                  "core", "Share of choices that were correct, by session. Band: 95 % Wilson interval.")
            : QT_TRANSLATE_NOOP("core",
                  "Share of choices that were correct, by session. Thin lines: animals. Thick line and "
                  "band: mean over animals with its 95 % bootstrap interval, while at least half of "
                  "them are in training.");
    figure.footer =
        curves.size() == 1
            ? Text(QT_TRANSLATE_NOOP("core",
                       "%1 · sessions: %2 · n = %3 {choice|choices} with a known outcome · band: 95 % "
                       "interval"),
                  {curves.front().animal, count(sessions), count(judged)})
            : Text(QT_TRANSLATE_NOOP(
                       "core", "Animals: %1 · sessions: %2 · n = %3 {choice|choices} with a known outcome"),
                  {count(curves.size()), count(sessions), count(judged)});
    figure.panels.push_back(accuracyPanel(curves));
    return figure;
}

} // namespace rulescope::figures
