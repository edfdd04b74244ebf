// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/job_result.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "widgets/models/job_status.h"

#include <QObject>

#include <functional>
#include <limits>
#include <memory>
#include <vector>

namespace rulescope::desktop {

/// What a running job tells, from its own thread; the queue thins it to 20 notifications a second and
/// measures the time.
struct JobProgress {
    double fraction = 0;
    int epoch = 0, epochs = 0;
    double trainNatsPerTrial = std::numeric_limits<double>::quiet_NaN();
    double heldOutNatsPerTrial = std::numeric_limits<double>::quiet_NaN();
    /// Of a job that is many fits: which of them the likelihoods are of, and its epoch. Curves begin anew
    /// with another part.
    QString part = {};
    int epochOfPart = 0;
};

/// A job's side of the connection to the queue; every member may be called from the job's thread.
class JobControl {
  public:
    virtual ~JobControl() = default;
    virtual base::StopToken stopToken() const = 0;
    /// The job waits while this is true, but still obeys the stop token.
    virtual bool isPaused() const = 0;
    virtual void report(const JobProgress& progress) = 0;
};

/// One unit of background work, owning all that it reads (snapshots), so that the document may change or
/// close.
struct Job {
    QString title, detail;
    std::function<base::Result<JobResult>(JobControl&)> work;
    bool isPausable = true; ///< the work asks JobControl::isPaused()
    bool isOfStudy = true;  ///< ends when the open study is left
};

/// Runs jobs on worker threads, at most `concurrency` at a time, and tells about them on the thread it lives
/// on. A paused job gives its place to the next one and waits for a place when it is resumed.
///
/// Destroying the queue while jobs run is safe: they are asked to stop and waited for; nothing is delivered
/// after.
class JobQueue : public QObject {
    Q_OBJECT

  public:
    explicit JobQueue(int concurrency = 2, QObject* parent = nullptr);
    ~JobQueue() override;

    /// Queues a job and returns its id; it starts as soon as a slot is free.
    int add(Job job);
    /// A queued job is cancelled at once; a running one says "cancelling" at once and ends at its next poll.
    void cancel(int id);
    void cancelAll();
    /// Pausing frees the job's place; resuming puts it in line for the next free one (Queued until then). A
    /// job that is not pausable goes on.
    void setPaused(int id, bool isPaused);
    /// Forgets a job that has ended.
    void remove(int id);
    /// Delivers the best-so-far result of a cancelled job as if it had finished.
    void keep(int id);
    /// Takes the best-so-far result of a cancelled job away, e.g. because its study is closed.
    void discardResult(int id);

    /// Status of a job that is known to the queue, else a default one with id 0.
    models::JobStatus status(int id) const;
    /// Job::isOfStudy; false if the job is not known.
    bool isOfStudy(int id) const;
    std::vector<int> ids() const;
    bool isIdle() const; ///< nothing queued or running
    /// Asks all to stop and waits for them; queued ones are cancelled. For an orderly end of the program.
    void stopAndWait();

  signals:
    void jobChanged(const rulescope::models::JobStatus& status); ///< added, or anything in the status changed
    void jobRemoved(int id);
    void jobFinished(int id, const rulescope::desktop::JobResult& result);

  private:
    class Task;

    Task* find(int id) const;
    void startWaiting();
    void collect(int id);
    static void take(const std::vector<JobProgress>& reports, models::JobStatus& status);
    static void addToCurves(const JobProgress& report, models::JobStatus& status);
    void finish(Task& task, const base::Result<JobResult>& outcome);
    void publish(const Task& task);

    int m_concurrency;
    int m_lastId = 0;
    std::vector<std::unique_ptr<Task>> m_tasks;
};

} // namespace rulescope::desktop
