// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/scrolled_form.h"

#include "widgets/panels/wheel_guard.h"

#include <QFormLayout>
#include <QScrollArea>
#include <QVBoxLayout>

namespace rulescope::panels {

QWidget* scrolledForm(QFormLayout* form, const QString& objectName, QWidget* parent) {
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(form);
    layout->addStretch(1);
    guardFromWheel(*content);
    auto* scroll = new QScrollArea(parent);
    scroll->setObjectName(objectName);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(content);
    return scroll;
}

} // namespace rulescope::panels
