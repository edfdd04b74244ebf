// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/canvas/figure_text.h"

#include "widgets/plots/wrapped_text.h"

#include <algorithm>
#include <cmath>

namespace rulescope::plots {

namespace {

constexpr double titleGapPt = 7;
constexpr double captionGapPt = 7;
constexpr double footerGapPt = 4;

} // namespace

QString footerText(const figures::FigureSpec& figure, const PlotStyle& style) {
    const QString footer = style.translated(figure.footer), leftOut = style.translated(figure.leftOut);
    return footer.isEmpty() || leftOut.isEmpty() ? footer + leftOut
                                                 : footer + QStringLiteral(" · ") + leftOut;
}

FigureText::FigureText(QCustomPlot* plot, const figures::FigureSpec* figure, const PlotStyle* style)
    : QCPLayerable(plot, QStringLiteral("legend"))
    , m_figure(figure)
    , m_style(style) {}

void FigureText::applyDefaultAntialiasingHint(QCPPainter* painter) const {
    painter->setAntialiasing(true);
}

QRect FigureText::clipRect() const {
    return parentPlot()->viewport();
}

FigureText::Block FigureText::block(
    const QString& text, bool isShown, double scale, bool isBold, const QColor& colour, double width) const {
    Block block;
    if (!isShown || text.isEmpty()) {
        return block;
    }
    block.font = m_style->font(scale, isBold);
    block.text = wrapped(text, block.font, width);
    block.colour = colour;
    block.height = wrappedHeight(block.text, block.font, width);
    return block;
}

FigureText::Block FigureText::title(double width) const {
    return block(m_style->translated(m_figure->title), m_style->parts.title, m_style->titleScale, true,
        m_style->theme.ink, width);
}

FigureText::Block FigureText::caption(double width) const {
    return block(m_style->translated(m_figure->caption), m_style->parts.caption, m_style->captionScale, false,
        m_style->theme.ink, width);
}

FigureText::Block FigureText::footer(double width) const {
    return block(footerText(*m_figure, *m_style), m_style->parts.footer, m_style->footerScale, false,
        m_style->theme.muted, width);
}

QMargins FigureText::margins(const QSize& size) const {
    const double width = size.width() - 2 * padding();
    const auto withGap = [&](double height, double gap) {
        return height > 0 ? height + m_style->length(gap) : 0;
    };
    const double top = padding() + withGap(title(width).height, titleGapPt);
    const double bottom =
        padding() + withGap(caption(width).height, captionGapPt) + withGap(footer(width).height, footerGapPt);
    const int side = static_cast<int>(std::ceil(padding()));
    return {side, static_cast<int>(std::ceil(top)), side, static_cast<int>(std::ceil(bottom))};
}

void FigureText::draw(QCPPainter* painter) {
    const QRectF page(parentPlot()->viewport());
    const double width = page.width() - 2 * padding();
    const auto drawBlock = [&](const Block& block, double top) {
        if (block.height > 0) {
            painter->setFont(block.font);
            painter->setPen(block.colour);
            painter->drawText(QRectF(page.left() + padding(), top, width, block.height),
                Qt::AlignLeft | Qt::AlignTop | Qt::TextDontClip, block.text);
        }
    };
    drawBlock(title(width), page.top() + padding());
    const Block foot = footer(width);
    const double footTop = page.bottom() - padding() - foot.height;
    drawBlock(foot, footTop);
    const Block text = caption(width);
    const double footGap = foot.height > 0 ? m_style->length(footerGapPt) : 0;
    drawBlock(text, footTop - footGap - text.height);
    if (!m_figure->emptyReason.isEmpty() || m_figure->panels.empty()) {
        drawEmptyReason(painter, page.marginsRemoved(margins(page.size().toSize())));
    }
}

void FigureText::drawEmptyReason(QCPPainter* painter, const QRectF& area) const {
    const double width = std::min(area.width(), m_style->length(300));
    painter->setFont(m_style->font(1.08));
    painter->setPen(m_style->theme.muted);
    const QString text = wrapped(m_style->translated(m_figure->emptyReason), painter->font(), width);
    painter->drawText(area, Qt::AlignCenter | Qt::TextDontClip, text);
}

} // namespace rulescope::plots
