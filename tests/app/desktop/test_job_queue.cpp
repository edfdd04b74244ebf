// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/job_queue.h"
#include "tests/app/desktop/suites.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <cmath>
#include <thread>

namespace rulescope::desktop {

namespace {

using models::JobState;
using namespace std::chrono_literals;

constexpr int kRepeats = 20;

struct Counters {
    std::atomic<int> started = 0, ended = 0;
};

JobResult resultOf(int epochs, fit::FitStatus status) {
    fit::FitResult result;
    result.id = "fake";
    result.epochs = epochs;
    result.status = status;
    return std::make_shared<const fit::FitResult>(std::move(result));
}

/// A job like a fit: `epochs` short epochs, paused and stopped between them.
Job fakeFit(int epochs, const std::shared_ptr<Counters>& counters, std::chrono::microseconds epoch = 500us) {
    Job job;
    job.title = QStringLiteral("Fake fit");
    job.work = [epochs, counters, epoch](JobControl& control) -> base::Result<JobResult> {
        ++counters->started;
        int done = 0;
        while (done < epochs && !control.stopToken().stop_requested()) {
            std::this_thread::sleep_for(epoch);
            if (control.isPaused()) {
                continue;
            }
            ++done;
            control.report({.fraction = double(done) / epochs,
                .epoch = done,
                .epochs = epochs,
                .trainNatsPerTrial = -1.0 / done,
                .heldOutNatsPerTrial = -2.0 / done});
        }
        ++counters->ended;
        return resultOf(done, done < epochs ? fit::FitStatus::Cancelled : fit::FitStatus::Completed);
    };
    return job;
}

Job failingJob() {
    Job job;
    job.work = [](JobControl&) -> base::Result<JobResult> {
        return base::failure(base::ErrorCode::NoData, "No trial with a choice.", "M1");
    };
    return job;
}

} // namespace

class TestJobQueue : public QObject {
    Q_OBJECT

  private slots:
    void aJobRunsAndDeliversItsResult() {
        JobQueue queue;
        QSignalSpy finished(&queue, &JobQueue::jobFinished);
        const auto counters = std::make_shared<Counters>();
        const int id = queue.add(fakeFit(30, counters));
        QVERIFY(finished.wait());
        QCOMPARE(finished.size(), 1);
        const auto result = std::get<fit::FitResultPtr>(finished[0][1].value<JobResult>());
        QCOMPARE(result->epochs, 30);
        const models::JobStatus status = queue.status(id);
        QCOMPARE(status.state, JobState::Finished);
        QCOMPARE(status.epoch, 30);
        QCOMPARE(status.fraction, 1.0);
        QCOMPARE(status.trainCurve.size(), std::size_t(30));
        QCOMPARE(status.heldOutCurve.size(), std::size_t(30));
        QCOMPARE(status.trainCurve.back(), -1.0 / 30);
        QVERIFY(queue.isIdle());
    }

    void reportsAreThinnedToTwentyASecond() {
        JobQueue queue;
        QSignalSpy changed(&queue, &JobQueue::jobChanged);
        QSignalSpy finished(&queue, &JobQueue::jobFinished);
        QElapsedTimer timer;
        timer.start();
        queue.add(fakeFit(800, std::make_shared<Counters>()));
        QVERIFY(finished.wait());
        const double seconds = double(timer.elapsed()) / 1000;
        QVERIFY2(changed.size() <= 20 * seconds + 5, qPrintable(QString::number(changed.size())));
    }

    void noMoreJobsRunAtOnceThanAllowed() {
        JobQueue queue(2);
        const auto counters = std::make_shared<Counters>();
        for (int i = 0; i < 5; ++i) {
            queue.add(fakeFit(40, counters));
        }
        QCOMPARE(queue.status(2).state, JobState::Running);
        QCOMPARE(queue.status(3).state, JobState::Queued);
        QSignalSpy finished(&queue, &JobQueue::jobFinished);
        int mostAtOnce = 0;
        QTRY_VERIFY_WITH_TIMEOUT(
            (mostAtOnce = std::max(mostAtOnce, counters->started - counters->ended), finished.size() == 5),
            20000);
        QVERIFY(mostAtOnce <= 2);
    }

    void aRunningJobSaysCancellingAtOnceAndStopsWithin200Milliseconds() {
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            JobQueue queue;
            const auto counters = std::make_shared<Counters>();
            const int id = queue.add(fakeFit(1000000, counters));
            QTRY_VERIFY(queue.status(id).epoch > 0);
            QElapsedTimer timer;
            timer.start();
            queue.cancel(id);
            QCOMPARE(queue.status(id).state, JobState::Cancelling);
            QTRY_COMPARE(queue.status(id).state, JobState::Cancelled);
            QVERIFY(timer.elapsed() < 200);
            QVERIFY(queue.status(id).isKeepable);
        }
    }

    void cancellingBeforeTheFirstReportEndsCleanly() {
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            JobQueue queue;
            QSignalSpy finished(&queue, &JobQueue::jobFinished);
            const int id = queue.add(fakeFit(1000000, std::make_shared<Counters>(), 1ms));
            queue.cancel(id);
            QTRY_COMPARE(queue.status(id).state, JobState::Cancelled);
            QCOMPARE(finished.size(), 0);
        }
    }

    void aWaitingJobIsCancelledWithoutEverStarting() {
        JobQueue queue(1);
        const auto counters = std::make_shared<Counters>();
        queue.add(fakeFit(50, counters));
        const int waiting = queue.add(fakeFit(50, counters));
        queue.cancel(waiting);
        QCOMPARE(queue.status(waiting).state, JobState::Cancelled);
        QTRY_VERIFY(queue.isIdle());
        QCOMPARE(counters->started.load(), 1);
        QVERIFY(!queue.status(waiting).isKeepable);
    }

    void cancellingAfterTheWorkEndedButBeforeItWasCollectedDeliversNothing() {
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            JobQueue queue;
            QSignalSpy finished(&queue, &JobQueue::jobFinished);
            const auto counters = std::make_shared<Counters>();
            const int id = queue.add(fakeFit(3, counters));
            while (counters->ended == 0) {
                std::this_thread::sleep_for(1ms); // the event loop doesn't run: the result waits in the queue
            }
            queue.cancel(id);
            QTRY_COMPARE(queue.status(id).state, JobState::Cancelled);
            QCOMPARE(finished.size(), 0);
        }
    }

    void theBestSoFarOfACancelledJobCanBeKept() {
        JobQueue queue;
        QSignalSpy finished(&queue, &JobQueue::jobFinished);
        const int id = queue.add(fakeFit(1000000, std::make_shared<Counters>()));
        QTRY_VERIFY(queue.status(id).epoch > 0);
        queue.cancel(id);
        QTRY_COMPARE(queue.status(id).state, JobState::Cancelled);
        queue.keep(id);
        QCOMPARE(finished.size(), 1);
        const auto result = std::get<fit::FitResultPtr>(finished[0][1].value<JobResult>());
        QVERIFY(result->status == fit::FitStatus::Cancelled);
        QVERIFY(!queue.status(id).isKeepable);
        queue.keep(id);
        QCOMPARE(finished.size(), 1);
    }

    void aPausedJobStandsStillAndGoesOn() {
        JobQueue queue;
        const int id = queue.add(fakeFit(200, std::make_shared<Counters>(), 1ms));
        QTRY_VERIFY(queue.status(id).epoch > 0);
        queue.setPaused(id, true);
        QCOMPARE(queue.status(id).state, JobState::Paused);
        QTest::qWait(120); // whatever was on its way has arrived
        const int epoch = queue.status(id).epoch;
        QTest::qWait(120);
        QCOMPARE(queue.status(id).epoch, epoch);
        queue.setPaused(id, false);
        QTRY_COMPARE(queue.status(id).state, JobState::Finished);
        QCOMPARE(queue.status(id).epoch, 200);
    }

    void aPausedJobGivesItsPlaceToTheNextOne() {
        JobQueue queue(1);
        const int paused = queue.add(fakeFit(200, std::make_shared<Counters>(), 1ms));
        const int next = queue.add(fakeFit(400, std::make_shared<Counters>(), 1ms));
        QTRY_VERIFY(queue.status(paused).epoch > 0);
        QCOMPARE(queue.status(next).state, JobState::Queued);
        queue.setPaused(paused, true);
        QCOMPARE(queue.status(next).state, JobState::Running);
        QTRY_VERIFY(queue.status(next).epoch > 0);
        queue.setPaused(paused, false); // in line again
        QCOMPARE(queue.status(paused).state, JobState::Queued);
        QCOMPARE(queue.status(next).state, JobState::Running);
        QTRY_COMPARE(queue.status(next).state, JobState::Finished);
        QTRY_COMPARE(queue.status(paused).state, JobState::Finished);
        QCOMPARE(queue.status(paused).epoch, 200);
    }

    void aResumedJobThatWaitsCanBePausedAgainAndCancelled() {
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            JobQueue queue(1);
            const auto counters = std::make_shared<Counters>();
            const int first = queue.add(fakeFit(1000000, counters));
            queue.setPaused(first, true);
            queue.add(fakeFit(1000000, counters));
            queue.setPaused(first, false);
            QCOMPARE(queue.status(first).state, JobState::Queued);
            queue.setPaused(first, true);
            QCOMPARE(queue.status(first).state, JobState::Paused);
            queue.setPaused(first, false);
            queue.cancel(first);
            QTRY_COMPARE(queue.status(first).state, JobState::Cancelled);
            QVERIFY(!queue.isIdle());
        }
    }

    void aJobPausedBeforeItStartedWaitsWithoutAThread() {
        JobQueue queue(1);
        const auto counters = std::make_shared<Counters>();
        const int first = queue.add(fakeFit(30, counters));
        const int second = queue.add(fakeFit(30, counters));
        queue.setPaused(second, true);
        QTRY_COMPARE(queue.status(first).state, JobState::Finished);
        QCOMPARE(queue.status(second).state, JobState::Paused);
        QCOMPARE(counters->started.load(), 1);
        queue.setPaused(second, false);
        QTRY_COMPARE(queue.status(second).state, JobState::Finished);
    }

    void aJobThatCanNotWaitGoesOn() {
        JobQueue queue(1);
        Job job = fakeFit(60, std::make_shared<Counters>(), 1ms);
        job.isPausable = false;
        const int id = queue.add(std::move(job));
        QVERIFY(!queue.status(id).isPausable);
        queue.setPaused(id, true);
        QCOMPARE(queue.status(id).state, JobState::Running);
        QTRY_COMPARE(queue.status(id).state, JobState::Finished);
    }

    void curvesBeginAnewWithAnotherPart() {
        JobQueue queue;
        Job job;
        job.work = [](JobControl& control) -> base::Result<JobResult> {
            for (int epoch : {1, 2, 2, 3}) { // told again while another part goes on
                control.report({.fraction = 0.1,
                    .trainNatsPerTrial = -1,
                    .part = QStringLiteral("first"),
                    .epochOfPart = epoch});
            }
            for (int epoch : {1, 2}) {
                control.report({.fraction = 0.6,
                    .trainNatsPerTrial = -1.0 / (epoch + 1),
                    .heldOutNatsPerTrial = -1,
                    .part = QStringLiteral("second"),
                    .epochOfPart = epoch});
            }
            return resultOf(1, fit::FitStatus::Completed);
        };
        const int id = queue.add(std::move(job));
        QTRY_COMPARE(queue.status(id).state, JobState::Finished);
        const models::JobStatus status = queue.status(id);
        QCOMPARE(status.part, QStringLiteral("second"));
        QCOMPARE(status.curveEpochs, (std::vector<double>{1, 2}));
        QCOMPARE(status.trainCurve, (std::vector<double>{-1.0 / 2, -1.0 / 3}));
        QCOMPARE(status.heldOutCurve, (std::vector<double>{-1, -1}));
    }

    void pausedTimeIsNotCounted() {
        JobQueue queue;
        const int id = queue.add(fakeFit(100, std::make_shared<Counters>(), 1ms));
        QTRY_VERIFY(queue.status(id).epoch > 0);
        queue.setPaused(id, true);
        QTest::qWait(1000);
        queue.setPaused(id, false);
        QElapsedTimer timer;
        timer.start();
        QTRY_COMPARE(queue.status(id).state, JobState::Finished);
        const double afterwards = double(timer.elapsed()) / 1000;
        QVERIFY(queue.status(id).secondsElapsed < afterwards + 0.9);
    }

    void longCurvesAreThinnedAndKeepTheirEnd() {
        JobQueue queue;
        Job job;
        job.work = [](JobControl& control) -> base::Result<JobResult> {
            for (int epoch = 1; epoch <= 12345; ++epoch) {
                control.report({.epoch = epoch,
                    .trainNatsPerTrial = -1.0 / epoch,
                    .heldOutNatsPerTrial = epoch < 5 ? std::nan("") : -2.0 / epoch});
            }
            return resultOf(12345, fit::FitStatus::Completed);
        };
        const int id = queue.add(std::move(job));
        QTRY_COMPARE(queue.status(id).state, JobState::Finished);
        const models::JobStatus status = queue.status(id);
        QVERIFY(status.curveEpochs.size() <= 2000 && status.curveEpochs.size() > 500);
        QCOMPARE(status.trainCurve.size(), status.curveEpochs.size());
        QCOMPARE(status.heldOutCurve.size(), status.curveEpochs.size());
        QCOMPARE(status.curveEpochs.back(), 12345.0);
        QCOMPARE(status.trainCurve.back(), -1.0 / 12345);
    }

    void aDiscardedResultCanNotBeKept() {
        JobQueue queue;
        QSignalSpy finished(&queue, &JobQueue::jobFinished);
        const int id = queue.add(fakeFit(1000000, std::make_shared<Counters>()));
        QTRY_VERIFY(queue.status(id).epoch > 0);
        queue.cancel(id);
        QTRY_VERIFY(queue.status(id).isKeepable);
        queue.discardResult(id);
        queue.keep(id);
        QVERIFY(!queue.status(id).isKeepable);
        QCOMPARE(finished.size(), 0);
    }

    void aPausedJobCanBeCancelled() {
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            JobQueue queue;
            const int id = queue.add(fakeFit(1000000, std::make_shared<Counters>()));
            queue.setPaused(id, true);
            queue.cancel(id);
            QTRY_COMPARE(queue.status(id).state, JobState::Cancelled);
        }
    }

    void aJobStartsAgainAfterACancelledOne() {
        JobQueue queue(1);
        QSignalSpy finished(&queue, &JobQueue::jobFinished);
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            const int first = queue.add(fakeFit(1000000, std::make_shared<Counters>()));
            const int second = queue.add(fakeFit(5, std::make_shared<Counters>()));
            queue.cancel(first);
            QTRY_COMPARE(queue.status(second).state, JobState::Finished);
            queue.remove(first);
            queue.remove(second);
        }
        QCOMPARE(finished.size(), kRepeats);
        QVERIFY(queue.ids().empty());
    }

    void destroyingTheQueueWhileJobsRunIsSafe() {
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            const auto counters = std::make_shared<Counters>();
            {
                JobQueue queue(2);
                for (int i = 0; i < 4; ++i) {
                    queue.add(fakeFit(1000000, counters));
                }
                if (repeat % 2 == 1) {
                    QTRY_VERIFY(queue.status(1).epoch > 0);
                }
            }
            QCOMPARE(counters->ended.load(), counters->started.load());
            QCoreApplication::processEvents();
        }
    }

    void aSlotMayRemoveTheJobThatItHearsOf() {
        JobQueue queue;
        connect(&queue, &JobQueue::jobChanged, this, [&queue](const models::JobStatus& status) {
            if (models::isFinal(status.state)) {
                queue.remove(status.id);
            }
        });
        QSignalSpy removed(&queue, &JobQueue::jobRemoved);
        queue.add(fakeFit(3, std::make_shared<Counters>()));
        queue.add(failingJob());
        QTRY_COMPARE(removed.size(), 2);
    }

    void aFailedJobSaysWhatAndWhere() {
        JobQueue queue;
        QSignalSpy finished(&queue, &JobQueue::jobFinished);
        const int id = queue.add(failingJob());
        QTRY_COMPARE(queue.status(id).state, JobState::Failed);
        QVERIFY(queue.status(id).message.contains(QStringLiteral("No trial with a choice.")));
        QVERIFY(queue.status(id).message.contains(QStringLiteral("M1")));
        QCOMPARE(finished.size(), 0);
    }

    void anExceptionBecomesAFailure() {
        JobQueue queue;
        Job job;
        job.work = [](JobControl&) -> base::Result<JobResult> { throw std::runtime_error("tensor shape"); };
        const int id = queue.add(std::move(job));
        QTRY_COMPARE(queue.status(id).state, JobState::Failed);
        QVERIFY(queue.status(id).message.contains(QStringLiteral("tensor shape")));
    }

    void stopAndWaitLeavesNothingRunning() {
        for (int repeat = 0; repeat < kRepeats; ++repeat) {
            const auto counters = std::make_shared<Counters>();
            JobQueue queue(2);
            for (int i = 0; i < 4; ++i) {
                queue.add(fakeFit(1000000, counters));
            }
            queue.stopAndWait();
            QVERIFY(queue.isIdle());
            QCOMPARE(counters->ended.load(), counters->started.load());
        }
    }
};

std::unique_ptr<QObject> jobQueueSuite() {
    return std::make_unique<TestJobQueue>();
}

} // namespace rulescope::desktop

#include "test_job_queue.moc"
