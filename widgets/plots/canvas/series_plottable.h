// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plots/canvas/panel_rect.h"

#include <memory>
#include <optional>

namespace rulescope::plots {

/// What lies under the pointer: how far, where, and its numbers as rich text.
struct Hit {
    double distance = 0; ///< in layout units
    bool isArea = false; ///< a bar or a cell that contains the pointer, rather than a point near it
    QString tip;
};

/// One series of a panel on the screen or page. Draws itself with painter calls cut at the frame by geometry,
/// so that the same code is right on the screen, in PDF and in SVG. The data stay in the figure; nothing is
/// copied.
class SeriesPlottable : public QCPAbstractPlottable {
    Q_OBJECT

  public:
    SeriesPlottable(PanelRect* panel, std::size_t index);

    /// Marks what it covers at the panel's present ranges.
    virtual void occupy(Occupancy& occupancy) const = 0;
    /// The nearest point or cell within `reach` units of a pixel.
    virtual std::optional<Hit> nearest(const QPointF& pixel, double reach) const = 0;
    /// The legend's picture of the series.
    virtual void drawIcon(QCPPainter* painter, const QRectF& rect) const = 0;
    virtual const figures::Text& label() const = 0;

    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }
    QCPRange getKeyRange(bool& found, QCP::SignDomain) const override;
    QCPRange getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const override;

  protected:
    void drawLegendIcon(QCPPainter* painter, const QRectF& rect) const override { drawIcon(painter, rect); }
    QRect clipRect() const override; ///< the whole plot: see class comment

    template<class T>
    const T& data() const {
        return std::get<T>(m_panel->panel().series[m_index]);
    }
    const PanelRect& panel() const { return *m_panel; }
    const PlotStyle& style() const { return m_panel->style(); }
    /// "label / x axis: 1 / y axis: 2 [1, 3] / tips" as rich text.
    QString pointTip(const figures::Text& name, double x, double y, const std::optional<Range>& interval,
        const QString& extra) const;

  private:
    PanelRect* m_panel;
    std::size_t m_index;
};

/// Makes the plottable for series `index` of the panel; the plot owns it.
SeriesPlottable* makePlottable(PanelRect* panel, std::size_t index);

/// A marker of the given size centred on a point.
void drawMarker(QPainter* painter, const QPointF& at, figures::Marker marker, double size,
    const QColor& colour, const QColor& paper, double outline);

} // namespace rulescope::plots
