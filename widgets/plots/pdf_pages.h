// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QBuffer>
#include <QByteArray>
#include <QSizeF>
#include <functional>
#include <memory>
#include <qcustomplot.h>

class QPdfWriter;

namespace rulescope::plots {

/// A PDF in memory whose pages have exactly the size asked for. QPdfWriter rounds pages to whole points (89
/// mm would become 88.9 mm): pages are made a little too large, drawn on from below, and their MediaBox is
/// then rewritten.
class PdfPages {
  public:
    static constexpr int unitsPerPt = 10;

    /// @param pagePt page size in points.
    PdfPages(const QSizeF& pagePt, const QString& title);
    ~PdfPages();

    /// Draws one page; the painter's units are tenths of a point from the page's top left corner.
    void addPage(const std::function<void(QCPPainter&)>& draw);
    QByteArray finish();

  private:
    QSizeF m_pagePt;
    QSize m_roundedPt;
    QBuffer m_buffer;
    std::unique_ptr<QPdfWriter> m_writer;
    QCPPainter m_painter;
};

/// The PDF with every MediaBox of Qt's form replaced by the exact size, byte for byte as long as before.
QByteArray withExactPages(QByteArray pdf, const QSizeF& pagePt);

} // namespace rulescope::plots
