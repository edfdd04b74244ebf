// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QCoreApplication;
class QLocale;

namespace rulescope::desktop {

/// Loads the program's sentences and Qt's own in the user's language; without a translation they are English,
/// with its plural forms.
void installTranslations(QCoreApplication& application, const QLocale& locale);

} // namespace rulescope::desktop
