// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/desktop/suites.h"
#include "tests/threads/qt_handovers.h"
#include "tests/widgets/panels/suites.h"

#include <QTest>

int main(int argc, char** argv) {
    using namespace rulescope;
    const tests::SeenApplication application(argc, argv);
    int failures = 0;
    for (const auto& suite : {panels::backgroundSuite, desktop::jobQueueSuite, desktop::documentSuite,
             desktop::pendingJobsSuite}) {
        failures += QTest::qExec(suite().get(), argc, argv);
    }
    return failures;
}
