// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/table_trials.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rulescope::io {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kLargestFraction = 1 + 1e-9;

double largestMagnitude(const std::vector<double>& values) {
    double largest = 0;
    for (const double value : values) {
        largest = std::isnan(value) ? largest : std::max(largest, std::abs(value));
    }
    return largest;
}

std::int8_t sideOf(double value) {
    return value > 0 ? data::kRight : value < 0 ? data::kLeft : data::kUnknown;
}

void scalePercent(Stimuli& stimuli, Scale scale) {
    for (double& value : stimuli.values) {
        value /= 100;
    }
    (scale.isDoubtful ? stimuli.doubtfulPercentRows : stimuli.percentRows) = stimuli.values.size();
}

/// One row of a left and a right column.
struct Sided {
    double value;
    std::int8_t side;
};

Sided sided(double left, double right) {
    if (std::isnan(left) && std::isnan(right)) {
        return {kNaN, data::kUnknown};
    }
    if (std::isnan(left)) {
        return {right, data::kRight};
    }
    if (std::isnan(right)) {
        return {-left, data::kLeft};
    }
    return {right - left, sideOf(right - left)};
}

} // namespace

Scale scaleOf(const Table& table, std::size_t column, const std::vector<double>& values) {
    const double largest = largestMagnitude(values);
    const bool isCalled = saysPercent(table.header()[column]) && !table.hasPercentSigns(column);
    const bool isSmall = largest <= kLargestFraction;
    return {largest > 0 && largest <= 100 && (isCalled || !isSmall), isCalled && isSmall};
}

base::Result<Stimuli> signedStimuli(const Table& table, std::size_t column, bool mayBePercent) {
    auto values = table.numbers(column);
    if (!values) {
        return tl::make_unexpected(values.error());
    }
    Stimuli stimuli;
    stimuli.values = std::move(*values);
    const Scale scale = scaleOf(table, column, stimuli.values);
    if (scale.isPercent && mayBePercent) {
        scalePercent(stimuli, scale);
    } else if (largestMagnitude(stimuli.values) > kLargestFraction) {
        stimuli.kind = data::StimulusKind::Raw;
        stimuli.unit = table.header()[column];
    }
    for (const double value : stimuli.values) {
        stimuli.side.push_back(sideOf(value));
    }
    return stimuli;
}

base::Result<Stimuli> sidedStimuli(const Table& table, std::size_t left, std::size_t right) {
    const auto leftValues = table.numbers(left);
    const auto rightValues = table.numbers(right);
    if (!leftValues || !rightValues) {
        return tl::make_unexpected(leftValues ? rightValues.error() : leftValues.error());
    }
    Stimuli stimuli;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const bool isNegative = (*leftValues)[row] < 0 || (*rightValues)[row] < 0;
        stimuli.negativeRows += isNegative ? 1 : 0;
        const Sided found = sided(std::abs((*leftValues)[row]), std::abs((*rightValues)[row]));
        stimuli.values.push_back(found.value);
        stimuli.side.push_back(found.side);
    }
    const double largest = largestMagnitude(stimuli.values);
    const Scale scale = scaleOf(table, left, stimuli.values);
    if (scale.isPercent) {
        scalePercent(stimuli, scale);
    } else if (largest > kLargestFraction) {
        return base::failure(base::ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "A contrast of %1 is neither a fraction nor a percentage."),
                {base::Number{largest}}},
            table.where());
    }
    return stimuli;
}

base::Result<Stimuli> sidedByWords(
    const Table& table, std::size_t contrast, std::size_t side, const std::vector<ValueCodes>& sideCodes) {
    auto stimuli = signedStimuli(table, contrast, true);
    const auto coded = codedColumn(table, side);
    if (!stimuli || !coded) {
        return tl::make_unexpected(stimuli ? coded.error() : stimuli.error());
    }
    for (const ValueCodes& codes : sideCodes) {
        const auto sides = decoded(*coded, codes);
        for (std::size_t row = 0; sides && row < table.rows(); ++row) {
            stimuli->values[row] *= (*sides)[row] == data::kLeft ? -1 : 1;
            stimuli->side[row] = (*sides)[row];
        }
        if (sides) {
            return stimuli;
        }
    }
    return base::failure(base::ErrorCode::InvalidValue,
        {QT_TRANSLATE_NOOP("core", "Column %1 holds values that no known code of sides has."),
            {table.header()[side]}},
        table.where(), QT_TRANSLATE_NOOP("core", "Say in a column map which values mean right and left."));
}

base::Result<Stimuli> sidedByPosition(const Table& table, std::size_t contrast, std::size_t position) {
    auto stimuli = signedStimuli(table, contrast, true);
    const auto positions = table.numbers(position);
    if (!stimuli || !positions) {
        return tl::make_unexpected(stimuli ? positions.error() : stimuli.error());
    }
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const double place = (*positions)[row];
        const double sign = place > 0 ? 1 : place < 0 ? -1 : 0;
        const double magnitude = std::abs(stimuli->values[row]);
        if (sign == 0 && magnitude > 0) {
            return base::failure(base::ErrorCode::InvalidValue,
                QT_TRANSLATE_NOOP("core", "The stimulus has a contrast but no position."), table.place(row));
        }
        stimuli->values[row] = magnitude * sign;
        stimuli->side[row] = sideOf(sign);
    }
    return stimuli;
}

Stimuli noStimuli(std::size_t rows) {
    Stimuli stimuli;
    stimuli.values.assign(rows, kNaN);
    stimuli.side.assign(rows, data::kUnknown);
    stimuli.hasMeaningfulSide = false;
    return stimuli;
}

} // namespace rulescope::io
