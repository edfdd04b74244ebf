// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/wrapped_text.h"

#include <QFontMetricsF>
#include <QTextLayout>

namespace rulescope::plots {

namespace {

// Lines don't break here: a number keeps its percent, a quantity its value.
const QString kPercent = QStringLiteral(" %"), kJoinedPercent = QStringLiteral("\u00a0%");
const QString kEquals = QStringLiteral(" = "), kJoinedEquals = QStringLiteral("\u00a0=\u00a0");

/// Whether no single word is wider than the line.
bool isWithin(const QString& text, const QFont& font, double width) {
    const QFontMetricsF metrics(font);
    for (const QString& line : wrapped(text, font, width).split(u'\n')) {
        if (metrics.horizontalAdvance(line) > width) {
            return false;
        }
    }
    return true;
}

} // namespace

QString wrapped(const QString& text, const QFont& font, double width) {
    const QFontMetricsF metrics(font);
    QStringList lines;
    for (const QString& paragraph : text.split(u'\n')) {
        if (metrics.horizontalAdvance(paragraph) <= width) {
            lines.append(paragraph);
            continue;
        }
        QString joined = paragraph; // of the same length
        joined.replace(kPercent, kJoinedPercent);
        joined.replace(kEquals, kJoinedEquals);
        QTextLayout layout(joined, font);
        QTextOption option;
        option.setWrapMode(QTextOption::WordWrap);
        layout.setTextOption(option);
        layout.beginLayout();
        for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
            line.setLineWidth(width);
            lines.append(paragraph.mid(line.textStart(), line.textLength()).trimmed());
        }
        layout.endLayout();
    }
    return lines.join(u'\n');
}

QString balanced(const QString& text, const QFont& font, double width) {
    const QString best = wrapped(text, font, width);
    const qsizetype breaks = best.count(u'\n');
    if (breaks == text.count(u'\n')) {
        return best;
    }
    double least = width / 2;
    double enough = width;
    for (int i = 0; i < 7; ++i) {
        const double middle = (least + enough) / 2;
        const bool isEnough =
            wrapped(text, font, middle).count(u'\n') == breaks && isWithin(text, font, middle);
        (isEnough ? enough : least) = middle;
    }
    return wrapped(text, font, enough);
}

double wrappedHeight(const QString& text, const QFont& font, double width) {
    if (text.isEmpty()) {
        return 0;
    }
    const QFontMetricsF metrics(font);
    const auto lines = static_cast<double>(wrapped(text, font, width).count(u'\n'));
    return metrics.height() + lines * metrics.lineSpacing();
}

} // namespace rulescope::plots
