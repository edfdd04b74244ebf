// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/canvas/guide_lines.h"

#include <algorithm>
#include <cmath>

namespace rulescope::plots {

using namespace figures;

GuideLines::GuideLines(PanelRect* panel)
    : QCPLayerable(panel->parentPlot(), QStringLiteral("grid"), panel)
    , m_panel(panel) {}

void GuideLines::applyDefaultAntialiasingHint(QCPPainter* painter) const {
    painter->setAntialiasing(true);
}

QRect GuideLines::clipRect() const {
    return parentPlot()->viewport();
}

void GuideLines::draw(QCPPainter* painter) {
    const PlotStyle& style = m_panel->style();
    const PixelFrame frame = m_panel->frame();
    const std::vector<Guide>& guides = m_panel->panel().guides;
    const auto isVertical = [](const Guide& guide) { return guide.direction == Guide::Direction::Vertical; };
    // Many lines, such as the starts of all sessions, are a background and not a statement each.
    const bool hasMany = std::count_if(guides.begin(), guides.end(), isVertical) > 6;
    for (const Guide& guide : guides) {
        const bool isMany = hasMany && isVertical(guide) && guide.label.isEmpty();
        const bool isHorizontal = guide.direction == Guide::Direction::Horizontal;
        const double at = isHorizontal ? frame.y(guide.at) : frame.x(guide.at);
        const QLineF line = isHorizontal ? QLineF(frame.rect.left(), at, frame.rect.right(), at)
                                         : QLineF(at, frame.rect.top(), at, frame.rect.bottom());
        if (std::isfinite(at) && !clippedLine(line, frame.rect.adjusted(-0.5, -0.5, 0.5, 0.5)).isNull()) {
            painter->setPen(
                isMany ? style.pen(theme::mixed(style.theme.muted, style.theme.background, 0.75), 0.5)
                       : style.pen(style.lineColour(guide.colour), 0.75, guide.style));
            painter->drawLine(line);
        }
    }
}

} // namespace rulescope::plots
