// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/canvas/xy_plottable.h"

#include "widgets/text/translated.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace rulescope::plots {

using namespace figures;

namespace {

// Smooth edges cost time in proportion to the length drawn; beyond this a line is a dense scribble and they
// show nothing.
constexpr double longestSmooth = 12000; // layout units

// Round joints are arcs, and those of a line with a joint at every pixel take longer than the line. Nobody
// sees them.
constexpr qsizetype mostRoundJoints = 400;

double lengthOf(const QPolygonF& line) {
    double length = 0;
    for (qsizetype i = 1; i < line.size(); ++i) {
        length += QLineF(line[i - 1], line[i]).length();
    }
    return length;
}

std::optional<Range> intervalAt(
    const std::vector<double>& lower, const std::vector<double>& upper, std::size_t i) {
    if (i < lower.size() && i < upper.size() && std::isfinite(lower[i]) && std::isfinite(upper[i])) {
        return Range{lower[i], upper[i]};
    }
    return std::nullopt;
}

std::vector<QLineF> verticalBars(const PixelFrame& frame, const std::vector<double>& x,
    const std::vector<double>& lower, const std::vector<double>& upper) {
    std::vector<QLineF> lines;
    for (std::size_t i = 0; i < std::min({x.size(), lower.size(), upper.size()}); ++i) {
        const QPointF from = frame.at(x[i], lower[i]);
        const QPointF to = frame.at(x[i], upper[i]);
        if (std::isfinite(from.x()) && std::isfinite(from.y()) && std::isfinite(to.y())) {
            const QLineF line = clippedLine({from, to}, frame.rect);
            if (!line.isNull()) {
                lines.push_back(line);
            }
        }
    }
    return lines;
}

QString tipAt(const std::vector<figures::Text>& tips, std::size_t i) {
    return i < tips.size() ? text::translated(tips[i]) : QString();
}

} // namespace

std::vector<QLineF> XYPlottable::errorBars(const PixelFrame& frame) const {
    const XY& xy = data<XY>();
    return verticalBars(frame, xy.x, xy.lower, xy.upper);
}

std::vector<QPointF> XYPlottable::markers(const PixelFrame& frame) const {
    const XY& xy = data<XY>();
    const QRectF reachable = frame.rect.adjusted(-1, -1, 1, 1);
    std::vector<QPointF> points;
    const std::size_t count = std::min(xy.x.size(), xy.y.size());
    for (std::size_t i = 0; i < count; ++i) {
        // Without markers only points that no line reaches are drawn, so that a lone session is not
        // invisible.
        const auto isFiniteAt = [&](std::size_t k) {
            return std::isfinite(xy.x[k]) && std::isfinite(xy.y[k]);
        };
        if (xy.marker == Marker::None &&
            ((i > 0 && isFiniteAt(i - 1)) || (i + 1 < count && isFiniteAt(i + 1)))) {
            continue;
        }
        const QPointF point = frame.at(xy.x[i], xy.y[i]);
        if (std::isfinite(point.x()) && std::isfinite(point.y()) && reachable.contains(point)) {
            points.push_back(point);
        }
    }
    return points;
}

namespace {

/// A line that goes back and forth across the panel, as weights over trials do; a curve doesn't.
bool isJagged(const QPolygonF& line, double length) {
    const QRectF bounds = line.boundingRect();
    return length > 4 * (bounds.width() + bounds.height());
}

/// The outline of a long jagged line crosses itself so often that filling it takes most of a redraw; that of
/// short pieces doesn't. Pieces share a segment, so that no joint is missing; on a level curve these
/// segments, drawn twice, would show as darker dashes.
void drawInPieces(QCPPainter* painter, const QPolygonF& line) {
    constexpr qsizetype piece = 12;
    for (qsizetype first = 0; first + 1 < line.size(); first += piece) {
        const qsizetype from = std::max<qsizetype>(0, first - 1);
        painter->drawPolyline(
            line.constData() + from, static_cast<int>(std::min(line.size(), first + piece + 1) - from));
    }
}

} // namespace

void XYPlottable::draw(QCPPainter* painter) {
    const XY& xy = data<XY>();
    const PixelFrame frame = panel().frame();
    const QColor colour = style().lineColour(xy.colour);
    // Error bars run into their marker without a gap.
    const bool isOpen = xy.marker == Marker::OpenCircle || xy.marker == Marker::OpenSquare;
    const QColor edge = xy.lower.empty() || isOpen ? style().theme.background : colour;
    painter->setBrush(Qt::NoBrush);
    if (xy.line != LineStyle::None) {
        const std::vector<QPolygonF> lines = polylines(xy, frame);
        const double length = std::accumulate(lines.begin(), lines.end(), 0.0,
            [](double sum, const QPolygonF& line) { return sum + lengthOf(line); });
        const bool isVector = painter->modes().testFlag(QCPPainter::pmVectorized);
        const bool isSmooth = isVector || length < longestSmooth;
        painter->setAntialiasing(isSmooth);
        QPen pen = style().pen(colour, xy.widthPt, xy.line);
        if (!isSmooth) {
            pen.setWidth(1);
            pen.setStyle(Qt::SolidLine);
        }
        const auto points = std::accumulate(lines.begin(), lines.end(), qsizetype(0),
            [](qsizetype sum, const QPolygonF& line) { return sum + line.size(); });
        if (!isVector && points > mostRoundJoints) {
            pen.setJoinStyle(Qt::BevelJoin);
        }
        painter->setPen(pen);
        const bool isInPieces = isSmooth && !isVector && pen.style() == Qt::SolidLine;
        for (const QPolygonF& line : lines) {
            if (isInPieces && isJagged(line, lengthOf(line))) {
                drawInPieces(painter, line);
            } else {
                painter->drawPolyline(line);
            }
        }
    }
    painter->setAntialiasing(true);
    painter->setPen(style().pen(colour, std::max(0.75, 0.75 * xy.widthPt)));
    for (const QLineF& bar : errorBars(frame)) {
        painter->drawLine(bar);
    }
    const bool isLone = xy.marker == Marker::None;
    const double size = style().length(isLone ? 1.6 * xy.widthPt : xy.markerPt);
    for (const QPointF& point : markers(frame)) {
        drawMarker(
            painter, point, isLone ? Marker::Circle : xy.marker, size, colour, edge, style().length(0.9));
    }
}

void XYPlottable::occupy(Occupancy& occupancy) const {
    const XY& xy = data<XY>();
    const PixelFrame frame = panel().frame();
    if (xy.line != LineStyle::None) {
        PixelFrame coarse = frame;
        coarse.column = std::max(frame.column, 0.5 * occupancy.cell());
        for (const QPolygonF& line : polylines(xy, coarse)) {
            occupancy.mark(line);
        }
    }
    for (const QLineF& bar : errorBars(frame)) {
        occupancy.mark(bar);
    }
    const double r = style().length(xy.markerPt) / 2;
    for (const QPointF& point : markers(frame)) {
        occupancy.mark(QRectF(point.x() - r, point.y() - r, 2 * r, 2 * r));
    }
}

std::optional<Hit> XYPlottable::nearest(const QPointF& pixel, double reach) const {
    const XY& xy = data<XY>();
    const PixelFrame frame = panel().frame();
    std::size_t best = 0;
    double least = reach;
    bool isFound = false;
    for (std::size_t i = 0; i < std::min(xy.x.size(), xy.y.size()); ++i) {
        const double dx = frame.x(xy.x[i]) - pixel.x();
        if (!(std::abs(dx) <= least)) {
            continue;
        }
        const double distance = std::hypot(dx, frame.y(xy.y[i]) - pixel.y());
        if (distance <= least) {
            least = distance;
            best = i;
            isFound = true;
        }
    }
    if (!isFound) {
        return std::nullopt;
    }
    return Hit{least, false,
        pointTip(
            xy.label, xy.x[best], xy.y[best], intervalAt(xy.lower, xy.upper, best), tipAt(xy.tips, best))};
}

void XYPlottable::drawIcon(QCPPainter* painter, const QRectF& rect) const {
    const XY& xy = data<XY>();
    const QColor colour = style().lineColour(xy.colour);
    painter->setAntialiasing(true);
    if (xy.line != LineStyle::None) {
        painter->setPen(style().pen(colour, xy.widthPt, xy.line));
        painter->drawLine(QLineF(rect.left(), rect.center().y(), rect.right(), rect.center().y()));
    }
    drawMarker(painter, rect.center(), xy.marker, style().length(xy.markerPt), colour,
        style().theme.background, style().length(0.9));
}

QColor BandPlottable::fill() const {
    QColor colour = style().colour(data<Band>().colour);
    colour.setAlphaF(style().theme.isDark ? 0.28f : 0.2f);
    return colour;
}

void BandPlottable::draw(QCPPainter* painter) {
    painter->setAntialiasing(true);
    painter->setPen(Qt::NoPen);
    painter->setBrush(fill());
    for (const QPolygonF& area : areas(data<Band>(), panel().frame())) {
        painter->drawPolygon(area);
    }
}

void BandPlottable::occupy(Occupancy& occupancy) const {
    const PixelFrame frame = panel().frame();
    const Band& band = data<Band>();
    // Points that fall into one column of cells are marked as one line: a band of 10,000 trials has as many
    // there.
    std::optional<QLineF> column;
    const auto mark = [&] {
        if (column) {
            if (const QLineF inside = clippedLine(*column, frame.rect); !inside.isNull()) {
                occupancy.mark(inside);
            }
        }
    };
    for (std::size_t i = 0; i < std::min({band.x.size(), band.lower.size(), band.upper.size()}); ++i) {
        const QPointF low = frame.at(band.x[i], band.lower[i]), high = frame.at(band.x[i], band.upper[i]);
        if (!std::isfinite(low.x()) || !std::isfinite(low.y()) || !std::isfinite(high.y())) {
            continue;
        }
        if (column && std::abs(low.x() - column->x1()) < 0.5 * occupancy.cell()) {
            *column = QLineF(column->x1(), std::max({column->y1(), low.y(), high.y()}), column->x1(),
                std::min({column->y2(), low.y(), high.y()}));
        } else {
            mark();
            column = QLineF(low.x(), std::max(low.y(), high.y()), low.x(), std::min(low.y(), high.y()));
        }
    }
    mark();
}

void BandPlottable::drawIcon(QCPPainter* painter, const QRectF& rect) const {
    painter->setAntialiasing(true);
    painter->setPen(Qt::NoPen);
    painter->setBrush(fill());
    painter->drawRect(rect.adjusted(0, rect.height() * 0.12, 0, -rect.height() * 0.12));
}

QRectF BarsPlottable::barRect(const PixelFrame& frame, std::size_t i) const {
    const Bars& bars = data<Bars>();
    const QPointF from = frame.at(bars.x[i] - bars.width / 2, bars.y[i]);
    // On a logarithmic axis a base of zero lies at the bottom.
    const double base = frame.y.isLogarithmic && !(bars.base > 0) ? frame.rect.bottom() : frame.y(bars.base);
    const QPointF to(frame.x(bars.x[i] + bars.width / 2), base);
    if (!std::isfinite(from.x()) || !std::isfinite(from.y()) || !std::isfinite(to.x())) {
        return {};
    }
    return QRectF(from, to).normalized().intersected(frame.rect);
}

void BarsPlottable::draw(QCPPainter* painter) {
    const Bars& bars = data<Bars>();
    const PixelFrame frame = panel().frame();
    const QColor colour = style().colour(bars.colour);
    painter->setAntialiasing(painter->modes().testFlag(QCPPainter::pmVectorized));
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme::mixed(colour, style().theme.background, 0.25));
    for (std::size_t i = 0; i < std::min(bars.x.size(), bars.y.size()); ++i) {
        const QRectF rect = barRect(frame, i);
        if (!rect.isNull()) {
            painter->drawRect(rect);
        }
    }
    painter->setAntialiasing(true);
    painter->setPen(style().pen(style().theme.ink, 0.9));
    for (const QLineF& bar : verticalBars(frame, bars.x, bars.lower, bars.upper)) {
        painter->drawLine(bar);
    }
}

void BarsPlottable::occupy(Occupancy& occupancy) const {
    const Bars& bars = data<Bars>();
    const PixelFrame frame = panel().frame();
    for (std::size_t i = 0; i < std::min(bars.x.size(), bars.y.size()); ++i) {
        const QRectF rect = barRect(frame, i);
        if (!rect.isNull()) {
            occupancy.mark(rect);
        }
    }
    for (const QLineF& bar : verticalBars(frame, bars.x, bars.lower, bars.upper)) {
        occupancy.mark(bar);
    }
}

std::optional<Hit> BarsPlottable::nearest(const QPointF& pixel, double) const {
    const Bars& bars = data<Bars>();
    const PixelFrame frame = panel().frame();
    for (std::size_t i = 0; i < std::min(bars.x.size(), bars.y.size()); ++i) {
        const QRectF rect = barRect(frame, i);
        if (rect.contains(pixel)) {
            return Hit{0, true,
                pointTip(bars.label, bars.x[i], bars.y[i], intervalAt(bars.lower, bars.upper, i), {})};
        }
    }
    return std::nullopt;
}

void BarsPlottable::drawIcon(QCPPainter* painter, const QRectF& rect) const {
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme::mixed(style().colour(data<Bars>().colour), style().theme.background, 0.25));
    const double side = rect.height() * 0.8;
    painter->drawRect(QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side));
}

} // namespace rulescope::plots
