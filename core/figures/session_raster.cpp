// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/session_raster.h"

#include "core/behavior/learning_curve.h"
#include "core/figures/figure_parts.h"

#include <algorithm>
#include <cmath>

namespace rulescope::figures {
namespace {

constexpr std::size_t kMostNamedRows = 6;

/// What a trial is drawn as: outcome by colour and shape.
enum class TrialClass { Correct, Error, Unknown, NoChoice, LeftOut };
constexpr TrialClass kClasses[] = {
    TrialClass::Correct, TrialClass::Error, TrialClass::Unknown, TrialClass::NoChoice, TrialClass::LeftOut};

TrialClass classOf(const data::Trials& trials, std::size_t t) {
    if (trials.isExcluded(t))
        return TrialClass::LeftOut;
    if (trials.choice[t] == data::kNone)
        return TrialClass::NoChoice;
    if (trials.outcome[t] == data::kUnknown)
        return TrialClass::Unknown;
    return trials.outcome[t] == 1 ? TrialClass::Correct : TrialClass::Error;
}

/// As large as neighbouring trials leave room for.
double markerPt(std::size_t trials) {
    return std::clamp(900.0 / static_cast<double>(std::max<std::size_t>(trials, 1)), 3.0, 4.5);
}

XY markersOf(TrialClass kind) {
    XY points;
    points.line = LineStyle::None;
    switch (kind) {
    case TrialClass::Correct:
        points.label = QT_TRANSLATE_NOOP("core", "correct");
        points.colour = {Colour::Role::Correct};
        points.marker = Marker::Circle;
        break;
    case TrialClass::Error:
        points.label = QT_TRANSLATE_NOOP("core", "error");
        points.colour = {Colour::Role::Error};
        points.marker = Marker::Triangle;
        break;
    case TrialClass::Unknown:
        points.label = QT_TRANSLATE_NOOP("core", "outcome unknown");
        points.colour = {Colour::Role::Muted};
        points.marker = Marker::OpenCircle;
        break;
    case TrialClass::NoChoice:
        points.label = QT_TRANSLATE_NOOP("core", "no choice");
        points.colour = {Colour::Role::Ink};
        points.marker = Marker::OpenSquare;
        break;
    case TrialClass::LeftOut:
        points.label = QT_TRANSLATE_NOOP("core", "left out");
        points.colour = {Colour::Role::Muted};
        points.marker = Marker::Diamond;
        break;
    }
    return points;
}

/// One series per class of trial that occurs, at (trial in session, value(t)).
template<class Value>
void addTrials(const data::Animal& animal, const data::Session& session, Panel& panel, const Value& value) {
    for (const TrialClass kind : kClasses) {
        XY points = markersOf(kind);
        points.markerPt = markerPt(session.size());
        for (std::size_t t = session.begin; t < session.end; ++t) {
            if (classOf(animal.trials(), t) != kind || !std::isfinite(value(t)))
                continue;
            points.x.push_back(static_cast<double>(t - session.begin + 1));
            points.y.push_back(value(t));
        }
        if (!points.x.empty())
            panel.series.push_back(std::move(points));
    }
}

Panel rowPanel(const char* id, Text label, int row, std::size_t trials) {
    Panel panel;
    panel.id = id;
    panel.y.label = std::move(label);
    panel.row = row;
    panel.x.low = 0, panel.x.high = static_cast<double>(trials) + 1;
    return panel;
}

/// Few stimuli get a row each, so that weak contrasts don't fall upon each other.
Panel stimulusPanel(const data::Animal& animal, const data::Session& session) {
    const std::vector<double>& stimulus = animal.trials().stimulus;
    std::vector<double> levels;
    for (std::size_t t = session.begin; t < session.end; ++t)
        if (std::isfinite(stimulus[t]))
            levels.push_back(stimulus[t]);
    std::sort(levels.begin(), levels.end());
    levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
    const bool isContrast = animal.stimulusKind() == data::StimulusKind::Contrast;
    const StimulusAxis axis =
        stimulusAxis(levels, {isContrast, {data::StimulusTransform::Kind::Identity, 1}});
    Panel panel = rowPanel("stimulus", {}, 0, session.size());
    panel.y = axis.axis;
    panel.y.label =
        isContrast ? QT_TRANSLATE_NOOP("core", "Contrast (%)") : QT_TRANSLATE_NOOP("core", "Stimulus");
    const std::size_t last = levels.size() - 1;
    const bool isCrowded = levels.size() > kMostNamedRows; // then only the ends and the middle have names
    for (std::size_t i = 1; i < last && axis.hasColumns && isCrowded; ++i)
        if (2 * i != last)
            for (Tick& tick : panel.y.ticks)
                if (tick.at == static_cast<double>(i))
                    tick.label = {};
    addTrials(animal, session, panel, [&](std::size_t t) {
        const auto found = std::lower_bound(levels.begin(), levels.end(), stimulus[t]);
        return std::isfinite(stimulus[t]) ? axis.positions[static_cast<std::size_t>(found - levels.begin())]
                                          : std::nan("");
    });
    panel.hasLegend = true;
    return panel;
}

Panel choicePanel(const data::Animal& animal, const data::Session& session) {
    Panel panel = rowPanel("choice", {}, 1, session.size());
    panel.y.low = -0.6, panel.y.high = 1.6;
    panel.y.ticks = {
        {0, QT_TRANSLATE_NOOP("core", "chose left")}, {1, QT_TRANSLATE_NOOP("core", "chose right")}};
    addTrials(animal, session, panel, [&](std::size_t t) {
        const std::int8_t choice = animal.trials().choice[t];
        return choice == data::kNone ? 0.5 : static_cast<double>(choice);
    });
    return panel;
}

Panel timePanel(const data::Animal& animal, const data::Session& session) {
    Panel panel = rowPanel("reaction-time", QT_TRANSLATE_NOOP("core", "RT (s)"), 2, session.size());
    panel.y.isLogarithmic = true;
    addTrials(animal, session, panel, [&](std::size_t t) {
        const double time = behavior::reactionTimeS(animal.trials(), t);
        return time > 0 ? time : std::nan("");
    });
    return panel;
}

} // namespace

FigureSpec sessionRaster(const data::Animal& animal, std::size_t index) {
    FigureSpec figure;
    figure.id = "session-raster";
    figure.title = QT_TRANSLATE_NOOP("core", "Trials of a session");
    if (index >= animal.sessions().size() || animal.sessions()[index].size() == 0) {
        figure.emptyReason = QT_TRANSLATE_NOOP("core", "This session has no trials. Select another session.");
        return figure;
    }
    const data::Session& session = animal.sessions()[index];
    figure.panels = {stimulusPanel(animal, session), choicePanel(animal, session)};
    figure.rowWeights = {2.6, 1};
    if (figure.panels.front().series.empty()) { // a task without stimuli
        figure.panels.erase(figure.panels.begin());
        figure.panels.front().hasLegend = true;
        figure.rowWeights = {1};
    }
    Panel times = timePanel(animal, session);
    if (!times.series.empty()) {
        figure.panels.push_back(std::move(times));
        figure.rowWeights.push_back(1.5);
    }
    for (std::size_t i = 0; i < figure.panels.size(); ++i) {
        Panel& panel = figure.panels[i];
        panel.letter = panelLetter(i);
        panel.row = static_cast<int>(i);
        panel.x.ticks =
            roundTicks(0, static_cast<double>(session.size()), std::min<std::size_t>(8, session.size()));
        if (i + 1 < figure.panels.size())
            panel.x.ticks = unlabelled(std::move(panel.x.ticks));
        else
            panel.x.label = QT_TRANSLATE_NOOP("core", "Trial in session");
    }
    figure.aspect = 0.65;
    const data::TrialCounts counts = animal.sessionCounts(index);
    figure.caption = QT_TRANSLATE_NOOP("core",
        "Every trial of one session, by outcome. RT: reaction time, from stimulus onset to response.");
    const bool isNumbered = session.label == std::to_string(index + 1); // else the file's name for it too
    figure.footer = {
        isNumbered
            ? QT_TRANSLATE_NOOP("core", "%1 · session %2 · n = %4 {trial|trials}, %5 with a choice")
            : QT_TRANSLATE_NOOP("core", "%1 · session %2 (%3) · n = %4 {trial|trials}, %5 with a choice"),
        {animal.name(), count(index + 1), session.label, count(counts.trials), count(counts.choices)}};
    return figure;
}

} // namespace rulescope::figures
