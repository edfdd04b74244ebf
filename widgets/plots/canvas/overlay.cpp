// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/canvas/overlay.h"

#include <algorithm>
#include <cmath>

namespace rulescope::plots {

CrosshairLines::CrosshairLines(PanelRect* panel, const QPointF& at)
    : QCPLayerable(panel->parentPlot(), QStringLiteral("overlay"))
    , m_panel(panel)
    , m_at(at) {}

void CrosshairLines::applyDefaultAntialiasingHint(QCPPainter* painter) const {
    painter->setAntialiasing(true);
}

QRect CrosshairLines::clipRect() const {
    return parentPlot()->viewport();
}

void CrosshairLines::draw(QCPPainter* painter) {
    if (!m_panel) {
        return;
    }
    const PlotStyle& style = m_panel->style();
    const PixelFrame frame = m_panel->frame();
    const QPointF at = frame.at(m_at.x(), m_at.y());
    // A pale line under a dark one is visible on every colour of a map.
    const QPen halo(QColor(255, 255, 255, 170), style.length(2.6));
    for (const QPen& pen : {halo, style.pen(QColor(0x20, 0x20, 0x20), 1.0)}) {
        painter->setPen(pen);
        if (frame.rect.top() <= at.y() && at.y() <= frame.rect.bottom()) {
            painter->drawLine(QLineF(frame.rect.left(), at.y(), frame.rect.right(), at.y()));
        }
        if (frame.rect.left() <= at.x() && at.x() <= frame.rect.right()) {
            painter->drawLine(QLineF(at.x(), frame.rect.top(), at.x(), frame.rect.bottom()));
        }
    }
    if (frame.rect.contains(at)) {
        painter->setPen(QPen(QColor(0x20, 0x20, 0x20), style.length(1)));
        painter->setBrush(QColor(Qt::white));
        painter->drawEllipse(at, style.length(2.6), style.length(2.6));
    }
}

BrushedRange::BrushedRange(PanelRect* panel)
    : QCPLayerable(panel->parentPlot(), QStringLiteral("overlay"))
    , m_panel(panel) {}

void BrushedRange::applyDefaultAntialiasingHint(QCPPainter* painter) const {
    painter->setAntialiasing(true);
}

QRect BrushedRange::clipRect() const {
    return parentPlot()->viewport();
}

void BrushedRange::draw(QCPPainter* painter) {
    if (!m_panel || !m_range) {
        return;
    }
    const PlotStyle& style = m_panel->style();
    const PixelFrame frame = m_panel->frame();
    const auto pixel = [&](double value) {
        const double x = frame.x(value);
        return std::isfinite(x) ? std::clamp(x, frame.rect.left(), frame.rect.right()) : frame.rect.left();
    };
    const double from = std::min(pixel(m_range->low), pixel(m_range->high));
    const double to = std::max(pixel(m_range->low), pixel(m_range->high));
    QColor shade = style.theme.background;
    shade.setAlphaF(0.6f);
    painter->fillRect(QRectF(frame.rect.topLeft(), QPointF(from, frame.rect.bottom())), shade);
    painter->fillRect(QRectF(QPointF(to, frame.rect.top()), frame.rect.bottomRight()), shade);
    QColor tint = style.theme.accent;
    tint.setAlphaF(0.10f);
    painter->fillRect(QRectF(from, frame.rect.top(), to - from, frame.rect.height()), tint);
    painter->setPen(QPen(style.theme.accent, style.length(1.2)));
    for (const double x : {from, to}) {
        painter->drawLine(QLineF(x, frame.rect.top(), x, frame.rect.bottom()));
        const QRectF handle(x - style.length(1.8), frame.rect.center().y() - style.length(8),
            style.length(3.6), style.length(16));
        painter->setBrush(style.theme.accent);
        painter->drawRoundedRect(handle, style.length(1.8), style.length(1.8));
    }
}

} // namespace rulescope::plots
