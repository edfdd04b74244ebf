// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/canvas/series_plottable.h"

#include "widgets/plots/canvas/heat_map_plottable.h"
#include "widgets/plots/canvas/xy_plottable.h"
#include "widgets/plots/number_label.h"
#include "widgets/text/translated.h"

#include <cmath>

namespace rulescope::plots {

using namespace figures;

namespace {

/// The axis's own name of a position; empty without one.
QString tickAt(const Axis& axis, double position, const PlotStyle& style) {
    for (const Tick& tick : axis.ticks) {
        if (std::abs(tick.at - position) < 1e-9) {
            return style.translated(tick.label).replace(u'\n', u' ');
        }
    }
    return {};
}

} // namespace

SeriesPlottable::SeriesPlottable(PanelRect* panel, std::size_t index)
    : QCPAbstractPlottable(panel->xAxis(), panel->yAxis())
    , m_panel(panel)
    , m_index(index) {
    setSelectable(QCP::stNone);
}

QCPRange SeriesPlottable::getKeyRange(bool& found, QCP::SignDomain) const {
    found = true;
    const Range home = m_panel->home(Dimension::X);
    return {home.low, home.high};
}

QCPRange SeriesPlottable::getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const {
    found = true;
    const Range home = m_panel->home(Dimension::Y);
    return {home.low, home.high};
}

QRect SeriesPlottable::clipRect() const {
    return parentPlot()->viewport();
}

QString SeriesPlottable::pointTip(
    const Text& name, double x, double y, const std::optional<Range>& interval, const QString& extra) const {
    const QLocale& locale = style().locale;
    const auto line = [&](Dimension dimension, double at, const QString& ends) {
        const Axis& axis = panel().namingAxis(dimension);
        const QString tick = tickAt(axis, at, style());
        const QString value = (tick.isEmpty() ? tipNumber(at, locale) : tick) + ends;
        const QString letter = dimension == Dimension::X ? QStringLiteral("x") : QStringLiteral("y");
        // A named row needs no axis title: "REINFORCE + baseline" says enough.
        const QString label = !axis.label.isEmpty() ? style().translated(axis.label)
                              : tick.isEmpty()      ? letter
                                                    : QString();
        const QString bold = QStringLiteral("<b>") + value.toHtmlEscaped() + QStringLiteral("</b>");
        return label.isEmpty() ? bold : label.toHtmlEscaped() + QStringLiteral(": ") + bold;
    };
    QStringList lines;
    if (!name.isEmpty()) {
        lines.append(style().translated(name).toHtmlEscaped());
    }
    const QString ends = interval
                             ? QStringLiteral("  [%1, %2]")
                                   .arg(tipNumber(interval->low, locale), tipNumber(interval->high, locale))
                             : QString();
    lines.append(line(Dimension::X, x, {}));
    lines.append(line(Dimension::Y, y, ends));
    if (!extra.isEmpty()) {
        lines.append(extra.toHtmlEscaped().replace(u'\n', QStringLiteral("<br>")));
    }
    return QStringLiteral("<qt>") + lines.join(QStringLiteral("<br>")) + QStringLiteral("</qt>");
}

SeriesPlottable* makePlottable(PanelRect* panel, std::size_t index) {
    const Series& series = panel->panel().series[index];
    if (std::holds_alternative<XY>(series)) {
        return new XYPlottable(panel, index);
    }
    if (std::holds_alternative<Band>(series)) {
        return new BandPlottable(panel, index);
    }
    if (std::holds_alternative<Bars>(series)) {
        return new BarsPlottable(panel, index);
    }
    return new HeatMapPlottable(panel, index);
}

void drawMarker(QPainter* painter, const QPointF& at, Marker marker, double size, const QColor& colour,
    const QColor& paper, double outline) {
    const double r = size / 2;
    const bool isOpen = marker == Marker::OpenCircle || marker == Marker::OpenSquare;
    // A hairline of paper around filled markers keeps overlapping ones apart.
    painter->setPen(QPen(isOpen ? colour : paper, isOpen ? outline : outline * 0.6, Qt::SolidLine,
        Qt::FlatCap, Qt::MiterJoin));
    painter->setBrush(isOpen ? paper : colour);
    switch (marker) {
    case Marker::None:
        break;
    case Marker::Circle:
    case Marker::OpenCircle:
        painter->drawEllipse(at, r, r);
        break;
    case Marker::Square:
    case Marker::OpenSquare:
        painter->drawRect(QRectF(at.x() - 0.89 * r, at.y() - 0.89 * r, 1.78 * r, 1.78 * r));
        break;
    case Marker::Triangle:
        painter->drawPolygon(QPolygonF({{at.x(), at.y() - 1.15 * r}, {at.x() + 1.1 * r, at.y() + 0.8 * r},
            {at.x() - 1.1 * r, at.y() + 0.8 * r}}));
        break;
    case Marker::Diamond:
        painter->drawPolygon(QPolygonF({{at.x(), at.y() - 1.25 * r}, {at.x() + 1.25 * r, at.y()},
            {at.x(), at.y() + 1.25 * r}, {at.x() - 1.25 * r, at.y()}}));
        break;
    }
}

} // namespace rulescope::plots
