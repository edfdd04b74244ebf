// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/learning_curves.h"

#include "core/behavior/learning_curve.h"
#include "core/figures/figure_parts.h"

#include <algorithm>
#include <cmath>

namespace rulescope::figures {
namespace {

using behavior::LearningCurve;
using behavior::SessionPerformance;

XY animalLine(const LearningCurve& curve, std::size_t animals) {
    XY line;
    line.label = Text::verbatim(curve.animal);
    line.colour = {animals == 1 ? Colour::Role::Accent : Colour::Role::Muted};
    line.widthPt = animals == 1 ? 1.6 : animals > 12 ? 0.35 : 0.5;
    for (const SessionPerformance& session : curve.sessions) {
        line.x.push_back(static_cast<double>(session.session + 1));
        line.y.push_back(session.accuracy);
        line.tips.push_back(
            curve.animal + ", " + session.label + ", n = " + std::to_string(session.counts.judged));
    }
    return line;
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

/// Mean and interval over animals, by session, while at least half of them (and two) are in training.
void addMean(const std::vector<LearningCurve>& curves, Panel& panel) {
    XY mean;
    Band band;
    mean.label = QT_TRANSLATE_NOOP("core", "Mean");
    band.label = QT_TRANSLATE_NOOP("core", "95 % interval of the mean");
    mean.colour = band.colour = {Colour::Role::Accent};
    mean.widthPt = 2;
    for (std::size_t session = 0;; ++session) {
        std::vector<double> values;
        for (const LearningCurve& curve : curves)
            if (session < curve.sessions.size() && std::isfinite(curve.sessions[session].accuracy))
                values.push_back(curve.sessions[session].accuracy);
        if (values.size() < 2 || 2 * values.size() < curves.size())
            break;
        const Mean at = bootstrapMean(values);
        const double x = static_cast<double>(session + 1);
        mean.x.push_back(x), mean.y.push_back(at.value);
        mean.tips.push_back("n = " + std::to_string(values.size()) + " animals");
        band.x.push_back(x), band.lower.push_back(at.low), band.upper.push_back(at.high);
    }
    if (mean.x.empty())
        return;
    panel.series.insert(panel.series.begin(), band); // below the lines
    panel.series.push_back(mean);
}

Panel accuracyPanel(const std::vector<LearningCurve>& curves) {
    Panel panel;
    panel.id = "accuracy";
    panel.x.label = QT_TRANSLATE_NOOP("core", "Session");
    panel.y.label = QT_TRANSLATE_NOOP("core", "Accuracy (fraction correct)");
    double lowest = 0.4;
    std::size_t sessions = 1;
    for (const LearningCurve& curve : curves) {
        sessions = std::max(sessions, curve.sessions.size());
        panel.series.push_back(animalLine(curve, curves.size()));
        for (const SessionPerformance& session : curve.sessions)
            if (std::isfinite(session.accuracy))
                lowest = std::min(lowest,
                    std::floor((curves.size() == 1 ? session.interval.low : session.accuracy) * 10) / 10);
    }
    panel.x.low = 0.5, panel.x.high = static_cast<double>(sessions) + 0.5;
    panel.y.low = lowest, panel.y.high = 1;
    Guide chance;
    chance.at = 0.5;
    chance.label = QT_TRANSLATE_NOOP("core", "chance");
    panel.guides.push_back(chance);
    if (curves.size() == 1)
        panel.series.insert(panel.series.begin(), wilsonBand(curves.front()));
    else
        addMean(curves, panel);
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
        sessions += animal->sessions().size();
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
            ? Text(QT_TRANSLATE_NOOP("core", "%1 · sessions: %2 · n = %3 choices with a known outcome"),
                  {curves.front().animal, count(sessions), count(judged)})
            : Text(QT_TRANSLATE_NOOP(
                       "core", "Animals: %1 · sessions: %2 · n = %3 choices with a known outcome"),
                  {count(curves.size()), count(sessions), count(judged)});
    figure.panels.push_back(accuracyPanel(curves));
    return figure;
}

} // namespace rulescope::figures
