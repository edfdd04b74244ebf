// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/notice_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace rulescope::panels {

NoticeBar::NoticeBar(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this)) {
    setObjectName(QStringLiteral("noticeBar"));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(1);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
}

void NoticeBar::show(const QString& name, const QString& sentence, const std::vector<Choice>& choices) {
    close(name);
    auto* notice = new QFrame(this);
    notice->setObjectName(name);
    notice->setFrameShape(QFrame::StyledPanel);
    notice->setAutoFillBackground(true);
    notice->setBackgroundRole(QPalette::AlternateBase);
    auto* row = new QHBoxLayout(notice);
    row->setContentsMargins(0, 0, 5, 0);
    row->setSpacing(8);
    auto* edge = new QFrame(notice); // catches the eye without a colour of its own
    edge->setFixedWidth(4);
    edge->setAutoFillBackground(true);
    edge->setBackgroundRole(QPalette::Highlight);
    row->addWidget(edge);
    auto* label = new QLabel(sentence, notice);
    label->setObjectName(QStringLiteral("noticeText"));
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText); // a file may be called anything
    label->setContentsMargins(0, 6, 0, 6);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(label, 1);
    for (const Choice& choice : choices) {
        auto* button = new QPushButton(choice.first, notice);
        button->setObjectName(QStringLiteral("noticeButton"));
        connect(button, &QPushButton::clicked, this, [this, name, act = choice.second] {
            close(name);
            act();
        });
        row->addWidget(button);
    }
    auto* closeButton = new QToolButton(notice);
    closeButton->setObjectName(QStringLiteral("noticeClose"));
    closeButton->setAutoRaise(true);
    closeButton->setIcon(style()->standardIcon(QStyle::SP_TitleBarCloseButton));
    closeButton->setToolTip(tr("Close this message"));
    closeButton->setAccessibleName(tr("Close this message"));
    connect(closeButton, &QToolButton::clicked, this, [this, name] { close(name); });
    row->addWidget(closeButton, 0, Qt::AlignTop);
    m_layout->addWidget(notice);
}

void NoticeBar::close(const QString& name) {
    if (auto* notice = findChild<QFrame*>(name, Qt::FindDirectChildrenOnly)) {
        notice->setObjectName({}); // it lives until control returns; its name is free now
        m_layout->removeWidget(notice);
        notice->hide();
        notice->deleteLater();
    }
}

QString NoticeBar::sentence(const QString& name) const {
    const auto* notice = findChild<QFrame*>(name, Qt::FindDirectChildrenOnly);
    const auto* label =
        notice == nullptr ? nullptr : notice->findChild<QLabel*>(QStringLiteral("noticeText"));
    return label == nullptr ? QString() : label->text();
}

} // namespace rulescope::panels
