// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/figures/ending_note.h"
#include "core/figures/fit_progress.h"

#include <gmock/gmock.h>

using namespace rulescope;
using figures::endingNote;
using fit::FitStatus;
using testing::HasSubstr;

namespace {

fit::FitResult fitThat(FitStatus status) {
    fit::FitResult fit;
    fit.spec.rule = "dnn";
    fit.status = status;
    fit.trainCurve = {-.69, -.6};
    return fit;
}

} // namespace

TEST(EndingNote, SaysWhatAReaderMustKnowAndNothingOfAFitThatEndedAsItShould) {
    for (const FitStatus usual : {FitStatus::Converged, FitStatus::StoppedEarly, FitStatus::Completed}) {
        EXPECT_TRUE(endingNote(fitThat(usual)).isEmpty()) << fit::toString(usual);
    }
    const auto noteOf = [](FitStatus status) { return base::english(endingNote(fitThat(status))); };
    EXPECT_THAT(noteOf(FitStatus::Diverged), HasSubstr("diverged: shown are its last good parameters"));
    EXPECT_THAT(noteOf(FitStatus::Cancelled), HasSubstr("cancelled"));
    EXPECT_THAT(noteOf(FitStatus::NotConverged), HasSubstr("not converged"));
    EXPECT_THAT(noteOf(FitStatus::Unbounded), HasSubstr("no finite maximum"));
}

TEST(EndingNote, CountsTheMembersOfAnEnsembleThatAreLeftOut) {
    fit::FitResult fit = fitThat(FitStatus::Completed);
    fit.members.resize(4);
    EXPECT_TRUE(endingNote(fit).isEmpty());
    fit.members[1].status = fit.members[2].status = FitStatus::Diverged;
    EXPECT_EQ(base::english(endingNote(fit)), "left out: 2 of 5 fits of its ensemble (diverged)");
    fit.status = FitStatus::Diverged;
    EXPECT_THAT(base::english(endingNote(fit)), HasSubstr("last good parameters · left out: 2 of 5 fits"));
}

TEST(EndingNote, StandsInTheFooterOfTheFitsCourseAndOfAnyFigureWithPanels) {
    const auto footer = [](FitStatus status) {
        return base::english(figures::fitProgress(figures::courseOf(fitThat(status))).footer);
    };
    EXPECT_EQ(footer(FitStatus::Diverged),
        footer(FitStatus::Completed) + " · " + base::english(endingNote(fitThat(FitStatus::Diverged))));
    figures::FigureSpec empty;
    figures::addNotes({"a note"}, empty);
    EXPECT_TRUE(empty.footer.isEmpty()) << "there is nothing to be wary of";
    empty.panels.resize(1);
    figures::addNotes({"a note", {}, "another"}, empty);
    EXPECT_EQ(base::english(empty.footer), "a note · another");
}
