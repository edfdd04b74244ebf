// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/fit_badges.h"

#include "widgets/models/study_tree_model.h"

#include <QApplication>
#include <QLocale>
#include <QScopedValueRollback>
#include <QStringList>
#include <QStyle>

namespace rulescope::panels {

namespace {

constexpr int kRowPadding = 5; ///< px

} // namespace

QString shownBadges(const QStringList& badges, int room, const std::function<int(const QString&)>& widthOf) {
    const QString separator = QStringLiteral(" · ");
    const auto textOf = [&](qsizetype shown) {
        const qsizetype hidden = badges.size() - shown;
        const QString names = badges.mid(hidden).join(separator);
        return hidden == 0 ? names : QStringLiteral("%1 +%2").arg(names, QLocale().toString(hidden));
    };
    for (qsizetype shown = badges.size(); shown > 0; --shown) {
        if (const QString text = textOf(shown); widthOf(text) <= room) {
            return text;
        }
    }
    return badges.isEmpty() ? QString() : QLocale().toString(badges.size());
}

QSize RoomyRows::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    return QStyledItemDelegate::sizeHint(option, index) + QSize(0, kRowPadding);
}

void FitBadges::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const int margin = QApplication::style()->pixelMetric(QStyle::PM_FocusFrameHMargin) + 1;
    const QScopedValueRollback room(m_room, option.rect.width() - 2 * margin);
    RoomyRows::paint(painter, option, index);
}

void FitBadges::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
    RoomyRows::initStyleOption(option, index);
    const QStringList badges = index.data(models::StudyTreeModel::FitsRole).toStringList();
    if (m_room >= 0 && !badges.isEmpty()) {
        option->text = shownBadges(badges, m_room,
            [option](const QString& text) { return option->fontMetrics.horizontalAdvance(text); });
    }
}

} // namespace rulescope::panels
