// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/canvas/panel_rect.h"

#include "widgets/plots/canvas/axis_ticker.h"
#include "widgets/plots/number_label.h"
#include "widgets/plots/wrapped_text.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rulescope::plots {

namespace {

constexpr double axisOffsetPt = 2.5;
constexpr double barGapPt = 5;
constexpr double barWidthPt = 6;
constexpr double barTickPt = 2;
constexpr double leastRowScale = 0.55; ///< of the usual size

QVector<QString> namesOf(const figures::Axis& axis, const PlotStyle& style) {
    QVector<QString> names;
    for (const figures::Tick& tick : axis.ticks) {
        names.append(style.translated(tick.label));
    }
    return names;
}

QVector<QString> firstLines(QVector<QString> names) {
    for (QString& name : names) {
        name = name.section(u'\n', 0, 0);
    }
    return names;
}

figures::ColourScale::Map mapOf(const figures::Panel& panel) {
    return panel.colourScale ? panel.colourScale->map : figures::ColourScale::Map::Diverging;
}

/// Whether every position is an integer, as sessions and trials are.
bool isWhole(const figures::Panel& panel, Dimension dimension) {
    const auto areWhole = [](const std::vector<double>& values) {
        return std::all_of(
            values.begin(), values.end(), [](double v) { return !std::isfinite(v) || v == std::round(v); });
    };
    const auto isWholeSeries = [&](const figures::Series& series) {
        const bool isX = dimension == Dimension::X;
        if (const auto* xy = std::get_if<figures::XY>(&series)) {
            return areWhole(isX ? xy->x : xy->y);
        }
        if (const auto* band = std::get_if<figures::Band>(&series)) {
            return isX ? areWhole(band->x) : areWhole(band->lower) && areWhole(band->upper);
        }
        if (const auto* bars = std::get_if<figures::Bars>(&series)) {
            return areWhole(isX ? bars->x : bars->y);
        }
        return false;
    };
    return !panel.series.empty() && std::all_of(panel.series.begin(), panel.series.end(), isWholeSeries);
}

bool hasHeatMap(const figures::Panel& panel) {
    return std::any_of(panel.series.begin(), panel.series.end(),
        [](const figures::Series& series) { return std::holds_alternative<figures::HeatMap>(series); });
}

} // namespace

PanelRect::PanelRect(QCustomPlot* plot, const figures::Panel* panel, const PlotStyle* style)
    : QCPAxisRect(plot, false)
    , m_panel(panel)
    , m_style(style)
    , m_x(addAxis(QCPAxis::atBottom))
    , m_y(addAxis(QCPAxis::atLeft))
    , m_colours(mapOf(*panel)) {
    setRangeDragAxes(m_x, m_y);
    setRangeZoomAxes(m_x, m_y);
    setRangeZoomFactor(0.85);
    m_x->grid()->setVisible(false);
    m_y->grid()->setVisible(false);
    const auto changed = qOverload<const QCPRange&>(&QCPAxis::rangeChanged);
    connect(m_x, changed, this, [this] { keepWithinHome(Dimension::X); });
    connect(m_y, changed, this, [this] { keepWithinHome(Dimension::Y); });
    measureData();
    applyStyle();
    goHome();
}

void PanelRect::setPanel(const figures::Panel* panel) {
    const bool wasHome = isHome();
    m_panel = panel;
    measureData();
    m_colours = theme::ColourTable(mapOf(*panel));
    applyStyle();
    if (wasHome) {
        goHome();
    } else {
        keepWithinHome(Dimension::X);
        keepWithinHome(Dimension::Y);
    }
}

void PanelRect::measureData() {
    m_homeX = homeRange(*m_panel, Dimension::X);
    m_homeY = homeRange(*m_panel, Dimension::Y);
    m_isWholeX = isWhole(*m_panel, Dimension::X);
    m_isWholeY = isWhole(*m_panel, Dimension::Y);
}

void PanelRect::applyStyle() {
    setUpAxis(m_x, m_panel->x);
    setUpAxis(m_y, m_panel->y);
    // Categories have no scale to zoom into.
    Qt::Orientations free = Qt::Horizontal | Qt::Vertical;
    free.setFlag(Qt::Horizontal, m_panel->x.ticks.empty() || m_panel->x.low.has_value());
    free.setFlag(Qt::Vertical, m_panel->y.ticks.empty() || m_panel->y.low.has_value());
    setRangeDrag(free);
    setRangeZoom(free);
}

void PanelRect::setUpAxis(QCPAxis* axis, const figures::Axis& spec) {
    const PlotStyle& style = *m_style;
    const QPen line = style.pen(style.theme.ink, 0.75);
    axis->setScaleType(spec.isLogarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    axis->setRangeReversed(spec.isReversed);
    axis->setBasePen(line);
    axis->setTickPen(line);
    axis->setSubTickPen(line);
    axis->setSubTicks(spec.isLogarithmic && spec.ticks.empty());
    axis->setTickLength(0, std::max(1, style.rounded(3)));
    axis->setSubTickLength(0, std::max(1, style.rounded(1.7)));
    axis->setTickLabelPadding(style.rounded(2.2));
    axis->setLabelPadding(style.rounded(4));
    axis->setPadding(0);
    axis->setOffset(hasHeatMap(*m_panel) ? 0 : style.rounded(axisOffsetPt));
    axis->setTickLabelFont(style.font());
    axis->setLabelFont(style.font());
    axis->setTickLabelColor(style.theme.ink);
    axis->setLabelColor(style.theme.ink);
    axis->setNumberFormat(QStringLiteral("f")); // else labels such as "1e3" would be taken apart
    axis->setTickLabelRotation(0);
    setUpTicker(axis, spec);
}

void PanelRect::setUpTicker(QCPAxis* axis, const figures::Axis& spec) {
    QSharedPointer<NamedTicker>& named = axis == m_x ? m_namedX : m_namedY;
    named.reset();
    if (!spec.ticks.empty()) {
        QVector<double> positions;
        for (const figures::Tick& tick : spec.ticks) {
            positions.append(tick.at);
        }
        named = QSharedPointer<NamedTicker>::create(positions, namesOf(spec, *m_style));
        axis->setTicker(named);
    } else if (spec.isLogarithmic) {
        axis->setTicker(QSharedPointer<LogTicker>::create(m_style->locale));
    } else {
        axis->setTicker(QSharedPointer<NumberTicker>::create(axis, m_style->locale,
            m_style->fontPt * m_style->unitsPerPt, axis == m_x ? m_isWholeX : m_isWholeY));
    }
}

void PanelRect::goHome() {
    m_x->setRange(m_homeX.low, m_homeX.high);
    m_y->setRange(m_homeY.low, m_homeY.high);
}

bool PanelRect::isHome() const {
    const QCPRange x = m_x->range();
    const QCPRange y = m_y->range();
    return Range{x.lower, x.upper} == m_homeX && Range{y.lower, y.upper} == m_homeY;
}

void PanelRect::keepWithinHome(Dimension dimension) {
    QCPAxis* axis = dimension == Dimension::X ? m_x : m_y;
    const Range now{axis->range().lower, axis->range().upper};
    const bool isLogarithmic = axis->scaleType() == QCPAxis::stLogarithmic;
    const Range allowed = clamped(now, home(dimension), isLogarithmic);
    if (!(allowed == now)) {
        axis->setRange(allowed.low, allowed.high); // comes back here once, then agrees
        return;
    }
    emit rangesChanged();
}

PixelFrame PanelRect::frame() const {
    const auto mapOfAxis = [](const QCPAxis* axis) {
        AxisMap map;
        map.isLogarithmic = axis->scaleType() == QCPAxis::stLogarithmic;
        const double low = map.isLogarithmic ? std::log(axis->range().lower) : axis->range().lower;
        const double high = map.isLogarithmic ? std::log(axis->range().upper) : axis->range().upper;
        const double from = axis->coordToPixel(axis->range().lower);
        const double to = axis->coordToPixel(axis->range().upper);
        map.scale = (to - from) / (high - low);
        map.origin = from - map.scale * low;
        return map;
    };
    PixelFrame frame;
    frame.x = mapOfAxis(m_x);
    frame.y = mapOfAxis(m_y);
    frame.rect = QRectF(rect());
    frame.column = std::max(1.0, 0.25 * m_style->unitsPerPt);
    return frame;
}

Range PanelRect::colourRange() const {
    if (m_ownColours) {
        return *m_ownColours;
    }
    return m_panel->colourScale ? Range{m_panel->colourScale->low, m_panel->colourScale->high} : Range{-1, 1};
}

bool PanelRect::hasColourBar() const {
    return m_panel->colourScale && m_panel->colourScale->isDrawn;
}

double PanelRect::namedRowsHeight() const {
    double closest = std::numeric_limits<double>::infinity(); // two named rows, in data units
    std::optional<double> last;
    for (const figures::Tick& tick : m_panel->y.ticks) {
        if (!tick.label.isEmpty()) {
            closest = last ? std::min(closest, std::abs(tick.at - *last)) : closest;
            last = tick.at;
        }
    }
    return closest > 0 ? m_homeY.size() / closest * QFontMetricsF(m_style->font()).height() : 0;
}

void PanelRect::setNamedBy(Dimension dimension, const PanelRect* neighbour) {
    (dimension == Dimension::X ? m_namedByX : m_namedByY) = neighbour;
    (dimension == Dimension::X ? m_x : m_y)->setTickLabels(neighbour == nullptr);
}

const figures::Axis& PanelRect::namingAxis(Dimension dimension) const {
    const bool isX = dimension == Dimension::X;
    const PanelRect* neighbour = isX ? m_namedByX : m_namedByY;
    const figures::Panel& named = (neighbour != nullptr ? neighbour : this)->panel();
    return isX ? named.x : named.y;
}

QRectF PanelRect::colourBarRect() const {
    const double gap = m_style->length(barGapPt);
    return {right() + gap, static_cast<double>(top()), m_style->length(barWidthPt),
        static_cast<double>(height())};
}

std::vector<std::pair<double, QString>> PanelRect::colourBarTicks() const {
    const Range range = colourRange();
    const double size = range.size();
    if (!(size > 0) || !std::isfinite(size)) {
        return {};
    }
    // Two to five round numbers, with zero where the scale is centred on it.
    const double rough = size / 4;
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double mantissa : {1.0, 2.0, 2.5, 5.0}) {
        if (mantissa * power >= rough * 0.999) {
            step = mantissa * power;
            break;
        }
    }
    std::vector<std::pair<double, QString>> ticks;
    for (double i = std::ceil(range.low / step - 1e-6); i <= range.high / step + 1e-6; ++i) {
        ticks.emplace_back(i * step, axisNumber(i * step, step, m_style->locale));
    }
    return ticks;
}

double PanelRect::colourBarTickWidth() const {
    const QFontMetricsF metrics(m_style->font());
    double widest = 0;
    for (const auto& tick : colourBarTicks()) {
        widest = std::max(widest, metrics.horizontalAdvance(tick.second));
    }
    return widest + m_style->length(barTickPt + 2);
}

double PanelRect::titleWidth() const {
    return std::max(1.0, width() + 0.8 * margins().right());
}

double PanelRect::titleHeight() const {
    const QString text = title();
    double height = 0;
    if (!text.isEmpty()) {
        height = wrappedHeight(text, m_style->font(), titleWidth()) + m_style->length(4);
    }
    if (!m_panel->letter.empty()) {
        height = std::max(height, QFontMetricsF(m_style->font(1.25, true)).height() + m_style->length(2));
    }
    return height;
}

double PanelRect::overhang(QCPAxis* axis, bool atUpperEnd) const {
    const QVector<double> positions = axis->tickVector();
    const QVector<QString> labels = axis->tickVectorLabels();
    const QFontMetricsF metrics(axis->tickLabelFont());
    const QRectF frame(rect());
    const bool isVertical = axis->orientation() == Qt::Vertical;
    double beyond = 0;
    for (qsizetype i = 0; i < std::min(positions.size(), labels.size()); ++i) {
        if (!axis->range().contains(positions[i])) {
            continue;
        }
        const QSizeF size = metrics.boundingRect(QRectF(), Qt::TextDontClip, labels[i]).size();
        const double at = axis->coordToPixel(positions[i]);
        if (isVertical) {
            beyond = std::max(beyond, frame.top() - (at - size.height() / 2));
        } else if (axis->tickLabelRotation() != 0) {
            const double reach = size.width() * std::cos(axis->tickLabelRotation() * M_PI / 180);
            beyond = std::max(beyond, atUpperEnd ? 0.0 : frame.left() - (at - reach));
        } else {
            beyond = std::max(beyond,
                atUpperEnd ? at + size.width() / 2 - frame.right() : frame.left() - (at - size.width() / 2));
        }
    }
    return beyond;
}

int PanelRect::calculateAutoMargin(QCP::MarginSide side) {
    const PlotStyle& style = *m_style;
    const double own = QCPAxisRect::calculateAutoMargin(side);
    double margin = own;
    switch (side) {
    case QCP::msLeft:
        margin = std::max(own, overhang(m_x, false));
        if (!m_panel->letter.empty()) {
            const QFontMetricsF metrics(style.font(1.25, true));
            margin = std::max(
                margin, metrics.horizontalAdvance(QString::fromStdString(m_panel->letter)) + style.length(4));
        }
        break;
    case QCP::msRight:
        margin = std::max(overhang(m_x, true), style.length(1));
        if (hasColourBar()) {
            double bar = style.length(barGapPt + barWidthPt) + colourBarTickWidth();
            if (!m_panel->colourScale->label.isEmpty()) {
                const QString label = style.translated(m_panel->colourScale->label);
                bar += style.length(2) + wrappedHeight(label, style.font(), std::max(height(), 1));
            }
            margin = std::max(margin, bar);
        }
        break;
    case QCP::msTop:
        margin = std::max(titleHeight() + m_roomAbove, overhang(m_y, true));
        break;
    default:
        break;
    }
    return static_cast<int>(std::ceil(margin));
}

void PanelRect::fitLabels() {
    const PlotStyle& style = *m_style;
    // A label may reach a little beyond its axis, into the margins at both ends.
    const double beyondX = 2 * 0.8 * std::min(margins().left(), margins().right());
    const double beyondY = 2 * 0.8 * std::min(margins().top(), margins().bottom());
    m_x->setLabel(balanced(style.translated(m_panel->x.label), style.font(), width() + beyondX));
    m_y->setLabel(balanced(style.translated(m_panel->y.label), style.font(), height() + beyondY));
    if (m_namedX) {
        fitCategories(m_x, m_panel->x, m_namedX.data());
    }
    if (m_namedY && !areNumbers(namesOf(m_panel->y, style))) {
        fitRows();
    }
}

/// Names of rows get smaller where the height is too little for them, as on a slide; below legibility some
/// go.
void PanelRect::fitRows() {
    const double needed = namedRowsHeight();
    const double scale = needed > 0 ? std::clamp(height() / (0.9 * needed), leastRowScale, 1.0) : 1.0;
    m_y->setTickLabelFont(m_style->font(scale));
    const QVector<QString> names = namesOf(m_panel->y, *m_style);
    const double step = std::ceil(scale * 0.9 * needed / std::max(1.0, static_cast<double>(height())));
    m_namedY->setNames(everyNth(names, std::max<qsizetype>(1, static_cast<qsizetype>(step))));
}

void PanelRect::thinNumbers(QCPAxis* axis, const QVector<QString>& names, NamedTicker* ticker) {
    const QFontMetricsF metrics(m_style->font());
    const auto hasRoom = [&](const QVector<QString>& shown) {
        double end = -std::numeric_limits<double>::infinity(); // of the label before
        for (qsizetype i = 0; i < shown.size(); ++i) {
            if (shown[i].isEmpty()) {
                continue;
            }
            const double half = metrics.horizontalAdvance(shown[i]) / 2;
            const double at = axis->coordToPixel(ticker->position(i));
            if (at - half < end + m_style->length(3)) {
                return false;
            }
            end = at + half;
        }
        return true;
    };
    qsizetype step = 1;
    while (step < names.size() && !hasRoom(everyNth(names, step))) {
        ++step;
    }
    axis->setTickLabelFont(m_style->font());
    axis->setTickLabelRotation(0);
    ticker->setNames(everyNth(names, step));
}

void PanelRect::fitCategories(QCPAxis* axis, const figures::Axis& spec, NamedTicker* ticker) {
    double room = std::numeric_limits<double>::infinity();
    for (std::size_t i = 1; i < spec.ticks.size(); ++i) {
        room = std::min(
            room, std::abs(axis->coordToPixel(spec.ticks[i].at) - axis->coordToPixel(spec.ticks[i - 1].at)));
    }
    room = std::isfinite(room) ? room - m_style->length(3) : width();
    // First break names at spaces, then make them a little smaller; only then turn them.
    const auto fits = [&](double scale) {
        const QFont font = m_style->font(scale);
        QVector<QString> names = namesOf(spec, *m_style);
        double widest = 0;
        for (QString& name : names) {
            name = balanced(name, font, room);
            for (const QString& line : name.split(u'\n')) {
                widest = std::max(widest, QFontMetricsF(font).horizontalAdvance(line));
            }
        }
        if (widest <= room) {
            axis->setTickLabelFont(font);
            axis->setTickLabelRotation(0);
            ticker->setNames(names);
        }
        return widest <= room;
    };
    QVector<QString> names = namesOf(spec, *m_style);
    if (areNumbers(names) && axis->orientation() == Qt::Horizontal) {
        thinNumbers(axis, names, ticker);
        return;
    }
    if (fits(1) || fits(0.92) || fits(0.84)) {
        return;
    }
    // A number with words below it stands alone where the words have no room.
    const QVector<QString> numbers = firstLines(names);
    if (areNumbers(numbers) && axis->orientation() == Qt::Horizontal) {
        thinNumbers(axis, numbers, ticker);
        return;
    }
    constexpr double sine = 0.62; // of the angle: how far turned neighbours are apart
    const double lines = std::floor(sine * room / QFontMetricsF(m_style->font()).lineSpacing());
    for (QString& name : names) {
        const QString broken = balanced(name, m_style->font(), m_style->length(72));
        name = static_cast<double>(broken.count(u'\n') + 1) <= lines ? broken : name.simplified();
    }
    axis->setTickLabelFont(m_style->font());
    axis->setTickLabelRotation(-38);
    ticker->setNames(names);
}

} // namespace rulescope::plots
