// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/canvas/panel_labels.h"

#include "widgets/plots/wrapped_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <tuple>

namespace rulescope::plots {

using namespace figures;

namespace {

constexpr double iconPt = 13;
constexpr double iconGapPt = 4;
constexpr double entryGapPt = 10;
constexpr double insetPt = 4;
constexpr double smallText = 0.92;
constexpr double noteGapPt = 8;
constexpr double leastRoom = 0.3; ///< share of a panel's width in which a note is broken into lines
constexpr int mostNoteLines = 3;  ///< notes that may stand below one another in a corner

} // namespace

PanelLabels::PanelLabels(PanelRect* panel, std::vector<SeriesPlottable*> series)
    : QCPLayerable(panel->parentPlot(), QStringLiteral("legend"), panel)
    , m_panel(panel)
    , m_series(std::move(series)) {}

void PanelLabels::applyDefaultAntialiasingHint(QCPPainter* painter) const {
    painter->setAntialiasing(true);
}

QRect PanelLabels::clipRect() const {
    return parentPlot()->viewport();
}

double PanelLabels::entryWidth(const QString& text) const {
    const PlotStyle& style = m_panel->style();
    const QFontMetricsF metrics(style.font());
    return style.length(iconPt + iconGapPt) + metrics.horizontalAdvance(text);
}

double PanelLabels::rowHeight() const {
    return QFontMetricsF(m_panel->style().font()).height() * 1.08;
}

void PanelLabels::findEntries() {
    m_entries.clear();
    if (!m_panel->panel().hasLegend) {
        return;
    }
    for (SeriesPlottable* series : m_series) {
        if (series->label().isEmpty()) {
            continue;
        }
        const QString text = m_panel->style().translated(series->label());
        const auto hasText = [&](const Entry& entry) { return entry.text == text; };
        const auto found = std::find_if(m_entries.begin(), m_entries.end(), hasText);
        if (found != m_entries.end()) {
            found->series.push_back(series);
        } else {
            m_entries.push_back({text, {series}, {}, entryWidth(text)});
        }
    }
}

QSizeF PanelLabels::arrangeColumn() {
    QSizeF size(0, 0);
    for (Entry& entry : m_entries) {
        entry.at = {0, size.height()};
        size = {std::max(size.width(), entry.width), size.height() + rowHeight()};
    }
    return size;
}

QSizeF PanelLabels::arrangeRows(double width) {
    const double gap = m_panel->style().length(entryGapPt);
    QPointF at(0, 0);
    double widest = 0;
    for (Entry& entry : m_entries) {
        if (at.x() > 0 && at.x() + entry.width > width) {
            at = {0, at.y() + rowHeight()};
        }
        entry.at = at;
        widest = std::max(widest, at.x() + entry.width);
        at.rx() += entry.width + gap;
    }
    return {widest, at.y() + rowHeight()};
}

const Occupancy& PanelLabels::occupancy() const {
    const PixelFrame frame = m_panel->frame();
    if (!m_occupied || !(m_occupiedFrame == frame)) { // laying out asks several times, with few new frames
        m_occupiedFrame = frame;
        m_occupied.emplace(frame.rect, m_panel->style().length(2.5));
        for (const SeriesPlottable* series : m_series) {
            series->occupy(*m_occupied);
        }
    }
    return *m_occupied;
}

std::optional<QRectF> PanelLabels::freeLegendPlace(const QSizeF& size, const Occupancy& occupancy) const {
    const QRectF frame = m_panel->frame().rect;
    const double inset = m_panel->style().length(insetPt);
    const double left = frame.left() + inset;
    const double right = frame.right() - inset - size.width();
    const double top = frame.top() + 0.3 * inset;
    const double bottom = frame.bottom() - inset - size.height();
    if (right < left || bottom < top) {
        return std::nullopt;
    }
    const std::array<QPointF, 4> corners = {
        QPointF(right, top), {left, top}, {right, bottom}, {left, bottom}};
    const double middleX = (left + right) / 2;
    const double middleY = (top + bottom) / 2;
    const std::array<QPointF, 9> places = {corners[static_cast<std::size_t>(m_panel->panel().legendPlace)],
        corners[0], corners[1], corners[2], corners[3], QPointF(middleX, top), QPointF(middleX, bottom),
        QPointF(right, middleY), QPointF(left, middleY)};
    for (const QPointF& place : places) {
        const QRectF rect(place, size);
        if (occupancy.count(rect.adjusted(-inset / 2, -inset / 2, inset / 2, inset / 2)) == 0) {
            return rect;
        }
    }
    return std::nullopt;
}

void PanelLabels::reset() {
    m_occupied.reset();
    m_isLegendAbove = false;
    m_notes = m_panel->panel().notes;
    m_notesAbove.clear();
    m_panel->setRoomAbove(0);
    findEntries();
}

std::vector<PanelLabels::NoteGroup> PanelLabels::noteGroups() const {
    std::vector<NoteGroup> groups;
    for (const Note& note : m_notes) {
        const bool mayJoin = note.isRelative && note.anchor == Note::Anchor::Left;
        if (mayJoin && !groups.empty() && groups.back().notes.back().isRelative) {
            NoteGroup& group = groups.back();
            const Note& last = group.notes.back();
            const bool isBeside = last.y == note.y && (group.isRow || group.notes.size() == 1);
            const bool isBelow = last.x == note.x && !group.isRow;
            if (last.anchor == Note::Anchor::Left && (isBeside || isBelow)) {
                group.isRow = isBeside;
                group.notes.push_back(note);
                continue;
            }
        }
        groups.push_back({{note}, false});
    }
    return groups;
}

QSizeF PanelLabels::arranged(const NoteGroup& group) const {
    const double gap = m_panel->style().length(noteGapPt);
    QSizeF size(0, 0);
    for (const Note& note : group.notes) {
        const QSizeF one = noteSize(note);
        size = group.isRow ? QSizeF(size.width() + (size.width() > 0 ? gap : 0) + one.width(),
                                 std::max(size.height(), one.height()))
                           : QSizeF(std::max(size.width(), one.width()), size.height() + one.height());
    }
    return size;
}

std::vector<Note> PanelLabels::notesAt(const NoteGroup& group, const QPointF& topLeft) const {
    const QRectF frame = m_panel->frame().rect;
    const double gap = m_panel->style().length(noteGapPt);
    const double width = arranged(group).width();
    const bool isOnRight = topLeft.x() + width / 2 > frame.center().x();
    std::vector<Note> placed;
    QPointF at = topLeft;
    for (Note note : group.notes) {
        const QSizeF size = noteSize(note);
        const double indent = !group.isRow && isOnRight ? width - size.width() : 0;
        note.anchor = Note::Anchor::Left;
        note.x = (at.x() + indent - frame.left()) / std::max(1.0, frame.width());
        note.y = (frame.bottom() - at.y() - size.height() / 2) / std::max(1.0, frame.height());
        at += group.isRow ? QPointF(size.width() + gap, 0) : QPointF(0, size.height());
        placed.push_back(note);
    }
    return placed;
}

std::optional<std::vector<Note>> PanelLabels::freePlace(
    const NoteGroup& group, const Occupancy& taken) const {
    const QRectF frame = m_panel->frame().rect;
    const QSizeF size = arranged(group);
    if (size.width() > frame.width() || size.height() > frame.height()) {
        return std::nullopt;
    }
    const QPointF inset(0.02 * frame.width(), 0.02 * frame.height());
    const QRectF inner(
        frame.topLeft() + inset, frame.bottomRight() - inset - QPointF(size.width(), size.height()));
    std::vector<QPointF> places = {noteRect(group.notes.front()).topLeft()};
    // In a corner, or in the next lines towards the middle where another note is there already.
    const double line = noteSize(group.notes.front()).height();
    for (const QPointF& corner : {inner.topLeft(), QPointF(inner.right(), inner.top()),
             QPointF(inner.right(), inner.bottom()), QPointF(inner.left(), inner.bottom())}) {
        for (int i = 0; i < mostNoteLines; ++i) {
            places.push_back(corner + QPointF(0, (corner.y() < frame.center().y() ? i : -i) * line));
        }
    }
    const double air = m_panel->style().length(1.5);
    for (const QPointF& place : places) {
        const QRectF rect(place, size);
        const QRectF clear = rect.adjusted(0, -air, 0, air).intersected(frame);
        if (frame.adjusted(-1, -1, 1, 1).contains(rect) && taken.count(clear) == 0) {
            return notesAt(group, place);
        }
    }
    return std::nullopt;
}

void PanelLabels::addNotesAbove(const NoteGroup& group) {
    const double gap = m_panel->style().length(noteGapPt);
    double width = 0;
    for (const Note& note : group.notes) {
        const double one = noteSize(note).width();
        const bool isBeside = width > 0 && width + gap + one <= m_panel->width();
        if (!isBeside) {
            m_notesAbove.emplace_back();
        }
        width = isBeside ? width + gap + one : one;
        m_notesAbove.back().push_back(note);
    }
}

void PanelLabels::findNotePlaces() {
    Occupancy taken = occupancy();
    std::vector<Note> inside;
    for (const NoteGroup& group : noteGroups()) {
        std::optional<std::vector<Note>> placed;
        if (!group.notes.front().isRelative || taken.count(noteRect(group.notes.front())) == 0) {
            placed = group.notes.size() == 1 ? std::optional(group.notes) : std::nullopt;
        }
        placed = placed ? placed : freePlace(group, taken);
        if (!placed) {
            addNotesAbove(group);
            continue;
        }
        for (const Note& note : *placed) {
            taken.mark(noteRect(note));
            inside.push_back(note);
        }
    }
    m_notes = inside;
}

double PanelLabels::legendRoom() {
    return m_isLegendAbove ? arrangeRows(m_panel->width()).height() + m_panel->style().length(3) : 0;
}

double PanelLabels::notesAboveHeight() const {
    double height = 0;
    for (const std::vector<Note>& line : m_notesAbove) {
        height += noteSize(line.front()).height() + m_panel->style().length(2);
    }
    return height;
}

void PanelLabels::reserve() {
    if (!m_notes.empty()) {
        findNotePlaces();
    }
    if (!m_entries.empty() && !m_isLegendAbove) {
        Occupancy taken = occupancy();
        for (const Note& note : m_notes) {
            taken.mark(noteRect(note));
        }
        m_isLegendAbove = !freeLegendPlace(arrangeColumn(), taken);
    }
    m_panel->setRoomAbove(legendRoom() + notesAboveHeight());
}

void PanelLabels::place() {
    const QRectF frame = m_panel->frame().rect;
    Occupancy taken = occupancy();
    for (const Note& note : m_notes) {
        taken.mark(noteRect(note));
    }
    m_legend = {};
    if (m_isLegendAbove) {
        const QSizeF size = arrangeRows(frame.width());
        // One that is wider than its axes reaches to the left, over their own labels, not into the next
        // panel.
        const double outside = std::min<double>(frame.left(), m_panel->cellRect().left());
        const double left = std::clamp(frame.right() - size.width(), outside, frame.left());
        m_legend = QRectF(
            QPointF(left, frame.top() - size.height() - m_panel->style().length(3) - notesAboveHeight()),
            size);
    } else if (!m_entries.empty()) {
        const QSizeF size = arrangeColumn();
        m_legend = freeLegendPlace(size, taken)
                       .value_or(QRectF(QPointF(frame.right() - size.width(), frame.top()), size));
        taken.mark(m_legend);
    }
    m_guidePlaces.clear();
    for (const Guide& guide : m_panel->panel().guides) {
        m_guidePlaces.push_back(guidePlace(guide, taken));
        if (!guide.label.isEmpty()) {
            taken.mark(guideLabelRect(guide, m_guidePlaces.back()));
        }
    }
}

/// At an end if it is free there, else where along the line the least is covered.
PanelLabels::GuidePlace PanelLabels::guidePlace(const Guide& guide, const Occupancy& taken) const {
    const QRectF frame = m_panel->frame().rect;
    GuidePlace best;
    int least = std::numeric_limits<int>::max();
    for (const double along : {1.0, 0.0, 0.75, 0.5, 0.25}) {
        for (const bool isFirstSide : {true, false}) {
            const GuidePlace place{along, isFirstSide, false};
            const QRectF rect = guideLabelRect(guide, place);
            // Outside the frame is worse than any overlap.
            const int cost = taken.count(rect) + (frame.contains(rect) ? 0 : 100000);
            if (cost < least) {
                least = cost;
                best = place;
                best.isOverData = taken.count(rect) > 0;
            }
        }
    }
    return best;
}

/// On the cell of a map: black or white, whichever stands out.
QColor PanelLabels::noteColour(const Note& note) const {
    const Range range = m_panel->colourRange();
    for (const Series& series : m_panel->panel().series) {
        const auto* map = std::get_if<HeatMap>(&series);
        if (note.isRelative || map == nullptr || !(range.size() > 0)) {
            continue;
        }
        const auto column = std::find(map->x.begin(), map->x.end(), note.x);
        const auto row = std::find(map->y.begin(), map->y.end(), note.y);
        if (column == map->x.end() || row == map->y.end()) {
            continue;
        }
        const auto cell = static_cast<std::size_t>(row - map->y.begin()) * map->x.size() +
                          static_cast<std::size_t>(column - map->x.begin());
        const double share = std::clamp((map->values[cell] - range.low) / range.size(), 0.0, 1.0);
        if (std::isfinite(share)) {
            const auto step = static_cast<int>(std::lround(share * (theme::ColourTable::size - 1)));
            return qGray(m_panel->colours().at(step)) > 120 ? Qt::black : Qt::white;
        }
    }
    return m_panel->style().colour(note.colour);
}

QString PanelLabels::noteText(const Note& note) const {
    const PlotStyle& style = m_panel->style();
    double room = m_panel->width();
    if (!note.isRelative && note.anchor == Note::Anchor::Left) {
        // What stands to the right of its point is broken rather than pushed over the data to the left.
        const double beside = m_panel->cellRect().right() - m_panel->frame().x(note.x);
        room = beside > leastRoom * room ? std::min(beside, room) : room;
    }
    return balanced(style.translated(note.text), style.font(smallText), room);
}

QSizeF PanelLabels::noteSize(const Note& note) const {
    const QFontMetricsF metrics(m_panel->style().font(smallText));
    return metrics.boundingRect(QRectF(), Qt::TextDontClip, noteText(note)).size();
}

QRectF PanelLabels::noteRect(const Note& note) const {
    const PixelFrame frame = m_panel->frame();
    const QSizeF size = noteSize(note);
    QPointF at = note.isRelative ? QPointF(frame.rect.left() + note.x * frame.rect.width(),
                                       frame.rect.bottom() - note.y * frame.rect.height())
                                 : frame.at(note.x, note.y);
    if (!std::isfinite(at.x()) || !std::isfinite(at.y())) {
        return {};
    }
    const double share = note.anchor == Note::Anchor::Left     ? 0
                         : note.anchor == Note::Anchor::Centre ? 0.5
                                                               : 1;
    at -= QPointF(share * size.width(), size.height() / 2);
    if (!note.isRelative) { // one that begins within the axes may end in the margin, but not beyond the panel
        at.setX(std::min(at.x(), std::max(frame.rect.left(), m_panel->cellRect().right() - size.width())));
    }
    if (note.isRelative) { // a note placed by fractions of the panel stays inside it
        at.setX(std::clamp(
            at.x(), frame.rect.left(), std::max(frame.rect.left(), frame.rect.right() - size.width())));
        at.setY(std::clamp(
            at.y(), frame.rect.top(), std::max(frame.rect.top(), frame.rect.bottom() - size.height())));
    }
    return {at, size};
}

std::vector<QRectF> PanelLabels::guideLabelRects() const {
    std::vector<QRectF> rects;
    for (std::size_t i = 0; i < m_guidePlaces.size(); ++i) {
        rects.push_back(guideLabelRect(m_panel->panel().guides[i], m_guidePlaces[i]));
    }
    return rects;
}

QRectF PanelLabels::guideLabelRect(const Guide& guide, const GuidePlace& place) const {
    const PlotStyle& style = m_panel->style();
    const PixelFrame frame = m_panel->frame();
    const QFontMetricsF metrics(style.font(smallText));
    const QSizeF size =
        metrics.boundingRect(QRectF(), Qt::TextDontClip, style.translated(guide.label)).size();
    const double gap = style.length(1.5);
    const auto between = [&place](double low, double high) { return low + place.along * (high - low); };
    if (guide.direction == Guide::Direction::Horizontal) {
        const double y = frame.y(guide.at);
        return {QPointF(between(frame.rect.left() + gap, frame.rect.right() - size.width()),
                    place.isFirstSide ? y - size.height() - gap * 0.3 : y + gap * 0.3),
            size};
    }
    const double x = frame.x(guide.at);
    return {QPointF(place.isFirstSide ? x + gap : x - size.width() - gap,
                between(frame.rect.bottom() - size.height(), frame.rect.top())),
        size};
}

void PanelLabels::draw(QCPPainter* painter) {
    drawTitle(painter);
    drawGuideLabels(painter);
    drawNotes(painter);
    drawLegend(painter);
    if (m_panel->hasColourBar()) {
        drawColourBar(painter);
    }
}

void PanelLabels::drawTitle(QCPPainter* painter) const {
    const PlotStyle& style = m_panel->style();
    const QRect cell = m_panel->cellRect();
    painter->setPen(style.theme.ink);
    const QString title = m_panel->title();
    const QFontMetricsF titleMetrics(style.font());
    const double width = m_panel->titleWidth();
    const double titleHeight = wrappedHeight(title, style.font(), width);
    const double legendHeight = m_isLegendAbove ? m_legend.height() + style.length(3) : 0;
    const double top = m_panel->top() - m_panel->titleHeight() - legendHeight - notesAboveHeight();
    double baseline = top + titleMetrics.ascent();
    if (!m_panel->panel().letter.empty()) {
        const QFont font = style.font(1.25, true);
        const QFontMetricsF metrics(font);
        // Letters of one row stand on one line, at the top of the row.
        baseline = cell.top() + metrics.ascent();
        painter->setFont(font);
        painter->drawText(QPointF(cell.left(), baseline), QString::fromStdString(m_panel->panel().letter));
    }
    if (!title.isEmpty()) {
        painter->setFont(style.font());
        const double y = m_panel->panel().letter.empty() ? top : baseline - titleMetrics.ascent();
        painter->drawText(QRectF(m_panel->left(), y, m_panel->width() * 2.0, titleHeight),
            Qt::AlignLeft | Qt::AlignTop | Qt::TextDontClip, balanced(title, style.font(), width));
    }
}

void PanelLabels::drawLegend(QCPPainter* painter) const {
    if (m_entries.empty()) {
        return;
    }
    const PlotStyle& style = m_panel->style();
    // Guides, and data once the view is zoomed, may run below it.
    if (!m_isLegendAbove && (!m_panel->isHome() || !m_panel->panel().guides.empty())) {
        painter->fillRect(m_legend, style.theme.background);
    }
    const double height = rowHeight();
    const QFontMetricsF metrics(style.font());
    for (const Entry& entry : m_entries) {
        const QPointF at = m_legend.topLeft() + entry.at;
        const double iconHeight = metrics.capHeight();
        const QRectF icon(at.x(), at.y() + (height - iconHeight) / 2, style.length(iconPt), iconHeight);
        for (const SeriesPlottable* series : entry.series) {
            series->drawIcon(painter, icon);
        }
        painter->setPen(style.theme.ink);
        painter->setFont(style.font());
        painter->drawText(
            QPointF(icon.right() + style.length(iconGapPt), icon.center().y() + metrics.capHeight() / 2),
            entry.text);
    }
}

void PanelLabels::drawGuideLabels(QCPPainter* painter) const {
    const PlotStyle& style = m_panel->style();
    const std::vector<Guide>& guides = m_panel->panel().guides;
    painter->setFont(style.font(smallText));
    for (std::size_t i = 0; i < std::min(guides.size(), m_guidePlaces.size()); ++i) {
        const QCPAxis* axis =
            guides[i].direction == Guide::Direction::Horizontal ? m_panel->yAxis() : m_panel->xAxis();
        if (guides[i].label.isEmpty() || !axis->range().contains(guides[i].at)) {
            continue;
        }
        const QRectF rect = guideLabelRect(guides[i], m_guidePlaces[i]);
        if (m_guidePlaces[i].isOverData) {
            QColor ground = style.theme.background;
            ground.setAlphaF(0.8F);
            painter->fillRect(rect, ground);
        }
        painter->setPen(style.colour(guides[i].colour));
        painter->drawText(
            rect, Qt::AlignLeft | Qt::AlignTop | Qt::TextDontClip, style.translated(guides[i].label));
    }
}

void PanelLabels::drawNotes(QCPPainter* painter) const {
    const PlotStyle& style = m_panel->style();
    const QRectF frame = m_panel->frame().rect;
    painter->setFont(style.font(smallText));
    const auto drawNote = [&](const Note& note, const QRectF& rect) {
        painter->setPen(noteColour(note));
        const Qt::Alignment side = note.anchor == Note::Anchor::Left     ? Qt::AlignLeft
                                   : note.anchor == Note::Anchor::Centre ? Qt::AlignHCenter
                                                                         : Qt::AlignRight;
        painter->drawText(rect, static_cast<int>(side) | Qt::AlignTop | Qt::TextDontClip, noteText(note));
    };
    for (const Note& note : m_notes) {
        const QRectF rect = noteRect(note);
        if (!rect.isNull() && frame.contains(rect.center())) {
            drawNote(note, rect);
        }
    }
    double top = frame.top() - notesAboveHeight();
    for (const std::vector<Note>& line : m_notesAbove) {
        double left = frame.left();
        for (const Note& note : line) {
            const QSizeF size = noteSize(note);
            drawNote(note, QRectF(QPointF(left, top), size));
            left += size.width() + style.length(noteGapPt);
        }
        top += noteSize(line.front()).height() + style.length(2);
    }
}

void PanelLabels::drawColourBar(QCPPainter* painter) const {
    const PlotStyle& style = m_panel->style();
    const QRectF bar = m_panel->colourBarRect();
    const Range range = m_panel->colourRange();
    // Opaque steps that overlap downwards: smooth to the eye, exact in vector files.
    painter->setAntialiasing(false);
    painter->setPen(Qt::NoPen);
    constexpr int steps = theme::ColourTable::size;
    for (int i = 0; i < steps; ++i) {
        const double top = bar.top() + bar.height() * i / steps;
        painter->setBrush(QColor::fromRgb(m_panel->colours().at(steps - 1 - i)));
        painter->drawRect(QRectF(bar.left(), top, bar.width(), bar.bottom() - top));
    }
    painter->setAntialiasing(true);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(style.pen(style.theme.ink, 0.75));
    painter->setFont(style.font());
    const QFontMetricsF metrics(style.font());
    const double tick = style.length(2);
    for (const auto& [value, text] : m_panel->colourBarTicks()) {
        const double y = bar.bottom() - bar.height() * (value - range.low) / range.size();
        painter->drawLine(QLineF(bar.right(), y, bar.right() + tick, y));
        painter->drawText(QPointF(bar.right() + 2 * tick, y + metrics.capHeight() / 2), text);
    }
    const ColourScale& scale = *m_panel->panel().colourScale;
    if (!scale.label.isEmpty()) {
        const QString label = balanced(style.translated(scale.label), style.font(), m_panel->height());
        const double height = wrappedHeight(label, style.font(), m_panel->height());
        painter->save();
        painter->translate(bar.right() + m_panel->colourBarTickWidth() + style.length(2), bar.bottom());
        painter->rotate(-90);
        painter->drawText(QRectF(0, 0, bar.height(), height), Qt::AlignCenter | Qt::TextDontClip, label);
        painter->restore();
    }
}

} // namespace rulescope::plots
