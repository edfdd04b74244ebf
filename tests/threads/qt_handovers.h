// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>

namespace rulescope::tests {

/// Tells ThreadSanitizer that whoever posts an event to an object is done before the object gets it: Qt's
/// locks say so, but it can't see them.
class SeenApplication : public QApplication {
  public:
    using QApplication::QApplication;
    bool notify(QObject* receiver, QEvent* event) override;
};

} // namespace rulescope::tests
