// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/canvas/panel_grid.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rulescope::plots {

namespace {

constexpr double columnGapPt = 10;
constexpr double rowGapPt = 9;
constexpr int leastInner = 4;

/// A panel's place along one dimension, and what its labels need on both sides.
struct Span {
    int first, last;
    int before, after;
};

/// Rows or columns of a grid: margins common to all panels that begin or end there, inner sizes by weight.
class Tracks {
  public:
    Tracks(const std::vector<Span>& spans, std::vector<double> weights)
        : m_weights(std::move(weights)) {
        int count = static_cast<int>(m_weights.size());
        for (const Span& span : spans) {
            count = std::max(count, span.last + 1);
        }
        const auto size = static_cast<std::size_t>(count);
        m_weights.resize(size, 1);
        m_before.resize(size, 0);
        m_after.resize(size, 0);
        for (const Span& span : spans) {
            int& before = m_before[static_cast<std::size_t>(span.first)];
            int& after = m_after[static_cast<std::size_t>(span.last)];
            before = std::max(before, span.before);
            after = std::max(after, span.after);
        }
    }

    int fixedSize(int gap) const {
        return std::accumulate(m_before.begin(), m_before.end(), 0) +
               std::accumulate(m_after.begin(), m_after.end(), 0) +
               gap * (static_cast<int>(m_weights.size()) - 1);
    }

    void place(int origin, int total, int gap) {
        double weight = 0;
        for (double& w : m_weights) {
            w = std::isfinite(w) && w > 0 ? w : 1;
            weight += w;
        }
        const double room = std::max(total - fixedSize(gap), leastInner * static_cast<int>(m_weights.size()));
        double at = origin;
        m_low.clear();
        m_high.clear();
        for (std::size_t i = 0; i < m_weights.size(); ++i) {
            at += m_before[i];
            m_low.push_back(static_cast<int>(std::lround(at)));
            at += room * m_weights[i] / weight;
            m_high.push_back(static_cast<int>(std::lround(at)));
            at += m_after[i] + gap;
        }
    }

    int innerLow(int track) const { return m_low[static_cast<std::size_t>(track)]; }
    int innerHigh(int track) const { return m_high[static_cast<std::size_t>(track)]; }
    int before(int track) const { return m_before[static_cast<std::size_t>(track)]; }
    int after(int track) const { return m_after[static_cast<std::size_t>(track)]; }

  private:
    std::vector<double> m_weights;
    std::vector<int> m_before, m_after, m_low, m_high;
};

Span columnSpan(const PanelRect& panel) {
    const int first = std::max(0, panel.panel().column);
    return {first, first + std::max(1, panel.panel().columnSpan) - 1, panel.margins().left(),
        panel.margins().right()};
}

Span rowSpan(const PanelRect& panel) {
    const int first = std::max(0, panel.panel().row);
    return {first, first + std::max(1, panel.panel().rowSpan) - 1, panel.margins().top(),
        panel.margins().bottom()};
}

} // namespace

void PanelGrid::addPanel(PanelRect* panel) {
    m_panels.push_back(panel);
    adoptElement(panel);
}

QCPLayoutElement* PanelGrid::elementAt(int index) const {
    return index >= 0 && index < elementCount() ? m_panels[static_cast<std::size_t>(index)] : nullptr;
}

QCPLayoutElement* PanelGrid::takeAt(int index) {
    QCPLayoutElement* element = elementAt(index);
    if (element) {
        releaseElement(element);
        m_panels.erase(m_panels.begin() + index);
    }
    return element;
}

bool PanelGrid::take(QCPLayoutElement* element) {
    const auto found = std::find(m_panels.begin(), m_panels.end(), element);
    return found != m_panels.end() && takeAt(static_cast<int>(found - m_panels.begin())) != nullptr;
}

void PanelGrid::updateLayout() {
    if (m_panels.empty()) {
        return;
    }
    std::vector<Span> columnSpans, rowSpans;
    for (const PanelRect* panel : m_panels) {
        columnSpans.push_back(columnSpan(*panel));
        rowSpans.push_back(rowSpan(*panel));
    }
    Tracks columns(columnSpans, m_figure->columnWeights);
    Tracks rows(rowSpans, m_figure->rowWeights);
    QRect area = rect();
    // A figure is not stretched beyond recognition: what a very wide or high page leaves over stays empty.
    const double preferred = std::isfinite(m_figure->aspect) && m_figure->aspect > 0 ? m_figure->aspect : 0.6;
    const int widest = static_cast<int>(area.height() / preferred * m_style->greatestStretch);
    const int highest = static_cast<int>(area.width() * preferred * m_style->greatestStretch);
    if (area.width() > widest) {
        area = QRect(area.left() + (area.width() - widest) / 2, area.top(), widest, area.height());
    }
    area.setHeight(std::min(area.height(), highest));
    columns.place(area.left(), area.width(), m_style->rounded(columnGapPt));
    rows.place(area.top(), area.height(), m_style->rounded(rowGapPt));
    for (std::size_t i = 0; i < m_panels.size(); ++i) {
        const Span& c = columnSpans[i];
        const Span& r = rowSpans[i];
        const QRect inner(QPoint(columns.innerLow(c.first), rows.innerLow(r.first)),
            QPoint(columns.innerHigh(c.last) - 1, rows.innerHigh(r.last) - 1));
        m_panels[i]->setOuterRect(inner.marginsAdded(m_panels[i]->margins()));
        m_panels[i]->setCellRect(inner.marginsAdded(QMargins(
            columns.before(c.first), rows.before(r.first), columns.after(c.last), rows.after(r.last))));
    }
}

} // namespace rulescope::plots
