// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QFormLayout;
class QString;
class QWidget;

namespace rulescope::panels {

/// A form that scrolls where the window is too low for it, so that what lies below it stays in sight. All its
/// rows have to be there; the wheel changes none of them unless it has the keyboard.
QWidget* scrolledForm(QFormLayout* form, const QString& objectName, QWidget* parent);

} // namespace rulescope::panels
