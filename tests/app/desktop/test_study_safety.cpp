// SPDX-License-Identifier: GPL-3.0-or-later
// Locks, copies of unsaved changes, revert, and what is noted about animals.
#include "app/desktop/annotation_commands.h"
#include "app/desktop/autosave.h"
#include "app/desktop/data_export.h"
#include "app/desktop/document_file.h"
#include "app/desktop/fresh_folder.h"
#include "app/desktop/settings.h"
#include "core/data/analysed.h"
#include "tests/app/desktop/suites.h"
#include "tests/widgets/models/small_study.h"

#include <QDir>
#include <QFile>
#include <QLockFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWidget>

#include <csignal>
#include <sys/resource.h>

namespace rulescope::desktop {

namespace {

using tests::smallAnimal;

io::StudyContents study(const std::string& title) {
    io::StudyContents contents;
    contents.study.title = title;
    contents.study.animals = {smallAnimal("M1", {.sessions = 3}), smallAnimal("M2")};
    return contents;
}

/// A document with its file; saving elsewhere goes to `elsewhere`.
struct Desk {
    Document document;
    QString elsewhere;
    DocumentFile file{
        document, {[] {}, [] { return DocumentFile::Answer::Discard; }, [this] { return elsewhere; }}};

    bool open(const QString& path) {
        QSignalSpy arrived(&file, &DocumentFile::arrived);
        file.open(path);
        return arrived.wait();
    }
    bool save() {
        QSignalSpy saved(&file, &DocumentFile::saved);
        file.save();
        return !saved.isEmpty() || saved.wait(2000);
    }
};

std::string titleIn(const QString& path) {
    const auto contents = io::openStudy(path.toStdString());
    return contents ? contents->study.title : std::string();
}

} // namespace

class StudySafetySuite : public QObject {
    Q_OBJECT

  private:
    QTemporaryDir m_folder;
    int m_number = 0;

    QString written(const std::string& title) {
        const QString path = m_folder.filePath(QStringLiteral("study%1.rulescope").arg(++m_number));
        return io::saveStudy(study(title), path.toStdString()) ? path : QString();
    }

    static void writeLock(const QString& path, const QByteArray& host) {
        QFile lock(path + QStringLiteral(".lock"));
        QVERIFY(lock.open(QIODevice::WriteOnly));
        lock.write("4711\nrulescope\n" + host + "\n");
    }

  private slots:
    void aSecondWindowReadsOnlyAndSavesElsewhere() {
        const QString path = written("A");
        Desk first, second;
        QVERIFY(first.open(path));
        QVERIFY(!first.file.lock().isHeldByOther());
        QVERIFY(second.open(path));
        QVERIFY(second.file.lock().isHeldByOther());
        QCOMPARE(second.file.lock().owner().process, QCoreApplication::applicationPid());
        QVERIFY(!second.file.lock().owner().host.isEmpty());
        second.document.rename(QStringLiteral("B"));
        QVERIFY(!second.save()); // nowhere else is named
        QCOMPARE(titleIn(path), std::string("A"));
        second.elsewhere = m_folder.filePath(QStringLiteral("elsewhere.rulescope"));
        QVERIFY(second.save());
        QCOMPARE(titleIn(second.elsewhere), std::string("B"));
        QVERIFY(!second.file.lock().isHeldByOther());
        first.document.rename(QStringLiteral("C"));
        QVERIFY(first.save());
        QCOMPARE(titleIn(path), std::string("C"));
    }

    void theLockGoesWithTheStudyAndADeadOnesCountsForNothing() {
        const QString path = written("A");
        {
            Desk desk;
            QVERIFY(desk.open(path));
            QVERIFY(QFile::exists(path + QStringLiteral(".lock")));
            desk.file.startNew();
            QVERIFY(!QFile::exists(path + QStringLiteral(".lock")));
            QVERIFY(desk.open(path));
        }
        QVERIFY(!QFile::exists(path + QStringLiteral(".lock")));
        QFile dead(path + QStringLiteral(".lock")); // a process that is no more, on this machine
        QVERIFY(dead.open(QIODevice::WriteOnly));
        dead.write("4194000\nrulescope\n" + QSysInfo::machineHostName().toLocal8Bit() + "\n");
        dead.close();
        Desk desk;
        QVERIFY(desk.open(path));
        QVERIFY(!desk.file.lock().isHeldByOther());
    }

    void revertReadsTheFileAgain() {
        const QString path = written("A");
        Desk desk;
        QVERIFY(desk.open(path));
        desk.document.rename(QStringLiteral("B"));
        QSignalSpy arrived(&desk.file, &DocumentFile::arrived);
        desk.file.revert();
        QVERIFY(arrived.wait());
        QCOMPARE(desk.document.contents().study.title, std::string("A"));
        QVERIFY(!desk.document.isModified());
        QCOMPARE(desk.document.path(), path);
    }

    void unsavedChangesOutliveACrash() {
        const QString folder = m_folder.filePath(QStringLiteral("unsaved"));
        Desk desk;
        {
            Autosave autosave(desk.document, folder);
            desk.document.adopt(study("A"), QStringLiteral("/mice.rulescope"));
            autosave.writeNow();
            QVERIFY(!QDir(folder).exists()); // nothing has changed yet
            desk.document.rename(QStringLiteral("B"));
            autosave.writeNow();
            QVERIFY(Autosave(desk.document, folder).remains().empty()); // its process lives
            autosave.keep();
        }
        Document next;
        Autosave autosave(next, folder);
        const std::vector<Autosave::Remains> remains = autosave.remains();
        QCOMPARE(remains.size(), std::size_t(1));
        QCOMPARE(remains[0].study, QStringLiteral("/mice.rulescope"));
        Desk recovered;
        QSignalSpy arrived(&recovered.file, &DocumentFile::arrived);
        recovered.file.recover(remains[0].file);
        QVERIFY(arrived.wait());
        QCOMPARE(recovered.document.contents().study.title, std::string("B"));
        QVERIFY(recovered.document.isModified());
        QVERIFY(recovered.document.path().isEmpty());
        Autosave::discard(remains[0]);
        QVERIFY(autosave.remains().empty());
    }

    void savingOrLeavingTakesTheCopyAway() {
        const QString folder = m_folder.filePath(QStringLiteral("copies"));
        const auto copies = [&] { return QDir(folder).entryList({QStringLiteral("*.rulescope")}).size(); };
        const QString path = written("A");
        Desk desk;
        Autosave autosave(desk.document, folder);
        QVERIFY(desk.open(path));
        desk.document.rename(QStringLiteral("B"));
        autosave.writeNow();
        QCOMPARE(copies(), 1);
        QVERIFY(desk.save());
        autosave.waitForDone();
        QCOMPARE(copies(), 0);
        desk.document.rename(QStringLiteral("C"));
        autosave.writeNow();
        QCOMPARE(copies(), 1);
        desk.file.startNew();
        autosave.waitForDone();
        QCOMPARE(copies(), 0);
    }

    void copiesAreWrittenAndDeletedWithoutTheGuiThread() {
        const QString folder = m_folder.filePath(QStringLiteral("background"));
        const auto copies = [&] { return QDir(folder).entryList({QStringLiteral("*.rulescope")}).size(); };
        Desk desk;
        Autosave autosave(desk.document, folder);
        desk.document.adopt(study("A"), {});
        int told = 0;
        const auto tell = [&](bool isSafe) { told += isSafe ? 1 : 100; };
        autosave.writeThen(tell);
        QCOMPARE(told, 1); // nothing has changed: safe as it is
        desk.document.rename(QStringLiteral("B"));
        autosave.writeThen(tell);
        QCOMPARE(told, 1); // the event loop tells, whenever the file is written
        QTRY_COMPARE(told, 2);
        QCOMPARE(copies(), 1);
        desk.document.rename(QStringLiteral("C"));
        autosave.writeThen(tell); // what is deleted then comes behind it
        desk.document.adopt(study("D"), {});
        autosave.waitForDone();
        QCOMPARE(copies(), 0);
        QTRY_COMPARE(told, 3);
    }

    void aCopyThatCantBeWrittenIsToldOnceAndTriedAgain() {
        const QString place = written("a file where the folder should be");
        Desk desk;
        desk.document.adopt(study("A"), {});
        Autosave autosave(desk.document, place + QStringLiteral("/copies"));
        QSignalSpy failed(&autosave, &Autosave::failed);
        desk.document.rename(QStringLiteral("B"));
        QVERIFY(!autosave.writeNow());
        QTRY_COMPARE(failed.size(), 1);
        bool isSafe = true;
        autosave.writeThen([&](bool told) { isSafe = told; });
        QTRY_VERIFY(!isSafe);
        QCOMPARE(failed.size(), 1); // said once
    }

    void aFullDiskCostsTheCopyButNothingInMemory() {
        const QString folder = m_folder.filePath(QStringLiteral("full"));
        Desk desk;
        desk.document.adopt(study("A"), {});
        Autosave autosave(desk.document, folder);
        QSignalSpy failed(&autosave, &Autosave::failed);
        desk.document.rename(QStringLiteral("B"));
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit full{2000, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &full);
        const bool isSafe = autosave.writeNow();
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        QVERIFY(!isSafe);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(QDir(folder).entryList({QStringLiteral("*.rulescope")}).isEmpty());
        QVERIFY(desk.document.isModified());
        QVERIFY(autosave.writeNow()); // there is room again
        QCOMPARE(
            titleIn(QDir(folder).filePath(QDir(folder).entryList({QStringLiteral("*.rulescope")}).value(0))),
            std::string("B"));
    }

    void whatAnotherWindowWorksOnIsNotReplaced() {
        const QString own = written("A"), others = written("B");
        Desk first, second;
        QVERIFY(first.open(own));
        QVERIFY(second.open(others));
        QSignalSpy refused(&first.file, &DocumentFile::saveRefused);
        first.elsewhere = others;
        first.file.saveAs();
        QCOMPARE(refused.size(), 1);
        QCOMPARE(refused[0][0].toString(), others);
        QCOMPARE(refused[0][1].value<StudyLock::Owner>().process, QCoreApplication::applicationPid());
        QVERIFY(!first.file.isSaving());
        QCOMPARE(titleIn(others), std::string("B"));
        QVERIFY(!second.file.lock().isHeldByOther());
        second.file.startNew();
        QSignalSpy saved(&first.file, &DocumentFile::saved);
        first.file.saveAs(); // it is free now
        QVERIFY(saved.wait());
        QCOMPARE(titleIn(others), std::string("A"));
    }

    void aLockThatAnotherMachineHasTakenIsTheirs() {
        const QString path = written("A");
        const QString lock = path + QStringLiteral(".lock");
        {
            Desk desk;
            QVERIFY(desk.open(path));
            QVERIFY(QFile::remove(lock));
            writeLock(path, "rig-pc"); // somebody there thought that this window had crashed
            QSignalSpy changed(&desk.file, &DocumentFile::lockChanged);
            desk.document.rename(QStringLiteral("B"));
            QVERIFY(!desk.save());
            QCOMPARE(changed.size(), 1);
            QCOMPARE(desk.file.lock().owner().host, QStringLiteral("rig-pc"));
            QCOMPARE(titleIn(path), std::string("A"));
            QVERIFY(desk.file.saveNow()); // beside it
            QCOMPARE(titleIn(path), std::string("A"));
        }
        QVERIFY(QFile::exists(lock));
        {
            Desk desk; // the same without a save in between
            const QString other = written("C");
            QVERIFY(desk.open(other));
            QVERIFY(QFile::remove(other + QStringLiteral(".lock")));
            writeLock(other, "rig-pc");
            desk.file.startNew();
            QVERIFY(QFile::exists(other + QStringLiteral(".lock")));
        }
    }

    void ownFileUnderAnotherSpellingIsNobodyElses() {
        const QString path = written("A");
        const QString alias = m_folder.filePath(QStringLiteral("alias"));
        QVERIFY(QFile::link(m_folder.path(), alias));
        Desk desk;
        QVERIFY(desk.open(path));
        QSignalSpy refused(&desk.file, &DocumentFile::saveRefused);
        QSignalSpy saved(&desk.file, &DocumentFile::saved);
        desk.document.rename(QStringLiteral("B"));
        desk.elsewhere = QDir(alias).filePath(QFileInfo(path).fileName());
        desk.file.saveAs();
        QVERIFY(refused.isEmpty());
        QVERIFY(saved.wait());
        QCOMPARE(titleIn(path), std::string("B"));
        QVERIFY(!desk.file.lock().isHeldByOther());
        QVERIFY(QFile::exists(path + QStringLiteral(".lock")));
    }

    void theLockOfAMachineThatCrashedCanBeTaken() {
        const QString path = written("A");
        writeLock(path, "rig-pc");
        Desk desk;
        QVERIFY(desk.open(path));
        const StudyLock::Owner owner = desk.file.lock().owner();
        QCOMPARE(owner.host, QStringLiteral("rig-pc"));
        QCOMPARE(owner.process, qint64(4711));
        QVERIFY(owner.isElsewhere);
        QVERIFY(owner.since.isValid());
        desk.document.rename(QStringLiteral("B"));
        QVERIFY(!desk.save());
        QVERIFY(desk.file.takeOver());
        QVERIFY(!desk.file.lock().isHeldByOther());
        QVERIFY(desk.save());
        QCOMPARE(titleIn(path), std::string("B"));
        Desk here; // one of this machine that lives is never taken
        QVERIFY(here.open(path));
        QVERIFY(!here.file.lock().owner().isElsewhere);
        QVERIFY(!here.file.takeOver());
        QVERIFY(here.file.lock().isHeldByOther());
    }

    void everyExportHasAFolderOfItsOwn() {
        const QDir folder(m_folder.filePath(QStringLiteral("exports")));
        QVERIFY(folder.mkpath(QStringLiteral(".")));
        const auto fresh = [&] {
            return QFileInfo(freshFolder(folder.path(), QStringLiteral("a/b:c"), QStringLiteral("data")))
                .fileName();
        };
        QCOMPARE(fresh(), QStringLiteral("a-b-c-data"));
        QVERIFY(folder.mkdir(QStringLiteral("a-b-c-data")));
        QCOMPARE(fresh(), QStringLiteral("a-b-c-data-2"));
        QFile file(folder.filePath(QStringLiteral("a-b-c-data-2"))); // a file counts as well
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(fresh(), QStringLiteral("a-b-c-data-3"));
        const QString dots = freshFolder(folder.path(), QStringLiteral(".."), QStringLiteral("data"));
        QCOMPARE(QFileInfo(dots).dir(), folder); // never outside the chosen place
        const QString longName =
            freshFolder(folder.path(), QString(500, QLatin1Char('x')), QStringLiteral("data"));
        QVERIFY(QDir().mkpath(longName));
    }

    void leavingOutSessionsIsOneUndoStepThatEveryViewSees() {
        Document document;
        document.adopt(study("A"), {});
        AnnotationCommands commands(document, new QWidget);
        document.context().setSelection({{{"M1", {0, 2}}}, {}, {}});
        commands.leaveOut("rig fault");
        const data::AnimalPtr analysed = document.context().analysed()->study.find("M1");
        QCOMPARE(analysed->counts().trials, std::size_t(8));
        QCOMPARE(document.contents().study.find("M1")->counts().trials, std::size_t(24));
        QCOMPARE(document.undoStack().count(), 1);
        QCOMPARE(document.context().analysed()->study.find("M2"), document.contents().study.find("M2"));
        document.rename(
            QStringLiteral("B")); // other changes keep the analysed animal, and what is cached of it
        QCOMPARE(document.context().analysed()->study.find("M1"), analysed);
        commands.takeIn();
        QCOMPARE(document.context().analysed()->study.find("M1")->counts().trials, std::size_t(24));
        document.undoStack().undo();
        QCOMPARE(document.context().analysed()->study.find("M1")->counts().trials, std::size_t(8));
        document.undoStack().setIndex(0);
        QVERIFY(document.contents().study.annotations.empty());
    }

    void phasesAndTrialRangesAreMarkedForTheSelection() {
        Document document;
        document.adopt(study("A"), {});
        AnnotationCommands commands(document, new QWidget);
        document.context().setSelection({{{"M1", {0, 1}}}, {}, {}});
        commands.markPhase("shaping");
        const data::AnimalNotes& notes = document.contents().study.notes("M1");
        QCOMPARE(notes.phases, (std::vector<data::Phase>{{"shaping", "1", "2"}}));
        document.context().setSelection({{{"M2", {1}}}, {}, {}});
        commands.leaveOut("asleep", 2, 4);
        QCOMPARE(document.context().analysed()->study.find("M2")->counts().trials, std::size_t(14));
        document.removeAnimals({"M2"});
        QVERIFY(document.contents().study.annotations.count("M2") == 0);
        const auto labelled = [&](const char* name) {
            const auto actions = commands.actions();
            return std::any_of(actions.begin(), actions.end(),
                [&](const QAction* action) { return action->objectName() == QLatin1String(name); });
        };
        QVERIFY(
            labelled("leaveOut") && labelled("takeIn") && labelled("markPhase") && labelled("animalNotes"));
    }

    void dataGoOutInEveryFormat() {
        Document document;
        document.adopt(study("A"), {});
        Settings settings(m_folder.filePath(QStringLiteral("settings.ini")));
        QWidget window;
        auto* exporter = new DataExport(document, settings, &window);
        const std::pair<DataExport::Format, const char*> cases[] = {{DataExport::Format::Csv, "trials.csv"},
            {DataExport::Format::Hdf5, "rulescope.h5"}, {DataExport::Format::Nwb, "sub-M1_ses-1.nwb"}};
        for (const auto& [format, file] : cases) {
            const QString folder = m_folder.filePath(QLatin1String("out-") + QLatin1String(file));
            QSignalSpy done(exporter, &DataExport::done);
            exporter->write(format, folder);
            QVERIFY(done.wait());
            QVERIFY(QFile::exists(QDir(folder).filePath(QLatin1String(file))));
        }
        QSignalSpy failed(exporter, &DataExport::failed);
        exporter->write(DataExport::Format::Csv, written("a file"));
        QVERIFY(failed.wait());
    }
};

std::unique_ptr<QObject> studySafetySuite() {
    return std::make_unique<StudySafetySuite>();
}

} // namespace rulescope::desktop

#include "test_study_safety.moc"
