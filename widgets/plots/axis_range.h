// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"

namespace rulescope::plots {

enum class Dimension { X, Y };

struct Range {
    double low = 0;
    double high = 1;
    double size() const { return high - low; }
    bool contains(double value) const { return value >= low && value <= high; }
    bool operator==(const Range&) const = default;
};

/// What an axis of the panel shows at rest: its fixed ends, else the finite data with their intervals and a
/// margin (none around heat maps), whole categories, and guides near the data. Always finite, never empty,
/// positive on a logarithmic axis.
Range homeRange(const figures::Panel& panel, Dimension dimension);

/// Moves and shrinks `range` until it lies within `home`: panning and zooming never lose the data.
Range clamped(Range range, const Range& home, bool isLogarithmic);

} // namespace rulescope::plots
