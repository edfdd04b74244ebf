// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/dialogs/suites.h"

#include <QApplication>
#include <QTest>

int main(int argc, char** argv) {
    const QApplication application(argc, argv);
    int failed = 0;
    for (const auto& suite : {rulescope::dialogs::helpViewerSuite, rulescope::dialogs::exportDialogSuite,
             rulescope::dialogs::mappingDialogSuite}) {
        failed += QTest::qExec(suite().get(), argc, argv);
    }
    return failed;
}
