// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/trials.h"
#include "core/io/value_codes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

/// What in a table speaks for left and right: names, words, and how columns go together. Private to core/io.
///
/// Outcomes compare choices with stimuli and tell only whether both go the same way round: a file and its
/// mirror image agree with them alike. Names, words and block priors tell which of the two it is.
namespace rulescope::io {

/// The side that a column is called after: "choice_right", "went_left"; none if it names both or neither.
std::optional<std::int8_t> sideInName(std::string_view name);

/// True if no other column is needed to know what the values mean: words of sides, a name of one side, or
/// codes that leave no choice (the user's own).
bool saysSides(const CodedColumn& column, const std::vector<ValueCodes>& codes);

/// Those of `codes` that the column's name allows: 1 is the side that it is called after. All of them if
/// none of the allowed ones knows the values.
std::vector<ValueCodes> codesFor(const CodedColumn& column, const std::vector<ValueCodes>& codes);

/// The first of `codes` that knows all values of the column, decoded; none if none does.
std::optional<std::vector<std::int8_t>> firstDecoded(
    const CodedColumn& column, const std::vector<ValueCodes>& codes);

/// Trials on which two readings could agree, and did.
struct Agreement {
    std::size_t agreeing = 0;
    std::size_t judged = 0;

    void add(Verdict verdict);
    /// Share of agreeing trials; .5 without any.
    double share() const;
    /// True if most of enough trials agree, or contradict: not by accident.
    bool stands() const;
    bool isContradicted() const;
};

/// The judge's verdicts on the values.
Agreement agreementOf(const std::vector<std::int8_t>& values, const Evidence& evidence);

/// The side that the prior of a block makes likely against that of the stimulus; `left` holds probabilities
/// of a left stimulus as fractions or percent. Blocks of .5 are silent.
Agreement agreementWithPrior(const std::vector<double>& left, const std::vector<std::int8_t>& side);

} // namespace rulescope::io
