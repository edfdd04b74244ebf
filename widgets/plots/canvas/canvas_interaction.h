// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plots/canvas/figure_canvas.h"
#include "widgets/plots/canvas/overlay.h"

#include <QObject>
#include <QStringList>
#include <memory>
#include <vector>

class QHelpEvent;

namespace rulescope::plots {

/// Everything that mouse and keyboard do to a figure on the screen: zoom, pan, reset, tooltips, a linked
/// crosshair over some panels, a brushed range on one, and the adjuster on colour bars. An event filter; the
/// canvas knows nothing of it.
class CanvasInteraction : public QObject {
    Q_OBJECT

  public:
    explicit CanvasInteraction(FigureCanvas* canvas);
    ~CanvasInteraction() override;

    void setCrosshair(const QStringList& panelIds, const QPointF& at);
    void setBrush(const QString& panelId, const std::optional<Range>& range);
    /// Said at the pointer when the left button drags over a whole view, which moves nothing; empty: never.
    void setDragHint(const QString& hint) { m_dragHint = hint; }
    void setWheelScrolls(bool isScrolling) { m_isWheelThePages = isScrolling; }
    /// The numbers of what lies at a pixel, as rich text; empty if there is nothing near.
    QString tipAt(const QPointF& pixel) const;
    bool isBrushing() const { return m_drag != Drag::None && m_drag != Drag::Crosshair; }
    /// The canvas has been rebuilt: overlays find their panels again.
    void reattach();

  signals:
    void crosshairMoved(const QString& panelId, double x, double y);
    void rangeBrushed(const QString& panelId, double low, double high);
    void brushCleared(const QString& panelId);
    void colourRangeChanged(const QString& scaleId, double low, double high);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    enum class Drag { None, Crosshair, BrushNew, BrushLow, BrushHigh, BrushMove };

    bool onPress(const QMouseEvent& event);
    bool onMove(const QMouseEvent& event);
    void hintAt(const QMouseEvent& event);
    bool onRelease(const QMouseEvent& event);
    bool onDoubleClick(const QMouseEvent& event);
    bool onWheel(QWheelEvent& event);
    bool onKey(const QKeyEvent& event);
    bool onToolTip(const QHelpEvent& event);

    void moveCrosshairTo(PanelRect* panel, const QPointF& pixel);
    void nudgeCrosshair(int columns, int rows);
    void applyCrosshair(const QString& panelId, const QPointF& at);
    void dragBrushTo(double x);
    void panAll(double columns, double rows);
    void zoomAll(double factor);
    void scaleColours(PanelRect* panel, double factor);
    Drag brushPartAt(const QPointF& pixel) const;
    void updateCursor(const QPointF& pixel);
    void redrawOverlay(); ///< at once, e.g. while dragging; the data's buffer stays

    FigureCanvas* m_canvas;
    QStringList m_crosshairPanels;
    QPointF m_crosshairAt;
    std::vector<std::unique_ptr<CrosshairLines>> m_crosshairs;
    QString m_brushPanel;
    std::unique_ptr<BrushedRange> m_brush;
    QString m_dragHint;
    std::optional<QPointF> m_hintPress; ///< where a drag began that may need the hint
    bool m_isWheelThePages = false;
    Drag m_drag = Drag::None;
    double m_dragAnchor = 0; ///< x where a brush drag began
    Range m_dragRange;       ///< the range when it began
};

} // namespace rulescope::plots
