// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/report.h"

#include "widgets/plots/canvas/figure_canvas.h"
#include "widgets/plots/canvas/print_canvas.h"
#include "widgets/plots/export.h"
#include "widgets/plots/pdf_pages.h"
#include "widgets/plots/wrapped_text.h"

#include <algorithm>

namespace rulescope::plots {

namespace {

constexpr double slideWidthPt = 960;
constexpr double slideHeightPt = 540;
constexpr double marginPt = 34;
constexpr int unitsPerPt = PdfPages::unitsPerPt;

PlotStyle slideStyle() {
    const ExportOptions options = ExportOptions::slide();
    PlotStyle style = PlotStyle::paper(options.fontPt);
    style.titleScale = options.titleScale;
    style.captionScale = options.captionScale;
    style.footerScale = options.footerScale;
    style.paddingPt = marginPt;
    style.greatestStretch = 1.6;
    style.footerReservePt = 40; // the page number
    return style;
}

void drawPageNumber(QCPPainter& painter, const PlotStyle& style, int page, int count) {
    painter.setFont(style.font(style.footerScale));
    painter.setPen(style.theme.muted);
    const QRectF line(0, 0, (slideWidthPt - marginPt) * unitsPerPt, (slideHeightPt - marginPt) * unitsPerPt);
    painter.drawText(line, Qt::AlignRight | Qt::AlignBottom, QStringLiteral("%1 / %2").arg(page).arg(count));
}

/// Draws a block of text and returns where the next one may begin.
double drawBlock(QCPPainter& painter, const QString& text, const QFont& font, const QColor& colour,
    double top, double width) {
    if (text.isEmpty()) {
        return top;
    }
    const double height = wrappedHeight(text, font, width);
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(QRectF(2 * marginPt * unitsPerPt, top, width, height),
        Qt::AlignLeft | Qt::AlignTop | Qt::TextDontClip, wrapped(text, font, width));
    return top + height;
}

void drawCover(QCPPainter& painter, const PlotStyle& style, const ReportCover& cover) {
    const double width = (slideWidthPt - 4 * marginPt) * unitsPerPt;
    const double gap = 10 * unitsPerPt;
    double top = 0.26 * slideHeightPt * unitsPerPt;
    painter.fillRect(QRectF(2 * marginPt * unitsPerPt, top - 2.2 * gap, 56 * unitsPerPt, 4 * unitsPerPt),
        style.theme.accent);
    top =
        drawBlock(painter, style.translated(cover.title), style.font(2.4, true), style.theme.ink, top, width);
    top = drawBlock(painter, style.translated(cover.subtitle), style.font(1.2), style.theme.muted,
        top + 0.6 * gap, width);
    top += 2.4 * gap;
    for (const base::Text& line : cover.lines) {
        top =
            drawBlock(painter, style.translated(line), style.font(), style.theme.ink, top, width) + 0.7 * gap;
    }
    const QFont small = style.font(style.footerScale);
    const QString footer = style.translated(cover.footer);
    const double height = wrappedHeight(footer, small, width);
    drawBlock(
        painter, footer, small, style.theme.muted, (slideHeightPt - marginPt) * unitsPerPt - height, width);
}

base::Result<void> stopped() {
    return base::failure(base::ErrorCode::Cancelled, QT_TRANSLATE_NOOP("core", "The report was stopped."));
}

} // namespace

base::Result<void> writeReport(const std::vector<figures::FigureSpec>& figures, const ReportCover& cover,
    const QString& path, const std::function<void(int, int)>& onPage, const base::StopToken& stop) {
    const PlotStyle style = slideStyle();
    const int count = static_cast<int>(figures.size()) + 1;
    const auto tell = [&](int done) {
        if (onPage) {
            onPage(done, count);
        }
    };
    PdfPages pages(QSizeF(slideWidthPt, slideHeightPt), style.translated(cover.title));
    pages.addPage([&](QCPPainter& painter) { drawCover(painter, style, cover); });
    tell(1);
    const QSize slide(
        static_cast<int>(slideWidthPt) * unitsPerPt, static_cast<int>(slideHeightPt) * unitsPerPt);
    for (int page = 2; page <= count; ++page) {
        const PrintCanvas canvas(style,
            std::make_shared<const figures::FigureSpec>(figures[static_cast<std::size_t>(page) - 2]), stop);
        if (canvas.get() == nullptr || stop.stop_requested()) {
            return stopped();
        }
        canvas->setBackground(QBrush(Qt::NoBrush));
        pages.addPage([&](QCPPainter& painter) {
            canvas->paintOn(&painter, slide);
            drawPageNumber(painter, style, page, count);
        });
        tell(page);
    }
    const QByteArray bytes = pages.finish();
    if (stop.stop_requested()) {
        return stopped();
    }
    return writeFile(path, bytes);
}

} // namespace rulescope::plots
