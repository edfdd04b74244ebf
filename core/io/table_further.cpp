// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/table_reading.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

namespace rulescope::io {

namespace {

using base::ErrorCode;

/// No probability is above 1: 20, 50 and 80 are percent, and so is what its column calls percent. Our own
/// files have what the study had.
void readPercentPriors(TableReading& reading) {
    std::vector<double>& priors = reading.rows.trials.probabilityLeft;
    const auto column = reading.column("probability_left");
    if (!column || !reading.mapping.derivesMissing) {
        return;
    }
    const Scale scale = scaleOf(reading.table, {*column}, {priors});
    if (!scale.isPercent) {
        return;
    }
    for (double& prior : priors) {
        prior /= 100;
    }
    reading.conventions.push_back({reading.table.header()[*column],
        QT_TRANSLATE_NOOP("core", "percent, divided by 100"), {}, 0, 0, reading.file});
    if (scale.isDoubtful) {
        reading.warnings.push_back({WarningCode::PercentDoubtful, priors.size(),
            reading.file + ": " + reading.table.header()[*column]});
    }
}

void fromMilliseconds(std::vector<double>& times, TableReading& reading, std::size_t column) {
    for (double& time : times) {
        time /= 1000;
    }
    const std::string& name = reading.table.header()[column];
    reading.conventions.push_back(
        {name, QT_TRANSLATE_NOOP("core", "milliseconds, divided by 1000"), {}, 0, 0, reading.file});
    reading.warnings.push_back({WarningCode::MillisecondTimes, times.size(), reading.file + ": " + name});
}

/// No animal takes half a minute on most trials: such reaction times are in milliseconds, whatever their
/// column is called.
void readSlowTimes(TableReading& reading) {
    constexpr double kSlow = 30; // s
    std::vector<double>& times = reading.rows.trials.reactionTimeS;
    const auto column = reading.column("reaction_time_s");
    std::vector<double> known;
    std::copy_if(times.begin(), times.end(), std::back_inserter(known),
        [](double time) { return std::isfinite(time); });
    const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
    std::nth_element(known.begin(), middle, known.end());
    if (column && reading.mapping.derivesMissing && middle != known.end() && *middle > kSlow) {
        fromMilliseconds(times, reading, *column);
    }
}

/// Trial numbers that are not simply a count (from 0 or 1 within each session) say something: gaps are trials
/// that the file leaves out.
void keepTrialNumbers(TableReading& reading) {
    TrialRows& rows = reading.rows;
    const std::vector<double>& number = rows.trialNumber;
    std::vector<double> previous(rows.sessions.size(), std::numeric_limits<double>::quiet_NaN());
    bool isPlainCount = true;
    for (std::size_t row = 0; row < number.size() && isPlainCount; ++row) {
        double& last = previous[rows.session[row]];
        isPlainCount = std::isnan(last) ? number[row] == 0 || number[row] == 1 : number[row] == last + 1;
        last = number[row];
    }
    if (!isPlainCount) {
        rows.trials.extra.push_back({reading.table.header()[*reading.column("trial")], number});
    }
}

/// Numeric columns that nothing else took, under their own names.
void readFurtherColumns(TableReading& reading) {
    std::set<std::size_t> taken = reading.mapping.consumed;
    for (const auto& [quantity, index] : reading.mapping.columns) {
        if (quantity != "repeat") { // stays a column too
            taken.insert(index);
        }
    }
    std::size_t ignored = 0;
    std::string names;
    for (std::size_t i = 0; i < reading.table.columns(); ++i) {
        const std::string& name = reading.table.header()[i];
        if (taken.count(i) > 0 || name.empty()) {
            continue;
        }
        if (reading.table.isNumeric(i)) {
            reading.rows.trials.extra.push_back({name, *reading.table.numbers(i)});
        } else {
            ++ignored;
            names += (names.empty() ? "" : ", ") + name;
        }
    }
    keepTrialNumbers(reading);
    if (ignored > 0) {
        reading.warnings.push_back({WarningCode::ColumnsIgnored, ignored, reading.file + ": " + names});
    }
}

/// Equal rows mean something only where a time or a trial number should differ.
void countRepeatedRows(TableReading& reading) {
    const Table& table = reading.table;
    const bool hasClock = reading.column("trial") || reading.column("stimulus_onset_s") ||
                          reading.column("response_s") || reading.column("reaction_time_s");
    std::size_t repeated = 0;
    for (std::size_t row = 1; row < table.rows() && hasClock; ++row) {
        bool isSame = true;
        for (std::size_t i = 0; i < table.columns() && isSame; ++i) {
            isSame = table.areEqual(row, row - 1, i);
        }
        repeated += isSame ? 1 : 0;
    }
    if (repeated > 0) {
        reading.warnings.push_back({WarningCode::RepeatedRows, repeated, reading.file});
    }
}

/// Leaves out or marks the trials that the task repeated, if the column map wants it.
base::Result<void> treatRepeats(TableReading& reading) {
    const ColumnMap map = reading.source.columns().value_or(ColumnMap());
    if (map.repeats == Repeats::Keep) {
        return {};
    }
    const auto named = map.columns.find("repeat");
    const auto column = named != map.columns.end() && !named->second.empty()
                            ? reading.table.find(named->second)
                            : std::nullopt;
    auto rows = column ? repeatRows(reading.table, *column)
                       : base::Result<std::vector<std::uint8_t>>(repeatRows(reading.rows.trials));
    if (!rows) {
        return tl::make_unexpected(rows.error());
    }
    if (rows->empty()) {
        return base::failure(ErrorCode::InvalidValue,
            QT_TRANSLATE_NOOP("core", "No column tells which trials the task repeated."),
            reading.table.where(),
            QT_TRANSLATE_NOOP("core", "Name it in the column map, or keep repeated trials."));
    }
    const auto count = static_cast<std::size_t>(std::count(rows->begin(), rows->end(), 1));
    const bool areLeftOut = map.repeats == Repeats::LeaveOut;
    if (count == rows->size() && areLeftOut) {
        return base::failure(ErrorCode::NoData,
            QT_TRANSLATE_NOOP("core", "Every trial is said to be a repeated one; none would be left."),
            reading.table.where());
    }
    reading.rows.repeats = areLeftOut ? Repeats::LeaveOut : Repeats::CountOnly;
    reading.rows.isRepeat = std::move(*rows);
    reading.warnings.push_back(
        {areLeftOut ? WarningCode::RepeatsLeftOut : WarningCode::RepeatsCountedOnly, count, reading.file});
    return {};
}

/// A time of response before its stimulus on most trials counts from the stimulus: it is the reaction time.
void moveDelays(data::Trials& trials) {
    std::size_t before = 0, known = 0;
    for (std::size_t row = 0; row < trials.responseS.size() && !trials.stimulusOnsetS.empty(); ++row) {
        known += std::isfinite(trials.responseS[row] - trials.stimulusOnsetS[row]) ? 1 : 0;
        before += trials.responseS[row] < trials.stimulusOnsetS[row] ? 1 : 0;
    }
    if (trials.reactionTimeS.empty() && before * 2 > known) {
        trials.reactionTimeS = std::exchange(trials.responseS, {});
    }
}

} // namespace

base::Result<void> readTimes(TableReading& reading) {
    data::Trials& trials = reading.rows.trials;
    const std::pair<const char*, std::vector<double>*> quantities[] = {
        {"stimulus_onset_s", &trials.stimulusOnsetS}, {"response_s", &trials.responseS},
        {"reaction_time_s", &trials.reactionTimeS}, {"probability_left", &trials.probabilityLeft},
        {"trial", &reading.rows.trialNumber}};
    for (const auto& [quantity, values] : quantities) {
        if (const auto found = reading.column(quantity)) {
            auto numbers = reading.table.numbers(*found);
            if (!numbers) {
                return tl::make_unexpected(numbers.error());
            }
            *values = std::move(*numbers);
            const bool isTime = values != &trials.probabilityLeft && values != &reading.rows.trialNumber;
            if (isTime && saysMilliseconds(reading.table.header()[*found])) {
                fromMilliseconds(*values, reading, *found);
            }
        }
    }
    readPercentPriors(reading);
    readSlowTimes(reading);
    moveDelays(trials);
    if (trials.reactionTimeS.empty() && !trials.responseS.empty() && !trials.stimulusOnsetS.empty()) {
        for (std::size_t row = 0; row < reading.table.rows(); ++row) {
            trials.reactionTimeS.push_back(trials.responseS[row] - trials.stimulusOnsetS[row]);
        }
    }
    return {};
}

base::Result<void> readFurther(TableReading& reading) {
    readFurtherColumns(reading);
    countRepeatedRows(reading);
    return treatRepeats(reading);
}

} // namespace rulescope::io
