// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QStyledItemDelegate>

#include <functional>

namespace rulescope::panels {

/// What of `badges` (oldest first) fits into `room` px: the newest whole ones and how many more there are
/// ("RNN +2"), or only how many. `widthOf` measures a text in px.
QString shownBadges(const QStringList& badges, int room, const std::function<int(const QString&)>& widthOf);

/// Rows a little higher than their text: easier to hit and to read along.
class RoomyRows : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// The column of fits: whole badges instead of text that is cut in its middle.
class FitBadges : public RoomyRows {
  public:
    using RoomyRows::RoomyRows;
    void paint(
        QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

  private:
    mutable int m_room = -1; ///< px of the cell that is being painted; else all is shown
};

} // namespace rulescope::panels
