// SPDX-License-Identifier: GPL-3.0-or-later
// Artificial networks in the window: trained in the background, continued, and taken into the study.
#include "app/desktop/main_window.h"
#include "tests/widgets/models/small_study.h"
#include "widgets/panels/network_panel.h"
#include "widgets/panels/networks_page.h"
#include "widgets/panels/notice_bar.h"
#include "widgets/plots/figure_plot.h"

#include <QAction>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

namespace rulescope::desktop {

namespace {

MainWindow::StateFiles stateIn(const QTemporaryDir& folder) {
    return {folder.filePath(QStringLiteral("settings.ini")), folder.filePath(QStringLiteral("jobs.json"))};
}

networks::ExperimentRequest sweepOf(int steps) {
    networks::ExperimentRequest request;
    request.recipe = "own";
    request.options.units = 20;
    request.options.steps = steps;
    request.options.seeds = 2;
    return request;
}

void ask(MainWindow& window, const networks::ExperimentRequest& request) {
    auto* panel = window.findChild<panels::NetworkPanel*>();
    emit panel->requested(request);
}

panels::NetworksPage* pageOf(MainWindow& window) {
    return window.findChild<panels::NetworksPage*>();
}

QAction* action(MainWindow& window, const char* name) {
    return window.findChild<QAction*>(QLatin1String(name));
}

void openSmallStudy(MainWindow& window) {
    io::StudyContents contents;
    for (const char* name : {"M1", "M2"}) {
        contents.study.animals.push_back(tests::smallAnimal(name, {.sessions = 3, .trialsPerSession = 60}));
    }
    window.document().adopt(std::move(contents), {});
}

} // namespace

class TestWindowNetworks : public QObject {
    Q_OBJECT

  private slots:
    void anExperimentIsTrainedAndShown() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        ask(window, sweepOf(60));
        QVERIFY(pageOf(window)->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(window.jobs().queue().isIdle(), 20000);
        QTRY_COMPARE(pageOf(window)->plots().front()->figure().id, std::string("network-learning"));
        QVERIFY(!action(window, "continueNetworks")->isEnabled());
        QVERIFY(action(window, "removeNetworks")->isEnabled());
        QVERIFY(!window.isWindowModified());
    }

    void aCancelledOneEndsSoonAndIsContinuedAfterARestart() {
        const QTemporaryDir folder;
        {
            MainWindow window(stateIn(folder));
            window.show();
            ask(window, sweepOf(400)); // seed 1 ends soon
            ask(window, sweepOf(100'000'000));
            const std::vector<int> ids = window.jobs().queue().ids();
            QCOMPARE(ids.size(), std::size_t(2)); // the first stays on the list when it has ended
            QTRY_VERIFY_WITH_TIMEOUT(models::isFinal(window.jobs().queue().status(ids.front()).state), 20000);
            const int id = ids.back();
            QTRY_COMPARE(window.jobs().queue().status(id).state, models::JobState::Running);
            window.jobs().queue().setPaused(id, true);
            QCOMPARE(window.jobs().queue().status(id).state, models::JobState::Paused);
            window.jobs().cancel(id);
            QTRY_VERIFY_WITH_TIMEOUT(window.jobs().queue().isIdle(), 5000);
            QVERIFY(action(window, "continueNetworks")->isEnabled());
        }
        MainWindow window(stateIn(folder));
        window.show();
        auto* page = pageOf(window);
        QVERIFY(!page->current().isEmpty());
        QVERIFY(action(window, "continueNetworks")->isEnabled());
        action(window, "continueNetworks")->trigger();
        QTRY_VERIFY(!window.jobs().queue().ids().empty());
        QVERIFY(!action(window, "removeNetworks")->isEnabled());
        window.jobs().queue().cancelAll();
        QTRY_VERIFY_WITH_TIMEOUT(window.jobs().queue().isIdle(), 5000);
        QTRY_VERIFY(action(window, "removeNetworks")->isEnabled());
        const QString removed = page->current();
        action(window, "removeNetworks")->trigger();
        QVERIFY(page->current() != removed);
        QVERIFY(
            !window.findChild<panels::NoticeBar*>()->sentence(QStringLiteral("networksNotice")).isEmpty());
    }

    void artificialAnimalsJoinTheStudyInOneStep() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        openSmallStudy(window);
        networks::ExperimentRequest request;
        request.recipe = "learner";
        request.animal = window.document().contents().study.animals.front()->name();
        request.options.units = 20;
        request.options.seeds = 2;
        request.isSpeedMatched = false;
        for (const std::size_t animals : {4, 6}) { // the same again gets other names
            ask(window, request);
            QTRY_COMPARE_WITH_TIMEOUT(window.document().contents().study.animals.size(), animals, 20000);
        }
        const data::Study& study = window.document().contents().study;
        QVERIFY(QByteArray::fromStdString(study.animals[2]->provenance()).contains("\"learner\""));
        QVERIFY(study.animals[4]->name() != study.animals[2]->name());
        QCOMPARE(study.animals[2]->trialCount(), study.animals[0]->trialCount());
        window.document().undoStack().undo();
        QCOMPARE(window.document().contents().study.animals.size(), std::size_t(4));
        QVERIFY(pageOf(window)->current().isEmpty()); // nothing to look at but the animals
    }

    void whatNeedsNoAnimalGoesOnWhenTheStudyIsLeft() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        openSmallStudy(window);
        ask(window, sweepOf(100'000'000));
        networks::ExperimentRequest learner;
        learner.recipe = "learner";
        learner.animal = window.document().contents().study.animals.front()->name();
        learner.options.units = 20;
        learner.isSpeedMatched = false;
        ask(window, learner);
        JobQueue& queue = window.jobs().queue();
        const std::vector<int> ids = queue.ids();
        QCOMPARE(ids.size(), std::size_t(2));
        window.document().adopt({}, {});
        QCOMPARE(queue.status(ids[1]).state, models::JobState::Cancelling);
        QTRY_VERIFY_WITH_TIMEOUT(models::isFinal(queue.status(ids[1]).state), 20000);
        QCOMPARE(queue.status(ids[0]).state, models::JobState::Running);
        queue.cancelAll();
        QTRY_VERIFY_WITH_TIMEOUT(queue.isIdle(), 5000);
    }

    void anAnimalThatIsGoneIsASentence() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        networks::ExperimentRequest request;
        request.recipe = "six-learners";
        request.animal = std::string("Nobody");
        ask(window, request);
        auto* notices = window.findChild<panels::NoticeBar*>();
        QVERIFY(notices->sentence(QStringLiteral("networksNotice")).contains(QStringLiteral("Nobody")));
        QVERIFY(window.jobs().queue().isIdle());
    }
};

} // namespace rulescope::desktop

QTEST_MAIN(rulescope::desktop::TestWindowNetworks)
#include "test_window_networks.moc"
