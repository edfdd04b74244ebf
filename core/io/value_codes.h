// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/column_map.h"
#include "core/io/import_report.h"
#include "core/io/table.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the values of choice, answer and outcome columns mean, and what in the data speaks for it.
namespace rulescope::io {

/// A column of few distinct values, each once; numbers in their shortest form, words in lower case, missing
/// as "".
struct CodedColumn {
    std::string name;
    std::vector<std::string> values;   ///< distinct
    std::vector<std::size_t> firstRow; ///< of each distinct value
    std::vector<std::uint16_t> codes;  ///< per row, index into values
};

/// True for a value that begins with a letter: a word, no number.
bool isWord(const std::string& value);

/// InvalidValue, with the line, if the column holds more distinct values than any code has.
base::Result<CodedColumn> codedColumn(const Table& table, std::size_t column);
/// The same of a column that may not be there, or may hold too many values to be a code: then none.
std::optional<CodedColumn> codedIfAny(const Table& table, std::optional<std::size_t> column);
/// The first of these columns that is there and whose codes are as asked.
std::optional<std::size_t> findCoded(const Table& table, const std::vector<std::string_view>& names,
    const std::function<bool(const CodedColumn&)>& isAsked);

/// Every value as 1, 0 or -1 (none, unknown); nothing if a value is not in the codes.
std::optional<std::vector<std::int8_t>> decoded(const CodedColumn& column, const ValueCodes& codes);

/// Codes seen in the field, the most usual first.
std::vector<ValueCodes> usualChoiceCodes();
std::vector<ValueCodes> usualOutcomeCodes();
/// The same for a column that says "miss" beside another word for an error: then a miss is no choice.
std::vector<ValueCodes> outcomeCodesFor(const CodedColumn& column, std::vector<ValueCodes> codes);
/// Turns of a wheel in words, first as the IBL has them (counter-clockwise is right), then the opposite.
std::vector<ValueCodes> wheelCodes();

/// What a trial says about a decoded value.
enum class Verdict { Silent, Agrees, Contradicts };

/// What a decoding is compared with.
struct Evidence {
    std::function<Verdict(std::size_t row, std::int8_t value)> judge; ///< of 1, 0 or -1; may be empty
    base::Text comparedWith;                                          ///< "feedback"
    /// True if an animal at chance agrees on half of the trials (choices against the stimulus side): too weak
    /// to turn a convention round, strong enough to doubt one.
    bool isWeak = false;
};

struct Decoding {
    std::vector<std::int8_t> values; ///< per row: 1, 0 or -1
    Convention convention;
    std::vector<ImportWarning> warnings;
};

/// Decodes a column by the first of `candidates` that knows all its values, unless the evidence contradicts
/// it on most trials and speaks for a later one, which is then taken with a ConventionReversed warning.
/// Errors: InvalidValue if no candidate knows the values (with line), or if the evidence contradicts every
/// candidate.
base::Result<Decoding> decode(const CodedColumn& column, const std::vector<ValueCodes>& candidates,
    const Evidence& evidence, const Table& table, const std::string& file);

/// "1 = right, 0 = left".
base::Text meaningOf(const ValueCodes& codes);

} // namespace rulescope::io
