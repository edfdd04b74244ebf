// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "widgets/plots/canvas/panel_labels.h"
#include "widgets/plots/plot_style.h"

#include <map>
#include <memory>
#include <qcustomplot.h>
#include <vector>

namespace rulescope::plots {

class FigureText;
class GuideLines;
class PanelGrid;

/// One figure as a QCustomPlot: the single drawing route of screen, files, clipboard and report.
class FigureCanvas : public QCustomPlot {
    Q_OBJECT

  public:
    explicit FigureCanvas(PlotStyle style, QWidget* parent = nullptr);
    ~FigureCanvas() override;

    /// For paper, not the screen: from now on nothing is drawn but by paintOn().
    void setPrinting();

    /// A figure of the same structure only exchanges data, and keeps a zoomed view.
    void setFigure(std::shared_ptr<const figures::FigureSpec> figure);
    /// As it is shown: with the colour ranges set here. Valid until the figure or a range changes.
    const figures::FigureSpec& figure() const;
    void setStyle(PlotStyle style);
    const PlotStyle& style() const { return m_style; }

    const std::vector<PanelLabels*>& panels() const { return m_labels; }
    PanelRect* panel(const std::string& id) const;
    PanelRect* panelAt(const QPointF& pixel) const; ///< whose axes contain the pixel, or nullptr
    PanelRect* colourBarAt(const QPointF& pixel) const;
    void goHome();

    /// Colour range of all panels whose scale has this id; nothing returns to the figure's own.
    void setColourRange(const std::string& scaleId, const std::optional<Range>& range);

    /// Height that this figure prefers at a width (both in layout units), texts included.
    int preferredHeight(int width) const;
    /// The same, enlarged where labels would leave a panel too little height. Lays out anew.
    int fittingHeight(int width);
    /// Below this the labels leave no room for data.
    QSize leastSize() const;

    /// Lays the figure out at a size and paints it; the painter's units are layout units.
    void paintOn(QCPPainter* painter, const QSize& size);

  signals:
    void panelRangesChanged(const QString& panelId);

  protected:
    void updateLayout() override;
    QSize minimumSizeHint() const override { return leastSize(); }
    void changeEvent(QEvent* event) override;

  private:
    int leastWidth(int columns) const;
    void redraw();
    void shareAxes();
    void followShared(PanelRect* panel);
    bool hasSameStructure(const figures::FigureSpec& figure) const;
    void build();
    void updateData();

    PlotStyle m_style;
    std::shared_ptr<const figures::FigureSpec> m_figure;
    PanelGrid* m_grid = nullptr;
    FigureText* m_text = nullptr;
    std::vector<PanelLabels*> m_labels;
    std::vector<GuideLines*> m_guides;
    /// Panels whose axis is the one of a panel below or on the left, which alone names the ticks.
    struct Shared {
        PanelRect* panel;
        PanelRect* named;
        Dimension dimension;
    };
    std::vector<Shared> m_shared;
    bool m_isFollowing = false; ///< one panel's range is being given to those that share it
    std::map<std::string, Range> m_colourRanges;
    mutable std::unique_ptr<const figures::FigureSpec> m_shown; ///< with those ranges; made when asked for
    bool m_isPrinting = false;
    QSize m_arrangedSize; ///< for which places of labels are valid; empty: none
};

} // namespace rulescope::plots
