// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pending_jobs.h"
#include "tests/app/desktop/suites.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLockFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#ifdef Q_OS_UNIX
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace rulescope::desktop {

namespace {

PendingJob job(const char* study, const char* title) {
    PendingJob made;
    made.study = QLatin1String(study);
    made.data = QStringLiteral("mark");
    made.title = QLatin1String(title);
    made.request = QStringLiteral("{\"fit\": 1}");
    return made;
}

QByteArray bytesOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

} // namespace

class TestPendingJobs : public QObject {
    Q_OBJECT

  private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = m_folder->filePath(QStringLiteral("state/jobs.json"));
    }

    void jobsSurviveTheProgram() {
        PendingJob kept = job("/a.rulescope", "RNN");
        {
            PendingJobs before(m_file);
            kept.key = before.add(kept);
            const QString ended = before.add(job("/a.rulescope", "DNN"));
            before.remove(ended);
        }
        PendingJobs after(m_file);
        QCOMPARE(after.jobs(), std::vector<PendingJob>{kept});
    }

    void jobsFollowTheirStudysPath() {
        PendingJobs jobs(m_file);
        const QString key = jobs.add(job("", "RNN"));
        jobs.move(key, QStringLiteral("/b.rulescope"));
        QCOMPARE(jobs.jobs()[0].study, QStringLiteral("/b.rulescope"));
    }

    void aJobThatAnotherProcessRunsIsLeftAlone() {
        auto first = std::make_unique<PendingJobs>(m_file);
        PendingJobs second(m_file);
        const QString key = first->add(job("/a.rulescope", "RNN"));
        QVERIFY(second.jobs().empty());
        QVERIFY(!second.claim(key));
        first.reset(); // it ends without having ended its job
        QCOMPARE(second.jobs().size(), std::size_t(1));
        PendingJobs third(m_file);
        QVERIFY(second.claim(key));
        QVERIFY(!third.claim(key));
        QVERIFY(third.jobs().empty());
    }

    void twoProcessesDoNotLoseEachOthersJobs() {
        constexpr int kEach = 40;
        const auto addMany = [this] {
            PendingJobs jobs(m_file);
            for (int i = 0; i < kEach; ++i) {
                const QString key = jobs.add(job("/a.rulescope", "RNN"));
                if (i % 2 == 0) {
                    jobs.remove(key);
                }
            }
        };
        const std::unique_ptr<QThread> other(QThread::create(addMany));
        other->start();
        addMany();
        QVERIFY(other->wait());
        QCOMPARE(PendingJobs(m_file).jobs().size(), std::size_t(kEach));
    }

    void removingAJobRemovesItsCheckpoint() {
        PendingJobs jobs(m_file);
        const QString key = jobs.add(job("/a.rulescope", "RNN"));
        write(jobs.checkpointFile(key), "state");
        jobs.remove(key);
        QVERIFY(!QFile::exists(jobs.checkpointFile(key)));
    }

    void aCheckpointWithoutAJobIsRemovedAtTheNextStart() {
        QString kept, orphan;
        {
            PendingJobs jobs(m_file);
            kept = jobs.checkpointFile(jobs.add(job("/a.rulescope", "RNN")));
            orphan = jobs.checkpointFile(QStringLiteral("gone"));
        }
        write(kept, "state");
        write(orphan, "state");
        const PendingJobs next(m_file);
        QVERIFY(QFile::exists(kept));
        QVERIFY(!QFile::exists(orphan));
    }

    void whatIsNoJournalIsKeptAside_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("binary") << QByteArray("\0\xff\x01[", 4);
        QTest::newRow("truncated") << QByteArray("[{\"key\": \"1\", ");
        QTest::newRow("other shape") << QByteArray("{\"key\": [1, 2]}");
        QTest::newRow("huge") << QByteArray(2 << 20, ' ');
    }
    void whatIsNoJournalIsKeptAside() {
        QFETCH(QByteArray, bytes);
        write(m_folder->filePath(QStringLiteral("jobs.json")), bytes);
        const QString file = m_folder->filePath(QStringLiteral("jobs.json"));
        PendingJobs jobs(file);
        QVERIFY(jobs.jobs().empty());
        QCOMPARE(bytesOf(jobs.setAside()), bytes);
        jobs.add(job("", "RNN"));
        QCOMPARE(PendingJobs(file).unreadableCount(), 0);
        QCOMPARE(bytesOf(jobs.setAside()), bytes);
    }

    void anEmptyFileIsAnEmptyJournal() {
        const QString file = m_folder->filePath(QStringLiteral("jobs.json"));
        write(file, {});
        PendingJobs jobs(file);
        QVERIFY(jobs.jobs().empty());
        QVERIFY(jobs.setAside().isEmpty());
    }

    void entriesOfAnotherVersionStayAsTheyAre() {
        const QString file = m_folder->filePath(QStringLiteral("jobs.json"));
        const QByteArray others = R"([1, "a", {"key": 3}, {"key": "../x", "request": "{}"}])";
        write(file, others);
        PendingJobs jobs(file);
        QVERIFY(jobs.jobs().empty());
        QCOMPARE(jobs.unreadableCount(), 4);
        const QString key = jobs.add(job("", "RNN"));
        jobs.remove(key);
        QCOMPARE(QJsonDocument::fromJson(bytesOf(file)), QJsonDocument::fromJson(others));
    }

    void keysOfALaterVersionSurviveAChange() {
        const QString file = m_folder->filePath(QStringLiteral("jobs.json"));
        write(file, R"([{"key": "k", "study": "/a", "request": "{}", "priority": 3}])");
        PendingJobs jobs(file);
        QVERIFY(jobs.claim(QStringLiteral("k")));
        jobs.move(QStringLiteral("k"), QStringLiteral("/b"));
        const QJsonObject entry = QJsonDocument::fromJson(bytesOf(file)).array()[0].toObject();
        QCOMPARE(entry[QLatin1String("priority")].toInt(), 3);
        QCOMPARE(entry[QLatin1String("study")].toString(), QStringLiteral("/b"));
    }

    void aLockThatAnotherCopyHoldsHoldsNobodyUp() {
        PendingJobs jobs(m_file);
        const QString kept = jobs.add(job("/a.rulescope", "DNN"));
        QSignalSpy reachable(&jobs, &PendingJobs::reachable);
        QLockFile lock(m_file + QStringLiteral(".lock"));
        QVERIFY(lock.tryLock(1000));
        QElapsedTimer timer;
        timer.start();
        const QString key = jobs.add(job("/a.rulescope", "RNN"));
        jobs.remove(kept);
        QVERIFY(jobs.jobs().empty());
        QVERIFY2(timer.elapsed() < 500, qPrintable(QString::number(timer.elapsed()))); // three times 50 ms
        QVERIFY(reachable.isEmpty());
        lock.unlock();
        QTRY_COMPARE(reachable.size(), 1); // and what waited has been done
        QCOMPARE(jobs.jobs().size(), std::size_t(1));
        QCOMPARE(jobs.jobs()[0].key, key);
    }

    void whatWaitedForTheLockIsWrittenAtTheEnd() {
        QLockFile lock(m_folder->filePath(QStringLiteral("jobs.json.lock")));
        {
            PendingJobs jobs(m_folder->filePath(QStringLiteral("jobs.json")));
            QVERIFY(lock.tryLock(1000));
            jobs.add(job("/a.rulescope", "RNN"));
            lock.unlock();
        }
        QCOMPARE(PendingJobs(m_folder->filePath(QStringLiteral("jobs.json"))).jobs().size(), std::size_t(1));
    }

    void whatIsNoJournalAndCanNotBePutAsideIsNotReplaced() {
#ifdef Q_OS_UNIX
        if (geteuid() != 0) {
            QSKIP("needs a file of another user in a folder where everybody may write");
        }
        const QString file = m_folder->filePath(QStringLiteral("jobs.json"));
        write(file, "no journal");
        QCOMPARE(::chmod(QFile::encodeName(m_folder->path()).constData(), 01777), 0); // like /tmp
        constexpr uid_t kNobody = 65534;
        QCOMPARE(::seteuid(kNobody), 0);
        {
            PendingJobs jobs(file);
            QVERIFY(jobs.jobs().empty());
            jobs.add(job("", "RNN"));
            QVERIFY(jobs.setAside().isEmpty());
        }
        QCOMPARE(::seteuid(0), 0);
        QCOMPARE(bytesOf(file), QByteArray("no journal"));
#endif
    }

    void aFolderThatCanNotBeWrittenCostsOnlyTheJournal() {
        PendingJobs jobs(QStringLiteral("/proc/rulescope/jobs.json"));
        const QString key = jobs.add(job("", "RNN"));
        QVERIFY(!key.isEmpty());
        QVERIFY(jobs.jobs().empty());
        jobs.remove(key);
    }

  private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_file;
};

std::unique_ptr<QObject> pendingJobsSuite() {
    return std::make_unique<TestPendingJobs>();
}

} // namespace rulescope::desktop

#include "test_pending_jobs.moc"
