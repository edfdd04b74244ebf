// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/figure_commands.h"
#include "app/desktop/main_window.h"
#include "app/desktop/termination_signals.h"
#include "core/fit/trainer.h"
#include "tests/app/desktop/suites.h"
#include "tests/widgets/models/small_study.h"
#include "widgets/dialogs/help_viewer.h"
#include "widgets/panels/fit_panel.h"
#include "widgets/panels/import_preview.h"
#include "widgets/panels/notice_bar.h"
#include "widgets/plots/figure_plot.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFile>
#include <QHash>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <QTimer>
#include <QUrl>

#include <csignal>
#include <cstdio>

namespace rulescope::desktop {

namespace {

using tests::smallAnimal;

MainWindow::StateFiles stateIn(const QTemporaryDir& folder) {
    return {folder.filePath(QStringLiteral("settings.ini")), folder.filePath(QStringLiteral("jobs.json"))};
}

void writeFile(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

QByteArray trialsCsv(const char* mouse) {
    QByteArray csv = "mouse,session,signed_contrast,choice_right,rt\n";
    const char* contrasts[] = {"-0.5", "-0.25", "0", "0.25", "0.5"};
    for (int t = 0; t < 60; ++t) {
        csv += QByteArray(mouse) + "," + QByteArray::number(t / 20 + 1) + "," + contrasts[t * 3 % 5] + "," +
               ((t * 3 % 5 > 2) != (t % 7 == 0) ? "1" : "0") + ",0." + QByteArray::number(10 + t) + "\n";
    }
    return csv;
}

io::StudyContents smallContents() {
    io::StudyContents contents;
    for (const char* name : {"M1", "M2", "M3", "M4"}) {
        contents.study.animals.push_back(smallAnimal(name, {.sessions = 3, .trialsPerSession = 30}));
    }
    return contents;
}

/// A fit that takes long enough to be met in the middle.
fit::FitSpec longFit() {
    fit::FitSpec spec;
    spec.rule = "dnn";
    spec.training.epochs = 1000000;
    return spec;
}

fit::FitSpec shortFit() {
    fit::FitSpec spec;
    spec.rule = "reinforce";
    spec.training.maxIterations = 5;
    spec.training.starts = 1;
    return spec;
}

/// Long enough to be killed in the middle, short enough to be done again.
fit::FitSpec killedFit() {
    fit::FitSpec spec;
    spec.rule = "dnn";
    spec.training.epochs = 6000;
    spec.training.validationFraction = 0;
    spec.training.patience = 0;
    return spec;
}

void drop(QWidget& window, const QString& path) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &event);
}

QWidget* shownInCentre(const MainWindow& window) {
    return window.findChild<QStackedWidget*>(QStringLiteral("centralStack"))->currentWidget();
}

/// Answers the next message box with the button of this role.
void answerNextBox(QMessageBox::StandardButton button) {
    QTimer::singleShot(50, qApp, [button] {
        if (auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget())) {
            box->button(button)->click();
        }
    });
}

} // namespace

class TestMainWindow : public QObject {
    Q_OBJECT

  private slots:
    void theDemoStudyIsThereAtFirstStart() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        window.start({});
        QTRY_COMPARE_WITH_TIMEOUT(window.document().contents().study.animals.size(), std::size_t(12), 20000);
        QVERIFY(!window.isWindowModified());
        QVERIFY(window.windowTitle().contains(QStringLiteral("Demo")));
        auto* plot = window.findChild<plots::FigurePlot*>(QStringLiteral("learningCurvePlot"));
        QTRY_COMPARE(plot->figure().id, std::string("learning-curves"));
    }

    void everyActionHasNameTextShortcutAndToolTip() {
        const QTemporaryDir folder;
        const MainWindow window(stateIn(folder));
        QHash<QString, QString> byShortcut;
        int count = 0;
        for (const QAction* action : window.findChildren<QAction*>()) {
            // Qt's own (of line edits) and submenus have no name of ours.
            if (action->objectName().isEmpty() || action->menu() != nullptr ||
                action->objectName().startsWith(QLatin1String("_q_"))) {
                continue;
            }
            QVERIFY2(
                !action->text().isEmpty() && !action->toolTip().isEmpty(), qPrintable(action->objectName()));
            QVERIFY2(!action->shortcut().isEmpty(), qPrintable(action->objectName()));
            const QString keys = action->shortcut().toString();
            QVERIFY2(
                !byShortcut.contains(keys), qPrintable(keys + QStringLiteral(": ") + byShortcut.value(keys) +
                                                       QStringLiteral(" and ") + action->objectName()));
            byShortcut.insert(keys, action->objectName());
            ++count;
        }
        QVERIFY(count > 30);
    }

    void theManualOpensBesideTheWindowAtThePageAskedFor() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        window.findChild<QAction*>(QStringLiteral("help"))->trigger();
        auto* help = window.findChild<dialogs::HelpViewer*>();
        QVERIFY(help != nullptr && help->isVisible() && !help->isModal());
        QCOMPARE(help->currentPage(), QStringLiteral("getting-started"));
        window.findChild<QAction*>(QStringLiteral("pageUpdates"))->trigger();
        window.findChild<QAction*>(QStringLiteral("pageHelp"))->trigger();
        QCOMPARE(help->currentPage(), QStringLiteral("updates"));
        window.findChild<QAction*>(QStringLiteral("shortcuts"))->trigger();
        QCOMPARE(help->currentPage(), QStringLiteral("shortcuts"));
        QVERIFY(help->findChild<QTextBrowser*>()->toPlainText().contains(QStringLiteral("Ctrl+Alt+1")));
        QCOMPARE(window.findChildren<dialogs::HelpViewer*>().size(), 1);
    }

    void aNarrowWindowKeepsItsPanelsInOneColumn() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        auto* browser = window.findChild<QDockWidget*>(QStringLiteral("browserDock"));
        auto* inspector = window.findChild<QDockWidget*>(QStringLiteral("inspectorDock"));
        window.setInitialSize({1024, 700});
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QTRY_VERIFY(window.centralWidget()->width() > 650);
        QTRY_COMPARE(window.dockWidgetArea(inspector), Qt::LeftDockWidgetArea);
        window.setInitialSize({1440, 900});
        QTRY_VERIFY(inspector->width() > 200);
        QCOMPARE(window.dockWidgetArea(inspector), Qt::RightDockWidgetArea);
        QCOMPARE(window.dockWidgetArea(browser), Qt::LeftDockWidgetArea);
    }

    void aDroppedFileIsPreviewedImportedAndUndone() {
        const QTemporaryDir folder;
        writeFile(folder.filePath(QStringLiteral("M7.csv")), trialsCsv("M7"));
        MainWindow window(stateIn(folder));
        window.show();
        drop(window, folder.filePath(QStringLiteral("M7.csv")));
        auto* preview = window.findChild<panels::ImportPreview*>();
        QCOMPARE(shownInCentre(window), static_cast<QWidget*>(preview));
        auto* accept = preview->findChild<QPushButton*>(QStringLiteral("importAccept"));
        QTRY_VERIFY(accept->isEnabled());
        QVERIFY(window.document().contents().study.animals.empty()); // nothing enters before it is accepted
        accept->click();
        QCOMPARE(window.document().contents().study.animals.size(), std::size_t(1));
        QCOMPARE(window.document().contents().study.animals[0]->trialCount(), std::size_t(60));
        QVERIFY(window.isWindowModified());
        window.findChild<QAction*>(QStringLiteral("undo"))->trigger();
        QVERIFY(window.document().contents().study.animals.empty());
        QVERIFY(!window.isWindowModified());
    }

    void aFileThatIsNoTableIsRefusedInThePreview() {
        const QTemporaryDir folder;
        writeFile(folder.filePath(QStringLiteral("photo.csv")), QByteArray("\x89PNG\r\n\x1a\n\0\0\0", 11));
        MainWindow window(stateIn(folder));
        window.show();
        window.importPaths({folder.filePath(QStringLiteral("photo.csv"))});
        auto* preview = window.findChild<panels::ImportPreview*>();
        auto* cancel = preview->findChild<QPushButton*>(QStringLiteral("importCancel"));
        QTRY_COMPARE(cancel->text(), QStringLiteral("Close"));
        QVERIFY(!preview->findChild<QPushButton*>(QStringLiteral("importAccept"))->isEnabled());
        cancel->click();
        QVERIFY(shownInCentre(window) != preview);
    }

    void aCancelledImportLeavesTheStudy() {
        const QTemporaryDir folder;
        writeFile(folder.filePath(QStringLiteral("M7.csv")), trialsCsv("M7"));
        MainWindow window(stateIn(folder));
        window.show();
        window.importPaths({folder.filePath(QStringLiteral("M7.csv"))});
        auto* preview = window.findChild<panels::ImportPreview*>();
        preview->findChild<QPushButton*>(QStringLiteral("importCancel"))->click();
        QTest::qWait(100);
        QVERIFY(shownInCentre(window) != preview);
        QVERIFY(window.document().contents().study.animals.empty());
    }

    void aFitRunsInTheBackgroundAndEntersByAnUndoCommand() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        window.document().adopt(smallContents(), {});
        window.jobs().start(shortFit());
        QTRY_COMPARE_WITH_TIMEOUT(window.document().contents().fits.size(), std::size_t(1), 20000);
        QCOMPARE(window.document().contents().fits[0]->id, std::string("reinforce-1"));
        QCOMPARE(window.document().undoStack().undoText(), QStringLiteral("Add fit reinforce-1"));
        window.findChild<QAction*>(QStringLiteral("undo"))->trigger();
        QVERIFY(window.document().contents().fits.empty());
    }

    void aRealFitSaysCancellingAtOnceAndStopsSoon() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.document().adopt(smallContents(), {});
        JobQueue& queue = window.jobs().queue();
        const int id = window.jobs().start(longFit());
        QTRY_VERIFY_WITH_TIMEOUT(queue.status(id).epoch > 0, 20000);
        QElapsedTimer timer;
        timer.start();
        window.jobs().cancel(id);
        QCOMPARE(queue.status(id).state, models::JobState::Cancelling);
        QTRY_COMPARE(queue.status(id).state, models::JobState::Cancelled);
        // 200 ms on an idle machine (bench_window measures it); here others may have the processor.
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(window.document().contents().fits.empty());
    }

    void closingDuringAFitIsSafeAndTheNextStartOffersItAgain() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("study.rulescope"));
        QVERIFY(io::saveStudy(smallContents(), file.toStdString()));
        {
            MainWindow window(stateIn(folder));
            window.show();
            window.start({file});
            QTRY_COMPARE(window.document().path(), file);
            const int id = window.jobs().start(longFit());
            QTRY_VERIFY_WITH_TIMEOUT(window.jobs().queue().status(id).epoch > 0, 20000);
            QVERIFY(window.close());
        }
        MainWindow window(stateIn(folder));
        window.show();
        window.start({}); // the last study
        QTRY_COMPARE(window.document().path(), file);
        auto* notices = window.findChild<panels::NoticeBar*>();
        QTRY_VERIFY(!notices->sentence(QStringLiteral("resumeNotice")).isEmpty());
        notices->findChild<QPushButton*>(QStringLiteral("noticeButton"))->click();
        QCOMPARE(window.jobs().queue().ids().size(), std::size_t(1));
        QTRY_VERIFY_WITH_TIMEOUT(window.jobs().queue().status(1).epoch > 0, 20000);
        window.jobs().cancel(1);
        QTRY_VERIFY(window.jobs().queue().isIdle());
        QVERIFY(window.jobs().interrupted().empty());
    }

    void destroyingTheWindowDuringAFitIsSafe() {
        for (int repeat = 0; repeat < 20; ++repeat) {
            const QTemporaryDir folder;
            MainWindow window(stateIn(folder));
            window.document().adopt(smallContents(), {});
            const int id = window.jobs().start(longFit());
            if (repeat % 2 == 0) {
                QTRY_VERIFY_WITH_TIMEOUT(window.jobs().queue().status(id).epoch > 0, 20000);
            }
        }
    }

    void aFitOfAClosedStudyDoesNotEnterTheNextOne() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.document().adopt(smallContents(), {});
        window.jobs().start(shortFit());
        window.document().adopt(smallContents(), {});
        QTRY_VERIFY(window.jobs().queue().isIdle());
        QTest::qWait(50);
        QVERIFY(window.document().contents().fits.empty());
    }

    void theGuardKeepsUnsavedChanges() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        window.document().rename(QStringLiteral("Changed"));
        answerNextBox(QMessageBox::Cancel);
        QVERIFY(!window.close());
        QVERIFY(window.isVisible());
        answerNextBox(QMessageBox::Discard);
        QVERIFY(window.close());
    }

    void aSavedStudyOpensEqual() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("a.rulescope"));
        MainWindow window(stateIn(folder));
        window.show();
        window.document().adopt(smallContents(), {});
        window.document().rename(QStringLiteral("Cohort A"));
        window.document().setSaved(
            nullptr, file, window.document().generation()); // as "Save as" to that name would
        window.findChild<QAction*>(QStringLiteral("saveStudy"))->trigger();
        QTRY_VERIFY(!window.isWindowModified());
        const auto reopened = io::openStudy(file.toStdString());
        QVERIFY(reopened.has_value());
        QCOMPARE(reopened->study.title, std::string("Cohort A"));
        QCOMPARE(reopened->study.animals[0]->contentHash(),
            window.document().contents().study.animals[0]->contentHash());
        window.findChild<QMenu*>(QStringLiteral("recentMenu"))->aboutToShow();
        QCOMPARE(window.findChild<QMenu*>(QStringLiteral("recentMenu"))->actions().first()->text(), file);
    }

    void aStudyThatCannotBeOpenedIsSaidInPlace() {
        const QTemporaryDir folder;
        writeFile(folder.filePath(QStringLiteral("bad.rulescope")), "no study");
        MainWindow window(stateIn(folder));
        window.show();
        window.start({folder.filePath(QStringLiteral("bad.rulescope"))});
        auto* notices = window.findChild<panels::NoticeBar*>();
        QTRY_VERIFY(
            notices->sentence(QStringLiteral("openNotice")).contains(QStringLiteral("bad.rulescope")));
        QVERIFY(QApplication::activeModalWidget() == nullptr);
    }

    void aBrokenSettingsFileDoesNotMatter_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("binary") << QByteArray("\0\xff\xfe[[[=\n\r", 10);
        QTest::newRow("nonsense values")
            << QByteArray("[window]\ngeometry=@ByteArray(x)\nstate=12\n[General]\ntheme=7\n"
                          "recentFiles=@Invalid()\nlastStudy=/nowhere\nfitSpeed=rnn=x\n");
        QTest::newRow("a folder's name") << QByteArray();
    }
    void aBrokenSettingsFileDoesNotMatter() {
        QFETCH(QByteArray, bytes);
        const QTemporaryDir folder;
        if (bytes.isEmpty()) {
            QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("settings.ini")));
        } else {
            writeFile(folder.filePath(QStringLiteral("settings.ini")), bytes);
        }
        MainWindow window(stateIn(folder));
        window.show();
        QVERIFY(window.width() >= 800);
        QVERIFY(window.close());
    }

    void theThemeReachesEveryFigure() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        window.findChild<QAction*>(QStringLiteral("themeDark"))->trigger();
        QVERIFY(qApp->palette().color(QPalette::Window).lightness() < 128);
        window.findChild<QAction*>(QStringLiteral("themeLight"))->trigger();
        QVERIFY(qApp->palette().color(QPalette::Window).lightness() > 128);
        MainWindow next(stateIn(folder));
        QVERIFY(next.findChild<QAction*>(QStringLiteral("themeLight"))->isChecked());
    }

    void pagesAreReachedByKeyboard() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        auto* pages = window.findChild<QTabWidget*>(QStringLiteral("pages"));
        for (int page : {3, 1, 2, 0}) {
            QTest::keyClick(&window, Qt::Key(Qt::Key_1 + page), Qt::ControlModifier);
            QCOMPARE(pages->currentIndex(), page);
        }
    }

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

    void aTitleBeingTypedOutlivesAFitAndTheWindow() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("a.rulescope"));
        MainWindow window(stateIn(folder));
        window.show();
        window.document().adopt(smallContents(), file);
        auto* title = window.findChild<QLineEdit*>(QStringLiteral("studyTitle"));
        title->setFocus();
        QTest::keyClicks(title, QStringLiteral("Cohort"));
        window.jobs().start(shortFit());
        QTRY_COMPARE_WITH_TIMEOUT(window.document().contents().fits.size(), std::size_t(1), 20000);
        QCOMPARE(title->text(), QStringLiteral("Cohort"));
        answerNextBox(QMessageBox::Save);
        window.close(); // goes on once the study is written
        QTRY_VERIFY(!window.isVisible());
        const auto saved = io::openStudy(file.toStdString());
        QVERIFY(saved.has_value());
        QCOMPARE(saved->study.title, std::string("Cohort"));
        QCOMPARE(saved->fits.size(), std::size_t(1));
    }

    void theEndOfTheSessionSavesOrStays() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("a.rulescope"));
        MainWindow window(stateIn(folder));
        window.show();
        window.document().adopt(smallContents(), file);
        QVERIFY(window.commitSession(true)); // nothing to lose, nothing asked
        window.document().rename(QStringLiteral("Changed"));
        QVERIFY(window.commitSession(false)); // nobody may be asked: saved
        QCOMPARE(io::openStudy(file.toStdString())->study.title, std::string("Changed"));
        window.document().rename(QStringLiteral("Changed again"));
        answerNextBox(QMessageBox::Cancel);
        QVERIFY(!window.commitSession(true));
        answerNextBox(QMessageBox::Save);
        QVERIFY(window.commitSession(true));
        QVERIFY(!window.isWindowModified());
        QCOMPARE(io::openStudy(file.toStdString())->study.title, std::string("Changed again"));
    }

    void whatIsDiscardedAtTheEndOfTheSessionIsNotSavedByItsSignal() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("a.rulescope"));
        QVERIFY(io::saveStudy(smallContents(), file.toStdString()));
        MainWindow window(stateIn(folder));
        window.show();
        window.document().adopt(smallContents(), file);
        window.document().rename(QStringLiteral("Changed"));
        answerNextBox(QMessageBox::Discard);
        QVERIFY(window.commitSession(true));
        window.closeNow();
        QVERIFY(!window.isVisible());
        QCOMPARE(io::openStudy(file.toStdString())->study.title, std::string());
    }

    void aFinishedFitStaysInTheJournalUntilItIsInAFile() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("a.rulescope"));
        const auto isInJournal = [&folder] {
            QFile bytes(stateIn(folder).journal);
            return bytes.open(QIODevice::ReadOnly) && bytes.readAll().contains("reinforce");
        };
        MainWindow window(stateIn(folder));
        window.show();
        window.document().adopt(smallContents(), file);
        window.jobs().start(shortFit());
        QTRY_COMPARE_WITH_TIMEOUT(window.document().contents().fits.size(), std::size_t(1), 20000);
        QVERIFY(isInJournal());
        QVERIFY(window.jobs().interrupted().empty()); // nothing to offer while it is here
        window.findChild<QAction*>(QStringLiteral("saveStudy"))->trigger();
        QTRY_VERIFY(!window.isWindowModified());
        QVERIFY(!isInJournal());

        window.jobs().start(shortFit());
        QTRY_COMPARE_WITH_TIMEOUT(window.document().contents().fits.size(), std::size_t(2), 20000);
        QVERIFY(isInJournal());
        answerNextBox(QMessageBox::Discard);
        window.close();
        QVERIFY(!window.isVisible());
        QVERIFY(!isInJournal()); // given up
    }

    void aSignalOfTheSystemEndsInGoodOrder() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("study.rulescope"));
        QVERIFY(io::saveStudy(smallContents(), file.toStdString()));
        {
            MainWindow window(stateIn(folder));
            const TerminationSignals termination;
            connect(&termination, &TerminationSignals::received, &window, &MainWindow::closeNow);
            window.show();
            window.start({file});
            QTRY_COMPARE(window.document().path(), file);
            const int id = window.jobs().start(longFit());
            QTRY_VERIFY_WITH_TIMEOUT(window.jobs().queue().status(id).epoch > 0, 20000);
            window.document().rename(QStringLiteral("Unsaved"));
            std::raise(SIGTERM);
            QTRY_VERIFY(!window.isVisible()); // without a question
            QVERIFY(window.jobs().queue().isIdle());
        }
        MainWindow window(stateIn(folder));
        window.start({});
        QTRY_COMPARE(window.document().path(), file);
        QTRY_COMPARE(window.jobs().interrupted().size(), std::size_t(1));
    }

    void afterKillNineAFitGoesOnToTheSameBits() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("study.rulescope"));
        QVERIFY(io::saveStudy(smallContents(), file.toStdString()));
        QProcess program;
        program.start(
            QCoreApplication::applicationFilePath(), {QStringLiteral("--fit-until-killed"), folder.path()});
        QTRY_VERIFY_WITH_TIMEOUT(program.canReadLine(), 60000);
        QCOMPARE(program.readLine().trimmed(), QByteArray("under way"));
        program.kill();
        QVERIFY(program.waitForFinished());

        MainWindow window(
            {folder.filePath(QStringLiteral("settings.ini")), folder.filePath(QStringLiteral("jobs.json"))});
        window.start({file});
        QTRY_COMPARE_WITH_TIMEOUT(window.jobs().interrupted().size(), std::size_t(1), 20000);
        JobQueue& queue = window.jobs().queue();
        int firstEpoch = 0;
        connect(&queue, &JobQueue::jobChanged, this, [&firstEpoch](const models::JobStatus& status) {
            firstEpoch =
                firstEpoch == 0 && !status.curveEpochs.empty() ? int(status.curveEpochs.front()) : firstEpoch;
        });
        window.jobs().resume();
        QTRY_COMPARE_WITH_TIMEOUT(window.document().contents().fits.size(), std::size_t(1), 60000);
        QVERIFY2(firstEpoch > 100, qPrintable(QString::number(firstEpoch)));
        const auto whole = fit::fit(smallContents().study, killedFit());
        QVERIFY(whole.has_value());
        QVERIFY(window.document().contents().fits[0]->parameters == whole->parameters);
        QVERIFY(window.document().contents().fits[0]->trainCurve == whole->trainCurve);
        QVERIFY(window.jobs().interrupted().empty());
        window.findChild<QAction*>(QStringLiteral("saveStudy"))->trigger();
        QTRY_VERIFY(!window.isWindowModified());
        QVERIFY(QDir(folder.filePath(QStringLiteral("checkpoints"))).isEmpty());
    }

    void jobsOfAStudyWithoutAFileAreOfferedForTheSameTrials() {
        const QTemporaryDir folder;
        {
            MainWindow window(stateIn(folder));
            window.document().adopt(smallContents(), {});
            window.jobs().start(longFit());
        }
        MainWindow window(stateIn(folder));
        QVERIFY(window.jobs().interrupted().empty()); // an empty study has other trials
        window.document().adopt(smallContents(), folder.filePath(QStringLiteral("saved-since.rulescope")));
        QCOMPARE(window.jobs().interrupted().size(), std::size_t(1));
    }

    void jobsOfAStudyThatWasLeftGoAndAreOfferedWhenItIsBack() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("a.rulescope"));
        MainWindow window(stateIn(folder));
        JobQueue& queue = window.jobs().queue();
        window.document().adopt(smallContents(), file);
        const int id = window.jobs().start(longFit());
        QTRY_VERIFY_WITH_TIMEOUT(queue.status(id).epoch > 0, 20000);
        window.document().adopt({}, {});
        QTRY_VERIFY(queue.ids().empty()); // so there is no best-so-far to keep in the wrong study
        QVERIFY(window.jobs().interrupted().empty());
        window.document().adopt(smallContents(), file);
        QCOMPARE(window.jobs().interrupted().size(), std::size_t(1));
    }

    void aJobThatThisVersionDoesNotKnowIsKeptAndSaid() {
        const QTemporaryDir folder;
        const QByteArray journal =
            "[{\"key\": \"k\", \"study\": \"\", \"request\": \"dream\"}, {\"key\": 1}]";
        writeFile(folder.filePath(QStringLiteral("jobs.json")), journal);
        MainWindow window(stateIn(folder));
        window.show();
        window.start({});
        auto* notices = window.findChild<panels::NoticeBar*>();
        QTRY_VERIFY_WITH_TIMEOUT(!notices->sentence(QStringLiteral("journalNotice")).isEmpty(), 20000);
        QVERIFY(notices->sentence(QStringLiteral("journalNotice")).contains(QStringLiteral("2")));
        QVERIFY(window.jobs().interrupted().empty());
        QFile file(folder.filePath(QStringLiteral("jobs.json")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), journal);
    }
};

int fitUntilKilled(const QString& folder) {
    MainWindow window({folder + QStringLiteral("/settings.ini"), folder + QStringLiteral("/jobs.json")});
    window.jobs().setCheckpointInterval(0.05);
    window.start({folder + QStringLiteral("/study.rulescope")});
    QObject::connect(
        &window.document(), &Document::adopted, &window, [&window] { window.jobs().start(killedFit()); },
        Qt::QueuedConnection);
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &window, [&window, &folder] {
        const QDir checkpoints(folder + QStringLiteral("/checkpoints"));
        if (window.jobs().queue().status(1).epoch > 300 && !checkpoints.isEmpty()) {
            std::puts("under way");
            std::fflush(stdout);
        }
    });
    timer.start(20);
    return QApplication::exec();
}

std::unique_ptr<QObject> mainWindowSuite() {
    return std::make_unique<TestMainWindow>();
}

} // namespace rulescope::desktop

#include "test_main_window.moc"
