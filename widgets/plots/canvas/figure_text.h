// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "widgets/plots/plot_style.h"

#include <qcustomplot.h>

namespace rulescope::plots {

/// The last line below a figure: its footer, and what annotations keep out of it.
QString footerText(const figures::FigureSpec& figure, const PlotStyle& style);

/// Title above the panels, caption and footer below them, and the sentence of an empty figure.
class FigureText : public QCPLayerable {
    Q_OBJECT

  public:
    FigureText(QCustomPlot* plot, const figures::FigureSpec* figure, const PlotStyle* style);

    void setFigure(const figures::FigureSpec* figure) { m_figure = figure; }
    /// Margins that the texts and the padding need around the panels at this size.
    QMargins margins(const QSize& size) const;

  protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    void draw(QCPPainter* painter) override;
    QRect clipRect() const override;

  private:
    struct Block {
        QString text;
        QFont font;
        QColor colour;
        double height = 0;
    };
    Block block(const QString& text, bool isShown, double scale, bool isBold, const QColor& colour,
        double width) const;
    Block title(double width) const;
    Block caption(double width) const;
    Block footer(double width) const;
    double padding() const { return m_style->paddingPt * m_style->unitsPerPt; }
    void drawEmptyReason(QCPPainter* painter, const QRectF& area) const;

    const figures::FigureSpec* m_figure;
    const PlotStyle* m_style;
};

} // namespace rulescope::plots
