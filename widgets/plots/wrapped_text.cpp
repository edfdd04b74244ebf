// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/wrapped_text.h"

#include <QFontMetricsF>
#include <QTextLayout>

namespace rulescope::plots {

QString wrapped(const QString& text, const QFont& font, double width) {
    const QFontMetricsF metrics(font);
    QStringList lines;
    for (const QString& paragraph : text.split(u'\n')) {
        if (metrics.horizontalAdvance(paragraph) <= width) {
            lines.append(paragraph);
            continue;
        }
        QTextLayout layout(paragraph, font);
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

double wrappedHeight(const QString& text, const QFont& font, double width) {
    if (text.isEmpty()) {
        return 0;
    }
    const QFontMetricsF metrics(font);
    const auto lines = static_cast<double>(wrapped(text, font, width).count(u'\n'));
    return metrics.height() + lines * metrics.lineSpacing();
}

} // namespace rulescope::plots
