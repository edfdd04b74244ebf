// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/animal.h"
#include "core/data/regressors.h"
#include "core/figures/figure_spec.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rulescope::figures {

/// Small multiples stop being legible beyond this; figures then show the first animals, or the cohort.
inline constexpr std::size_t kMostPanels = 12;

/// Place of the i-th of n small multiples, filled row by row.
struct GridPlace {
    int row = 0, column = 0;
    bool isLeftmost = false;
    bool isLowest = false; ///< nothing below it in its column
};
GridPlace gridPlace(std::size_t index, std::size_t count);
int gridRows(std::size_t count);
int gridColumns(std::size_t count);

/// "a", "b", ... for the index-th panel of a figure.
std::string panelLetter(std::size_t index);

/// Title of a rule by contract name; "bernoulli" is the bias-only yardstick, an unknown name stands for
/// itself.
Text ruleTitle(const std::string& rule);
/// The same, short enough for an axis.
Text ruleTick(const std::string& rule);

base::Text::Argument count(std::size_t n);

/// Mean with its 95 % bootstrap interval over the values; without an interval (NaN) for fewer than two.
struct Mean {
    double value = 0, low = 0, high = 0;
};
Mean bootstrapMean(const std::vector<double>& values, std::uint64_t seed = 1);

/// Ends of the finite values with a margin of `share` of their range on either side; {0, 1} without any.
struct AxisRange {
    double low = 0, high = 1;
};
AxisRange rangeOf(const std::vector<double>& values, double share = 0.05);

/// About `most` ticks at round numbers within [low, high].
std::vector<Tick> roundTicks(double low, double high, std::size_t most = 5);

/// How stimulus regressors are drawn: a few levels as evenly spaced columns that name the stimulus, many as
/// numbers.
struct StimulusAxis {
    Axis axis;
    std::vector<double> positions; ///< of the levels
    bool hasColumns = false;
};
struct StimulusScale {
    bool isContrast = true; ///< regressors come from contrasts, so that ticks can name percent
    data::StimulusTransform transform;
};
StimulusAxis stimulusAxis(const std::vector<double>& levels, const StimulusScale& scale);

/// What a regressor is called in words: "previous choice"; a file's own column by its name.
Text regressorTitle(const std::string& name);

/// A line's name in its own colour, in place of a legend.
struct LineName {
    Text text;
    Colour colour;
};
/// From the panel's upper left corner, one below the other.
void nameLines(const std::vector<LineName>& names, Panel& panel);
/// Side by side along the panel's upper edge; `withHeadroom` keeps the lines away from there.
void nameLinesInRow(const std::vector<LineName>& names, Panel& panel);
/// The range with room above it for a row of names.
AxisRange withHeadroom(AxisRange range);

/// Ticks of a panel above another with the same axis: the same places, no labels.
std::vector<Tick> unlabelled(std::vector<Tick> ticks);

} // namespace rulescope::figures
