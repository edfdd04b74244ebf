// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/desktop/suites.h"
#include "tests/app/desktop/window_fixture.h"
#include "widgets/panels/import_preview.h"
#include "widgets/panels/notice_bar.h"
#include "widgets/plots/figure_plot.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QSignalSpy>
#include <QUrl>

namespace rulescope::desktop {

namespace {

QByteArray trialsCsv(const char* mouse) {
    QByteArray csv = "mouse,session,signed_contrast,choice_right,rt\n";
    const char* contrasts[] = {"-0.5", "-0.25", "0", "0.25", "0.5"};
    for (int t = 0; t < 60; ++t) {
        csv += QByteArray(mouse) + "," + QByteArray::number(t / 20 + 1) + "," + contrasts[t * 3 % 5] + "," +
               ((t * 3 % 5 > 2) != (t % 7 == 0) ? "1" : "0") + ",0." + QByteArray::number(10 + t) + "\n";
    }
    return csv;
}

/// Writes trials of `mouse` into a file of the folder and begins to import it.
panels::ImportPreview* importAnimal(MainWindow& window, const QTemporaryDir& folder, const char* mouse) {
    const QString file = folder.filePath(QLatin1String(mouse) + QStringLiteral(".csv"));
    writeFile(file, trialsCsv(mouse));
    window.importPaths({file});
    return window.findChild<panels::ImportPreview*>();
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

} // namespace

class TestWindowDocuments : public QObject {
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
        MainWindow window(stateIn(folder));
        window.show();
        auto* preview = importAnimal(window, folder, "M7");
        preview->findChild<QPushButton*>(QStringLiteral("importCancel"))->click();
        QTest::qWait(100);
        QVERIFY(shownInCentre(window) != preview);
        QVERIFY(window.document().contents().study.animals.empty());
    }

    void aStudyThatArrivesLeavesAPreviewThatIsLookedAt() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("a.rulescope"));
        QVERIFY(io::saveStudy(smallContents(), file.toStdString()));
        MainWindow window(stateIn(folder));
        window.show();
        auto* preview = importAnimal(window, folder, "M1");
        auto* accept = preview->findChild<QPushButton*>(QStringLiteral("importAccept"));
        QTRY_VERIFY(accept->isEnabled());
        window.openStudy(file);
        QTRY_COMPARE(window.document().path(), file);
        QCOMPARE(shownInCentre(window), static_cast<QWidget*>(preview));
        QTRY_VERIFY(accept->isEnabled()); // joined to this study now
        preview->findChild<QPushButton*>(QStringLiteral("importCancel"))->click();
        QVERIFY(shownInCentre(window) != preview);
        QCOMPARE(window.document().contents().study.animals.size(), std::size_t(4));
    }

    void anImportIsJoinedToTheStudyThatIsHereWhenItIsAccepted() {
        const QTemporaryDir folder;
        MainWindow window(stateIn(folder));
        window.show();
        auto* preview = importAnimal(window, folder, "M7");
        auto* accept = preview->findChild<QPushButton*>(QStringLiteral("importAccept"));
        QTRY_VERIFY(accept->isEnabled());
        io::ImportReport other;
        other.animals = {tests::smallAnimal("M8")};
        QVERIFY(window.document().importAnimals(other));
        accept->click();
        QVERIFY(!accept->isEnabled()); // a worker joins it once more, and it can be cancelled
        QTRY_COMPARE(window.document().contents().study.animals.size(), std::size_t(2));
        QVERIFY(shownInCentre(window) != preview);
        window.findChild<QAction*>(QStringLiteral("undo"))->trigger();
        QCOMPARE(window.document().contents().study.animals.size(), std::size_t(1));
        QCOMPARE(window.document().contents().study.animals[0]->name(), std::string("M8"));
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

    void whatIsChangedWhileTheProgramEndsIsSavedToo() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("a.rulescope"));
        MainWindow window(stateIn(folder));
        window.show();
        window.document().adopt(smallContents(), file);
        QSignalSpy ended(&window, &MainWindow::closedNow);
        window.jobs().startReport(folder.filePath(QStringLiteral("report")));
        window.closeNow();
        window.closeNow(); // told twice
        QVERIFY(ended.isEmpty());
        window.document().rename(QStringLiteral("Last words"));
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 20000);
        QCOMPARE(io::openStudy(file.toStdString())->study.title, std::string("Last words"));
    }

    void withoutAFileACopyIsKeptAtTheEnd() {
        const QTemporaryDir folder;
        {
            MainWindow window(stateIn(folder));
            window.show();
            window.document().adopt(smallContents(), {});
            QSignalSpy ended(&window, &MainWindow::closedNow);
            window.jobs().startReport(folder.filePath(QStringLiteral("report")));
            window.closeNow();
            window.document().rename(QStringLiteral("Last words"));
            QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 20000);
        }
        MainWindow window(stateIn(folder));
        window.show();
        window.start({});
        auto* notices = window.findChild<panels::NoticeBar*>();
        QTRY_VERIFY(!notices->sentence(QStringLiteral("recoveryNotice")).isEmpty());
    }

    void theAnswerAboutALockIsNotGivenToAnotherStudy() {
        const QTemporaryDir folder;
        QStringList files;
        for (const char* name : {"a", "b"}) {
            files.append(folder.filePath(QLatin1String(name) + QStringLiteral(".rulescope")));
            QVERIFY(io::saveStudy(smallContents(), files.last().toStdString()));
            writeFile(files.last() + QStringLiteral(".lock"), "4711\nrulescope\nrig-pc\n");
        }
        MainWindow window(stateIn(folder));
        window.show();
        window.openStudy(files[0]);
        QTRY_COMPARE(window.document().path(), files[0]);
        auto* notices = window.findChild<panels::NoticeBar*>();
        QPushButton* anyway = nullptr;
        for (auto* button : notices->findChildren<QPushButton*>()) {
            anyway = button->text().startsWith(QStringLiteral("Work on It")) ? button : anyway;
        }
        QVERIFY(anyway != nullptr);
        QTimer::singleShot(50, qApp, [&] { // while the question is open
            window.openStudy(files[1]);
            QTRY_COMPARE(window.document().path(), files[1]);
            answerNextBoxWith(QStringLiteral("Work"));
        });
        anyway->click();
        QFile lock(files[1] + QStringLiteral(".lock"));
        QVERIFY(lock.open(QIODevice::ReadOnly));
        QVERIFY(lock.readAll().contains("rig-pc"));
        QVERIFY(!notices->sentence(QStringLiteral("lockNotice")).isEmpty());
    }
};

std::unique_ptr<QObject> windowDocumentsSuite() {
    return std::make_unique<TestWindowDocuments>();
}

} // namespace rulescope::desktop

#include "test_window_documents.moc"
