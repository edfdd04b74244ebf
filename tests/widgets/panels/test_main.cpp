// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/panels/suites.h"

#include <QApplication>
#include <QLocale>
#include <QTest>

int main(int argc, char** argv) {
    using namespace rulescope::panels;
    const QApplication application(argc, argv);
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedKingdom));
    int failures = 0;
    for (const auto& suite :
        {backgroundSuite, browserSuite, fitPanelSuite, factsSuite, pagesSuite, networkPanelSuite}) {
        failures += QTest::qExec(suite().get(), argc, argv);
    }
    return failures;
}
