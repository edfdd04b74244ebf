// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/empty_state.h"

#include <QAction>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace rulescope::panels {

namespace {

constexpr int kTextWidth = 420;
constexpr int kLeastWidth = 190;
constexpr int kMargin = 14;

QLabel* centredLabel(QWidget* parent, const char* name) {
    auto* label = new QLabel(parent);
    label->setObjectName(QLatin1String(name));
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent)
    , m_headline(centredLabel(this, "emptyHeadline"))
    , m_explanation(centredLabel(this, "emptyExplanation"))
    , m_buttons(new QVBoxLayout) {
    QFont font = m_headline->font();
    font.setPointSizeF(font.pointSizeF() * 1.25);
    m_headline->setFont(font);
    m_explanation->setForegroundRole(QPalette::PlaceholderText);
    m_buttons->setSpacing(6);

    auto* layout = new QVBoxLayout(this);
    layout->addStretch(2);
    layout->addWidget(m_headline, 0, Qt::AlignHCenter);
    layout->addSpacing(4);
    layout->addWidget(m_explanation, 0, Qt::AlignHCenter);
    layout->addSpacing(8);
    layout->addLayout(m_buttons);
    layout->addStretch(3);
}

void EmptyState::setTexts(const QString& headline, const QString& explanation) {
    m_headline->setText(headline);
    m_explanation->setText(explanation);
    m_explanation->setVisible(!explanation.isEmpty());
    fitTexts();
}

QSize EmptyState::minimumSizeHint() const {
    // The texts have the width that there is now; less is enough, or no panel could be made narrower again.
    return {std::min(kLeastWidth, QWidget::minimumSizeHint().width()), QWidget::minimumSizeHint().height()};
}

void EmptyState::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitTexts();
}

void EmptyState::fitTexts() {
    // A centred label that wraps has neither a width nor a height of its own.
    const int textWidth = std::max(1, std::min(kTextWidth, width() - 2 * kMargin));
    for (QLabel* label : {m_headline, m_explanation}) {
        label->setMinimumSize(0, 0); // heightForWidth() is never less than it
        label->setFixedSize(textWidth, std::max(0, label->heightForWidth(textWidth)));
    }
}

void EmptyState::addAction(QAction* action) {
    auto* button = new QPushButton(action->text().remove(QLatin1Char('&')), this);
    button->setObjectName(QStringLiteral("emptyButton_") + action->objectName());
    button->setToolTip(action->toolTip());
    button->setEnabled(action->isEnabled());
    connect(button, &QPushButton::clicked, action, &QAction::trigger);
    connect(action, &QAction::changed, button, [button, action] { button->setEnabled(action->isEnabled()); });
    m_buttons->addWidget(button, 0, Qt::AlignHCenter);
}

} // namespace rulescope::panels
