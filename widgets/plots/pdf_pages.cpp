// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/pdf_pages.h"

#include <QPageLayout>
#include <QPageSize>
#include <QPdfWriter>
#include <QRegularExpression>
#include <cmath>

namespace rulescope::plots {

namespace {

// 338.6667 mm is 960.0001 pt: that is 960, not 961.
int roundedUp(double points) {
    return static_cast<int>(std::ceil(points - 1e-3));
}

} // namespace

PdfPages::PdfPages(const QSizeF& pagePt, const QString& title)
    : m_pagePt(pagePt)
    , m_roundedPt(roundedUp(pagePt.width()), roundedUp(pagePt.height())) {
    m_buffer.open(QIODevice::WriteOnly);
    m_writer = std::make_unique<QPdfWriter>(&m_buffer);
    m_writer->setTitle(title);
    m_writer->setCreator(QStringLiteral("Rulescope"));
    m_writer->setResolution(72 * unitsPerPt);
    const QPageSize size(
        QSizeF(m_roundedPt), QPageSize::Point, QStringLiteral("figure"), QPageSize::ExactMatch);
    // Portrait always: landscape would make Qt exchange width and height of wide pages.
    m_writer->setPageLayout(QPageLayout(size, QPageLayout::Portrait, QMarginsF()));
}

PdfPages::~PdfPages() {
    if (m_painter.isActive()) {
        m_painter.end();
    }
}

void PdfPages::addPage(const std::function<void(QCPPainter&)>& draw) {
    if (m_painter.isActive()) {
        m_writer->newPage();
    } else {
        m_painter.begin(m_writer.get());
        m_painter.setRenderHint(QPainter::LosslessImageRendering); // else colour maps are stored as JPEG
    }
    m_painter.save();
    m_painter.translate(0, (m_roundedPt.height() - m_pagePt.height()) * unitsPerPt);
    m_painter.setMode(QCPPainter::pmVectorized);
    draw(m_painter);
    m_painter.restore();
}

QByteArray PdfPages::finish() {
    if (m_painter.isActive()) {
        m_painter.end();
    }
    m_writer.reset();
    return withExactPages(m_buffer.data(), m_pagePt);
}

QByteArray withExactPages(QByteArray pdf, const QSizeF& pagePt) {
    static const QByteArray begin("/MediaBox [0 0 ");
    const QByteArray exact =
        QByteArray::number(pagePt.width(), 'f', 4) + ' ' + QByteArray::number(pagePt.height(), 'f', 4);
    for (qsizetype at = pdf.indexOf(begin); at >= 0; at = pdf.indexOf(begin, at + 1)) {
        const qsizetype from = at + begin.size();
        const qsizetype room = pdf.indexOf(']', from) - from;
        if (room >= exact.size() && room < 64) {
            pdf.replace(from, room, exact.leftJustified(room, ' '));
        }
    }
    return pdf;
}

} // namespace rulescope::plots
