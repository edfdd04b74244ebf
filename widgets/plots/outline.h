// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"

#include <QLineF>
#include <QPolygonF>
#include <QRectF>
#include <cmath>
#include <vector>

namespace rulescope::plots {

/// Maps one axis' values to layout units; NaN where a logarithm does not exist.
struct AxisMap {
    double origin = 0;
    double scale = 1;
    bool isLogarithmic = false;
    double operator()(double value) const {
        return origin + scale * (isLogarithmic ? std::log(value) : value);
    }
    bool operator==(const AxisMap&) const = default;
};

/// Where a panel's data are drawn: both maps, the frame, and the width of a column within which points are
/// merged.
struct PixelFrame {
    AxisMap x, y;
    QRectF rect;
    double column = 1;
    bool operator==(const PixelFrame&) const = default;
    QPointF at(double xValue, double yValue) const { return {x(xValue), y(yValue)}; }
};

/// The lines through the finite points of `xy`, in layout units: steps expanded, points that fall into one
/// column merged to the first, lowest, highest and last of them (nothing visible is lost), cut off at the
/// frame. Cutting by geometry instead of a painter's clip keeps files clean: SVG has no clip here.
std::vector<QPolygonF> polylines(const figures::XY& xy, const PixelFrame& frame);

/// The areas of a band between its finite limits, cut off at the frame.
std::vector<QPolygonF> areas(const figures::Band& band, const PixelFrame& frame);

/// The part of a straight line within the frame; an empty line if none.
QLineF clippedLine(const QLineF& line, const QRectF& frame);

/// Coarse map of what is already drawn in a frame, to find room for legends and labels.
class Occupancy {
  public:
    Occupancy(const QRectF& frame, double cell);
    void mark(const QPointF& point);
    void mark(const QLineF& line);
    void mark(const QRectF& rect);
    void mark(const QPolygonF& polyline);
    /// Occupied cells under `rect`; cells outside the frame are free.
    int count(const QRectF& rect) const;
    /// Width and height of a cell: what is closer together than this need not be marked apart.
    double cell() const { return m_cell; }

  private:
    int columnOf(double x) const;
    int rowOf(double y) const;
    QRectF m_frame;
    double m_cell;
    int m_columns, m_rows;
    std::vector<char> m_cells;
};

} // namespace rulescope::plots
