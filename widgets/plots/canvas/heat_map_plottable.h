// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plots/canvas/series_plottable.h"

namespace rulescope::plots {

/// A map of values with one colour per cell. Cells with fewer visits than the map asks for are paler and
/// hatched; cells without a value are hatched on bare ground. Files get vector cells, the screen an
/// unsmoothed image.
class HeatMapPlottable : public SeriesPlottable {
    Q_OBJECT

  public:
    using SeriesPlottable::SeriesPlottable;
    void occupy(Occupancy& occupancy) const override;
    std::optional<Hit> nearest(const QPointF& pixel, double reach) const override;
    void drawIcon(QCPPainter*, const QRectF&) const override {}
    const figures::Text& label() const override;

  protected:
    void draw(QCPPainter* painter) override;

  private:
    struct Grid;
    Grid grid() const;
    bool isExtrapolated(std::size_t cell) const;
    void drawCells(QCPPainter* painter, const Grid& grid) const;
    void drawImage(QCPPainter* painter, const Grid& grid) const;
    void drawHatching(QCPPainter* painter, const Grid& grid) const;
};

} // namespace rulescope::plots
