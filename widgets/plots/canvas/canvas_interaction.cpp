// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/canvas/canvas_interaction.h"

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace rulescope::plots {

namespace {

constexpr double reachPt = 9; ///< how near the pointer must be to a point or a handle
constexpr double nudgeShare = 0.02;

/// The spacing of the panel's cells, so that arrow keys move by one cell; else a fiftieth of the view.
QPointF stepOf(const PanelRect& panel) {
    for (const figures::Series& series : panel.panel().series) {
        if (const auto* map = std::get_if<figures::HeatMap>(&series)) {
            const auto spacing = [](const std::vector<double>& centres) {
                return centres.size() > 1 ? centres[1] - centres[0] : 1.0;
            };
            return {std::abs(spacing(map->x)), std::abs(spacing(map->y))};
        }
    }
    return {panel.home(Dimension::X).size() * nudgeShare, panel.home(Dimension::Y).size() * nudgeShare};
}

QPointF clampedTo(const PanelRect& panel, const QPointF& at) {
    const Range x = panel.home(Dimension::X);
    const Range y = panel.home(Dimension::Y);
    return {std::clamp(at.x(), x.low, x.high), std::clamp(at.y(), y.low, y.high)};
}

} // namespace

CanvasInteraction::CanvasInteraction(FigureCanvas* canvas)
    : QObject(canvas)
    , m_canvas(canvas) {
    canvas->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    canvas->setMouseTracking(true);
    canvas->installEventFilter(this);
}

CanvasInteraction::~CanvasInteraction() {
    // The layerables die before their layers do.
    m_crosshairs.clear();
    m_brush.reset();
}

void CanvasInteraction::setCrosshair(const QStringList& panelIds, const QPointF& at) {
    m_crosshairPanels = panelIds;
    m_crosshairAt = at;
    reattach();
}

void CanvasInteraction::setBrush(const QString& panelId, const std::optional<Range>& range) {
    m_brushPanel = panelId;
    m_brush.reset();
    if (PanelRect* panel = m_canvas->panel(panelId.toStdString())) {
        m_brush = std::make_unique<BrushedRange>(panel);
        m_brush->setRange(range);
    }
    m_canvas->replot(QCustomPlot::rpQueuedReplot);
}

void CanvasInteraction::reattach() {
    m_crosshairs.clear(); // a drag goes on: its answer is often new data for this very figure
    for (const QString& id : m_crosshairPanels) {
        if (PanelRect* panel = m_canvas->panel(id.toStdString())) {
            m_crosshairs.push_back(std::make_unique<CrosshairLines>(panel, clampedTo(*panel, m_crosshairAt)));
        }
    }
    const std::optional<Range> range = m_brush ? m_brush->range() : std::nullopt;
    if (!m_brushPanel.isEmpty()) {
        setBrush(m_brushPanel, range);
    }
    const bool hasTarget = m_drag == Drag::Crosshair ? !m_crosshairs.empty() : m_brush != nullptr;
    if (!hasTarget) {
        m_drag = Drag::None;
    }
    m_canvas->replot(QCustomPlot::rpQueuedReplot);
}

void CanvasInteraction::redrawOverlay() {
    m_canvas->layer(QStringLiteral("overlay"))->replot();
}

bool CanvasInteraction::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
    case QEvent::MouseButtonPress:
        return onPress(*static_cast<QMouseEvent*>(event));
    case QEvent::MouseMove:
        return onMove(*static_cast<QMouseEvent*>(event));
    case QEvent::MouseButtonRelease:
        return onRelease(*static_cast<QMouseEvent*>(event));
    case QEvent::MouseButtonDblClick:
        return onDoubleClick(*static_cast<QMouseEvent*>(event));
    case QEvent::Wheel:
        return onWheel(*static_cast<QWheelEvent*>(event));
    case QEvent::KeyPress:
        return onKey(*static_cast<QKeyEvent*>(event));
    case QEvent::ToolTip:
        return onToolTip(*static_cast<QHelpEvent*>(event));
    default:
        return QObject::eventFilter(watched, event);
    }
}

bool CanvasInteraction::onPress(const QMouseEvent& event) {
    if (event.button() != Qt::LeftButton) {
        return event.button() == Qt::RightButton; // the context menu's, not a pan
    }
    QToolTip::hideText();
    m_hintPress = std::nullopt;
    PanelRect* panel = m_canvas->panelAt(event.position());
    if (!panel ||
        event.modifiers().testFlag(Qt::ShiftModifier)) { // Shift pans where dragging means something else
        return false;
    }
    const QString id = QString::fromStdString(panel->panel().id);
    if (m_crosshairPanels.contains(id)) {
        m_drag = Drag::Crosshair;
        moveCrosshairTo(panel, event.position());
        return true;
    }
    if (m_brush && m_brush->panel() == panel) {
        m_drag = brushPartAt(event.position());
        m_dragAnchor = panel->xAxis()->pixelToCoord(event.position().x());
        m_dragRange = m_brush->range().value_or(Range{m_dragAnchor, m_dragAnchor});
        return true;
    }
    if (!m_dragHint.isEmpty() && panel->isHome()) {
        m_hintPress = event.position();
    }
    return false;
}

void CanvasInteraction::hintAt(const QMouseEvent& event) {
    const bool isDragged =
        m_hintPress && event.buttons().testFlag(Qt::LeftButton) &&
        (event.position() - *m_hintPress).manhattanLength() >= QApplication::startDragDistance();
    if (isDragged) {
        m_hintPress = std::nullopt;
        QToolTip::showText(event.globalPosition().toPoint(), m_dragHint, m_canvas);
    }
}

bool CanvasInteraction::onMove(const QMouseEvent& event) {
    if (m_drag == Drag::None) {
        updateCursor(event.position());
        hintAt(event);
        return false;
    }
    if (m_drag == Drag::Crosshair) {
        const auto isNear = [&](const auto& lines) {
            return lines->panel() && QRectF(lines->panel()->rect()).contains(event.position());
        };
        auto found = std::find_if(m_crosshairs.begin(), m_crosshairs.end(), isNear);
        // Beyond the edge the crosshair stays on the panel where the drag is going on, at its edge.
        if (found == m_crosshairs.end()) {
            found = m_crosshairs.begin();
        }
        if (found != m_crosshairs.end() && (*found)->panel()) {
            moveCrosshairTo((*found)->panel(), event.position());
        }
        return true;
    }
    if (m_brush && m_brush->panel()) {
        dragBrushTo(m_brush->panel()->xAxis()->pixelToCoord(event.position().x()));
    }
    return true;
}

bool CanvasInteraction::onRelease(const QMouseEvent& event) {
    if (m_drag == Drag::None || event.button() != Qt::LeftButton) {
        return false;
    }
    const bool wasBrush = m_drag != Drag::Crosshair;
    m_drag = Drag::None;
    if (wasBrush && m_brush && m_brush->range() && !(m_brush->range()->size() > 0)) {
        m_brush->setRange(std::nullopt);
        redrawOverlay();
        emit brushCleared(m_brushPanel);
    }
    return true;
}

bool CanvasInteraction::onDoubleClick(const QMouseEvent& event) {
    if (PanelRect* bar = m_canvas->colourBarAt(event.position())) {
        const std::string id = bar->panel().colourScale->id;
        m_canvas->setColourRange(id, std::nullopt);
        emit colourRangeChanged(QString::fromStdString(id), bar->colourRange().low, bar->colourRange().high);
        return true;
    }
    PanelRect* panel = m_canvas->panelAt(event.position());
    if (m_brush && panel && m_brush->panel() == panel && m_brush->range()) {
        m_drag = Drag::None;
        m_brush->setRange(std::nullopt);
        redrawOverlay();
        emit brushCleared(m_brushPanel);
        return true;
    }
    if (panel) {
        panel->goHome();
        m_canvas->replot(QCustomPlot::rpQueuedReplot);
    } else {
        m_canvas->goHome();
    }
    return true;
}

bool CanvasInteraction::onWheel(QWheelEvent& event) {
    if (m_isWheelThePages && !event.modifiers().testFlag(Qt::ControlModifier)) {
        event.ignore(); // goes on to the page
        return true;
    }
    PanelRect* bar = m_canvas->colourBarAt(event.position());
    if (!bar) {
        return false;
    }
    scaleColours(bar, std::pow(1.15, -event.angleDelta().y() / 120.0));
    return true;
}

void CanvasInteraction::scaleColours(PanelRect* panel, double factor) {
    const figures::ColourScale& scale = *panel->panel().colourScale;
    const Range now = panel->colourRange();
    Range next{now.low * factor, now.high * factor}; // zero stays the middle of a diverging map
    if (scale.map == figures::ColourScale::Map::Sequential) {
        next = {now.low, now.low + now.size() * factor};
    }
    if (next.size() > 1e-12 && next.size() < 1e12) {
        m_canvas->setColourRange(scale.id, next);
        emit colourRangeChanged(QString::fromStdString(scale.id), next.low, next.high);
    }
}

bool CanvasInteraction::onKey(const QKeyEvent& event) {
    const bool hasCrosshair = !m_crosshairs.empty() && !event.modifiers().testFlag(Qt::ShiftModifier);
    const auto arrow = [&](int columns, int rows) {
        if (hasCrosshair) {
            nudgeCrosshair(columns, rows);
        } else {
            panAll(columns, rows);
        }
        return true;
    };
    switch (event.key()) {
    case Qt::Key_Home:
    case Qt::Key_0:
    case Qt::Key_Escape:
        if (event.key() == Qt::Key_Escape && event.modifiers() != Qt::NoModifier) {
            return false;
        }
        m_canvas->goHome();
        return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomAll(0.8);
        return true;
    case Qt::Key_Minus:
        zoomAll(1.25);
        return true;
    case Qt::Key_Left:
        return arrow(-1, 0);
    case Qt::Key_Right:
        return arrow(1, 0);
    case Qt::Key_Up:
        return arrow(0, 1);
    case Qt::Key_Down:
        return arrow(0, -1);
    default:
        return false;
    }
}

void CanvasInteraction::panAll(double columns, double rows) {
    constexpr double share = 0.1;
    for (PanelLabels* labels : m_canvas->panels()) {
        PanelRect* panel = labels->panel();
        for (const auto& [axis, steps] :
            {std::pair(panel->xAxis(), columns), std::pair(panel->yAxis(), rows)}) {
            if (steps != 0 && axis->scaleType() == QCPAxis::stLinear) {
                axis->moveRange(steps * share * axis->range().size());
            }
        }
    }
    m_canvas->replot(QCustomPlot::rpQueuedReplot);
}

void CanvasInteraction::zoomAll(double factor) {
    for (PanelLabels* labels : m_canvas->panels()) {
        PanelRect* panel = labels->panel();
        if (panel->rangeZoom().testFlag(Qt::Horizontal)) {
            panel->xAxis()->scaleRange(factor);
        }
        if (panel->rangeZoom().testFlag(Qt::Vertical)) {
            panel->yAxis()->scaleRange(factor);
        }
    }
    m_canvas->replot(QCustomPlot::rpQueuedReplot);
}

void CanvasInteraction::moveCrosshairTo(PanelRect* panel, const QPointF& pixel) {
    const QPointF at(panel->xAxis()->pixelToCoord(pixel.x()), panel->yAxis()->pixelToCoord(pixel.y()));
    applyCrosshair(QString::fromStdString(panel->panel().id), clampedTo(*panel, at));
}

void CanvasInteraction::nudgeCrosshair(int columns, int rows) {
    PanelRect* panel = m_crosshairs.front()->panel();
    if (panel) {
        const QPointF step = stepOf(*panel);
        const int direction = panel->xAxis()->rangeReversed() ? -1 : 1;
        const int upwards = panel->yAxis()->rangeReversed() ? -1 : 1;
        const QPointF at = m_crosshairAt + QPointF(direction * columns * step.x(), upwards * rows * step.y());
        applyCrosshair(QString::fromStdString(panel->panel().id), clampedTo(*panel, at));
    }
}

void CanvasInteraction::applyCrosshair(const QString& panelId, const QPointF& at) {
    if (at == m_crosshairAt) {
        return;
    }
    m_crosshairAt = at;
    for (const auto& lines : m_crosshairs) {
        lines->setAt(at);
    }
    redrawOverlay();
    emit crosshairMoved(panelId, at.x(), at.y());
}

CanvasInteraction::Drag CanvasInteraction::brushPartAt(const QPointF& pixel) const {
    if (!m_brush->range()) {
        return Drag::BrushNew;
    }
    const QCPAxis* axis = m_brush->panel()->xAxis();
    const double reach = m_canvas->style().length(reachPt) / 2;
    const double low = axis->coordToPixel(m_brush->range()->low);
    const double high = axis->coordToPixel(m_brush->range()->high);
    if (std::abs(pixel.x() - low) <= reach) {
        return Drag::BrushLow;
    }
    if (std::abs(pixel.x() - high) <= reach) {
        return Drag::BrushHigh;
    }
    const bool isInside = pixel.x() > std::min(low, high) && pixel.x() < std::max(low, high);
    return isInside ? Drag::BrushMove : Drag::BrushNew;
}

void CanvasInteraction::dragBrushTo(double x) {
    const Range home = m_brush->panel()->home(Dimension::X);
    x = std::clamp(x, home.low, home.high);
    Range range = m_dragRange;
    switch (m_drag) {
    case Drag::BrushNew:
        range = {std::min(m_dragAnchor, x), std::max(m_dragAnchor, x)};
        break;
    case Drag::BrushLow:
        range = {std::min(x, m_dragRange.high), std::max(x, m_dragRange.high)};
        break;
    case Drag::BrushHigh:
        range = {std::min(x, m_dragRange.low), std::max(x, m_dragRange.low)};
        break;
    case Drag::BrushMove: {
        const double shift =
            std::clamp(x - m_dragAnchor, home.low - m_dragRange.low, home.high - m_dragRange.high);
        range = {m_dragRange.low + shift, m_dragRange.high + shift};
        break;
    }
    case Drag::None:
    case Drag::Crosshair:
        return;
    }
    if (!m_brush->range() || !(*m_brush->range() == range)) {
        m_brush->setRange(range);
        redrawOverlay();
        emit rangeBrushed(m_brushPanel, range.low, range.high);
    }
}

void CanvasInteraction::updateCursor(const QPointF& pixel) {
    PanelRect* panel = m_canvas->panelAt(pixel);
    Qt::CursorShape shape = Qt::ArrowCursor;
    if (m_canvas->colourBarAt(pixel)) {
        shape = Qt::SizeVerCursor;
    } else if (panel && m_crosshairPanels.contains(QString::fromStdString(panel->panel().id))) {
        shape = Qt::CrossCursor;
    } else if (m_brush && panel && m_brush->panel() == panel) {
        const Drag part = brushPartAt(pixel);
        shape = part == Drag::BrushMove  ? Qt::OpenHandCursor
                : part == Drag::BrushNew ? Qt::IBeamCursor
                                         : Qt::SizeHorCursor;
    }
    if (m_canvas->cursor().shape() != shape) {
        m_canvas->setCursor(shape);
    }
}

QString CanvasInteraction::tipAt(const QPointF& pixel) const {
    if (m_canvas->colourBarAt(pixel)) {
        return tr("Turn the wheel to change the colour range, double-click to reset it.");
    }
    const PanelRect* panel = m_canvas->panelAt(pixel);
    std::optional<Hit> cell;
    std::optional<Hit> point;
    for (const PanelLabels* labels : m_canvas->panels()) {
        if (labels->panel() != panel) {
            continue;
        }
        for (const SeriesPlottable* series : labels->series()) {
            const std::optional<Hit> hit = series->nearest(pixel, m_canvas->style().length(reachPt));
            if (!hit) {
                continue;
            }
            // A point lies on top of the bar or cell below it; of two points the nearer one is meant.
            std::optional<Hit>& best = hit->isArea ? cell : point;
            if (!best || hit->distance <= best->distance) {
                best = hit;
            }
        }
    }
    return point ? point->tip : cell ? cell->tip : QString();
}

bool CanvasInteraction::onToolTip(const QHelpEvent& event) {
    const QString tip = tipAt(QPointF(event.pos()));
    if (tip.isEmpty()) {
        QToolTip::hideText();
    } else {
        QToolTip::showText(event.globalPos(), tip, m_canvas);
    }
    return true;
}

} // namespace rulescope::plots
