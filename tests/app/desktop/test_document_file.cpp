// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/document_file.h"
#include "tests/app/desktop/suites.h"
#include "tests/widgets/models/small_study.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace rulescope::desktop {

namespace {

using tests::smallAnimal;
using Answer = DocumentFile::Answer;

constexpr int kRepeats = 20;

io::StudyContents study(const std::string& title) {
    io::StudyContents contents;
    contents.study.title = title;
    contents.study.animals.push_back(smallAnimal("M1"));
    return contents;
}

std::string titleIn(const QString& path) {
    const auto contents = io::openStudy(path.toStdString());
    return contents ? contents->study.title : std::string();
}

/// A document with its file and a user who gives the answers of a list.
struct Desk {
    QTemporaryDir folder;
    Document document;
    std::vector<Answer> answers;
    std::vector<QString> paths;
    DocumentFile::ChangedAnswer fileAnswer = DocumentFile::ChangedAnswer::Cancel;
    int asked = 0, askedOfFile = 0;
    QString typed; ///< not yet in the document
    DocumentFile file{document, {[this] {
                                     if (!typed.isEmpty()) {
                                         document.rename(std::exchange(typed, QString()));
                                     }
                                 },
                                    [this] {
                                        ++asked;
                                        return take(answers, Answer::Cancel);
                                    },
                                    [this] { return take(paths, QString()); },
                                    [this](const QString&) {
                                        ++askedOfFile;
                                        return fileAnswer;
                                    }}};

    QString path(const char* name) const { return folder.filePath(QLatin1String(name)); }
    QString written(const char* name, const std::string& title) const {
        return io::saveStudy(study(title), path(name).toStdString()) ? path(name) : QString();
    }
    std::string title() const { return document.contents().study.title; }

  private:
    template<class Value>
    static Value take(std::vector<Value>& values, Value otherwise) {
        if (values.empty()) {
            return otherwise;
        }
        const Value value = values.front();
        values.erase(values.begin());
        return value;
    }
};

} // namespace

class TestDocumentFile : public QObject {
    Q_OBJECT

  private slots:
    void aStudyIsOpenedAndAnotherTakesItsPlace() {
        Desk desk;
        desk.file.open(desk.written("a.rulescope", "A"));
        QTRY_COMPARE(desk.title(), std::string("A"));
        desk.file.open(desk.written("b.rulescope", "B"));
        QTRY_COMPARE(desk.title(), std::string("B"));
        QCOMPARE(desk.document.path(), desk.path("b.rulescope"));
        QCOMPARE(desk.asked, 0);
    }

    void aFileThatCanNotBeReadLeavesTheStudy() {
        Desk desk;
        desk.document.adopt(study("A"), {});
        QSignalSpy failed(&desk.file, &DocumentFile::openFailed);
        desk.file.open(desk.path("nowhere.rulescope"));
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(desk.title(), std::string("A"));
    }

    void unsavedChangesAreAskedAboutAndKeptOnCancel() {
        Desk desk;
        desk.document.rename(QStringLiteral("Mine"));
        desk.answers = {Answer::Cancel, Answer::Discard};
        const QString other = desk.written("b.rulescope", "B");
        desk.file.open(other);
        QTest::qWait(50);
        QCOMPARE(desk.title(), std::string("Mine"));
        desk.file.open(other);
        QTRY_COMPARE(desk.title(), std::string("B"));
        QCOMPARE(desk.asked, 2);
    }

    void savingOnTheWayOutIsFinishedFirst() {
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            Desk desk;
            desk.document.adopt(study("A"), desk.path("a.rulescope"));
            desk.document.rename(QStringLiteral("Mine"));
            desk.answers = {Answer::Save};
            bool hasLeft = false;
            desk.file.leave([&] { hasLeft = true; });
            QVERIFY(!hasLeft); // nothing blocks: the file is being written
            QVERIFY(desk.file.isSaving());
            QTRY_VERIFY(hasLeft);
            QCOMPARE(titleIn(desk.path("a.rulescope")), std::string("Mine"));
            QVERIFY(!desk.document.isModified());
        }
    }

    void aStudyWithoutAFileIsSavedWhereTheUserSays() {
        Desk desk;
        desk.document.rename(QStringLiteral("Mine"));
        desk.answers = {Answer::Save, Answer::Save};
        desk.paths = {QString(), desk.path("new.rulescope")};
        bool hasLeft = false;
        desk.file.leave([&] { hasLeft = true; });
        QVERIFY(!hasLeft && !desk.file.isSaving()); // the user changed their mind
        desk.file.leave([&] { hasLeft = true; });
        QTRY_VERIFY(hasLeft);
        QCOMPARE(titleIn(desk.path("new.rulescope")), std::string("Mine"));
    }

    void aSaveDuringASaveAsGoesToTheNewFile() {
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            Desk desk;
            desk.document.adopt(study("A"), desk.written("a.rulescope", "A"));
            desk.document.rename(QStringLiteral("Mine"));
            desk.paths = {desk.path("new.rulescope")};
            desk.file.saveAs();
            desk.document.rename(QStringLiteral("Mine too"));
            desk.file.save();
            QTRY_VERIFY(!desk.file.isSaving());
            QCOMPARE(titleIn(desk.path("a.rulescope")), std::string("A"));
            QCOMPARE(titleIn(desk.path("new.rulescope")), std::string("Mine too"));
            QVERIFY(!desk.document.isModified());
        }
    }

    void aFileThatAnotherProgramHasWrittenIsNotReplacedUnasked() {
        Desk desk;
        desk.file.open(desk.written("a.rulescope", "A"));
        QTRY_COMPARE(desk.title(), std::string("A"));
        desk.document.rename(QStringLiteral("Mine"));
        desk.file.save();
        QTRY_VERIFY(!desk.file.isSaving());
        QCOMPARE(desk.askedOfFile, 0); // what was saved here is known
        desk.written("a.rulescope", "Theirs");
        desk.document.rename(QStringLiteral("Mine again"));
        desk.file.save();
        QVERIFY(!desk.file.isSaving());
        QCOMPARE(desk.askedOfFile, 1);
        QCOMPARE(titleIn(desk.path("a.rulescope")), std::string("Theirs"));
        QVERIFY(desk.file.saveNow()); // nobody can be asked
        QCOMPARE(titleIn(desk.path("a.rulescope")), std::string("Theirs"));
        QCOMPARE(titleIn(desk.path("a (2).rulescope")), std::string("Mine again"));
    }

    void aChangedFileIsReplacedOrLeftForAnotherAsTheUserSays() {
        Desk desk;
        desk.file.open(desk.written("a.rulescope", "A"));
        QTRY_COMPARE(desk.title(), std::string("A"));
        desk.document.rename(QStringLiteral("Mine"));
        desk.written("a.rulescope", "Theirs");
        desk.fileAnswer = DocumentFile::ChangedAnswer::SaveAs;
        desk.paths = {desk.path("b.rulescope")};
        desk.file.save();
        QTRY_COMPARE(titleIn(desk.path("b.rulescope")), std::string("Mine"));
        QTRY_VERIFY(!desk.file.isSaving());
        QCOMPARE(titleIn(desk.path("a.rulescope")), std::string("Theirs"));
        desk.document.rename(QStringLiteral("Mine too"));
        desk.written("b.rulescope", "Theirs");
        desk.fileAnswer = DocumentFile::ChangedAnswer::Replace;
        desk.file.save();
        QTRY_VERIFY(!desk.file.isSaving());
        QCOMPARE(titleIn(desk.path("b.rulescope")), std::string("Mine too"));
        QCOMPARE(desk.askedOfFile, 2);
    }

    void noStudyArrivesWhileAQuestionIsOpen() {
        Document document;
        document.adopt(study("A"), {});
        QTemporaryDir folder;
        const QString other = folder.filePath(QStringLiteral("b.rulescope"));
        const QString target = folder.filePath(QStringLiteral("new.rulescope"));
        QVERIFY(io::saveStudy(study("B"), other.toStdString()));
        std::string titleAfterTheDialog;
        DocumentFile file(document, {[] {}, [] { return Answer::Discard; },
                                        [&] {
                                            QTest::qWait(300); // a dialog, while the study is read
                                            titleAfterTheDialog = document.contents().study.title;
                                            return target;
                                        }});
        file.open(other);
        file.saveAs();
        QCOMPARE(titleAfterTheDialog, std::string("A"));
        QTRY_COMPARE(titleIn(target), std::string("A"));
        QTRY_COMPARE(document.contents().study.title, std::string("B")); // then it does
        QCOMPARE(document.path(), other);
    }

    void aSaveThatFailsKeepsTheStudyOpen() {
        Desk desk;
        desk.document.adopt(study("A"), desk.path("no/such/folder.rulescope"));
        desk.document.rename(QStringLiteral("Mine"));
        desk.answers = {Answer::Save};
        QSignalSpy failed(&desk.file, &DocumentFile::saveFailed);
        bool hasLeft = false;
        desk.file.leave([&] { hasLeft = true; });
        QTRY_COMPARE(failed.size(), 1);
        QTest::qWait(20);
        QVERIFY(!hasLeft);
        QVERIFY(desk.document.isModified());
        QVERIFY(!desk.file.isSaving());
    }

    void leavingDuringASaveWaitsForIt() {
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            Desk desk;
            desk.document.rename(QStringLiteral("Mine"));
            desk.file.save(desk.path("a.rulescope"));
            desk.file.open(desk.written("b.rulescope", "B"));
            QTRY_COMPARE(desk.title(), std::string("B"));
            QCOMPARE(titleIn(desk.path("a.rulescope")), std::string("Mine"));
            QCOMPARE(desk.document.path(), desk.path("b.rulescope"));
            QCOMPARE(desk.asked, 0); // by then nothing was unsaved
        }
    }

    void changesMadeDuringTheLastSaveAreAskedAbout() {
        Desk desk;
        desk.document.rename(QStringLiteral("One"));
        desk.answers = {Answer::Save, Answer::Cancel};
        desk.paths = {desk.path("a.rulescope")};
        bool hasLeft = false;
        desk.file.leave([&] { hasLeft = true; });
        desk.document.rename(QStringLiteral("Two"));
        QTRY_VERIFY(!desk.file.isSaving());
        QVERIFY(!hasLeft);
        QCOMPARE(desk.asked, 2);
        QCOMPARE(titleIn(desk.path("a.rulescope")), std::string("One"));
    }

    void changesMadeWhileAStudyIsReadAreAskedAbout() {
        Desk desk;
        const QString other = desk.written("b.rulescope", "B");
        desk.answers = {Answer::Cancel};
        desk.file.open(other);
        desk.document.rename(QStringLiteral("Mine"));
        QTRY_COMPARE(desk.asked, 1);
        QTest::qWait(20);
        QCOMPARE(desk.title(), std::string("Mine"));
    }

    void everySaveIsCarriedOutAndTheLastOneCounts() {
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            Desk desk;
            QSignalSpy saved(&desk.file, &DocumentFile::saved);
            for (int i = 1; i <= 5; ++i) {
                desk.document.rename(QString::number(i));
                desk.file.save(desk.path("a.rulescope"));
            }
            QTRY_VERIFY(!desk.file.isSaving());
            QCOMPARE(saved.size(), 5);
            QCOMPARE(titleIn(desk.path("a.rulescope")), std::string("5"));
            QVERIFY(!desk.document.isModified());
        }
    }

    void savingNowComesAfterTheSavesThatRun() {
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            Desk desk;
            desk.document.rename(QStringLiteral("1"));
            desk.file.save(desk.path("a.rulescope"));
            desk.document.rename(QStringLiteral("2"));
            QVERIFY(desk.file.saveNow());
            QCOMPARE(titleIn(desk.path("a.rulescope")), std::string("2"));
            QVERIFY(!desk.document.isModified());
            QTest::qWait(5); // news of the first save arrive late and change nothing
            QVERIFY(!desk.document.isModified());
            QVERIFY(!desk.file.isSaving());
        }
    }

    void destroyingItDuringASaveLeavesAWholeFile() {
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            const QTemporaryDir folder;
            const QString path = folder.filePath(QStringLiteral("a.rulescope"));
            {
                Desk desk;
                desk.document.rename(QStringLiteral("Mine"));
                desk.file.save(path);
            }
            QCOMPARE(titleIn(path), std::string("Mine"));
        }
    }

    void destroyingItWhileAStudyIsReadIsSafe() {
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            Desk desk;
            desk.file.open(desk.written("a.rulescope", "A"));
        }
        QTest::qWait(20);
    }

    void whatIsBeingTypedIsSavedToo() {
        Desk desk;
        desk.document.adopt(study("A"), desk.path("a.rulescope"));
        desk.typed = QStringLiteral("Typed");
        desk.file.save(desk.path("a.rulescope"));
        QTRY_VERIFY(!desk.file.isSaving());
        QCOMPARE(titleIn(desk.path("a.rulescope")), std::string("Typed"));
        desk.typed = QStringLiteral("Typed again");
        desk.answers = {Answer::Cancel};
        desk.file.startNew();
        QCOMPARE(desk.asked, 1);
        QCOMPARE(desk.title(), std::string("Typed again"));
    }
};

std::unique_ptr<QObject> documentFileSuite() {
    return std::make_unique<TestDocumentFile>();
}

} // namespace rulescope::desktop

#include "test_document_file.moc"
