// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plots/canvas/series_plottable.h"

namespace rulescope::plots {

/// Lines, markers and error bars.
class XYPlottable : public SeriesPlottable {
    Q_OBJECT

  public:
    using SeriesPlottable::SeriesPlottable;
    void occupy(Occupancy& occupancy) const override;
    std::optional<Hit> nearest(const QPointF& pixel, double reach) const override;
    void drawIcon(QCPPainter* painter, const QRectF& rect) const override;
    const figures::Text& label() const override { return data<figures::XY>().label; }

  protected:
    void draw(QCPPainter* painter) override;

  private:
    std::vector<QLineF> errorBars(const PixelFrame& frame) const;
    std::vector<QPointF> markers(const PixelFrame& frame) const;
};

/// The area of uncertainty.
class BandPlottable : public SeriesPlottable {
    Q_OBJECT

  public:
    using SeriesPlottable::SeriesPlottable;
    void occupy(Occupancy& occupancy) const override;
    std::optional<Hit> nearest(const QPointF&, double) const override { return std::nullopt; }
    void drawIcon(QCPPainter* painter, const QRectF& rect) const override;
    const figures::Text& label() const override { return data<figures::Band>().label; }

  protected:
    void draw(QCPPainter* painter) override;

  private:
    QColor fill() const;
};

/// Bars from a base, with intervals.
class BarsPlottable : public SeriesPlottable {
    Q_OBJECT

  public:
    using SeriesPlottable::SeriesPlottable;
    void occupy(Occupancy& occupancy) const override;
    std::optional<Hit> nearest(const QPointF& pixel, double reach) const override;
    void drawIcon(QCPPainter* painter, const QRectF& rect) const override;
    const figures::Text& label() const override { return data<figures::Bars>().label; }

  protected:
    void draw(QCPPainter* painter) override;

  private:
    QRectF barRect(const PixelFrame& frame, std::size_t i) const; ///< null if there is no bar
};

} // namespace rulescope::plots
