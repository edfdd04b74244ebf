// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/animal.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rulescope::io {

/// Which cell texts of a column mean what; numbers are compared as numbers, words without regard to case.
struct ValueCodes {
    std::vector<std::string> one;  ///< right; or correct
    std::vector<std::string> zero; ///< left; or error
    std::vector<std::string> none; ///< no choice; or unknown. An empty cell and NaN always are
    bool operator==(const ValueCodes&) const = default;
};

/// What to do with trials that the task repeated after an error or against a bias.
enum class Repeats {
    Keep,      ///< like any other trial
    LeaveOut,  ///< not imported
    CountOnly, ///< imported and marked as left out of analyses
};

/// Which column of a file holds which canonical quantity, and what its values mean.
///
/// Keys of `columns`: animal, session, date, protocol, trial, stimulus, stimulus_left, stimulus_right,
/// choice, answer, outcome, repeat, stimulus_onset_s, response_s, reaction_time_s, probability_left.
struct ColumnMap {
    std::map<std::string, std::string> columns; ///< an empty column: the file has none, don't look for one
    std::optional<ValueCodes> choice, answer, outcome; ///< none: recognised by content
    std::optional<data::StimulusKind> stimulusKind; ///< none: contrast if within +-1 or in percent, else raw
    double stimulusScale = 1; ///< canonical = scale x file; -1 turns left-positive files
    std::string stimulusUnit;
    Repeats repeats = Repeats::Keep;
    bool operator==(const ColumnMap&) const = default;

    bool has(const std::string& quantity) const { return columns.count(quantity) > 0; }
    /// False if it says nothing of columns and their values: files are then recognised as without a map.
    bool namesColumns() const;
};

/// Reads {"choice": {"column": "resp", "right": ["R"], "left": ["L"], "none": ["X"]}, "outcome": {"column":
/// "rew", "correct": [1], "error": [0]}, "answer": {...}, "stimulus": {"column": "c", "kind": "contrast",
/// "scale": 0.01, "unit": ""}, "repeats": "keep" | "leave-out" | "count-only", "animal": "mouse", ...}; a
/// plain text instead of an object names the column, null says that there is none, and what is left out keeps
/// its usual names and codes. {"columns": {...}} may hold the plain ones.
base::Result<ColumnMap> columnMapFromJson(const std::string& json, const std::string& where);
base::Result<ColumnMap> readColumnMap(const std::filesystem::path& path);
std::string toJson(const ColumnMap& map);

} // namespace rulescope::io
