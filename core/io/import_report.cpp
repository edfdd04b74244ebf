// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/import_report.h"

namespace rulescope::io {

namespace {

struct CodeInfo {
    WarningCode code;
    std::string_view name;
    const char* sentence; ///< %1 the count, %2 where
};

constexpr CodeInfo kCodes[] = {
    {WarningCode::NoGos, "no-gos",
        QT_TRANSLATE_NOOP(
            "core", "%1 {trial|trials} without a choice (%2); {it is|they are} kept and left out of fits.")},
    {WarningCode::MissingOutcomes, "missing-outcomes",
        QT_TRANSLATE_NOOP("core", "%1 {choice|choices} whose outcome is unknown (%2).")},
    {WarningCode::MissingStimuli, "missing-stimuli",
        QT_TRANSLATE_NOOP("core", "%1 {trial|trials} without a stimulus (%2).")},
    {WarningCode::SessionsOutOfOrder, "sessions-out-of-order",
        QT_TRANSLATE_NOOP(
            "core", "%1 {session|sessions} {was|were} put into the order of their dates or numbers (%2).")},
    {WarningCode::SessionsInterleaved, "sessions-interleaved",
        QT_TRANSLATE_NOOP("core", "%1 {row|rows} stood among those of another session (%2).")},
    {WarningCode::TimesOfTrials, "times-of-trials",
        QT_TRANSLATE_NOOP("core", "%1 {time|times} beside the day {belongs to a trial|belong to trials}, not "
                                  "to sessions (%2); each day is one session.")},
    {WarningCode::TrialsOutOfOrder, "trials-out-of-order",
        QT_TRANSLATE_NOOP(
            "core", "%1 {row|rows} {was|were} put into the order of their trial numbers (%2).")},
    {WarningCode::TrialNumbersRestart, "trial-numbers-restart",
        QT_TRANSLATE_NOOP("core", "The trial number starts anew %1 {time|times} within a session (%2); the "
                                  "file's order was kept. If these are several sessions or animals, name the "
                                  "column that tells them apart in a column map.")},
    {WarningCode::CellsFilled, "cells-filled",
        QT_TRANSLATE_NOOP("core", "%1 {row|rows} without a session, date or animal {was|were} taken to "
                                  "continue the rows above (%2).")},
    {WarningCode::DatesUnclear, "dates-unclear",
        QT_TRANSLATE_NOOP("core", "%1 {session has a date|sessions have dates} that can be read in several "
                                  "ways (%2); the file's order was kept.")},
    {WarningCode::AnimalsOfOneSession, "animals-of-one-session",
        QT_TRANSLATE_NOOP("core",
            "%1 {animal has|animals have} one session each and names that differ in a "
            "number only (%2). If they are the sessions of one animal, rename the files "
            "or name the animal in a column.")},
    {WarningCode::RepeatedRows, "repeated-rows",
        QT_TRANSLATE_NOOP("core",
            "%1 {row|rows} {repeats|repeat} the one before, times included (%2); {it is|they are} kept.")},
    {WarningCode::NegativeTimes, "negative-times",
        QT_TRANSLATE_NOOP("core", "%1 reaction {time is|times are} negative (%2); {it is|they are} kept.")},
    {WarningCode::TimesBackwards, "times-backwards",
        QT_TRANSLATE_NOOP("core", "%1 {trial|trials} {has its|have their} stimulus before that of the trial "
                                  "before (%2); their order was kept.")},
    {WarningCode::UnplacedStimuli, "unplaced-stimuli",
        QT_TRANSLATE_NOOP("core", "%1 {contrast|contrasts} {has|have} no side, as {its|their} place is 0 or "
                                  "empty (%2); {the trial is|the trials are} kept without a stimulus.")},
    {WarningCode::UnsignedStimuli, "unsigned-stimuli",
        QT_TRANSLATE_NOOP("core", "%1 {contrast|contrasts} {has|have} no sign and no column tells "
                                  "{its|their} side (%2); name one in a "
                                  "column map.")},
    {WarningCode::NegativeContrasts, "negative-contrasts",
        QT_TRANSLATE_NOOP("core",
            "%1 {contrast|contrasts} of one side {is|are} negative; {its|their} sign was dropped (%2).")},
    {WarningCode::RepeatTrials, "repeat-trials",
        QT_TRANSLATE_NOOP("core", "%1 {trial|trials} {repeats|repeat} the one before, as the task has it "
                                  "(%2); {it is|they are} kept.")},
    {WarningCode::RepeatsLeftOut, "repeats-left-out",
        QT_TRANSLATE_NOOP(
            "core", "%1 repeated {trial|trials} {was|were} not imported, as the mapping says (%2).")},
    {WarningCode::RepeatsCountedOnly, "repeats-counted-only",
        QT_TRANSLATE_NOOP("core",
            "%1 repeated {trial is|trials are} marked as left out of analyses, as the mapping says (%2).")},
    {WarningCode::OneTrialBlocks, "one-trial-blocks",
        QT_TRANSLATE_NOOP("core", "%1 {block|blocks} of the prior {lasts|last} for one trial (%2).")},
    {WarningCode::DuplicateSessions, "duplicate-sessions",
        QT_TRANSLATE_NOOP(
            "core", "%1 {session|sessions} came twice with the same trials and {is|are} kept once (%2).")},
    {WarningCode::SessionsGrown, "sessions-grown",
        QT_TRANSLATE_NOOP("core", "%1 {session stands|sessions stand} in another file with more trials "
                                  "behind (%2); the longer {one is|ones are} kept.")},
    {WarningCode::SameTrials, "same-trials",
        QT_TRANSLATE_NOOP("core",
            "%1 {session|sessions} {holds|hold} the same trials as another one under another name (%2).")},
    {WarningCode::ColumnsIgnored, "columns-ignored",
        QT_TRANSLATE_NOOP("core", "%1 {column|columns} {holds|hold} neither numbers nor a known quantity and "
                                  "{was|were} left out (%2).")},
    {WarningCode::ColumnLengths, "column-lengths",
        QT_TRANSLATE_NOOP("core", "%1 {column|columns} {has|have} another number of rows than there are "
                                  "trials and {was|were} left out (%2).")},
    {WarningCode::ColumnsDamaged, "columns-damaged",
        QT_TRANSLATE_NOOP("core", "%1 {column|columns} can't be read and {was|were} left out (%2).")},
    {WarningCode::ColumnsRagged, "columns-ragged",
        QT_TRANSLATE_NOOP(
            "core", "%1 {column|columns} {holds|hold} several values a trial and {was|were} left out (%2).")},
    {WarningCode::PercentContrasts, "percent-contrasts",
        QT_TRANSLATE_NOOP("core", "%1 {contrast|contrasts} in percent {was|were} divided by 100 (%2).")},
    {WarningCode::PercentMixed, "percent-mixed",
        QT_TRANSLATE_NOOP("core", "%1 {contrast|contrasts} among percentages {is a fraction|are fractions} "
                                  "and {was|were} kept as {it is|they are} (%2).")},
    {WarningCode::PercentDoubtful, "percent-doubtful",
        QT_TRANSLATE_NOOP("core",
            "%1 {value|values} of a column called percent {is|are} at most 1 (%2); "
            "{it was|they were} divided by 100. If the column holds fractions, rename it.")},
    {WarningCode::ConventionReversed, "convention-reversed",
        QT_TRANSLATE_NOOP("core",
            "The usual sign convention contradicts the data; the opposite one, which agrees with "
            "them, was applied to %1 {trial|trials} (%2).")},
    {WarningCode::ConventionDoubtful, "convention-doubtful",
        QT_TRANSLATE_NOOP("core",
            "%1 {trial|trials} {contradicts|contradict} the sign convention that was applied (%2). If "
            "it is the other way round, say so in a column map.")},
    {WarningCode::SidesAssumed, "sides-assumed",
        QT_TRANSLATE_NOOP("core", "Nothing in the file tells right from left in %1 {trial|trials} (%2): its "
                                  "mirror image would agree as well. Positive stimuli were taken as right; "
                                  "if they are left, say so in a column map.")},
    {WarningCode::AnimalsDiffer, "animals-differ",
        QT_TRANSLATE_NOOP("core",
            "%1 {trial|trials} of animals (%2) {contradicts|contradict} the sign "
            "convention that the other animals of the file obey: give each group a file "
            "and a mapping of its own.")},
    {WarningCode::MillisecondTimes, "millisecond-times",
        QT_TRANSLATE_NOOP("core", "%1 {time|times} in milliseconds {was|were} divided by 1000 (%2).")},
    {WarningCode::NotesLost, "notes-lost",
        QT_TRANSLATE_NOOP("core", "%1 {note|notes} of another study {doesn't|don't} fit {its|their} animals "
                                  "and {stays|stay} behind (%2).")},
    {WarningCode::NoEvidence, "no-evidence",
        QT_TRANSLATE_NOOP(
            "core", "Nothing in the file confirms the sign convention of %1 {trial|trials} (%2).")},
};

const CodeInfo& infoOf(WarningCode code) {
    for (const CodeInfo& info : kCodes) {
        if (info.code == code) {
            return info;
        }
    }
    return kCodes[0];
}

} // namespace

std::string_view toString(WarningCode code) {
    return infoOf(code).name;
}

base::Text describe(const ImportWarning& warning) {
    return {infoOf(warning.code).sentence, {static_cast<std::int64_t>(warning.count), warning.where}};
}

base::Text describe(const Convention& convention) {
    if (convention.judged == 0) {
        return {QT_TRANSLATE_NOOP("core", "%1: %2; nothing to compare it with"),
            {convention.column, convention.meaning}};
    }
    return {QT_TRANSLATE_NOOP("core", "%1: %2; agrees with %3 on %4 of %5 {trial|trials}"),
        {convention.column, convention.meaning, convention.evidence,
            static_cast<std::int64_t>(convention.agreeing), static_cast<std::int64_t>(convention.judged)}};
}

} // namespace rulescope::io
