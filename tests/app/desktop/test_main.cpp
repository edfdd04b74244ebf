// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/desktop/suites.h"

#include <QApplication>
#include <QTest>

int main(int argc, char** argv) {
    const QApplication application(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("rulescope-tests"));
    if (argc == 3 && QByteArray(argv[1]) == "--fit-until-killed") {
        return rulescope::desktop::fitUntilKilled(QString::fromLocal8Bit(argv[2]));
    }
    int failures = 0;
    for (const auto& suite : rulescope::desktop::suites()) {
        failures += QTest::qExec(suite.get(), argc, argv);
    }
    return failures;
}
