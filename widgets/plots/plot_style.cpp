// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_style.h"

#include "widgets/text/translated.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontInfo>
#include <QScreen>
#include <algorithm>
#include <cmath>

namespace rulescope::plots {

PlotStyle PlotStyle::screen(const theme::Theme& theme) {
    PlotStyle style;
    style.theme = theme;
    const QScreen* screen = QGuiApplication::primaryScreen();
    style.unitsPerPt = (screen ? screen->logicalDotsPerInchY() : 96.0) / 72;
    // The system's size in pixels, whichever way the platform states it.
    style.fontPt = QFontInfo(QApplication::font()).pixelSize() / style.unitsPerPt;
    style.paddingPt = 8;
    return style;
}

PlotStyle PlotStyle::paper(double fontPt) {
    PlotStyle style;
    style.theme = theme::Theme::paper();
    style.family = paperFontFamily();
    style.unitsPerPt = 10;
    style.fontPt = fontPt;
    style.paddingPt = 1.5;
    style.greatestStretch = 4;
    style.locale = QLocale::c();
    style.locale.setNumberOptions(QLocale::DefaultNumberOptions);
    return style;
}

int PlotStyle::rounded(double designPt) const {
    return static_cast<int>(std::lround(length(designPt)));
}

QFont PlotStyle::font(double scale, bool isBold) const {
    QFont font = family.isEmpty() ? QApplication::font() : QFont(family);
    font.setPixelSize(std::max(1, static_cast<int>(std::lround(fontPt * scale * unitsPerPt))));
    font.setBold(isBold);
    return font;
}

QPen PlotStyle::pen(const QColor& colour, double designPt, figures::LineStyle style) const {
    QPen pen(colour, length(designPt));
    pen.setCapStyle(Qt::FlatCap);
    pen.setJoinStyle(Qt::RoundJoin);
    switch (style) {
    case figures::LineStyle::None:
        pen.setStyle(Qt::NoPen);
        break;
    case figures::LineStyle::Solid:
        break;
    case figures::LineStyle::Dashed:
        pen.setDashPattern({4.5, 2.5});
        break;
    case figures::LineStyle::Dotted:
        pen.setDashPattern({1.2, 2.4});
        break;
    }
    return pen;
}

QColor PlotStyle::lineColour(const figures::Colour& colour) const {
    const QColor plain = theme.colour(colour);
    return colour.role == figures::Colour::Role::Muted ? theme::mixed(plain, theme.background, 0.4) : plain;
}

QString PlotStyle::translated(const base::Text& text) const {
    return text::translated(text, locale);
}

QString paperFontFamily() {
    const QStringList installed = QFontDatabase::families();
    for (const char* family : {"Liberation Sans", "Arial", "Helvetica", "Nimbus Sans", "DejaVu Sans"}) {
        if (installed.contains(QLatin1String(family))) {
            return QLatin1String(family);
        }
    }
    return QFontDatabase::systemFont(QFontDatabase::GeneralFont).family();
}

} // namespace rulescope::plots
