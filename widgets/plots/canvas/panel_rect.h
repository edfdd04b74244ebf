// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "widgets/plots/axis_range.h"
#include "widgets/plots/outline.h"
#include "widgets/plots/plot_style.h"
#include "widgets/theme/colour_map.h"

#include <optional>
#include <qcustomplot.h>

namespace rulescope::plots {

class NamedTicker;

/// The axes of one panel: left and bottom only, outward ticks, a colour bar on the right if there is one.
/// Keeps the view within the panel's home ranges.
class PanelRect : public QCPAxisRect {
    Q_OBJECT

  public:
    /// Both are owned by the canvas and outlive the panel.
    PanelRect(QCustomPlot* plot, const figures::Panel* panel, const PlotStyle* style);

    /// New data of the same structure; a zoomed view stays where it is, a resting one follows the data.
    void setPanel(const figures::Panel* panel);
    void applyStyle();
    void goHome();
    bool isHome() const;

    const figures::Panel& panel() const { return *m_panel; }
    const PlotStyle& style() const { return *m_style; }
    QCPAxis* xAxis() const { return m_x; }
    QCPAxis* yAxis() const { return m_y; }
    PixelFrame frame() const;
    Range home(Dimension dimension) const { return dimension == Dimension::X ? m_homeX : m_homeY; }

    /// Values at the ends of the colours; the reader's own choice before the figure's.
    Range colourRange() const;
    void setColourRange(const std::optional<Range>& range) { m_ownColours = range; }
    const theme::ColourTable& colours() const { return m_colours; }
    bool hasColourBar() const;
    QRectF colourBarRect() const; ///< of the bar itself
    std::vector<std::pair<double, QString>> colourBarTicks() const;
    double colourBarTickWidth() const;

    /// Of the axes, so that the names of rows don't touch; 0 without any.
    double namedRowsHeight() const;

    /// The rectangle of the panel's grid cells, axes' labels included; set by the layout.
    QRect cellRect() const { return m_cellRect; }
    void setCellRect(const QRect& rect) { m_cellRect = rect; }

    QString title() const { return m_style->translated(m_panel->title); }
    /// Height of the block of title (and letter) above the axes, without the legend.
    double titleHeight() const;
    double titleWidth() const;                                 ///< beyond which the title is broken
    void setRoomAbove(double height) { m_roomAbove = height; } ///< for a legend or notes outside the axes

    /// The neighbouring panel that shares this axis and names it in place of this one; nullptr: none does.
    void setNamedBy(Dimension dimension, const PanelRect* neighbour);
    /// The specification of the axis where it has its name and tick labels.
    const figures::Axis& namingAxis(Dimension dimension) const;

    /// Breaks axis labels and category names so that they fit the present size.
    void fitLabels();

  signals:
    void rangesChanged();

  protected:
    int calculateAutoMargin(QCP::MarginSide side) override;

  private:
    void setUpAxis(QCPAxis* axis, const figures::Axis& spec);
    void setUpTicker(QCPAxis* axis, const figures::Axis& spec);
    void fitCategories(QCPAxis* axis, const figures::Axis& spec, NamedTicker* ticker);
    void fitRows();
    void thinNumbers(QCPAxis* axis, const QVector<QString>& names, NamedTicker* ticker);
    void measureData();
    void keepWithinHome(Dimension dimension);
    double overhang(QCPAxis* axis, bool atUpperEnd) const;

    const figures::Panel* m_panel;
    const PlotStyle* m_style;
    QCPAxis* m_x;
    QCPAxis* m_y;
    QSharedPointer<NamedTicker> m_namedX, m_namedY;
    Range m_homeX, m_homeY;
    bool m_isWholeX = false, m_isWholeY = false; ///< all positions are integers
    const PanelRect* m_namedByX = nullptr;
    const PanelRect* m_namedByY = nullptr;
    std::optional<Range> m_ownColours;
    theme::ColourTable m_colours;
    QRect m_cellRect;
    double m_roomAbove = 0;
};

} // namespace rulescope::plots
