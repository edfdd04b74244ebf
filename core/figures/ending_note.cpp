// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/ending_note.h"

#include "core/figures/figure_parts.h"

#include <algorithm>

namespace rulescope::figures {
namespace {

Text ownEnding(const fit::FitResult& fit) {
    switch (fit.status) {
    case fit::FitStatus::Diverged:
        return {QT_TRANSLATE_NOOP("core", "%1 diverged: shown are its last good parameters"),
            {ruleTitle(fit.spec.rule)}};
    case fit::FitStatus::Cancelled:
        return {QT_TRANSLATE_NOOP("core", "%1 was cancelled: shown is what it had found by then"),
            {ruleTitle(fit.spec.rule)}};
    case fit::FitStatus::NotConverged:
        return {QT_TRANSLATE_NOOP("core", "%1 had not converged: shown is its best point"),
            {ruleTitle(fit.spec.rule)}};
    case fit::FitStatus::Unbounded:
        return {
            QT_TRANSLATE_NOOP("core", "%1 has no finite maximum: the size of its parameters means nothing"),
            {ruleTitle(fit.spec.rule)}};
    case fit::FitStatus::Converged:
    case fit::FitStatus::StoppedEarly:
    case fit::FitStatus::Completed:
        break;
    }
    return {};
}

Text joined(const Text& first, const Text& second) {
    return first.isEmpty() ? second : second.isEmpty() ? first : Text("%1 · %2", {first, second});
}

} // namespace

Text endingNote(const fit::FitResult& fit) {
    const auto lost = std::count_if(fit.members.begin(), fit.members.end(),
        [](const fit::FitMember& member) { return !fit::hasUsableParameters(member.status); });
    const Text members =
        lost == 0
            ? Text()
            : Text(QT_TRANSLATE_NOOP("core", "left out: %1 of %2 {fit|fits} of its ensemble (diverged)"),
                  {count(static_cast<std::size_t>(lost)), count(fit.members.size() + 1)});
    return joined(ownEnding(fit), members);
}

void addNotes(const std::vector<Text>& notes, FigureSpec& figure) {
    for (const Text& note : notes)
        if (!figure.panels.empty())
            figure.footer = joined(figure.footer, note);
}

} // namespace rulescope::figures
