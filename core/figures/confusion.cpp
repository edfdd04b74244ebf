// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/confusion.h"

#include "core/figures/figure_parts.h"

#include <cmath>

namespace rulescope::figures {
namespace {

void addNumbers(const simulate::Confusion& confusion, Panel& panel) {
    for (std::size_t s = 0; s < confusion.simulated.size(); ++s)
        for (std::size_t f = 0; f < confusion.fitted.size(); ++f) {
            const double share = confusion.share(s, f);
            if (share == 0)
                continue;
            Note note;
            note.text = {"%1", {base::Number{std::round(100 * share), 0}}};
            note.x = static_cast<double>(f), note.y = static_cast<double>(s);
            note.anchor = Note::Anchor::Centre;
            note.colour = {Colour::Role::Ink};
            panel.notes.push_back(std::move(note));
        }
}

/// Cohorts that no rule wins, of all rows.
std::size_t undecided(const simulate::Confusion& confusion) {
    std::size_t cohorts = 0;
    for (std::size_t s = 0; s < confusion.simulated.size(); ++s)
        cohorts += confusion.withoutWinner(s);
    return cohorts;
}

/// A row's simulated rule, with the number of its cohorts that no rule wins.
Text rowName(const simulate::Confusion& confusion, std::size_t row) {
    const Text rule = ruleTick(confusion.simulated[row]);
    const std::size_t lost = confusion.withoutWinner(row);
    return lost == 0 ? rule
                     : Text(QT_TRANSLATE_NOOP("core", "%1 (%2 without a winner)"), {rule, count(lost)});
}

Text captionOf(const simulate::Confusion& confusion) {
    const std::size_t cohorts = confusion.request.cohorts;
    if (undecided(confusion) == 0)
        return {QT_TRANSLATE_NOOP("core",
                    "Cohorts of animals that learn by the rule of the row, and which fitted rule predicts "
                    "their held-out animals best. A rule that contains the true one as a special case "
                    "may win by chance. %1 {cohort|cohorts} a row."),
            {count(cohorts)}};
    return {QT_TRANSLATE_NOOP("core",
                "Cohorts of animals that learn by the rule of the row, and which fitted rule predicts "
                "their held-out animals best. A rule that contains the true one as a special case "
                "may win by chance. %1 {cohort|cohorts} a row; %2 in all {has|have} no winner, since no rule "
                "has a score for all of their held-out animals."),
        {count(cohorts), count(undecided(confusion))}};
}

} // namespace

FigureSpec confusion(const simulate::Confusion& confusion) {
    FigureSpec figure;
    figure.id = "confusion";
    figure.title = QT_TRANSLATE_NOOP("core", "Can the rules be told apart?");
    if (confusion.cohorts.empty()) {
        figure.emptyReason = QT_TRANSLATE_NOOP("core", "No cohort has been simulated.");
        return figure;
    }
    Panel panel;
    panel.id = "confusion";
    HeatMap cells;
    for (std::size_t f = 0; f < confusion.fitted.size(); ++f) {
        cells.x.push_back(static_cast<double>(f));
        panel.x.ticks.push_back({static_cast<double>(f), ruleTick(confusion.fitted[f])});
    }
    for (std::size_t s = 0; s < confusion.simulated.size(); ++s) {
        cells.y.push_back(static_cast<double>(s));
        panel.y.ticks.push_back({static_cast<double>(s), rowName(confusion, s)});
        for (std::size_t f = 0; f < confusion.fitted.size(); ++f)
            cells.values.push_back(100 * confusion.share(s, f));
    }
    cells.visits.assign(cells.values.size(), static_cast<double>(confusion.request.cohorts));
    panel.series.push_back(std::move(cells));
    panel.x.low = panel.y.low = -0.5;
    panel.x.high = static_cast<double>(confusion.fitted.size()) - 0.5;
    panel.y.high = static_cast<double>(confusion.simulated.size()) - 0.5;
    panel.y.isReversed = true;
    panel.x.label = QT_TRANSLATE_NOOP("core", "Fitted rule");
    panel.y.label = QT_TRANSLATE_NOOP("core", "Simulated rule");
    addNumbers(confusion, panel);
    ColourScale scale;
    scale.id = "share";
    scale.map = ColourScale::Map::Sequential;
    scale.low = 0, scale.high = 100;
    scale.label = QT_TRANSLATE_NOOP("core", "Cohorts won (%)");
    panel.colourScale = scale;
    figure.panels.push_back(std::move(panel));
    figure.aspect = 0.62;
    const simulate::ConfusionRequest& request = confusion.request;
    figure.caption = captionOf(confusion);
    figure.footer = {QT_TRANSLATE_NOOP("core",
                         "Cohorts of %1 {animal|animals}, %2 of them held out · n = %3 {trial|trials} each"),
        {count(request.animals), count(request.heldOut), count(request.trials)}};
    return figure;
}

} // namespace rulescope::figures
