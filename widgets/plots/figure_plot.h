// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/figures/figure_spec.h"
#include "widgets/plots/plot_style.h"

#include <QStringList>
#include <QWidget>
#include <memory>

namespace rulescope::plots {

class CanvasInteraction;
class FigureCanvas;

/// One figure on the screen.
///
/// Wheel zooms a panel, dragging pans it, double-click resets it; Home, 0 or Escape reset all, + and - zoom,
/// arrow keys pan or move the crosshair. On a panel with crosshair or brush, Shift-drag pans. The wheel over
/// a colour bar changes the colour range of all panels that share the scale. The colours follow setTheme().
class FigurePlot : public QWidget {
    Q_OBJECT

  public:
    explicit FigurePlot(QWidget* parent = nullptr);
    explicit FigurePlot(const theme::Theme& theme, QWidget* parent = nullptr);
    ~FigurePlot() override;

    /// Cheap when only numbers have changed: then the view, the crosshair and the brush stay as they are.
    void setFigure(figures::FigureSpec figure);
    /// As it is shown, with colour ranges that were changed here. Valid until either changes.
    const figures::FigureSpec& figure() const;

    void setTheme(const theme::Theme& theme);
    /// Which texts to draw around the panels, e.g. none where the page says them itself.
    void setParts(const FigureParts& parts);

    /// A draggable cross on these panels, moved together; an empty list takes it away. x, y in data
    /// coordinates.
    void setCrosshair(const QStringList& panelIds, double x, double y);
    /// Lets the user brush a range of x on this panel; an empty id ends it.
    void setBrush(const QString& panelId);
    /// Said at the pointer when a drag over the whole view has nothing to move or pick; empty: nothing.
    void setDragHint(const QString& hint);
    /// True while the user drags the brush: then it is not to be moved from outside.
    bool isBrushing() const;
    void setBrushedRange(const QString& panelId, double low, double high);

    /// On a page that scrolls the plain wheel is the page's, and Ctrl+wheel zooms.
    void setWheelScrolls(bool isScrolling);

    /// Colour range of all panels whose scale has this id, e.g. from a spin box.
    void setColourRange(const QString& scaleId, double low, double high);
    void resetColourRange(const QString& scaleId);

    /// Where a data point is drawn, in this widget's coordinates; for tests and for placing things beside it.
    QPointF positionOf(const QString& panelId, double x, double y) const;
    /// The tooltip for a position in this widget's coordinates; empty where there is nothing near.
    QString tipAt(const QPoint& position) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return false; }
    /// Height that the figure prefers at this width.
    int preferredHeight(int width) const;

  public slots:
    void resetView();

  signals:
    void crosshairMoved(const QString& panelId, double x, double y);
    void rangeBrushed(const QString& panelId, double low, double high);
    void brushCleared(const QString& panelId);
    void colourRangeChanged(const QString& scaleId, double low, double high);
    /// The user asks for a menu; connect it to one with export, copy and reset.
    void menuRequested(const QPoint& globalPosition, const QString& panelId);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    FigureCanvas* m_canvas;
    CanvasInteraction* m_interaction;
    QWidget* m_focusRing; ///< shown when the keyboard came here by the keyboard
};

} // namespace rulescope::plots
