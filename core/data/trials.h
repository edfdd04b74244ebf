// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rulescope::data {

inline constexpr std::int8_t kLeft = 0;     ///< choice or answer: left
inline constexpr std::int8_t kRight = 1;    ///< choice or answer: right
inline constexpr std::int8_t kNone = -1;    ///< no choice (no-go, abort, ignored)
inline constexpr std::int8_t kUnknown = -1; ///< answer or outcome that the file does not tell

/// A further numeric column of the file, kept under its own name; NaN where a cell is empty.
struct Column {
    std::string name;
    std::vector<double> values;
    bool operator==(const Column&) const = default;
};

/// Trials as columns of equal length, in session order; the canonical trial of METHOD.md section 1.
///
/// Optional columns are empty when the file has none, else as long as `stimulus`.
struct Trials {
    std::vector<double> stimulus;     ///< signed, right positive; contrast as a fraction; NaN: stimulus-free
    std::vector<std::int8_t> choice;  ///< kLeft, kRight or kNone
    std::vector<std::int8_t> answer;  ///< rewarded side: kLeft, kRight or kUnknown
    std::vector<std::int8_t> outcome; ///< 1 correct or rewarded, 0 error, kUnknown
    std::vector<double> stimulusOnsetS;  ///< optional, s
    std::vector<double> responseS;       ///< optional, s
    std::vector<double> reactionTimeS;   ///< optional, s; NaN where unknown
    std::vector<double> probabilityLeft; ///< optional, block prior of a left stimulus
    std::vector<Column> extra;           ///< optional, any further numeric columns
    /// Optional, 1 where an annotation keeps a trial out of analyses; such a trial has no choice, answer or
    /// outcome here. Set by analysed() alone, never by a file.
    std::vector<std::uint8_t> excluded;

    std::size_t size() const { return stimulus.size(); }
    bool isExcluded(std::size_t trial) const { return !excluded.empty() && excluded[trial] != 0; }
    /// The extra column of that name, or nullptr.
    const Column* findExtra(const std::string& name) const;
};

/// Fills answers and outcomes where the file was silent (METHOD.md section 1): answer = side of a stimulus
/// that is not 0, outcome = [choice == answer]; what can't be known stays kUnknown.
void deriveAnswersAndOutcomes(Trials& trials);

} // namespace rulescope::data
