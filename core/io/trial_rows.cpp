// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/trial_rows.h"

#include "core/data/label_order.h"
#include "core/io/value_codes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>

namespace rulescope::io {

namespace {

using Rows = std::vector<std::uint32_t>;

/// The sessions of one animal in their final order, with their labels.
struct OrderedSessions {
    std::vector<std::uint32_t> keys; ///< indices into TrialRows::sessions
    std::vector<std::string> labels;
    std::size_t moved = 0; ///< sessions that do not stand where the file had them
};

/// "1" and "001" are a day's first session, which goes by its date alone.
bool isFirstOfDay(const std::string& session) {
    const auto digit = session.find_first_not_of('0');
    return session.empty() || (digit != std::string::npos && session.substr(digit) == "1");
}

/// A file that holds one session says which of its day it is; the date tells it from those of other files.
std::string labelOfOnly(const TrialRows::SessionKey& session) {
    if (session.date.empty()) {
        return session.session;
    }
    const bool hasDate = session.session.compare(0, session.date.size(), session.date) == 0;
    return isFirstOfDay(session.session) ? session.date
           : hasDate                     ? session.session
                                         : session.date + "/" + session.session;
}

/// "14:30:05", as a column of days with times names sessions.
bool isTime(const std::string& session) {
    return session.size() == 8 && session[2] == ':';
}

/// The session's own name if it tells sessions apart, else the date if that does, else both; times only on
/// days that have several.
std::vector<std::string> labelsOf(const TrialRows& rows, const std::vector<std::uint32_t>& keys) {
    if (keys.size() == 1 && !rows.keepsSessionNames) {
        const std::string label = labelOfOnly(rows.sessions[keys.front()]);
        return {label.empty() ? std::string("1") : label};
    }
    std::set<std::string> names;
    std::map<std::string, std::size_t> dates;
    for (const std::uint32_t key : keys) {
        names.insert(rows.sessions[key].session);
        ++dates[rows.sessions[key].date];
    }
    const bool namesDiffer = names.size() == keys.size() && names.count("") == 0;
    const bool datesDiffer = dates.size() == keys.size() && dates.count("") == 0;
    std::vector<std::string> labels;
    for (const std::uint32_t key : keys) {
        const TrialRows::SessionKey& session = rows.sessions[key];
        const bool hasTime = isTime(session.session);
        const bool isDayEnough = session.session.empty() || (hasTime && dates[session.date] == 1);
        std::string label = (namesDiffer && !hasTime) || session.date.empty() ? session.session
                            : datesDiffer || isDayEnough                      ? session.date
                                                         : session.date + "/" + session.session;
        labels.push_back(label.empty() ? std::string("1") : std::move(label));
    }
    return labels;
}

OrderedSessions orderSessions(const TrialRows& rows, const std::vector<std::uint32_t>& keys) {
    std::vector<data::DatedLabel> sessions;
    for (const std::uint32_t key : keys) {
        sessions.push_back({rows.sessions[key].date, rows.sessions[key].session});
    }
    OrderedSessions ordered;
    for (const std::size_t i : data::sessionOrder(sessions)) {
        ordered.moved += i != ordered.keys.size() ? 1 : 0;
        ordered.keys.push_back(keys[i]);
    }
    ordered.labels = labelsOf(rows, ordered.keys);
    return ordered;
}

/// Rows of each session in the file's order, without those that are left out.
std::vector<Rows> rowsOfSessions(const TrialRows& rows) {
    const bool areAll = rows.repeats != Repeats::LeaveOut || rows.isRepeat.empty();
    std::vector<std::uint32_t> counts(rows.sessions.size());
    for (const std::uint32_t session : rows.session) {
        ++counts[session];
    }
    std::vector<Rows> result(rows.sessions.size());
    for (std::size_t session = 0; session < result.size(); ++session) {
        result[session].reserve(counts[session]);
    }
    for (std::uint32_t row = 0; row < rows.session.size(); ++row) {
        if (areAll || rows.isRepeat[row] == 0) {
            result[rows.session[row]].push_back(row);
        }
    }
    return result;
}

/// What was put into another order, and what could not be.
struct Moved {
    std::size_t sessions = 0;
    std::size_t trials = 0;
    std::size_t restarts = 0; ///< places where the trial number of a session starts anew
};

/// Puts a session's rows into the order of their trial numbers. Numbers that occur twice are those of several
/// sessions, blocks or animals that no column tells apart: sorting would shuffle them into each other.
void sortByTrialNumber(const TrialRows& rows, Rows& session, Moved& moved) {
    const std::vector<double>& number = rows.trialNumber;
    const bool canSort =
        !number.empty() && std::all_of(session.begin(), session.end(),
                               [&](std::uint32_t row) { return std::isfinite(number[row]); });
    if (!canSort) {
        return;
    }
    const auto isBefore = [&](std::uint32_t a, std::uint32_t b) { return number[a] < number[b]; };
    const Rows before = session;
    std::stable_sort(session.begin(), session.end(), isBefore);
    const bool areDistinct = std::adjacent_find(session.begin(), session.end(),
                                 [&](auto a, auto b) { return number[a] == number[b]; }) == session.end();
    if (!areDistinct) {
        session = before;
        for (std::size_t i = 1; i < session.size(); ++i) {
            moved.restarts += isBefore(session[i], session[i - 1]) ? 1 : 0;
        }
        return;
    }
    for (std::size_t i = 0; i < session.size(); ++i) {
        moved.trials += session[i] != before[i] ? 1 : 0;
    }
}

template<class T>
std::vector<T> gathered(const std::vector<T>& column, const Rows& order) {
    std::vector<T> result;
    if (!column.empty()) {
        result.reserve(order.size());
        for (const std::uint32_t row : order) {
            result.push_back(column[row]);
        }
    }
    return result;
}

data::Trials gathered(const data::Trials& trials, const Rows& order) {
    data::Trials result;
    result.stimulus = gathered(trials.stimulus, order);
    result.choice = gathered(trials.choice, order);
    result.answer = gathered(trials.answer, order);
    result.outcome = gathered(trials.outcome, order);
    result.stimulusOnsetS = gathered(trials.stimulusOnsetS, order);
    result.responseS = gathered(trials.responseS, order);
    result.reactionTimeS = gathered(trials.reactionTimeS, order);
    result.probabilityLeft = gathered(trials.probabilityLeft, order);
    for (const data::Column& column : trials.extra) {
        result.extra.push_back({column.name, gathered(column.values, order)});
    }
    return result;
}

/// Rows that stand apart from the first run of their session.
std::size_t interleavedRows(const TrialRows& rows) {
    std::vector<bool> isClosed(rows.sessions.size(), false);
    std::size_t count = 0;
    for (std::size_t row = 0; row < rows.session.size(); ++row) {
        count += isClosed[rows.session[row]] ? 1 : 0;
        if (row + 1 < rows.session.size() && rows.session[row + 1] != rows.session[row]) {
            isClosed[rows.session[row]] = true;
        }
    }
    return count;
}

void countTrialWarnings(
    const data::Trials& trials, const std::string& file, std::vector<ImportWarning>& warnings) {
    std::map<WarningCode, std::size_t> counts;
    for (std::size_t t = 0; t < trials.size(); ++t) {
        const bool hasChoice = trials.choice[t] != data::kNone;
        counts[WarningCode::NoGos] += hasChoice ? 0 : 1;
        counts[WarningCode::MissingOutcomes] += hasChoice && trials.outcome[t] == data::kUnknown ? 1 : 0;
        counts[WarningCode::MissingStimuli] += std::isnan(trials.stimulus[t]) ? 1 : 0;
    }
    counts[WarningCode::NegativeTimes] = static_cast<std::size_t>(std::count_if(trials.reactionTimeS.begin(),
        trials.reactionTimeS.end(), [](double seconds) { return seconds < 0; }));
    for (const auto& [code, count] : counts) {
        if (count > 0) {
            warnings.push_back({code, count, file});
        }
    }
}

/// A column of numbers that says which trials the task repeated, by its name; none: any other column.
enum class RepeatColumn { None, Flag, Number };

RepeatColumn repeatColumn(const std::string& header) {
    const std::string name = foldedName(header);
    if (name == "repnum" || name == "repeatnum" || name == "repeatnumber") {
        return RepeatColumn::Number;
    }
    const bool isFlag = name == "isrepeat" || name == "repeattrial" || name == "isrepeattrial" ||
                        name == "repeated" || name == "debias" || name == "isdebias";
    return isFlag ? RepeatColumn::Flag : RepeatColumn::None;
}

/// The first showing has number 1.
bool isRepeat(double value, RepeatColumn kind) {
    return value >= (kind == RepeatColumn::Number ? 2 : 1);
}

/// Trials that the task itself repeated, from the columns that say so.
std::size_t repeatTrials(const data::Trials& trials) {
    std::size_t count = 0;
    for (const data::Column& column : trials.extra) {
        if (const RepeatColumn kind = repeatColumn(column.name); kind != RepeatColumn::None) {
            count += static_cast<std::size_t>(std::count_if(column.values.begin(), column.values.end(),
                [&](double value) { return isRepeat(value, kind); }));
        }
    }
    return count;
}

/// Counts what shows only once trials stand in their sessions.
void countSessionWarnings(
    const data::Animal::Content& content, Repeats repeats, std::map<WarningCode, std::size_t>& counts) {
    const data::Trials& trials = content.trials;
    for (const data::Session& session : content.sessions) {
        double last = -std::numeric_limits<double>::infinity();
        for (std::size_t t = session.begin; t < session.end && !trials.stimulusOnsetS.empty(); ++t) {
            const double onset = trials.stimulusOnsetS[t];
            counts[WarningCode::TimesBackwards] += onset < last ? 1 : 0;
            last = std::isnan(onset) ? last : onset;
        }
        const std::vector<double>& prior = trials.probabilityLeft;
        for (std::size_t t = session.begin + 1; t + 1 < session.end && !prior.empty(); ++t) {
            const bool isAlone = prior[t] != prior[t - 1] && prior[t] != prior[t + 1];
            counts[WarningCode::OneTrialBlocks] += isAlone && !std::isnan(prior[t]) ? 1 : 0;
        }
    }
    counts[WarningCode::RepeatTrials] += repeats == Repeats::Keep ? repeatTrials(trials) : 0;
}

/// Drops columns that no row fills, so that "absent" and "empty" are one thing.
void dropEmptyColumns(data::Trials& trials) {
    for (auto* column :
        {&trials.stimulusOnsetS, &trials.responseS, &trials.reactionTimeS, &trials.probabilityLeft}) {
        if (std::all_of(column->begin(), column->end(), [](double value) { return std::isnan(value); })) {
            column->clear();
        }
    }
}

/// Rows of an animal's trials, session by session.
Rows rowsOfAnimal(const OrderedSessions& ordered, const std::vector<Rows>& sessionRows) {
    Rows result;
    for (const std::uint32_t key : ordered.keys) {
        result.insert(result.end(), sessionRows[key].begin(), sessionRows[key].end());
    }
    return result;
}

/// One animal's content without its names; `sessionRows` are the rows of every session of the file.
data::Animal::Content contentOf(const TrialRows& rows, const OrderedSessions& ordered,
    const std::string& file, std::vector<Rows>& sessionRows, Moved& moved) {
    data::Animal::Content content;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < ordered.keys.size(); ++i) {
        Rows& session = sessionRows[ordered.keys[i]];
        sortByTrialNumber(rows, session, moved);
        const TrialRows::SessionKey& key = rows.sessions[ordered.keys[i]];
        content.sessions.push_back(
            {ordered.labels[i], key.date, key.protocol, file, begin, begin + session.size()});
        begin += session.size();
    }
    moved.sessions += ordered.moved;
    content.trials = gathered(rows.trials, rowsOfAnimal(ordered, sessionRows));
    dropEmptyColumns(content.trials);
    return content;
}

/// Runs of repeated trials, to be marked as left out of analyses.
data::AnimalNotes countedOnly(
    const TrialRows& rows, const std::vector<Rows>& sessionRows, const OrderedSessions& ordered) {
    data::AnimalNotes notes;
    for (std::size_t i = 0; i < ordered.keys.size() && rows.repeats == Repeats::CountOnly; ++i) {
        const Rows& session = sessionRows[ordered.keys[i]];
        for (std::size_t begin = 0, end = 0; begin < session.size(); begin = end + 1) {
            for (end = begin; end < session.size() && rows.isRepeat[session[end]] != 0;) {
                ++end;
            }
            if (end > begin) {
                notes.exclusions.push_back({ordered.labels[i], begin, end, "repeated trial"});
            }
        }
    }
    return notes;
}

/// Sessions of each animal in the order in which they occur; one of which nothing is left is none.
std::vector<std::vector<std::uint32_t>> sessionsOfAnimals(
    const TrialRows& rows, const std::vector<Rows>& sessionRows) {
    std::vector<std::vector<std::uint32_t>> result(rows.animals.size());
    for (std::uint32_t key = 0; key < rows.sessions.size(); ++key) {
        if (!sessionRows[key].empty()) {
            result[rows.sessions[key].animal].push_back(key);
        }
    }
    return result;
}

} // namespace

std::vector<std::uint8_t> repeatRows(const data::Trials& trials) {
    std::vector<std::uint8_t> rows;
    for (const data::Column& column : trials.extra) {
        const RepeatColumn kind = repeatColumn(column.name);
        if (kind != RepeatColumn::None) {
            rows.resize(trials.size());
            for (std::size_t row = 0; row < rows.size(); ++row) {
                rows[row] |= isRepeat(column.values[row], kind) ? 1 : 0;
            }
        }
    }
    return rows;
}

base::Result<std::vector<std::uint8_t>> repeatRows(const Table& table, std::size_t column) {
    std::vector<std::uint8_t> rows;
    if (table.isNumeric(column)) {
        const RepeatColumn kind = repeatColumn(table.header()[column]);
        const std::vector<double> numbers = table.numbers(column).value_or(std::vector<double>());
        for (const double value : numbers) {
            rows.push_back(isRepeat(value, kind) ? 1 : 0);
        }
        return rows;
    }
    const ValueCodes words{
        {"1", "yes", "y", "repeat", "repeated"}, {"0", "no", "n", "new", "first", "normal", "none"}, {}};
    const auto coded = codedColumn(table, column);
    const auto values = coded ? decoded(*coded, words) : std::nullopt;
    if (!values) {
        return base::failure(base::ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "Column %1 does not say which trials the task repeated."),
                {table.header()[column]}},
            table.where(), QT_TRANSLATE_NOOP("core", "It must hold 1 and 0, or yes and no."));
    }
    for (const std::int8_t value : *values) {
        rows.push_back(value == 1 ? 1 : 0);
    }
    return rows;
}

ImportedFile assemble(const TrialRows& rows, const std::string& file, const std::string& dialect) {
    ImportedFile imported;
    Moved moved;
    std::map<WarningCode, std::size_t> counts;
    std::vector<Rows> sessionRows = rowsOfSessions(rows);
    const auto sessionKeys = sessionsOfAnimals(rows, sessionRows);
    for (std::size_t animal = 0; animal < rows.animals.size(); ++animal) {
        if (sessionKeys[animal].empty()) {
            continue; // all its trials were left out
        }
        const OrderedSessions ordered = orderSessions(rows, sessionKeys[animal]);
        data::Animal::Content content = contentOf(rows, ordered, file, sessionRows, moved);
        content.name = rows.animals[animal];
        content.lab = animal < rows.labs.size() ? rows.labs[animal] : std::string();
        content.stimulusKind = rows.stimulusKind;
        content.stimulusUnit = rows.stimulusUnit;
        content.provenance = "imported (" + dialect + ")";
        countSessionWarnings(content, rows.repeats, counts);
        if (auto notes = countedOnly(rows, sessionRows, ordered); !notes.isEmpty()) {
            imported.annotations[content.name] = std::move(notes);
        }
        imported.animals.push_back(std::move(content));
        imported.rows.push_back(rowsOfAnimal(ordered, sessionRows));
    }
    countTrialWarnings(rows.trials, file, imported.warnings);
    for (const auto& [code, count] : counts) {
        if (count > 0) {
            imported.warnings.push_back({code, count, file});
        }
    }
    const std::pair<WarningCode, std::size_t> orderWarnings[] = {
        {WarningCode::SessionsOutOfOrder, moved.sessions}, {WarningCode::TrialsOutOfOrder, moved.trials},
        {WarningCode::TrialNumbersRestart, moved.restarts},
        {WarningCode::SessionsInterleaved, interleavedRows(rows)}};
    for (const auto& [code, count] : orderWarnings) {
        if (count > 0) {
            imported.warnings.push_back({code, count, file});
        }
    }
    return imported;
}

} // namespace rulescope::io
