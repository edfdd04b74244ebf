// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/session_measures.h"

#include "core/data/analysed.h"
#include "core/figures/figure_parts.h"
#include "core/figures/session_lines.h"

#include <algorithm>
#include <cmath>

namespace rulescope::figures {
namespace {

using behavior::LearningCurve;
using behavior::SessionPerformance;

struct Measure {
    const char* id;
    Text title;
    Text label;
    SessionValue value;
    std::optional<double> guide; ///< where nothing is special
    bool startsAtZero = false;
};

std::vector<Measure> allMeasures() {
    return {{"easy-accuracy", QT_TRANSLATE_NOOP("core", "Accuracy on easy trials"),
                QT_TRANSLATE_NOOP("core", "Fraction correct"),
                [](const SessionPerformance& session) { return session.easyAccuracy; }, 0.5},
        {"bias", QT_TRANSLATE_NOOP("core", "Choice bias"),
            QT_TRANSLATE_NOOP("core", "P(right choice) − P(right answer)"),
            [](const SessionPerformance& session) { return session.bias; }, 0.0},
        {"reaction-time", QT_TRANSLATE_NOOP("core", "Reaction time"), QT_TRANSLATE_NOOP("core", "Median (s)"),
            [](const SessionPerformance& session) { return session.medianReactionTimeS; }, std::nullopt,
            true},
        {"trials", QT_TRANSLATE_NOOP("core", "Session length"),
            QT_TRANSLATE_NOOP("core", "Trials with a choice"),
            [](const SessionPerformance& session) {
                return session.counts.trials > 0 ? static_cast<double>(session.counts.choices) : std::nan("");
            },
            std::nullopt, true}};
}

bool isKnown(const std::vector<LearningCurve>& curves, SessionValue value) {
    return std::any_of(curves.begin(), curves.end(), [value](const LearningCurve& curve) {
        return std::any_of(curve.sessions.begin(), curve.sessions.end(),
            [value](const SessionPerformance& session) { return std::isfinite(value(session)); });
    });
}

AxisRange rangeOfMeasure(const std::vector<LearningCurve>& curves, const Measure& measure) {
    std::vector<double> values;
    for (const LearningCurve& curve : curves)
        for (const SessionPerformance& session : curve.sessions)
            values.push_back(measure.value(session));
    if (measure.guide)
        values.push_back(*measure.guide);
    AxisRange range = rangeOf(values, 0.08);
    if (measure.startsAtZero)
        range.low = 0;
    return range;
}

Panel measurePanel(const std::vector<LearningCurve>& curves, const Measure& measure, std::size_t index) {
    Panel panel;
    panel.id = measure.id;
    panel.letter = panelLetter(index);
    panel.title = measure.title;
    panel.y.label = measure.label;
    panel.x.low = 0.5, panel.x.high = static_cast<double>(longestTraining(curves)) + 0.5;
    const AxisRange range = rangeOfMeasure(curves, measure);
    panel.y.low = range.low, panel.y.high = range.high;
    if (measure.guide) {
        Guide guide;
        guide.at = *measure.guide;
        panel.guides.push_back(guide);
    }
    for (const LearningCurve& curve : curves) {
        XY line = animalLine(curve, measure.value, curves.size());
        line.marker = curves.size() == 1 ? Marker::Circle : Marker::None;
        line.markerPt = 3;
        panel.series.emplace_back(std::move(line));
    }
    if (curves.size() > 1)
        addMean(curves, measure.value, panel);
    return panel;
}

} // namespace

FigureSpec sessionMeasures(const std::vector<data::AnimalPtr>& animals) {
    FigureSpec figure;
    figure.id = "session-measures";
    figure.title = QT_TRANSLATE_NOOP("core", "From session to session");
    std::vector<LearningCurve> curves;
    std::size_t sessions = 0, choices = 0;
    for (const data::AnimalPtr& animal : animals) {
        if (animal->counts().choices == 0)
            continue;
        curves.push_back(behavior::learningCurve(*animal));
        sessions += data::analysedSessions(*animal);
        choices += animal->counts().choices;
    }
    if (curves.empty()) {
        figure.emptyReason =
            animals.empty()
                ? QT_TRANSLATE_NOOP("core", "No animal is selected. Select animals in the study tree.")
                : QT_TRANSLATE_NOOP("core", "No trial has a choice. Select other animals or sessions.");
        return figure;
    }
    std::vector<Measure> measures = allMeasures();
    std::erase_if(measures, [&](const Measure& measure) { return !isKnown(curves, measure.value); });
    for (std::size_t i = 0; i < measures.size(); ++i) {
        Panel panel = measurePanel(curves, measures[i], i);
        panel.row = static_cast<int>(i / 2), panel.column = static_cast<int>(i % 2);
        if (i + 2 >= measures.size())
            panel.x.label = QT_TRANSLATE_NOOP("core", "Session");
        figure.panels.push_back(std::move(panel));
    }
    figure.aspect = measures.size() > 2 ? 0.6 : 0.4;
    figure.caption =
        curves.size() == 1
            ? QT_TRANSLATE_NOOP("core", "Easy: contrast of at least 50 %, or the largest third of other "
                                        "stimuli. Bias: above zero, more choices to the right than were "
                                        "right.")
            : QT_TRANSLATE_NOOP("core", "Easy: contrast of at least 50 %, or the largest third of other "
                                        "stimuli. Bias: above zero, more choices to the right than were "
                                        "right. Thin lines: animals; thick line and band: mean with its "
                                        "95 % bootstrap interval.");
    figure.footer =
        curves.size() == 1
            ? Text(QT_TRANSLATE_NOOP("core", "%1 · sessions: %2 · n = %3 {choice|choices}"),
                  {curves.front().animal, count(sessions), count(choices)})
            : Text(QT_TRANSLATE_NOOP("core", "Animals: %1 · sessions: %2 · n = %3 {choice|choices}"),
                  {count(curves.size()), count(sessions), count(choices)});
    return figure;
}

} // namespace rulescope::figures
