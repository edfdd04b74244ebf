// SPDX-License-Identifier: GPL-3.0-or-later
// Real work of every kind is cancelled at every stage, destroyed while it runs and started again.
#include "app/desktop/fit_jobs.h"
#include "app/desktop/import_reader.h"
#include "tests/app/desktop/suites.h"
#include "tests/widgets/models/small_study.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <algorithm>

namespace rulescope::desktop {

namespace {

constexpr int kRepeats = 20;
constexpr qint64 kUsual = 200;  ///< ms that half of the cancels take at most,
constexpr qint64 kWorst = 1000; ///< or all of them where other programs have the processors

models::StudySnapshot cohort() {
    io::StudyContents contents;
    for (int i = 1; i <= 6; ++i) {
        contents.study.animals.push_back(tests::smallAnimal(
            "M" + std::to_string(i), {.sessions = 6,
                                         .trialsPerSession = 400,
                                         .firstChoice = i % 2 == 0 ? data::kLeft : data::kRight}));
    }
    return std::make_shared<const io::StudyContents>(std::move(contents));
}

fit::FitSpec textbook() {
    fit::FitSpec spec;
    spec.rule = "eligibility";
    spec.training.starts = 200;
    return spec;
}

fit::FitSpec network() {
    fit::FitSpec spec;
    spec.rule = "rnn";
    spec.training.epochs = 100000;
    return spec;
}

fit::FitSpec ensemble() {
    fit::FitSpec spec = network();
    spec.rule = "dnn";
    spec.members = 4;
    spec.resampling = fit::Resampling::Sessions;
    return spec;
}

fit::FitSpec residual() {
    fit::FitSpec spec = network();
    spec.rule = "residual-dnn"; // fits a textbook rule first
    return spec;
}

fit::ComparisonRequest comparison(const char* holdout) {
    fit::ComparisonRequest request;
    request.rules = {"reinforce-baseline", "dnn", "rnn"};
    request.holdout = holdout;
    request.spec.training.epochs = 2000;
    return request;
}

/// Lets the event loop run until `isDone`; ms that it took.
template<class Condition>
qint64 waitFor(const Condition& isDone, qint64 most = 60000) {
    QElapsedTimer timer;
    timer.start();
    while (!isDone() && timer.elapsed() < most) {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 2);
        QThread::msleep(1); // a fit runs at the lowest priority: leave it the processor
    }
    return timer.elapsed();
}

void checkTimes(std::vector<qint64> times) {
    std::sort(times.begin(), times.end());
    const qint64 median = times[times.size() / 2];
    QVERIFY2(median <= kUsual || times.back() <= kWorst,
        qPrintable(QStringLiteral("median %1 ms, longest %2 ms").arg(median).arg(times.back())));
}

bool isEnded(const JobQueue& queue, int id) {
    return models::isFinal(queue.status(id).state);
}

} // namespace

class TestCancel : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() { m_cohort = cohort(); }

    void everyKindOfJobStopsSoonAtEveryStage_data() { kinds(); }
    void everyKindOfJobStopsSoonAtEveryStage() {
        QFETCH(panels::FitRequest, request);
        const QTemporaryDir folder;
        JobQueue queue(1);
        QSignalSpy finished(&queue, &JobQueue::jobFinished);
        std::vector<qint64> times;
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            const int id = queue.add(jobFor(request, m_cohort,
                {folder.filePath(QStringLiteral("%1.checkpoint").arg(repeat)).toStdString(), 0.02}));
            QTest::qWait(repeat * 5);
            if (isEnded(queue, id)) {
                continue;
            }
            queue.cancel(id);
            times.push_back(waitFor([&] { return isEnded(queue, id); }));
            QCOMPARE(queue.status(id).state, models::JobState::Cancelled);
            queue.discardResult(id);
        }
        QCOMPARE(int(times.size()), kRepeats); // none was so short that it ended by itself
        QVERIFY(finished.isEmpty());
        checkTimes(times);
    }

    void destroyingTheQueueWhileEveryKindRunsIsSafe_data() { kinds(); }
    void destroyingTheQueueWhileEveryKindRunsIsSafe() {
        QFETCH(panels::FitRequest, request);
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            JobQueue queue(2);
            queue.add(jobFor(request, m_cohort));
            queue.add(jobFor(request, m_cohort));
            QTest::qWait(repeat * 2);
        }
    }

    void aCancelledFitStartsAgainToTheSameNumbers() {
        fit::FitSpec spec = network();
        spec.training.epochs = 30;
        const auto run = [&](JobQueue& queue) {
            QSignalSpy finished(&queue, &JobQueue::jobFinished);
            queue.add(jobFor(spec, m_cohort));
            waitFor([&] { return !finished.isEmpty(); });
            return finished.isEmpty() ? nullptr
                                      : std::get<fit::FitResultPtr>(finished[0][1].value<JobResult>());
        };
        JobQueue queue(1);
        const auto whole = run(queue);
        QVERIFY(whole != nullptr);
        for (int repeat = 0; repeat < 5; ++repeat) {
            const int id = queue.add(jobFor(spec, m_cohort));
            QTest::qWait(repeat * 5);
            queue.cancel(id);
            const auto again = run(queue);
            QVERIFY(again != nullptr && again->parameters == whole->parameters);
        }
    }

    void aFormulaThatHasNoMaximumIsRefused() {
        io::StudyContents contents;
        for (const data::AnimalPtr& animal : m_cohort->study.animals) {
            data::Animal::Content content;
            content.name = animal->name();
            content.trials = animal->trials();
            content.sessions = animal->sessions();
            content.stimulusKind = animal->stimulusKind();
            std::fill(content.trials.choice.begin(), content.trials.choice.end(), data::kRight);
            content.trials.outcome = content.trials.answer;
            contents.study.animals.push_back(*data::Animal::create(content));
        }
        fit::FitSpec spec;
        spec.rule = "none";
        JobQueue queue(1);
        const int id =
            queue.add(jobFor(spec, std::make_shared<const io::StudyContents>(std::move(contents))));
        waitFor([&] { return isEnded(queue, id); });
        QCOMPARE(queue.status(id).state, models::JobState::Failed);
        QVERIFY2(queue.status(id).message.contains(QStringLiteral("no maximum")),
            qPrintable(queue.status(id).message));
    }

    void anImportStopsSoonAtEveryStage() {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("trials.csv"));
        {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("mouse,session,signed_contrast,choice_right\n");
            QByteArray rows;
            for (int t = 0; t < 400000; ++t) {
                rows += "M" + QByteArray::number(t / 40000) + "," + QByteArray::number(t / 400) +
                        (t % 3 == 0 ? ",-0.5,0\n" : ",0.25,1\n");
            }
            file.write(rows);
        }
        std::vector<qint64> times;
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            ImportReader reader;
            QSignalSpy ended(&reader, &ImportReader::ended);
            QSignalSpy failed(&reader, &ImportReader::failed);
            reader.read({path});
            QTest::qWait(repeat * 10);
            const bool wasBusy = reader.isBusy();
            reader.cancel();
            times.push_back(waitFor([&] { return !reader.isBusy(); }));
            QVERIFY(!wasBusy || (ended.isEmpty() && failed.isEmpty())); // what is cancelled says nothing more
        }
        checkTimes(times);
        ImportReader reader;
        QSignalSpy ended(&reader, &ImportReader::ended);
        reader.read({path});
        waitFor([&] { return !ended.isEmpty(); });
        QCOMPARE(ended.size(), 1);
    }

    void destroyingAnImportIsSafe() {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("trials.csv"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("mouse,session,signed_contrast,choice_right\n");
        file.write(QByteArray("M1,1,0.5,1\n").repeated(50000));
        file.close();
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            ImportReader reader;
            reader.read({path});
            QTest::qWait(repeat * 2);
        }
    }

  private:
    static void kinds() {
        QTest::addColumn<panels::FitRequest>("request");
        QTest::newRow("textbook") << panels::FitRequest(textbook());
        QTest::newRow("network") << panels::FitRequest(network());
        QTest::newRow("residual") << panels::FitRequest(residual());
        QTest::newRow("ensemble") << panels::FitRequest(ensemble());
        QTest::newRow("comparison") << panels::FitRequest(comparison("animals:3"));
        QTest::newRow("comparison by sessions") << panels::FitRequest(comparison("sessions:3"));
    }

    models::StudySnapshot m_cohort;
};

std::unique_ptr<QObject> cancelSuite() {
    return std::make_unique<TestCancel>();
}

} // namespace rulescope::desktop

#include "test_cancel.moc"
