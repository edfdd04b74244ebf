// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/side_evidence.h"
#include "core/io/table_trials.h"

#include <algorithm>

namespace rulescope::io {

namespace {

/// "mouse", "mouse_id", "mouseNr": each kind of animal with what stands behind it.
std::vector<std::string_view> animalNames() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        const char* const kinds[] = {
            "animal", "subject", "mouse", "rat", "monkey", "participant", "ferret", "bird", "fish"};
        for (const char* ending : {"", "id", "name", "no", "nr", "num", "number", "index", "code"}) {
            for (const char* kind : kinds) {
                const std::string_view word = kind;
                const bool mayBeStimulus = word == "ferret" || word == "bird" || word == "fish";
                if (*ending != '\0' || !mayBeStimulus) {
                    list.push_back(std::string(kind) + (*ending == '\0' ? "" : "_") + ending);
                }
            }
        }
        list.insert(list.end(), {"subject_nickname", "nickname", "subj", "sub"});
        return list;
    }();
    return {names.begin(), names.end()};
}

/// Names under which quantities that every dialect shares are found in files.
const std::map<std::string, std::vector<std::string_view>>& usualNames() {
    static const std::map<std::string, std::vector<std::string_view>> names = {
        {"animal", animalNames()},
        {"lab", {"lab", "lab_name"}},
        {"session", {"session", "session_num", "session_number", "session_id", "session_index", "session_nr",
                        "session_no", "sess", "sessions", "session_name", "eid", "day", "day_num"}},
        {"date",
            {"session_date", "date", "session_start_date", "session_start_time", "day_date", "start_date"}},
        {"protocol", {"task_protocol", "protocol"}},
        {"trial", {"trial", "trial_num", "trial_number", "trial_index", "trial_id", "trial_nr", "trial_no",
                      "trials"}},
        {"stimulus_onset_s",
            {"stimulus_onset_s", "stimOn_times", "stim_on", "stimOn_time", "stimulus_onset", "stim_on_time",
                "stimulus_onset_time", "gabor_stimulus_onset_time", "visual_stimulus_time",
                "visualStim_times", "goCue_start_time", "stim_onset", "stim_time"}},
        {"response_s", {"response_s", "response_times", "response_time", "choice_registration_time",
                           "reward_outcome_time", "choice_time"}},
        {"reaction_time_s", {"reaction_time_s", "reaction_time", "rt", "reaction_times", "RT_s"}},
        {"probability_left", {"probability_left", "probabilityLeft", "stim_probability_left", "p_left",
                                 "prob_left", "left_probability"}},
    };
    return names;
}

/// "ID" and "name" may be those of a trial, too: an animal has many trials in a row.
std::optional<std::size_t> animalByRuns(const Table& table) {
    constexpr std::size_t kFewTrials = 10;
    const auto column = table.findAny({"id", "name", "ferret", "bird", "fish"});
    std::size_t runs = 1;
    std::set<std::string> values; // each in one run: what comes back is a condition
    for (std::size_t row = 0; row < table.rows() && column; ++row) {
        runs += row == 0 || table.areEqual(row, row - 1, *column) ? 0 : 1;
        const std::string value = table.cell(row, *column);
        if (value.empty()) {
            return {};
        }
        values.insert(value);
    }
    return column && values.size() == runs && runs * kFewTrials <= table.rows() ? column : std::nullopt;
}

} // namespace

void addUsualColumns(const Table& table, TableMapping& mapping) {
    std::set<std::size_t> taken = mapping.consumed;
    for (const auto& [quantity, index] : mapping.columns) {
        taken.insert(index);
    }
    for (const auto& [quantity, names] : usualNames()) {
        const auto found = mapping.columns.count(quantity) > 0 ? std::nullopt : table.findAny(names);
        if (found && taken.insert(*found).second) {
            mapping.columns.emplace(quantity, *found);
        }
    }
    if (mapping.columns.count("animal") == 0) {
        const auto found = animalByRuns(table);
        if (found && taken.insert(*found).second) {
            mapping.columns.emplace("animal", *found);
        }
    }
}

const std::vector<std::string_view>& outcomeNames() {
    static const std::vector<std::string_view> names = {"outcome", "correct", "is_correct", "trial_correct",
        "hit", "reward", "rewarded", "feedback", "feedback_type", "success", "outcomes", "was_correct",
        "response_correct", "is_rewarded", "trial_outcome"};
    return names;
}

std::optional<std::size_t> outcomeColumn(const Table& table) {
    return findCoded(table, outcomeNames(),
        [](const CodedColumn& column) { return firstDecoded(column, usualOutcomeCodes()).has_value(); });
}

bool isIdentityColumn(std::string_view name) {
    const std::string folded = foldedName(name);
    for (const char* quantity : {"animal", "lab", "session", "date", "protocol"}) {
        for (const std::string_view known : usualNames().at(quantity)) {
            if (foldedName(known) == folded) {
                return true;
            }
        }
    }
    return false;
}

base::Result<std::vector<std::size_t>> requireColumns(
    const Table& table, const std::vector<std::string_view>& names) {
    std::vector<std::size_t> found;
    std::string missing;
    for (const std::string_view name : names) {
        if (const auto index = table.find(name)) {
            found.push_back(*index);
        } else {
            missing += (missing.empty() ? "" : ", ") + std::string(name);
        }
    }
    if (!missing.empty()) {
        return base::failure(base::ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "The columns %1 are missing."), {missing}}, table.where(),
            QT_TRANSLATE_NOOP("core", "Leave the dialect to auto, or name the columns in a column map."));
    }
    return found;
}

bool hasColumns(const Table& table, const std::vector<std::string_view>& names) {
    return std::all_of(
        names.begin(), names.end(), [&](std::string_view name) { return table.find(name).has_value(); });
}

} // namespace rulescope::io
