// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/figure_commands.h"
#include "core/figures/recovery.h"
#include "tests/app/desktop/suites.h"
#include "tests/app/desktop/window_fixture.h"
#include "widgets/panels/notice_bar.h"
#include "widgets/panels/validation_page.h"
#include "widgets/plots/figure_plot.h"

#include <QAction>
#include <QClipboard>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QHash>
#include <QImage>
#include <QMimeData>
#include <QSignalSpy>

namespace rulescope::desktop {

namespace {

figures::FigureSpec smallFigure() {
    figures::FigureSpec figure;
    figure.id = "small";
    figure.panels.emplace_back().id = "a";
    return figure;
}

} // namespace

class TestWindowExports : public QObject {
    Q_OBJECT

  private slots:
    void aFigureIsWrittenInEveryFormat() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        window.document().adopt(smallContents(), {});
        auto* plot = window.findChild<plots::FigurePlot*>(QStringLiteral("learningCurvePlot"));
        QTRY_COMPARE(plot->figure().id, std::string("learning-curves"));
        auto* commands = window.findChild<FigureCommands*>();
        QSignalSpy done(commands, &FigureCommands::done);
        QSignalSpy failed(commands, &FigureCommands::failed);
        const QHash<QString, QByteArray> magic = {{QStringLiteral("a.pdf"), "%PDF"},
            {QStringLiteral("a.svg"), "<?xml"}, {QStringLiteral("a.png"), "\x89PNG"},
            {QStringLiteral("a.csv"), "figure,"}};
        for (auto it = magic.begin(); it != magic.end(); ++it) {
            commands->write(plot->figure(), folder.filePath(it.key()), QStringLiteral("89mm"));
        }
        QTRY_COMPARE(done.size(), magic.size());
        for (auto it = magic.begin(); it != magic.end(); ++it) {
            QFile file(folder.filePath(it.key()));
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY(file.readAll().startsWith(it.value()));
        }
        QVERIFY(failed.isEmpty());
        commands->write(plot->figure(), folder.filePath(QStringLiteral("a.doc")), QStringLiteral("89mm"));
        QCOMPARE(failed.size(), 1);
    }

    void aFigureIsCopiedWithoutHoldingTheWindowUp() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        window.document().adopt(smallContents(), {});
        auto* plot = window.findChild<plots::FigurePlot*>(QStringLiteral("learningCurvePlot"));
        QTRY_COMPARE(plot->figure().id, std::string("learning-curves"));
        QApplication::clipboard()->clear();
        window.findChild<QAction*>(QStringLiteral("copyFigure"))->trigger();
        const auto hasImage = [] {
            const QMimeData* data = QApplication::clipboard()->mimeData();
            return data != nullptr && data->hasImage();
        };
        QTRY_VERIFY(hasImage());
        QVERIFY(QApplication::clipboard()->mimeData()->hasFormat(QStringLiteral("application/pdf")));
    }

    void closingTheWindowDuringAnExportIsSafe() {
        for (int repeat = 0; repeat < 20; ++repeat) {
            const QTemporaryDir folder;
            MainWindow window(stateIn(folder));
            figures::FigureSpec figure;
            figure.id = "empty";
            window.findChild<FigureCommands*>()->write(
                figure, folder.filePath(QStringLiteral("a.pdf")), QStringLiteral("89mm"));
            if (repeat % 2 == 0) {
                QCoreApplication::processEvents();
            }
        }
    }

    void aFailureIsSaidUntilTheNextAttempt() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        auto* commands = window.findChild<FigureCommands*>();
        auto* notices = window.findChild<panels::NoticeBar*>();
        const QString notice = QStringLiteral("exportNotice");
        commands->write(smallFigure(), QStringLiteral("/proc/nowhere/a.csv"), QStringLiteral("89mm"));
        QTRY_VERIFY(!notices->sentence(notice).isEmpty());
        commands->write(smallFigure(), folder.filePath(QStringLiteral("a.csv")), QStringLiteral("89mm"));
        QTRY_VERIFY(notices->sentence(notice).isEmpty());
        QTRY_VERIFY(QFile::exists(folder.filePath(QStringLiteral("a.csv"))));
    }

    void picturesHaveTheResolutionOfTheirSizeUnlessOneIsChosen() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        auto* commands = window.findChild<FigureCommands*>();
        const auto widthOf = [&](const QString& preset) {
            const QString path = folder.filePath(preset + QStringLiteral(".png"));
            QFile::remove(path);
            QSignalSpy done(commands, &FigureCommands::done);
            commands->write(smallFigure(), path, preset);
            done.wait();
            return QImage(path).width();
        };
        QCOMPARE(widthOf(QStringLiteral("slide")), 1920);
        QCOMPARE(widthOf(QStringLiteral("183mm")), 2161);
        window.findChild<QAction*>(QStringLiteral("png150"))->trigger();
        QCOMPARE(widthOf(QStringLiteral("slide")), 2000);
        window.findChild<QAction*>(QStringLiteral("pngSuitable"))->trigger();
        QCOMPARE(widthOf(QStringLiteral("slide")), 1920);
    }

    void aNameThatIsCompletedIsAskedAbout() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("a.pdf"));
        writeFile(file, "mine");
        MainWindow window(stateIn(folder));
        window.show();
        window.document().adopt(smallContents(), {});
        auto* plot = window.findChild<plots::FigurePlot*>(QStringLiteral("learningCurvePlot"));
        QTRY_COMPARE(plot->figure().id, std::string("learning-curves"));
        auto* commands = window.findChild<FigureCommands*>();
        QSignalSpy done(commands, &FigureCommands::done);
        for (const auto answer : {QMessageBox::No, QMessageBox::Yes}) {
            answerNextFileDialog(folder.filePath(QStringLiteral("a")), [answer] { answerNextBox(answer); });
            window.findChild<QAction*>(QStringLiteral("exportFigure"))->trigger();
            if (answer == QMessageBox::No) {
                QTest::qWait(50);
                QCOMPARE(QFileInfo(file).size(), 4);
            }
        }
        QTRY_COMPARE(done.size(), 1);
        QVERIFY(QFileInfo(file).size() > 1000);
    }

    void everyReportGetsAFolderOfItsOwn() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        io::StudyContents contents = smallContents();
        contents.study.title = "Mice: a/b";
        window.document().adopt(contents, {});
        QStringList folders;
        connect(
            &window.jobs().queue(), &JobQueue::jobChanged, this, [&folders](const models::JobStatus& status) {
                if (!folders.contains(status.detail)) {
                    folders.append(status.detail);
                }
            });
        QDir(folder.path()).mkdir(QStringLiteral("Mice- a-b-report")); // an earlier one
        answerNextFileDialog(folder.path());
        window.findChild<QAction*>(QStringLiteral("writeReport"))->trigger();
        QCOMPARE(folders, QStringList{folder.filePath(QStringLiteral("Mice- a-b-report-2"))});
        window.jobs().stopAndWait();
    }

    void aReportGoesOnWhenItsStudyIsLeft() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        io::StudyContents contents = smallContents();
        contents.study.title = "First";
        window.document().adopt(contents, {});
        const int id = window.jobs().startReport(folder.filePath(QStringLiteral("report")));
        window.document().adopt({}, {});
        QVERIFY(window.jobs().openReports() == 1);
        QVERIFY(!window.findChild<QAction*>(QStringLiteral("pauseJob"))->isEnabled()); // it can't wait
        QVERIFY(window.findChild<QAction*>(QStringLiteral("cancelJob"))->isEnabled());
        QTRY_COMPARE_WITH_TIMEOUT(window.jobs().queue().status(id).state, models::JobState::Finished, 20000);
        QVERIFY(QFile::exists(folder.filePath(QStringLiteral("report/report.pdf"))));
        auto* notices = window.findChild<panels::NoticeBar*>();
        QVERIFY(notices->sentence(QStringLiteral("reportNotice")).contains(QStringLiteral("report.pdf")));
        QCOMPARE(window.jobs().openReports(), 0);
    }

    void closingAsksWhetherToFinishWhatIsWritten() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        window.document().adopt(smallContents(), {});
        window.jobs().startReport(folder.filePath(QStringLiteral("report")));
        for (int more = 0; more < 8;
             ++more) { // so that some are being written while the questions are answered
            window.jobs().startReport(folder.filePath(QStringLiteral("report-%1").arg(more)));
        }
        answerNextBox(QMessageBox::Cancel);
        QVERIFY(!window.close());
        auto* notices = window.findChild<panels::NoticeBar*>();
        QVERIFY(notices->sentence(QStringLiteral("closingNotice")).isEmpty());
        answerNextBoxWith(QStringLiteral("Finish"));
        QVERIFY(!window.close());
        QVERIFY(window.isVisible());
        QVERIFY(!notices->sentence(QStringLiteral("closingNotice")).isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(!window.isVisible(), 20000); // closes by itself
        QVERIFY(QFile::exists(folder.filePath(QStringLiteral("report/report.pdf"))));

        window.show();
        window.findChild<FigureCommands*>()->write(
            smallFigure(), folder.filePath(QStringLiteral("a.pdf")), QStringLiteral("89mm"));
        answerNextBoxWith(QStringLiteral("Stop"));
        QVERIFY(window.close());
    }

    void resultsThatNoFileHoldsAreNamedBeforeTheyAreLost() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        auto* page = window.findChild<panels::ValidationPage*>();
        figures::FigureSpec result = smallFigure();
        result.id = figures::recovery({}).id;
        page->showResult(result);
        QCOMPARE(page->results().size(), std::size_t(1));
        window.document().adopt(smallContents(), {});
        QCOMPARE(page->unwritten(), 1); // it has nothing to do with the study
        answerNextBox(QMessageBox::Cancel);
        QVERIFY(!window.close());
        answerNextBoxWith(QStringLiteral("Show"));
        QVERIFY(!window.close());
        QVERIFY(page->isVisible());
        window.findChild<FigureCommands*>()->write(
            result, folder.filePath(QStringLiteral("result.csv")), QStringLiteral("89mm"));
        QTRY_COMPARE(page->unwritten(), 0);
        page->showResult(result); // another one
        QCOMPARE(page->unwritten(), 1);
        const int report =
            window.jobs().startReport(folder.filePath(QStringLiteral("report")), page->results());
        QTRY_COMPARE_WITH_TIMEOUT(
            window.jobs().queue().status(report).state, models::JobState::Finished, 20000);
        QVERIFY(QFile::exists(folder.filePath(QStringLiteral("report/recovery.pdf"))));
        QTRY_COMPARE(page->unwritten(), 0);
        QVERIFY(window.close());
    }

    void anEarlierResultInAFileSaysNothingAboutALaterOne() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.document().adopt(smallContents(), {});
        auto* page = window.findChild<panels::ValidationPage*>();
        figures::FigureSpec earlier = smallFigure(), later = smallFigure();
        earlier.id = later.id = figures::recovery({}).id;
        figures::XY line;
        line.x = {1, 2};
        line.y = {3, 4};
        later.panels.front().series.emplace_back(line);
        page->showResult(earlier);
        const int report =
            window.jobs().startReport(folder.filePath(QStringLiteral("report")), page->results());
        auto* commands = window.findChild<FigureCommands*>();
        QSignalSpy written(commands, &FigureCommands::written);
        commands->write(earlier, folder.filePath(QStringLiteral("result.csv")), QStringLiteral("89mm"));
        page->showResult(later); // ends while both are written
        QTRY_COMPARE(written.size(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(
            window.jobs().queue().status(report).state, models::JobState::Finished, 20000);
        QCOMPARE(page->unwritten(), 1);
        commands->write(later, folder.filePath(QStringLiteral("result.csv")), QStringLiteral("89mm"));
        QTRY_COMPARE(page->unwritten(), 0);
    }

    void theSystemsEndLetsAReportFinish() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        window.document().adopt(smallContents(), {});
        QSignalSpy ended(&window, &MainWindow::closedNow);
        window.setLastPatience(60'000);
        window.jobs().startReport(folder.filePath(QStringLiteral("report")));
        window.closeNow();
        QVERIFY(ended.isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 20000);
        QVERIFY(!window.isVisible());
        const std::vector<int> ids = window.jobs().queue().ids();
        QCOMPARE(ids.size(), std::size_t(1));
        QCOMPARE(window.jobs().queue().status(ids.front()).state, models::JobState::Finished);
        const QDir report(folder.filePath(QStringLiteral("report")));
        QVERIFY(report.exists(QStringLiteral("report.pdf")));
        QVERIFY(report.entryList({QStringLiteral("*.??????")}, QDir::Files).isEmpty());
    }

    void whatTheSystemsEndCutsOffLeavesNothing() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        window.document().adopt(smallContents(), {});
        QSignalSpy ended(&window, &MainWindow::closedNow);
        window.setLastPatience(0);
        const int id = window.jobs().startReport(folder.filePath(QStringLiteral("report")));
        window.closeNow();
        QTRY_COMPARE(ended.size(), 1);
        QVERIFY(!window.isVisible());
        QTRY_COMPARE(window.jobs().queue().status(id).state, models::JobState::Cancelled);
        QTRY_VERIFY(!QFileInfo::exists(folder.filePath(QStringLiteral("report"))));
    }

    void aReportThatIsStoppedLeavesNothing() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.document().adopt(smallContents(), {});
        const QString path = folder.filePath(QStringLiteral("cut"));
        const int id = window.jobs().startReport(path);
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(path), 20000);
        window.jobs().cancel(id);
        QTRY_VERIFY(models::isFinal(window.jobs().queue().status(id).state));
        QTRY_VERIFY(
            !QFileInfo::exists(path) || window.jobs().queue().status(id).state == models::JobState::Finished);
    }

    void theReportIsAJobAndCanBeCancelledAtOnce() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        window.document().adopt(smallContents(), {});
        JobQueue& queue = window.jobs().queue();
        const int whole = window.jobs().startReport(folder.filePath(QStringLiteral("whole")));
        QTRY_COMPARE_WITH_TIMEOUT(queue.status(whole).state, models::JobState::Finished, 20000);
        QVERIFY(QFile::exists(folder.filePath(QStringLiteral("whole/report.pdf"))));
        QVERIFY(QFile::exists(folder.filePath(QStringLiteral("whole/learning-curves.csv"))));
        auto* notices = window.findChild<panels::NoticeBar*>();
        QVERIFY(notices->sentence(QStringLiteral("reportNotice")).contains(QStringLiteral("report.pdf")));
        for (int repeat = 0; repeat < 20; ++repeat) {
            const int id = window.jobs().startReport(folder.filePath(QStringLiteral("half")));
            QTest::qWait(repeat * 3); // at any stage
            if (!models::isFinal(queue.status(id).state)) {
                QElapsedTimer timer;
                timer.start();
                window.jobs().cancel(id);
                QTRY_COMPARE(queue.status(id).state, models::JobState::Cancelled);
                QVERIFY2(timer.elapsed() < 200, qPrintable(QString::number(timer.elapsed())));
            }
        }
    }
};

std::unique_ptr<QObject> windowExportsSuite() {
    return std::make_unique<TestWindowExports>();
}

} // namespace rulescope::desktop

#include "test_window_exports.moc"
