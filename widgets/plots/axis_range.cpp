// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/axis_range.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rulescope::plots {

namespace {

using namespace figures;

/// Collects the finite (on a logarithmic axis: positive) values of one dimension.
class Extent {
  public:
    Extent(Dimension dimension, bool isLogarithmic)
        : m_dimension(dimension)
        , m_isLogarithmic(isLogarithmic) {}

    void add(double value) {
        if (std::isfinite(value) && (!m_isLogarithmic || value > 0)) {
            m_low = std::min(m_low, value);
            m_high = std::max(m_high, value);
        }
    }
    void add(const std::vector<double>& values) {
        for (const double value : values) {
            add(value);
        }
    }
    void operator()(const XY& xy) {
        if (m_dimension == Dimension::X) {
            add(xy.x);
        } else {
            add(xy.y);
            add(xy.lower);
            add(xy.upper);
        }
    }
    void operator()(const Band& band) {
        if (m_dimension == Dimension::X) {
            add(band.x);
        } else {
            add(band.lower);
            add(band.upper);
        }
    }
    void operator()(const Bars& bars) {
        if (m_dimension == Dimension::X) {
            for (const double x : bars.x) {
                add(x - bars.width / 2);
                add(x + bars.width / 2);
            }
        } else {
            add(bars.base);
            m_base = bars.base;
            add(bars.y);
            add(bars.lower);
            add(bars.upper);
        }
    }
    void operator()(const HeatMap& map) {
        const std::vector<double>& centres = m_dimension == Dimension::X ? map.x : map.y;
        if (centres.empty()) {
            return;
        }
        const double cells = static_cast<double>(centres.size()) - 1;
        const double half = centres.size() > 1 ? (centres.back() - centres.front()) / cells / 2 : 0.5;
        add(centres.front() - half);
        add(centres.back() + half);
        m_hasMap = true;
    }

    bool isEmpty() const { return !(m_low <= m_high); }
    bool hasMap() const { return m_hasMap; }
    /// Bars stand on the axis: no margin on the side of their base.
    bool isBase(double value) const { return m_base == value; }
    double low() const { return m_low; }
    double high() const { return m_high; }

  private:
    Dimension m_dimension;
    bool m_isLogarithmic;
    bool m_hasMap = false;
    double m_base = std::numeric_limits<double>::quiet_NaN(); ///< NaN, equal to nothing: no bars
    double m_low = std::numeric_limits<double>::infinity();
    double m_high = -std::numeric_limits<double>::infinity();
};

void addCategories(Extent& extent, const std::vector<Tick>& ticks) {
    if (ticks.empty()) {
        return;
    }
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 1; i < ticks.size(); ++i) {
        least = std::min(least, std::abs(ticks[i].at - ticks[i - 1].at));
    }
    const double half = std::isfinite(least) && least > 0 ? least / 2 : 0.5;
    for (const Tick& tick : ticks) {
        extent.add(tick.at - half);
        extent.add(tick.at + half);
    }
}

/// A guide belongs into view if that costs the data at most a third of the room.
void addGuides(Extent& extent, const Panel& panel, Dimension dimension) {
    const Guide::Direction across =
        dimension == Dimension::Y ? Guide::Direction::Horizontal : Guide::Direction::Vertical;
    for (const Guide& guide : panel.guides) {
        const double reach = extent.isEmpty() ? 0 : 0.5 * (extent.high() - extent.low());
        const bool isNear =
            !extent.isEmpty() && guide.at >= extent.low() - reach && guide.at <= extent.high() + reach;
        if (guide.direction == across && isNear) {
            extent.add(guide.at);
        }
    }
}

Range widened(double low, double high, bool isLogarithmic) {
    if (isLogarithmic) {
        return low < high ? Range{low, high} : Range{low / 2, high * 2};
    }
    const double least = std::max(std::abs(low), std::abs(high)) * 1e-9;
    if (high - low > least) {
        return {low, high};
    }
    const double half = low == 0 ? 0.5 : std::abs(low) * 0.1;
    return {low - half, high + half};
}

Range withMargin(Range range, bool isLogarithmic, double share) {
    if (isLogarithmic) {
        const double factor = std::pow(range.high / range.low, share);
        return {range.low / factor, range.high * factor};
    }
    return {range.low - share * range.size(), range.high + share * range.size()};
}

} // namespace

Range homeRange(const Panel& panel, Dimension dimension) {
    const Axis& axis = dimension == Dimension::X ? panel.x : panel.y;
    const bool isLogarithmic = axis.isLogarithmic;
    const auto isUsable = [&](const std::optional<double>& end) {
        return end && std::isfinite(*end) && (!isLogarithmic || *end > 0);
    };
    Extent extent(dimension, isLogarithmic);
    for (const Series& series : panel.series) {
        std::visit(extent, series);
    }
    const bool isCategorical =
        !axis.ticks.empty() && !isUsable(axis.low) && !isUsable(axis.high) && !isLogarithmic;
    if (isCategorical && !extent.hasMap()) {
        addCategories(extent, axis.ticks);
    }
    addGuides(extent, panel, dimension);
    if (extent.isEmpty()) {
        extent.add(isUsable(axis.low)    ? *axis.low
                   : isUsable(axis.high) ? *axis.high
                   : isLogarithmic       ? 1.0
                                         : 0.0);
    }
    Range range = widened(extent.low(), extent.high(), isLogarithmic);
    if (!extent.hasMap() && !isCategorical) {
        const Range data = range;
        range = withMargin(range, isLogarithmic, dimension == Dimension::X ? 0.02 : 0.06);
        range.low = extent.isBase(data.low) ? data.low : range.low;
        range.high = extent.isBase(data.high) ? data.high : range.high;
    }
    range.low = isUsable(axis.low) ? *axis.low : range.low;
    range.high = isUsable(axis.high) ? *axis.high : range.high;
    if (range.low > range.high) {
        std::swap(range.low, range.high);
    }
    return widened(range.low, range.high, isLogarithmic);
}

Range clamped(Range range, const Range& home, bool isLogarithmic) {
    if (isLogarithmic) {
        if (!(range.low > 0) || range.high / range.low >= home.high / home.low) {
            return home;
        }
        const double factor =
            range.low < home.low ? home.low / range.low : std::min(1.0, home.high / range.high);
        return {range.low * factor, range.high * factor};
    }
    if (!(range.size() < home.size())) {
        return home;
    }
    const double shift = range.low < home.low ? home.low - range.low : std::min(0.0, home.high - range.high);
    return {range.low + shift, range.high + shift};
}

} // namespace rulescope::plots
