// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/languages.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace rulescope::desktop {

void installTranslations(QCoreApplication& application, const QLocale& locale) {
    auto* qt = new QTranslator(&application);
    if (qt->load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
            QLibraryInfo::path(QLibraryInfo::TranslationsPath))) {
        QCoreApplication::installTranslator(qt);
    }
    auto* own = new QTranslator(&application);
    const QString folder = QStringLiteral(":/translations");
    if (own->load(locale, QStringLiteral("rulescope"), QStringLiteral("_"), folder) ||
        own->load(QStringLiteral("rulescope_en"), folder)) {
        QCoreApplication::installTranslator(own);
    }
}

} // namespace rulescope::desktop
