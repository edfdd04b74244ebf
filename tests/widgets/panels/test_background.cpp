// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/panels/suites.h"
#include "widgets/panels/latest_task.h"

#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <thread>

namespace rulescope::panels {

namespace {

using namespace std::chrono_literals;

/// Works until told to stop or until `open`; returns its number.
struct Gate {
    std::atomic<bool> isOpen = false;
    std::atomic<int> started = 0, stopped = 0;

    int pass(int number, const base::StopToken& stop) {
        ++started;
        while (!isOpen && !stop.stop_requested()) {
            std::this_thread::sleep_for(1ms);
        }
        stopped += stop.stop_requested() ? 1 : 0;
        return number;
    }
};

} // namespace

class TestBackground : public QObject {
    Q_OBJECT

  private slots:
    void aValueComesBackOnTheOwnersThread() {
        LatestTask task;
        QSignalSpy busy(&task, &LatestTask::busyChanged);
        std::thread::id worker, receiver;
        int value = 0;
        task.run([&worker](const base::StopToken&) { return worker = std::this_thread::get_id(), 7; },
            [&](int result) { value = result, receiver = std::this_thread::get_id(); });
        QVERIFY(task.isBusy());
        QTRY_COMPARE(value, 7);
        QVERIFY(worker != std::this_thread::get_id());
        QVERIFY(receiver == std::this_thread::get_id());
        QTRY_COMPARE(busy.size(), 2);
        QVERIFY(!task.isBusy());
    }

    void onlyTheNewestRequestCounts() {
        LatestTask task;
        const auto gate = std::make_shared<Gate>();
        std::vector<int> values;
        for (int number = 1; number <= 50; ++number) {
            task.run([gate, number](const base::StopToken& stop) { return gate->pass(number, stop); },
                [&values](int value) { values.push_back(value); });
            if (number == 1) {
                QTRY_COMPARE(gate->started.load(), 1);
            }
        }
        gate->isOpen = true;
        QTRY_VERIFY(!task.isBusy());
        QCOMPARE(values, std::vector<int>{50});
        QCOMPARE(gate->started.load(), 2); // the first, and the last that waited
    }

    void aCancelledRequestDeliversNothing() {
        LatestTask task;
        const auto gate = std::make_shared<Gate>();
        bool isDelivered = false;
        task.run([gate](const base::StopToken& stop) { return gate->pass(1, stop); },
            [&](int) { isDelivered = true; });
        task.cancel();
        QTRY_VERIFY(!task.isBusy());
        QVERIFY(!isDelivered);
    }

    void destroyingATaskThatRunsIsSafe() {
        for (int repeat = 0; repeat < 20; ++repeat) {
            const auto gate = std::make_shared<Gate>();
            bool isDelivered = false;
            {
                LatestTask task;
                task.run([gate](const base::StopToken& stop) { return gate->pass(1, stop); },
                    [&](int) { isDelivered = true; });
                if (repeat % 2 == 0) {
                    QTRY_COMPARE(gate->started.load(), 1);
                }
            }
            QTRY_COMPARE(gate->stopped.load(), 1);
            QTest::qWait(5);
            QVERIFY(!isDelivered);
        }
    }

    void aDeliveryMayAskForMore() {
        LatestTask task;
        int last = 0;
        task.run([](const base::StopToken&) { return 1; },
            [&](int) {
                task.run([](const base::StopToken&) { return 2; }, [&](int value) { last = value; });
            });
        QTRY_COMPARE(last, 2);
    }
};

std::unique_ptr<QObject> backgroundSuite() {
    return std::make_unique<TestBackground>();
}

} // namespace rulescope::panels

#include "test_background.moc"
