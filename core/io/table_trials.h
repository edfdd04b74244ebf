// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/importer.h"
#include "core/io/value_codes.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rulescope::io {

/// Where the sides of stimuli come from.
enum class SideSource {
    None,      ///< nothing tells them
    Sign,      ///< the sign of the stimulus itself
    Position,  ///< a column of places, negative left
    Codes,     ///< a column of words or codes, which is no evidence for itself
    TwoColumns ///< a left and a right column
};

/// Stimuli of a table in canonical form.
struct Stimuli {
    std::vector<double> values; ///< per row, right positive; NaN missing
    /// Per row the side that the file assigns to the stimulus, also at zero contrast; kUnknown where it does
    /// not.
    std::vector<std::int8_t> side;
    data::StimulusKind kind = data::StimulusKind::Contrast;
    std::string unit;
    std::size_t percentRows = 0; ///< rows divided by 100
    std::size_t doubtfulPercentRows =
        0;                            ///< the same, though all are at most 1: only the column's name says so
    std::size_t mixedPercentRows = 0; ///< rows that hold a fraction among percentages
    std::size_t unplacedRows = 0;  ///< rows with a contrast whose side is not told; their stimulus is missing
    std::size_t negativeRows = 0;  ///< rows whose one-sided contrast had a sign, now dropped
    bool isUnsigned = false;       ///< contrasts without a sign, and nothing tells their side
    bool hasMeaningfulSide = true; ///< false if the sign says nothing about the rewarded side
    SideSource sideSource = SideSource::None;
    std::size_t sideColumn = 0; ///< the column with the sign, place or code
    bool isSideGiven = false;   ///< the user said which sign is which
};

/// What a dialect knows about a table; readTrials does the rest, the same for every dialect.
struct TableMapping {
    std::string dialect;
    std::map<std::string, std::size_t> columns; ///< canonical quantity (see ColumnMap) -> column of the table
    std::set<std::size_t> consumed;             ///< further columns that are not to be kept as extra ones
    Stimuli stimuli;
    std::vector<ValueCodes> choiceCodes = usualChoiceCodes();
    std::vector<ValueCodes> answerCodes = usualChoiceCodes();
    std::vector<ValueCodes> outcomeCodes = usualOutcomeCodes();
    /// Outcome 1 means that the choice was the rewarded side: then an unknown answer follows from choice and
    /// outcome.
    bool isTwoAlternative = true;
    /// The correct response to some stimuli is none (hold still): a reward without a choice contradicts
    /// nothing.
    bool mayRewardNoGos = false;
    /// Outcomes come from a column of errors: without a choice there was none, and no reward either.
    bool outcomeIsNoError = false;
    /// Per row the side that gave a reward, if the file says so; evidence for the choices, no answer.
    std::vector<std::int8_t> rewardSide;
    /// False: answers and outcomes are complete as the file has them (our own export).
    bool derivesMissing = true;
    /// No written convention of a dialect: what is left and right must come from the file.
    bool areSidesOpen = false;
};

/// Reads a mapped table: identities, codes with their evidence, times, and every other numeric column.
base::Result<ImportedFile> readTrials(
    const ImportSource& source, const Table& table, const TableMapping& mapping);

/// Adds the columns that go by usual names (subject, session_num, rt, ...) and are not yet mapped.
void addUsualColumns(const Table& table, TableMapping& mapping);

/// Usual names of columns that say whether the trial was rewarded.
const std::vector<std::string_view>& outcomeNames();
/// The first column of such a name whose values are outcomes by the usual codes.
std::optional<std::size_t> outcomeColumn(const Table& table);

/// True for the usual names of columns that say whose trials these are: animal, lab, session, date, protocol.
bool isIdentityColumn(std::string_view name);

/// The columns of these names, or an InvalidValue error that lists the ones that the table lacks.
base::Result<std::vector<std::size_t>> requireColumns(
    const Table& table, const std::vector<std::string_view>& names);
/// True if the table has them all.
bool hasColumns(const Table& table, const std::vector<std::string_view>& names);

/// Whether fractions are given in percent: values up to 100 of which one is above 1, or a column whose name
/// says so and whose cells don't.
struct Scale {
    bool isPercent = false;
    bool isDoubtful = false;   ///< only the name says so, and all values are at most 1
    bool hasFractions = false; ///< values up to 1 are fractions: each of them occurs in percent too
};
/// One scale for all columns that hold a quantity; `values` are theirs. Columns whose cells say percent have
/// no say.
Scale scaleOf(const Table& table, const std::vector<std::size_t>& columns,
    const std::vector<std::vector<double>>& values);

/// Stimuli from one signed column: a contrast (fraction, or percent where `mayBePercent`), else a raw
/// quantity.
base::Result<Stimuli> signedStimuli(const Table& table, std::size_t column, bool mayBePercent);
/// Unsigned contrasts (as signedStimuli has them) with the side in a column of its own, in words or codes;
/// the side counts at zero contrast too. A contrast without a side is missing, and counted.
base::Result<Stimuli> sidedByWords(const Table& table, std::size_t contrast, std::size_t side,
    const std::vector<ValueCodes>& sideCodes, bool mayBePercent = true);
/// Unsigned contrasts with the place of the stimulus in a column of its own: negative left, positive right,
/// at zero contrast too. A contrast at place 0 or without a place is missing, and counted.
base::Result<Stimuli> sidedByPosition(
    const Table& table, std::size_t contrast, std::size_t position, bool mayBePercent = true);
/// For tasks without stimuli: all missing, no sides.
Stimuli noStimuli(std::size_t rows);
/// Contrasts from a left and a right column, one of them empty or 0 on each row; one scale for both.
/// InvalidValue for more than 100 where they may be percent, else any quantity.
base::Result<Stimuli> sidedStimuli(
    const Table& table, std::size_t left, std::size_t right, bool mayBePercent = true);

} // namespace rulescope::io
