// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/canvas/heat_map_plottable.h"

#include "widgets/plots/number_label.h"

#include <QCoreApplication>
#include <QImage>
#include <QPainterPath>
#include <algorithm>
#include <cmath>
#include <map>

namespace rulescope::plots {

using namespace figures;

namespace {

// More cells than this become an image in files too: a vector page would be slow to open.
constexpr std::size_t mostVectorCells = 20000;
constexpr double fadedShare = 0.62;
constexpr double hatchPt = 4;

double cellSize(const std::vector<double>& centres) {
    return centres.size() > 1 ? (centres.back() - centres.front()) / (static_cast<double>(centres.size()) - 1)
                              : 1;
}

} // namespace

/// Edges of the cells in layout units; rows and columns as in the data, so edges may descend.
struct HeatMapPlottable::Grid {
    std::vector<double> xEdges, yEdges;
    QRectF frame;
    std::size_t columns() const { return xEdges.size() - 1; }
    std::size_t rows() const { return yEdges.size() - 1; }
    QRectF cells(std::size_t row, std::size_t first, std::size_t last) const {
        return QRectF(QPointF(xEdges[first], yEdges[row]), QPointF(xEdges[last + 1], yEdges[row + 1]))
            .normalized();
    }
};

HeatMapPlottable::Grid HeatMapPlottable::grid() const {
    const HeatMap& map = data<HeatMap>();
    const PixelFrame frame = panel().frame();
    const auto edges = [](const std::vector<double>& centres, const AxisMap& axis) {
        const double size = cellSize(centres);
        std::vector<double> result;
        for (std::size_t i = 0; i <= centres.size(); ++i) {
            result.push_back(axis(centres.front() + (static_cast<double>(i) - 0.5) * size));
        }
        return result;
    };
    return {edges(map.x, frame.x), edges(map.y, frame.y), frame.rect};
}

bool HeatMapPlottable::isExtrapolated(std::size_t cell) const {
    const HeatMap& map = data<HeatMap>();
    return !std::isfinite(map.values[cell]) ||
           (cell < map.visits.size() && !(map.visits[cell] >= map.leastVisits));
}

const Text& HeatMapPlottable::label() const {
    static const Text none;
    return none;
}

void HeatMapPlottable::draw(QCPPainter* painter) {
    const HeatMap& map = data<HeatMap>();
    if (map.x.empty() || map.y.empty() || map.values.size() < map.x.size() * map.y.size()) {
        return;
    }
    const Grid cells = grid();
    const bool isFile = painter->modes().testFlag(QCPPainter::pmVectorized);
    if (isFile && map.x.size() * map.y.size() <= mostVectorCells) {
        // The image below keeps viewers that smooth the edges of shapes from showing paper between the cells.
        drawImage(painter, cells);
        drawCells(painter, cells);
    } else {
        drawImage(painter, cells);
    }
    drawHatching(painter, cells);
}

void HeatMapPlottable::drawCells(QCPPainter* painter, const Grid& grid) const {
    const HeatMap& map = data<HeatMap>();
    const Range range = panel().colourRange();
    const theme::ColourTable& table = panel().colours();
    const theme::ColourTable faded = table.faded(style().theme.background, fadedShare);
    // One path per colour: small files, and neighbours of one colour share no seam.
    std::map<QRgb, QPainterPath> paths;
    const auto colourOf = [&](std::size_t cell) -> std::optional<QRgb> {
        if (!std::isfinite(map.values[cell])) {
            return std::nullopt;
        }
        const int index = theme::ColourTable::indexOf(map.values[cell], range.low, range.high);
        return (isExtrapolated(cell) ? faded : table).at(index);
    };
    for (std::size_t row = 0; row < grid.rows(); ++row) {
        for (std::size_t first = 0; first < grid.columns();) {
            const std::optional<QRgb> colour = colourOf(row * grid.columns() + first);
            std::size_t last = first;
            while (last + 1 < grid.columns() && colourOf(row * grid.columns() + last + 1) == colour) {
                ++last;
            }
            const QRectF rect = grid.cells(row, first, last).intersected(grid.frame);
            if (colour && !rect.isEmpty()) {
                QPainterPath& path = paths[*colour];
                path.setFillRule(Qt::WindingFill);
                path.addRect(rect);
            }
            first = last + 1;
        }
    }
    painter->setAntialiasing(true);
    painter->setPen(Qt::NoPen);
    for (const auto& [colour, path] : paths) {
        painter->setBrush(QColor::fromRgb(colour));
        painter->drawPath(path);
    }
}

void HeatMapPlottable::drawImage(QCPPainter* painter, const Grid& grid) const {
    const HeatMap& map = data<HeatMap>();
    const Range range = panel().colourRange();
    const theme::ColourTable& table = panel().colours();
    const theme::ColourTable faded = table.faded(style().theme.background, fadedShare);
    const bool isRightwards = grid.xEdges.back() > grid.xEdges.front();
    const bool isDownwards = grid.yEdges.back() > grid.yEdges.front();
    const int columns = static_cast<int>(grid.columns());
    const int rows = static_cast<int>(grid.rows());
    QImage image(columns, rows, QImage::Format_RGB32);
    for (int row = 0; row < rows; ++row) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(isDownwards ? row : rows - 1 - row));
        for (int column = 0; column < columns; ++column) {
            const auto cell =
                static_cast<std::size_t>(row) * grid.columns() + static_cast<std::size_t>(column);
            QRgb& pixel = line[isRightwards ? column : columns - 1 - column];
            pixel = style().theme.background.rgb();
            if (std::isfinite(map.values[cell])) {
                const int index = theme::ColourTable::indexOf(map.values[cell], range.low, range.high);
                pixel = (isExtrapolated(cell) ? faded : table).at(index);
            }
        }
    }
    const QRectF all = QRectF(
        QPointF(grid.xEdges.front(), grid.yEdges.front()), QPointF(grid.xEdges.back(), grid.yEdges.back()))
                           .normalized();
    const QRectF target = all.intersected(grid.frame);
    if (target.isEmpty()) {
        return;
    }
    const double perX = columns / all.width();
    const double perY = rows / all.height();
    const QRectF source((target.left() - all.left()) * perX, (target.top() - all.top()) * perY,
        target.width() * perX, target.height() * perY);
    painter->save();
    painter->setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter->drawImage(target, image, source);
    painter->restore();
}

void HeatMapPlottable::drawHatching(QCPPainter* painter, const Grid& grid) const {
    const double spacing = style().length(hatchPt);
    QPainterPath lines;
    for (std::size_t row = 0; row < grid.rows(); ++row) {
        for (std::size_t first = 0; first < grid.columns(); ++first) {
            if (!isExtrapolated(row * grid.columns() + first)) {
                continue;
            }
            std::size_t last = first;
            while (last + 1 < grid.columns() && isExtrapolated(row * grid.columns() + last + 1)) {
                ++last;
            }
            const QRectF rect = grid.cells(row, first, last).intersected(grid.frame);
            first = last;
            if (rect.isEmpty()) {
                continue;
            }
            // Diagonals x + y = k * spacing, the same ones in every cell, so that hatching runs through.
            const double from = std::ceil((rect.left() + rect.top()) / spacing);
            for (double k = from; k * spacing <= rect.right() + rect.bottom(); ++k) {
                const double sum = k * spacing;
                const QLineF line =
                    clippedLine({sum - rect.bottom(), rect.bottom(), sum - rect.top(), rect.top()}, rect);
                if (!line.isNull()) {
                    lines.moveTo(line.p1());
                    lines.lineTo(line.p2());
                }
            }
        }
    }
    if (!lines.isEmpty()) {
        painter->setAntialiasing(true);
        painter->setBrush(Qt::NoBrush);
        painter->setPen(style().pen(
            theme::mixed(style().theme.ink, style().theme.background, style().theme.isDark ? 0.35 : 0.5),
            0.4));
        painter->drawPath(lines);
    }
}

void HeatMapPlottable::occupy(Occupancy& occupancy) const {
    occupancy.mark(panel().frame().rect);
}

std::optional<Hit> HeatMapPlottable::nearest(const QPointF& pixel, double) const {
    const HeatMap& map = data<HeatMap>();
    if (map.x.empty() || map.y.empty() || map.values.size() < map.x.size() * map.y.size()) {
        return std::nullopt;
    }
    const auto cellAt = [](const std::vector<double>& centres, double value) -> std::optional<std::size_t> {
        const double index = std::floor((value - centres.front()) / cellSize(centres) + 0.5);
        if (!(index >= 0 && index < static_cast<double>(centres.size()))) {
            return std::nullopt;
        }
        return static_cast<std::size_t>(index);
    };
    const auto column = cellAt(map.x, panel().xAxis()->pixelToCoord(pixel.x()));
    const auto row = cellAt(map.y, panel().yAxis()->pixelToCoord(pixel.y()));
    if (!column || !row || !panel().frame().rect.contains(pixel)) {
        return std::nullopt;
    }
    const std::size_t cell = *row * map.x.size() + *column;
    const QLocale& locale = style().locale;
    const Text none;
    const Text& quantity = panel().panel().colourScale ? panel().panel().colourScale->label : none;
    const QString name =
        quantity.isEmpty() ? QCoreApplication::translate("plots", "value") : style().translated(quantity);
    QString extra = name + QStringLiteral(": ") + tipNumber(map.values[cell], locale);
    if (cell < map.visits.size()) {
        extra += u'\n' + QCoreApplication::translate("plots", "%Ln trial(s)", nullptr,
                             static_cast<int>(std::lround(map.visits[cell])));
        if (isExtrapolated(cell)) {
            extra += QCoreApplication::translate("plots", " (too few: an extrapolation)");
        }
    }
    return Hit{0, true, pointTip(panel().panel().title, map.x[*column], map.y[*row], std::nullopt, extra)};
}

} // namespace rulescope::plots
