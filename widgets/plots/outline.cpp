// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/outline.h"

#include <QLineF>
#include <algorithm>
#include <array>

namespace rulescope::plots {

namespace {

// Far outside any page: keeps the arithmetic of cutting finite for values such as 1e300.
constexpr double farAway = 1e7;

bool isFinite(const QPointF& point) {
    return std::isfinite(point.x()) && std::isfinite(point.y());
}

QPointF bounded(const QPointF& point) {
    return {std::clamp(point.x(), -farAway, farAway), std::clamp(point.y(), -farAway, farAway)};
}

/// Appends points, merging those of one column to first, lowest, highest, last in the order in which they
/// came.
class ColumnMerger {
  public:
    explicit ColumnMerger(double column)
        : m_column(column) {}

    void add(const QPointF& point) {
        const double column = std::floor(point.x() / m_column);
        if (m_count > 0 && column == m_current) {
            ++m_count;
            m_last = point;
            if (point.y() < m_lowest.y()) {
                m_lowest = point;
                m_lowestOrder = m_count;
            }
            if (point.y() > m_highest.y()) {
                m_highest = point;
                m_highestOrder = m_count;
            }
            return;
        }
        flush();
        m_current = column;
        m_count = m_lowestOrder = m_highestOrder = 1;
        m_first = m_last = m_lowest = m_highest = point;
    }

    QPolygonF take() {
        flush();
        QPolygonF result;
        result.swap(m_points);
        return result;
    }

  private:
    void flush() {
        if (m_count == 0) {
            return;
        }
        m_points.append(m_first);
        const bool isLowestFirst = m_lowestOrder < m_highestOrder;
        const QPointF& earlier = isLowestFirst ? m_lowest : m_highest;
        const QPointF& later = isLowestFirst ? m_highest : m_lowest;
        for (const QPointF& point : {earlier, later, m_last}) {
            if (point != m_points.constLast()) {
                m_points.append(point);
            }
        }
        m_count = 0;
    }

    double m_column;
    double m_current = 0;
    int m_count = 0, m_lowestOrder = 0, m_highestOrder = 0;
    QPointF m_first, m_last, m_lowest, m_highest;
    QPolygonF m_points;
};

void appendClipped(const QPolygonF& run, const QRectF& frame, std::vector<QPolygonF>& result) {
    QPolygonF piece;
    const auto flush = [&] {
        if (piece.size() > 1) {
            result.push_back(piece);
        }
        piece.clear();
    };
    for (qsizetype i = 1; i < run.size(); ++i) {
        const QLineF line = clippedLine({run[i - 1], run[i]}, frame);
        if (line.isNull()) {
            if (!frame.contains(run[i])) {
                flush();
            }
            continue;
        }
        if (piece.isEmpty() || piece.constLast() != line.p1()) {
            flush();
            piece.append(line.p1());
        }
        piece.append(line.p2());
        if (line.p2() != run[i]) {
            flush();
        }
    }
    flush();
}

/// One side of Sutherland-Hodgman: keeps the part where `inside` >= 0.
template<class Distance>
QPolygonF cutBy(const QPolygonF& polygon, const Distance& inside) {
    QPolygonF result;
    for (qsizetype i = 0; i < polygon.size(); ++i) {
        const QPointF& from = polygon[i];
        const QPointF& to = polygon[(i + 1) % polygon.size()];
        const double a = inside(from);
        const double b = inside(to);
        if (a >= 0) {
            result.append(from);
        }
        if ((a >= 0) != (b >= 0)) {
            result.append(from + (to - from) * (a / (a - b)));
        }
    }
    return result;
}

QPolygonF clippedArea(QPolygonF polygon, const QRectF& frame) {
    polygon = cutBy(polygon, [&](const QPointF& p) { return p.x() - frame.left(); });
    polygon = cutBy(polygon, [&](const QPointF& p) { return frame.right() - p.x(); });
    polygon = cutBy(polygon, [&](const QPointF& p) { return p.y() - frame.top(); });
    return cutBy(polygon, [&](const QPointF& p) { return frame.bottom() - p.y(); });
}

/// Indices [first, last) of a sorted x that can reach into the frame (with one neighbour on each side).
std::pair<std::size_t, std::size_t> visibleIndices(
    const std::vector<double>& x, std::size_t count, const PixelFrame& frame) {
    const auto end = x.begin() + static_cast<std::ptrdiff_t>(count);
    if (!std::is_sorted(x.begin(), end) || (count > 0 && std::isnan(x[count - 1]))) {
        return {0, count};
    }
    const bool isAscending = frame.x.scale > 0;
    const auto left = [&](double value, double pixel) {
        return isAscending ? frame.x(value) < pixel : frame.x(value) > pixel;
    };
    const double from = isAscending ? frame.rect.left() : frame.rect.right();
    const double to = isAscending ? frame.rect.right() : frame.rect.left();
    const auto first = std::partition_point(x.begin(), end, [&](double v) { return left(v, from); });
    const auto last = std::partition_point(first, end, [&](double v) { return left(v, to); });
    const auto begin = static_cast<std::size_t>(first - x.begin());
    const auto stop = static_cast<std::size_t>(last - x.begin());
    return {begin > 0 ? begin - 1 : 0, std::min(count, stop + 1)};
}

} // namespace

QLineF clippedLine(const QLineF& line, const QRectF& frame) {
    // Liang and Barsky (1984).
    const double dx = line.dx();
    const double dy = line.dy();
    const std::array<double, 4> p = {-dx, dx, -dy, dy};
    const std::array<double, 4> q = {line.x1() - frame.left(), frame.right() - line.x1(),
        line.y1() - frame.top(), frame.bottom() - line.y1()};
    double enter = 0;
    double leave = 1;
    for (std::size_t i = 0; i < 4; ++i) {
        if (p[i] == 0) {
            if (q[i] < 0) {
                return {};
            }
            continue;
        }
        const double t = q[i] / p[i];
        if (p[i] < 0) {
            enter = std::max(enter, t);
        } else {
            leave = std::min(leave, t);
        }
    }
    if (enter > leave) {
        return {};
    }
    const QPointF from = enter > 0 ? line.pointAt(enter) : line.p1();
    const QPointF to = leave < 1 ? line.pointAt(leave) : line.p2();
    return {from, to};
}

std::vector<QPolygonF> polylines(const figures::XY& xy, const PixelFrame& frame) {
    std::vector<QPolygonF> result;
    const auto [first, last] = visibleIndices(xy.x, std::min(xy.x.size(), xy.y.size()), frame);
    ColumnMerger merger(frame.column);
    bool hasPrevious = false;
    QPointF previous;
    for (std::size_t i = first; i < last; ++i) {
        const QPointF point = frame.at(xy.x[i], xy.y[i]);
        if (!isFinite(point)) {
            appendClipped(merger.take(), frame.rect, result);
            hasPrevious = false;
            continue;
        }
        const QPointF here = bounded(point);
        if (xy.isStep && hasPrevious) {
            merger.add({here.x(), previous.y()});
        }
        merger.add(here);
        previous = here;
        hasPrevious = true;
    }
    appendClipped(merger.take(), frame.rect, result);
    return result;
}

std::vector<QPolygonF> areas(const figures::Band& band, const PixelFrame& frame) {
    std::vector<QPolygonF> result;
    ColumnMerger lowerEdge(frame.column);
    ColumnMerger upperEdge(frame.column);
    const auto flush = [&] {
        QPolygonF outline = upperEdge.take();
        const QPolygonF back = lowerEdge.take();
        std::reverse_copy(back.begin(), back.end(), std::back_inserter(outline));
        const QPolygonF area = outline.size() > 2 ? clippedArea(outline, frame.rect) : QPolygonF();
        if (area.size() > 2) {
            result.push_back(area);
        }
    };
    const std::size_t count = std::min({band.x.size(), band.lower.size(), band.upper.size()});
    const auto [first, last] = visibleIndices(band.x, count, frame);
    for (std::size_t i = first; i < last; ++i) {
        const QPointF lower = frame.at(band.x[i], band.lower[i]);
        const QPointF upper = frame.at(band.x[i], band.upper[i]);
        if (isFinite(lower) && isFinite(upper)) {
            lowerEdge.add(bounded(lower));
            upperEdge.add(bounded(upper));
        } else {
            flush();
        }
    }
    flush();
    return result;
}

Occupancy::Occupancy(const QRectF& frame, double cell)
    : m_frame(frame)
    , m_cell(std::max(cell, 1.0))
    , m_columns(std::max(1, static_cast<int>(std::ceil(frame.width() / m_cell))))
    , m_rows(std::max(1, static_cast<int>(std::ceil(frame.height() / m_cell))))
    , m_cells(static_cast<std::size_t>(m_columns) * static_cast<std::size_t>(m_rows), 0) {}

int Occupancy::columnOf(double x) const {
    return static_cast<int>(std::floor(std::clamp((x - m_frame.left()) / m_cell, -1.0, m_columns + 1.0)));
}

int Occupancy::rowOf(double y) const {
    return static_cast<int>(std::floor(std::clamp((y - m_frame.top()) / m_cell, -1.0, m_rows + 1.0)));
}

void Occupancy::mark(const QPointF& point) {
    const int column = columnOf(point.x());
    const int row = rowOf(point.y());
    if (column >= 0 && column < m_columns && row >= 0 && row < m_rows) {
        m_cells[static_cast<std::size_t>(row * m_columns + column)] = 1;
    }
}

void Occupancy::mark(const QLineF& line) {
    const double length = std::min(line.length(), 4 * (m_frame.width() + m_frame.height()));
    const int steps = std::max(1, static_cast<int>(std::ceil(2 * length / m_cell)));
    for (int i = 0; i <= steps; ++i) {
        mark(line.pointAt(static_cast<double>(i) / steps));
    }
}

void Occupancy::mark(const QRectF& rect) {
    const int right = std::min(m_columns - 1, columnOf(rect.right()));
    const int bottom = std::min(m_rows - 1, rowOf(rect.bottom()));
    for (int row = std::max(0, rowOf(rect.top())); row <= bottom; ++row) {
        for (int column = std::max(0, columnOf(rect.left())); column <= right; ++column) {
            m_cells[static_cast<std::size_t>(row * m_columns + column)] = 1;
        }
    }
}

void Occupancy::mark(const QPolygonF& polyline) {
    for (qsizetype i = 1; i < polyline.size(); ++i) {
        mark(QLineF(polyline[i - 1], polyline[i]));
    }
}

int Occupancy::count(const QRectF& rect) const {
    int occupied = 0;
    const int right = std::min(m_columns - 1, columnOf(rect.right()));
    const int bottom = std::min(m_rows - 1, rowOf(rect.bottom()));
    for (int row = std::max(0, rowOf(rect.top())); row <= bottom; ++row) {
        for (int column = std::max(0, columnOf(rect.left())); column <= right; ++column) {
            occupied += m_cells[static_cast<std::size_t>(row * m_columns + column)];
        }
    }
    return occupied;
}

} // namespace rulescope::plots
