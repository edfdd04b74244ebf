// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace rulescope::panels {

/// The wheel scrolls the form: it changes a choice or number within `form` only while that has the keyboard,
/// not when it happens to pass.
void guardFromWheel(QWidget& form);

} // namespace rulescope::panels
