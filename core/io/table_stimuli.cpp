// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/side_evidence.h"
#include "core/io/table_trials.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace rulescope::io {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kLargestFraction = 1 + 1e-9;

using Columns = std::vector<std::size_t>;
using Values = std::vector<double>;

double largestMagnitude(const Values& values) {
    double largest = 0;
    for (const double value : values) {
        largest = std::isnan(value) ? largest : std::max(largest, std::abs(value));
    }
    return largest;
}

std::int8_t sideOf(double value) {
    return value > 0 ? data::kRight : value < 0 ? data::kLeft : data::kUnknown;
}

/// True if each value up to 1 occurs in percent too, and two at least do: .25 beside 25, .5 beside 50.
bool areFractionsAmongPercent(const std::vector<Values>& columns) {
    constexpr std::size_t kMostLevels = 64;
    std::set<std::int64_t> small, large; // in hundredths of a percent
    for (const Values& column : columns) {
        for (const double value : column) {
            const double magnitude = std::isnan(value) ? 0 : std::abs(value);
            if (magnitude > 0 && magnitude <= 100) {
                const bool isSmall = magnitude <= kLargestFraction;
                (isSmall ? small : large).insert(std::llround(magnitude * (isSmall ? 10'000 : 100)));
            }
            if (small.size() > kMostLevels || large.size() > kMostLevels) {
                return false;
            }
        }
    }
    return small.size() > 1 && std::includes(large.begin(), large.end(), small.begin(), small.end());
}

/// A value of the column as a fraction.
double asFraction(double value, const Scale& scale, bool hasPercentSigns) {
    const bool isSmall = !(std::abs(value) > kLargestFraction);
    const bool isFraction = hasPercentSigns || scale.hasFractions ? isSmall : !scale.isPercent;
    return isFraction ? value : value / 100;
}

/// The values of columns that hold contrasts of one scale; as they are unless they may be percent.
base::Result<std::vector<Values>> contrastsOf(
    const Table& table, const Columns& columns, bool mayBePercent, Stimuli& stimuli) {
    std::vector<Values> contrasts;
    for (const std::size_t column : columns) {
        auto values = table.numbers(column);
        if (!values) {
            return tl::make_unexpected(values.error());
        }
        contrasts.push_back(std::move(*values));
    }
    if (!mayBePercent) {
        return contrasts;
    }
    const Scale scale = scaleOf(table, columns, contrasts);
    std::vector<bool> isScaled(table.rows(), scale.isPercent && !scale.hasFractions);
    std::vector<bool> isFraction(table.rows(), false);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool hasSigns = table.hasPercentSigns(columns[i]);
        for (std::size_t row = 0; row < table.rows(); ++row) {
            const double value = contrasts[i][row];
            contrasts[i][row] = asFraction(value, scale, hasSigns);
            const bool isKept = contrasts[i][row] == value && std::abs(value) > 0;
            isScaled[row] = isScaled[row] || (!isKept && std::abs(value) > 0);
            isFraction[row] = isFraction[row] || (isKept && scale.hasFractions);
        }
    }
    const auto count = [](const std::vector<bool>& flags) {
        return static_cast<std::size_t>(std::count(flags.begin(), flags.end(), true));
    };
    (scale.isDoubtful ? stimuli.doubtfulPercentRows : stimuli.percentRows) = count(isScaled);
    stimuli.mixedPercentRows = count(isFraction);
    return contrasts;
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

/// Puts the contrast of a row on its side; without a side it is missing.
void place(Stimuli& stimuli, std::size_t row, std::int8_t side) {
    const double magnitude = std::abs(stimuli.values[row]);
    const bool isUnplaced = side == data::kUnknown && magnitude > 0;
    stimuli.unplacedRows += isUnplaced ? 1 : 0;
    stimuli.values[row] = isUnplaced ? kNaN : side == data::kLeft ? -magnitude : magnitude;
    stimuli.side[row] = side;
}

} // namespace

Scale scaleOf(const Table& table, const std::vector<std::size_t>& columns,
    const std::vector<std::vector<double>>& values) {
    double largest = 0;
    bool isCalled = false;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (!table.hasPercentSigns(columns[i])) {
            largest = std::max(largest, largestMagnitude(values[i]));
            isCalled = isCalled || saysPercent(table.header()[columns[i]]);
        }
    }
    const bool isSmall = largest <= kLargestFraction;
    const bool isPercent = largest > 0 && largest <= 100 && (isCalled || !isSmall);
    return {isPercent, isCalled && isSmall, isPercent && areFractionsAmongPercent(values)};
}

base::Result<Stimuli> signedStimuli(const Table& table, std::size_t column, bool mayBePercent) {
    Stimuli stimuli;
    auto contrasts = contrastsOf(table, {column}, mayBePercent, stimuli);
    if (!contrasts) {
        return tl::make_unexpected(contrasts.error());
    }
    stimuli.values = std::move(contrasts->front());
    if (largestMagnitude(stimuli.values) > kLargestFraction) {
        stimuli.kind = data::StimulusKind::Raw;
        stimuli.unit = table.header()[column];
    }
    for (const double value : stimuli.values) {
        stimuli.side.push_back(sideOf(value));
    }
    stimuli.sideSource = SideSource::Sign;
    stimuli.sideColumn = column;
    return stimuli;
}

base::Result<Stimuli> sidedStimuli(
    const Table& table, std::size_t left, std::size_t right, bool mayBePercent) {
    Stimuli stimuli;
    const auto contrasts = contrastsOf(table, {left, right}, mayBePercent, stimuli);
    if (!contrasts) {
        return tl::make_unexpected(contrasts.error());
    }
    const Values &onLeft = contrasts->front(), &onRight = contrasts->back();
    for (std::size_t row = 0; row < table.rows(); ++row) {
        stimuli.negativeRows += onLeft[row] < 0 || onRight[row] < 0 ? 1 : 0;
        const Sided found = sided(std::abs(onLeft[row]), std::abs(onRight[row]));
        stimuli.values.push_back(found.value);
        stimuli.side.push_back(found.side);
    }
    stimuli.sideSource = SideSource::TwoColumns;
    const double largest = largestMagnitude(stimuli.values);
    if (largest > kLargestFraction && mayBePercent) {
        return base::failure(base::ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "A contrast of %1 is neither a fraction nor a percentage."),
                {base::Number{largest}}},
            table.where());
    }
    stimuli.kind = largest > kLargestFraction ? data::StimulusKind::Raw : data::StimulusKind::Contrast;
    return stimuli;
}

base::Result<Stimuli> sidedByWords(const Table& table, std::size_t contrast, std::size_t side,
    const std::vector<ValueCodes>& sideCodes, bool mayBePercent) {
    auto stimuli = signedStimuli(table, contrast, mayBePercent);
    const auto coded = codedColumn(table, side);
    if (!stimuli || !coded) {
        return tl::make_unexpected(stimuli ? coded.error() : stimuli.error());
    }
    const auto sides = firstDecoded(*coded, codesFor(*coded, sideCodes));
    if (!sides) {
        return base::failure(base::ErrorCode::InvalidValue,
            {QT_TRANSLATE_NOOP("core", "Column %1 holds values that no known code of sides has."),
                {table.header()[side]}},
            table.where(),
            QT_TRANSLATE_NOOP("core", "Say in a column map which values mean right and left."));
    }
    for (std::size_t row = 0; row < table.rows(); ++row) {
        place(*stimuli, row, (*sides)[row]);
    }
    stimuli->sideSource = SideSource::Codes;
    stimuli->sideColumn = side;
    return stimuli;
}

base::Result<Stimuli> sidedByPosition(
    const Table& table, std::size_t contrast, std::size_t position, bool mayBePercent) {
    auto stimuli = signedStimuli(table, contrast, mayBePercent);
    const auto positions = table.numbers(position);
    if (!stimuli || !positions) {
        return tl::make_unexpected(stimuli ? positions.error() : stimuli.error());
    }
    for (std::size_t row = 0; row < table.rows(); ++row) {
        place(*stimuli, row, sideOf((*positions)[row])); // NaN is on no side
    }
    stimuli->sideSource = SideSource::Position;
    stimuli->sideColumn = position;
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
