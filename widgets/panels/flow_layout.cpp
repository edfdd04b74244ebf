// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/flow_layout.h"

#include <algorithm>

namespace rulescope::panels {

FlowLayout::FlowLayout(int gap, QWidget* parent)
    : QLayout(parent)
    , m_gap(gap) {}

FlowLayout::~FlowLayout() = default;

void FlowLayout::addItem(QLayoutItem* item) {
    m_items.emplace_back(item);
}

int FlowLayout::count() const {
    return static_cast<int>(m_items.size());
}

QLayoutItem* FlowLayout::itemAt(int index) const {
    return index >= 0 && index < count() ? m_items[static_cast<std::size_t>(index)].get() : nullptr;
}

QLayoutItem* FlowLayout::takeAt(int index) {
    if (itemAt(index) == nullptr) {
        return nullptr;
    }
    const auto it = m_items.begin() + index;
    QLayoutItem* item = it->release();
    m_items.erase(it);
    return item;
}

std::vector<QRect> FlowLayout::places(const QRect& rect, int& bottom) const {
    const QRect area = rect.marginsRemoved(contentsMargins());
    std::vector<QRect> result(m_items.size());
    int x = area.left();
    int y = area.top();
    int rowHeight = 0;
    std::size_t rowBegin = 0;
    const auto centreRow = [&](std::size_t rowEnd) { // items of a row share their middle line
        for (std::size_t i = rowBegin; i < rowEnd; ++i) {
            result[i].translate(0, (rowHeight - result[i].height()) / 2);
        }
        rowBegin = rowEnd;
    };
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        const QSize size = m_items[i]->isEmpty() ? QSize(0, 0) : m_items[i]->sizeHint();
        if (x > area.left() && x + size.width() > area.right() + 1) {
            centreRow(i);
            x = area.left();
            y += rowHeight + m_gap;
            rowHeight = 0;
        }
        result[i] = QRect(QPoint(x, y), QSize(std::min(size.width(), area.width()), size.height()));
        x += size.width() + (size.isEmpty() ? 0 : m_gap);
        rowHeight = std::max(rowHeight, size.height());
    }
    centreRow(m_items.size());
    bottom = y + rowHeight + contentsMargins().bottom();
    return result;
}

int FlowLayout::heightForWidth(int width) const {
    int bottom = 0;
    places(QRect(0, 0, width, 0), bottom);
    return bottom;
}

QSize FlowLayout::sizeHint() const {
    int width = contentsMargins().left() + contentsMargins().right();
    int height = 0;
    for (const auto& item : m_items) {
        width += item->sizeHint().width() + m_gap;
        height = std::max(height, item->sizeHint().height());
    }
    return {width, height + contentsMargins().top() + contentsMargins().bottom()};
}

QSize FlowLayout::minimumSize() const {
    QSize size;
    for (const auto& item : m_items) {
        size = size.expandedTo(item->minimumSize());
    }
    return size.grownBy(contentsMargins());
}

void FlowLayout::setGeometry(const QRect& rect) {
    QLayout::setGeometry(rect);
    int bottom = 0;
    const std::vector<QRect> where = places(rect, bottom);
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        m_items[i]->setGeometry(where[i]);
    }
}

} // namespace rulescope::panels
