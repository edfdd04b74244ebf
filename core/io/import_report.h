// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/animal.h"
#include "core/data/annotations.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rulescope::io {

/// What an importer noticed and handled; each is counted, never swallowed.
enum class WarningCode {
    NoGos,               ///< trials without a choice: kept, left out of fits
    MissingOutcomes,     ///< choices whose outcome neither the file nor the stimulus tells
    MissingStimuli,      ///< trials without a stimulus value (NaN)
    SessionsOutOfOrder,  ///< sessions put into the order of their dates or numbers
    SessionsInterleaved, ///< rows of a session that stood among those of another one
    TimesOfTrials,       ///< times in a column of days that are those of trials: sessions go by the day
    TrialsOutOfOrder,    ///< rows put into the order of their trial numbers
    TrialNumbersRestart, ///< places in sessions where the trial number starts anew; the file's order was kept
    CellsFilled,         ///< empty cells of merged ones, filled with the session or date above
    DatesUnclear,        ///< sessions whose dates may be read in several ways; the file's order was kept
    AnimalsOfOneSession, ///< animals named by files that look like the sessions of one
    RepeatedRows,        ///< rows equal to the one before in every column, times included; kept
    NegativeTimes,       ///< negative reaction times; kept
    TimesBackwards,      ///< trials whose stimulus comes before that of the trial before; kept
    UnplacedStimuli,     ///< contrasts of which a column of places or sides does not tell the side; missing
    UnsignedStimuli,     ///< contrasts that neither a sign nor a column puts on a side
    NegativeContrasts,   ///< negative values in a column of contrasts of one side; their sign was dropped
    RepeatTrials,        ///< trials that the task repeated after an error or against a bias; kept
    RepeatsLeftOut,      ///< such trials that were not imported, as the column map wants it
    RepeatsCountedOnly,  ///< such trials that are marked as left out of analyses, as the column map wants it
    OneTrialBlocks,      ///< blocks of the prior that last for one trial
    DuplicateSessions,   ///< sessions that came twice with the same trials; kept once
    SessionsGrown,      ///< sessions that stand in another file with more trials behind; the longer ones stay
    SameTrials,         ///< sessions of one animal under several names with the same trials; kept
    ColumnsIgnored,     ///< columns that hold neither a known quantity nor numbers
    ColumnLengths,      ///< columns with another number of rows than the trials; left out
    ColumnsDamaged,     ///< columns that can't be read; left out
    ColumnsRagged,      ///< columns with several values a trial; left out
    PercentContrasts,   ///< contrasts in percent, divided by 100
    PercentMixed,       ///< fractions among contrasts in percent; kept as they are
    PercentDoubtful,    ///< values of a column called percent that are all at most 1; divided by 100
    ConventionReversed, ///< the data contradict the dialect's sign convention and obey the opposite one, now
                        ///< applied
    ConventionDoubtful, ///< trials that contradict the sign convention applied
    SidesAssumed,  ///< trials of a file that agrees with itself, as its mirror image would: right is assumed
    AnimalsDiffer, ///< trials of animals that contradict the sign convention which others of the file obey
    MillisecondTimes, ///< times in milliseconds, divided by 1000
    NotesLost,        ///< notes of another study that name sessions or trials that it does not have
    NoEvidence,       ///< a sign convention that nothing in the file can confirm
};

/// Short name in kebab case for JSON: "no-gos".
std::string_view toString(WarningCode code);

struct ImportWarning {
    WarningCode code;
    std::size_t count = 0;
    std::string where; ///< file, with further words such as column names
    bool operator==(const ImportWarning&) const = default;
};

/// The sentence for a warning, with its count.
base::Text describe(const ImportWarning& warning);

/// A sign convention that was applied, with its evidence.
struct Convention {
    std::string column;       ///< "choice"
    base::Text meaning;       ///< "-1 = right, 1 = left"
    base::Text evidence;      ///< what it was compared with; empty without evidence
    std::size_t agreeing = 0; ///< trials that agree
    std::size_t judged = 0;   ///< trials that could agree or not
    std::string where;        ///< file
    bool operator==(const Convention&) const = default;
};

/// What a column was taken for.
struct ColumnUse {
    std::string quantity; ///< as a column map calls it: "choice"
    std::string column;   ///< its name in the file
    std::string where;    ///< file
    bool operator==(const ColumnUse&) const = default;
};

/// "choice: -1 = right, 1 = left; agrees with feedback on 5,123 of 5,130 trials".
base::Text describe(const Convention& convention);

/// A file that was left out, whole, and why.
struct SkippedFile {
    std::string path;
    base::Error error;
};

/// What an import found; nothing of it is in a study yet.
struct ImportReport {
    std::vector<data::AnimalPtr>
        animals; ///< in the order in which the files name them; files of one animal joined
    std::vector<ImportWarning> warnings;
    std::vector<SkippedFile> skipped;
    std::vector<Convention> conventions;
    std::vector<ColumnUse> columns;
    std::vector<std::pair<std::string, std::string>> sources; ///< file and dialect of everything that came in
    /// What the files say about these animals: other studies' notes, repeated trials that only count.
    data::Annotations annotations;
    /// Time of day at which a session began, "14:30:05", where the file says so; by animal and label.
    std::map<std::pair<std::string, std::string>, std::string> startTimes;
};

} // namespace rulescope::io
