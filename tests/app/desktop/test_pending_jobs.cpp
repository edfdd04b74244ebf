// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pending_jobs.h"
#include "tests/app/desktop/suites.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

namespace rulescope::desktop {

class TestPendingJobs : public QObject {
    Q_OBJECT

  private slots:
    void jobsSurviveTheProgram() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("state/jobs.json"));
        PendingJobs before(file);
        const QString kept =
            before.add(QStringLiteral("/a.rulescope"), QStringLiteral("RNN"), QStringLiteral("{1}"));
        const QString ended =
            before.add(QStringLiteral("/a.rulescope"), QStringLiteral("DNN"), QStringLiteral("{2}"));
        before.remove(ended);
        const PendingJobs after(file);
        QCOMPARE(after.jobs().size(), std::size_t(1));
        QCOMPARE(after.jobs()[0],
            (PendingJob{kept, QStringLiteral("/a.rulescope"), QStringLiteral("RNN"), QStringLiteral("{1}")}));
    }

    void jobsAreFoundByTheirStudyAndFollowItsPath() {
        const QTemporaryDir folder;
        PendingJobs jobs(folder.filePath(QStringLiteral("jobs.json")));
        const QString key = jobs.add({}, QStringLiteral("RNN"), QStringLiteral("{1}"));
        jobs.add(QStringLiteral("/b.rulescope"), QStringLiteral("DNN"), QStringLiteral("{2}"));
        QCOMPARE(jobs.jobsOf({}).size(), std::size_t(1));
        jobs.move(key, QStringLiteral("/b.rulescope"));
        QCOMPARE(jobs.jobsOf(QStringLiteral("/b.rulescope")).size(), std::size_t(2));
    }

    void aDamagedJournalIsAnEmptyOne_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("binary") << QByteArray("\0\xff\x01[", 4);
        QTest::newRow("truncated") << QByteArray("[{\"key\": \"1\", ");
        QTest::newRow("other shape") << QByteArray("{\"key\": [1, 2]}");
        QTest::newRow("other types") << QByteArray("[1, \"a\", {\"key\": 3}]");
    }
    void aDamagedJournalIsAnEmptyOne() {
        QFETCH(QByteArray, bytes);
        const QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("jobs.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        file.close();
        PendingJobs jobs(file.fileName());
        QVERIFY(jobs.jobs().empty());
        jobs.add({}, QStringLiteral("RNN"), QStringLiteral("{}"));
        QCOMPARE(PendingJobs(file.fileName()).jobs().size(), std::size_t(1));
    }
};

std::unique_ptr<QObject> pendingJobsSuite() {
    return std::make_unique<TestPendingJobs>();
}

} // namespace rulescope::desktop

#include "test_pending_jobs.moc"
