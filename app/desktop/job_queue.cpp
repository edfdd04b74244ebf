// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/job_queue.h"

#include "app/desktop/background.h"
#include "app/desktop/guarded.h"
#include "widgets/text/translated.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace rulescope::desktop {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kLeastInterval = std::chrono::milliseconds(50); ///< 20 notifications a second
constexpr std::size_t kCurvePoints = 1000;

/// Time that a job has run, pauses left out.
class StopWatch {
  public:
    void setRunning(bool isRunning) {
        if (isRunning == m_isRunning) {
            return;
        }
        m_before = seconds();
        m_since = Clock::now();
        m_isRunning = isRunning;
    }
    double seconds() const {
        return m_before + (m_isRunning ? std::chrono::duration<double>(Clock::now() - m_since).count() : 0.0);
    }

  private:
    double m_before = 0;
    bool m_isRunning = false;
    Clock::time_point m_since;
};

/// Keeps a curve short enough to be drawn many times a second: beyond twice kCurvePoints every second point
/// goes.
void thinCurves(models::JobStatus& status) {
    if (status.curveEpochs.size() < 2 * kCurvePoints) {
        return;
    }
    for (std::vector<double>* curve : {&status.curveEpochs, &status.trainCurve, &status.heldOutCurve}) {
        std::size_t kept = 0;
        for (std::size_t i = 1; i < curve->size(); i += 2) { // the last point of an even number stays
            (*curve)[kept++] = (*curve)[i];
        }
        curve->resize(kept);
    }
}

} // namespace

/// A job with its thread. Members below "shared" are used by both threads, the others by the queue's thread
/// alone.
class JobQueue::Task : public JobControl {
  public:
    Task(JobQueue& queue, int id, Job job)
        : m_queue(queue)
        , m_job(std::move(job)) {
        status.id = id;
        status.title = m_job.title;
        status.detail = m_job.detail;
        status.state = models::JobState::Queued;
        status.isPausable = m_job.isPausable;
    }

    base::StopToken stopToken() const override { return m_stop.get_token(); }
    bool isPaused() const override { return m_isPaused.load(); }
    void report(const JobProgress& progress) override {
        const auto now = Clock::now();
        bool isDue = false;
        {
            const std::lock_guard lock(m_mutex);
            m_reports.push_back(progress);
            isDue = now - m_lastNotice >= kLeastInterval;
            m_lastNotice = isDue ? now : m_lastNotice;
        }
        if (isDue) {
            notify();
        }
    }

    bool isStarted() const { return m_isStarted; }
    bool isOfStudy() const { return m_job.isOfStudy; }
    /// Starts the thread, or lets a paused one go on.
    void proceed() {
        setPaused(false);
        if (m_isStarted) {
            return;
        }
        m_isStarted = true;
        m_thread = std::jthread([this] {
            yieldToTheWindow();
            auto outcome = guarded(m_job.title.toStdString(), [this] { return m_job.work(*this); });
            m_job.work = nullptr; // an ended job in the list must not hold on to a study
            {
                const std::lock_guard lock(m_mutex);
                m_outcome = std::move(outcome);
            }
            notify();
        });
    }
    void requestStop() { m_stop.request_stop(); }
    void join() {
        if (m_thread.joinable()) {
            m_thread.join();
        }
    }
    void setPaused(bool isPaused) {
        const std::lock_guard lock(m_mutex);
        m_isPaused.store(isPaused);
        m_time.setRunning(!isPaused);
    }
    double secondsRun() const {
        const std::lock_guard lock(m_mutex);
        return m_time.seconds();
    }
    bool isStopRequested() const { return m_stop.stop_requested(); }

    /// Reports since the last call; the next one notifies again.
    std::vector<JobProgress> takeReports() {
        m_isNoticed.store(false);
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_reports, {});
    }
    std::optional<base::Result<JobResult>> outcome() const {
        const std::lock_guard lock(m_mutex);
        return m_outcome;
    }

    /// Takes the result away for good.
    void dropOutcome() {
        const std::lock_guard lock(m_mutex);
        m_outcome.reset();
    }
    /// A job that never started lets go of what it would have read.
    void dropWork() { m_job.work = nullptr; }

    models::JobStatus status;
    /// At the first report, from which the time left is estimated: a job may go on from a checkpoint.
    double firstFraction = -1, firstSeconds = 0;

  private:
    /// One queued call at a time, however fast the job reports.
    void notify() {
        if (!m_isNoticed.exchange(true)) {
            QMetaObject::invokeMethod(
                &m_queue, [&queue = m_queue, id = status.id] { queue.collect(id); }, Qt::QueuedConnection);
        }
    }

    JobQueue& m_queue;
    bool m_isStarted = false;
    Job m_job; ///< the thread's once it has started
    // shared
    std::stop_source m_stop;
    std::atomic<bool> m_isPaused = false;
    std::atomic<bool> m_isNoticed = false;
    mutable std::mutex m_mutex;
    Clock::time_point m_lastNotice;
    StopWatch m_time;
    std::vector<JobProgress> m_reports;
    std::optional<base::Result<JobResult>> m_outcome;
    std::jthread m_thread; ///< last: joined before what it uses goes away
};

JobQueue::JobQueue(int concurrency, QObject* parent)
    : QObject(parent)
    , m_concurrency(std::max(1, concurrency)) {
    qRegisterMetaType<models::JobStatus>();
    qRegisterMetaType<JobResult>();
}

JobQueue::~JobQueue() {
    for (const auto& task : m_tasks) {
        task->requestStop();
    }
    for (const auto& task : m_tasks) {
        task->join();
    }
}

int JobQueue::add(Job job) {
    const int id = ++m_lastId;
    m_tasks.push_back(std::make_unique<Task>(*this, id, std::move(job)));
    publish(*m_tasks.back());
    startWaiting();
    return id;
}

void JobQueue::startWaiting() {
    auto running = std::count_if(m_tasks.begin(), m_tasks.end(), [](const auto& task) {
        return task->status.state == models::JobState::Running ||
               task->status.state == models::JobState::Cancelling;
    });
    for (std::size_t i = 0; i < m_tasks.size() && running < m_concurrency; ++i) {
        Task& task = *m_tasks[i];
        if (task.status.state != models::JobState::Queued) {
            continue;
        }
        ++running;
        task.status.state = models::JobState::Running;
        task.proceed();
        publish(task);
    }
}

void JobQueue::cancel(int id) {
    Task* task = find(id);
    if (task == nullptr || models::isFinal(task->status.state)) {
        return;
    }
    task->requestStop();
    if (task->isStarted()) {
        task->status.state = models::JobState::Cancelling;
    } else {
        task->status.state = models::JobState::Cancelled;
        task->dropWork();
    }
    publish(*task);
}

void JobQueue::cancelAll() {
    for (const int id : ids()) {
        cancel(id);
    }
}

void JobQueue::setPaused(int id, bool isPaused) {
    Task* task = find(id);
    if (task == nullptr) {
        return;
    }
    models::JobState& state = task->status.state;
    const bool canWait =
        task->status.isPausable && (state == models::JobState::Running || state == models::JobState::Queued);
    if (isPaused ? !canWait : state != models::JobState::Paused) {
        return;
    }
    if (isPaused) {
        task->setPaused(true);
    }
    state = isPaused ? models::JobState::Paused : models::JobState::Queued;
    publish(*task);
    startWaiting();
}

void JobQueue::remove(int id) {
    Task* task = find(id);
    if (task == nullptr || !models::isFinal(task->status.state)) {
        return;
    }
    std::erase_if(m_tasks, [task](const auto& candidate) { return candidate.get() == task; });
    emit jobRemoved(id);
}

void JobQueue::keep(int id) {
    Task* task = find(id);
    if (task == nullptr || !task->status.isKeepable) {
        return;
    }
    task->status.isKeepable = false;
    const JobResult result = task->outcome()->value();
    publish(*task);
    emit jobFinished(id, result);
}

void JobQueue::discardResult(int id) {
    Task* task = find(id);
    if (task != nullptr && task->status.isKeepable) {
        task->status.isKeepable = false;
        task->dropOutcome();
        publish(*task);
    }
}

bool JobQueue::isOfStudy(int id) const {
    const Task* task = find(id);
    return task != nullptr && task->isOfStudy();
}

models::JobStatus JobQueue::status(int id) const {
    const Task* task = find(id);
    return task == nullptr ? models::JobStatus{} : task->status;
}

std::vector<int> JobQueue::ids() const {
    std::vector<int> result;
    for (const auto& task : m_tasks) {
        result.push_back(task->status.id);
    }
    return result;
}

bool JobQueue::isIdle() const {
    return std::all_of(
        m_tasks.begin(), m_tasks.end(), [](const auto& task) { return models::isFinal(task->status.state); });
}

void JobQueue::stopAndWait() {
    cancelAll();
    for (const int id : ids()) {
        if (Task* task = find(id)) { // a slot may have removed it
            task->join();
            collect(id);
        }
    }
}

JobQueue::Task* JobQueue::find(int id) const {
    const auto it = std::find_if(
        m_tasks.begin(), m_tasks.end(), [id](const auto& task) { return task->status.id == id; });
    return it == m_tasks.end() ? nullptr : it->get();
}

void JobQueue::collect(int id) {
    Task* task = find(id);
    if (task == nullptr || models::isFinal(task->status.state)) {
        return;
    }
    models::JobStatus& status = task->status;
    const std::vector<JobProgress> reports = task->takeReports();
    take(reports, status);
    status.secondsElapsed = task->secondsRun();
    if (!reports.empty() && task->firstFraction < 0) {
        task->firstFraction = status.fraction;
        task->firstSeconds = status.secondsElapsed;
    }
    if (status.fraction > task->firstFraction && task->firstFraction >= 0) {
        status.secondsLeft = (status.secondsElapsed - task->firstSeconds) * (1 - status.fraction) /
                             (status.fraction - task->firstFraction);
    }
    if (const auto outcome = task->outcome()) {
        task->join();
        finish(*task, *outcome);
    } else {
        publish(*task);
    }
}

void JobQueue::take(const std::vector<JobProgress>& reports, models::JobStatus& status) {
    for (const JobProgress& report : reports) {
        status.fraction = report.fraction;
        status.epoch = report.epoch;
        status.epochs = report.epochs;
        if (report.part != status.part) {
            status.part = report.part;
            status.curveEpochs.clear();
            status.trainCurve.clear();
            status.heldOutCurve.clear();
        }
        addToCurves(report, status);
    }
}

void JobQueue::addToCurves(const JobProgress& report, models::JobStatus& status) {
    constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
    const int epoch = report.part.isEmpty() ? report.epoch : report.epochOfPart;
    const bool isOld =
        !status.part.isEmpty() && !status.curveEpochs.empty() && status.curveEpochs.back() >= epoch;
    if (std::isnan(report.trainNatsPerTrial) || isOld) { // another part has told
        return;
    }
    const bool isHeldOutKnown = !status.heldOutCurve.empty() || !std::isnan(report.heldOutNatsPerTrial);
    if (isHeldOutKnown) { // the first ones may have come without
        status.heldOutCurve.resize(status.curveEpochs.size(), kUnknown);
        status.heldOutCurve.push_back(report.heldOutNatsPerTrial);
    }
    status.curveEpochs.push_back(epoch);
    status.trainCurve.push_back(report.trainNatsPerTrial);
    thinCurves(status);
}

void JobQueue::finish(Task& task, const base::Result<JobResult>& outcome) {
    models::JobStatus& status = task.status;
    const int id = status.id;
    const bool wasCancelled = task.isStopRequested();
    status.secondsLeft = 0;
    if (wasCancelled) {
        status.state = models::JobState::Cancelled;
        status.isKeepable = outcome.has_value() && status.epoch > 0;
    } else if (outcome) {
        status.state = models::JobState::Finished;
        status.fraction = 1;
    } else {
        status.state = models::JobState::Failed;
        status.message = text::translated(outcome.error());
    }
    publish(task);
    if (!wasCancelled && outcome) {
        emit jobFinished(id, *outcome);
    }
    startWaiting();
}

void JobQueue::publish(const Task& task) {
    const models::JobStatus status = task.status; // a slot may remove the job
    emit jobChanged(status);
}

} // namespace rulescope::desktop
