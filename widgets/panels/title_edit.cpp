// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/title_edit.h"

#include <QPainter>
#include <QStyle>
#include <QStyleOptionFrame>

namespace rulescope::panels {

QRect TitleEdit::textRect() const {
    constexpr int kMargin = 2; // as QLineEdit leaves beside its text
    QStyleOptionFrame option;
    initStyleOption(&option);
    return style()
        ->subElementRect(QStyle::SE_LineEditContents, &option, this)
        .adjusted(kMargin, 0, -kMargin, 0);
}

QString TitleEdit::shownText() const {
    return hasFocus() ? text() : fontMetrics().elidedText(text(), Qt::ElideRight, textRect().width());
}

void TitleEdit::paintEvent(QPaintEvent* event) {
    const QString shown = shownText();
    if (shown == text()) {
        QLineEdit::paintEvent(event);
        return;
    }
    QStyleOptionFrame option;
    initStyleOption(&option);
    QPainter painter(this);
    style()->drawPrimitive(QStyle::PE_PanelLineEdit, &option, &painter, this);
    style()->drawItemText(&painter, textRect(), Qt::AlignLeft | Qt::AlignVCenter, palette(), isEnabled(),
        shown, QPalette::Text);
}

} // namespace rulescope::panels
