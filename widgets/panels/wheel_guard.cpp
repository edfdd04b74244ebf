// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/wheel_guard.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QEvent>

namespace rulescope::panels {

namespace {

class WheelGuard : public QObject {
  public:
    using QObject::QObject;

    bool eventFilter(QObject* watched, QEvent* event) override {
        const auto* field = qobject_cast<QWidget*>(watched);
        if (event->type() == QEvent::Wheel && field != nullptr && !field->hasFocus()) {
            event->ignore(); // for the scroll area around the form
            return true;
        }
        return QObject::eventFilter(watched, event);
    }
};

} // namespace

void guardFromWheel(QWidget& form) {
    auto* guard = new WheelGuard(&form);
    const auto protect = [guard](QWidget* field) {
        field->setFocusPolicy(Qt::StrongFocus); // the wheel itself gives no focus
        field->installEventFilter(guard);
    };
    for (QComboBox* box : form.findChildren<QComboBox*>()) {
        protect(box);
    }
    for (QAbstractSpinBox* box : form.findChildren<QAbstractSpinBox*>()) {
        protect(box);
    }
}

} // namespace rulescope::panels
