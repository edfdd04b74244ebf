// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/session_lines.h"

#include "core/figures/figure_parts.h"

#include <algorithm>
#include <cmath>

namespace rulescope::figures {

using behavior::LearningCurve;
using behavior::SessionPerformance;

XY animalLine(const LearningCurve& curve, SessionValue value, std::size_t animals) {
    XY line;
    line.label = Text::verbatim(curve.animal);
    line.colour = {animals == 1 ? Colour::Role::Accent : Colour::Role::Muted};
    line.widthPt = animals == 1 ? 1.6 : animals > 12 ? 0.35 : 0.5;
    for (const SessionPerformance& session : curve.sessions) {
        line.x.push_back(static_cast<double>(session.session + 1));
        line.y.push_back(value(session));
        line.tips.push_back({QT_TRANSLATE_NOOP("core", "%1, n = %2 {trial|trials}"),
            {session.label, count(session.counts.judged)}});
    }
    return line;
}

void addMean(const std::vector<LearningCurve>& curves, SessionValue value, Panel& panel) {
    XY mean;
    Band band;
    mean.label = QT_TRANSLATE_NOOP("core", "Mean");
    band.label = QT_TRANSLATE_NOOP("core", "95 % interval of the mean");
    mean.colour = band.colour = {Colour::Role::Accent};
    mean.widthPt = 2;
    for (std::size_t session = 0;; ++session) {
        std::vector<double> values;
        for (const LearningCurve& curve : curves)
            if (session < curve.sessions.size() && std::isfinite(value(curve.sessions[session])))
                values.push_back(value(curve.sessions[session]));
        if (values.size() < 2 || 2 * values.size() < curves.size())
            break;
        const Mean at = bootstrapMean(values);
        const double x = static_cast<double>(session + 1);
        mean.x.push_back(x), mean.y.push_back(at.value);
        mean.tips.push_back({QT_TRANSLATE_NOOP("core", "n = %1 {animal|animals}"), {count(values.size())}});
        band.x.push_back(x), band.lower.push_back(at.low), band.upper.push_back(at.high);
    }
    if (mean.x.empty())
        return;
    panel.series.insert(panel.series.begin(), band); // below the lines
    panel.series.emplace_back(std::move(mean));
}

std::size_t longestTraining(const std::vector<LearningCurve>& curves) {
    std::size_t sessions = 1;
    for (const LearningCurve& curve : curves)
        sessions = std::max(sessions, curve.sessions.size());
    return sessions;
}

} // namespace rulescope::figures
