// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fit/fit_queue.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <numeric>

namespace rulescope::fit {

namespace {

using Clock = std::chrono::steady_clock;

/// Arrays "done/KEY/name" of finished tasks and "running/KEY/name" of others in one checkpoint file.
class QueueCheckpoint {
  public:
    explicit QueueCheckpoint(const QueueOptions& options)
        : m_options(options)
        , m_file(options.checkpoint, options.identity, options.secondsBetweenCheckpoints,
              options.onCheckpointFailure) {}

    bool isOn() const { return !m_options.checkpoint.empty(); }

    base::Result<void> open() {
        if (!isOn()) {
            return {};
        }
        auto opened = m_file.open();
        if (opened && m_file.saved()) {
            m_arrays = *m_file.saved();
        }
        return opened;
    }

    std::optional<StateArrays> find(const std::string& prefix) const {
        const std::lock_guard lock(m_mutex);
        StateArrays found;
        for (auto entry = m_arrays.lower_bound(prefix);
             entry != m_arrays.end() && entry->first.starts_with(prefix); ++entry) {
            found[entry->first.substr(prefix.size())] = entry->second;
        }
        return found.empty() ? std::nullopt : std::optional(std::move(found));
    }

    void keepRunning(const std::string& key, const StateArrays& state) {
        const std::lock_guard lock(m_mutex);
        replace("running/" + key + "/", state);
        m_file.save(m_arrays);
    }

    /// Written with the next state that is due: finished tasks may come by the hundred.
    void keepDone(const std::string& key, const StateArrays& outcome) {
        if (!isOn()) {
            return;
        }
        const std::lock_guard lock(m_mutex);
        replace("running/" + key + "/", {});
        replace("done/" + key + "/", outcome);
        if (m_file.isDue()) {
            m_file.save(m_arrays);
        }
    }

    void write() {
        if (isOn()) {
            const std::lock_guard lock(m_mutex);
            m_file.save(m_arrays);
        }
    }

  private:
    void replace(const std::string& prefix, const StateArrays& arrays) {
        for (auto entry = m_arrays.lower_bound(prefix);
             entry != m_arrays.end() && entry->first.starts_with(prefix);) {
            entry = m_arrays.erase(entry);
        }
        for (const auto& [name, values] : arrays) {
            m_arrays[prefix + name] = values;
        }
    }

    const QueueOptions& m_options;
    mutable std::mutex m_mutex;
    FileStateStore m_file;
    StateArrays m_arrays;
};

/// One task's part of the queue's checkpoint.
class TaskStore final : public StateStore {
  public:
    TaskStore(QueueCheckpoint& checkpoint, const QueueOptions& options, std::string key)
        : m_checkpoint(checkpoint)
        , m_between(options.secondsBetweenCheckpoints)
        , m_key(std::move(key))
        , m_last(Clock::now()) {}

    std::optional<StateArrays> saved() const override { return m_checkpoint.find("running/" + m_key + "/"); }
    bool isDue() const override { return Clock::now() - m_last >= m_between; }
    void save(StateArrays state) override {
        m_checkpoint.keepRunning(m_key, state);
        m_last = Clock::now();
    }

  private:
    QueueCheckpoint& m_checkpoint;
    std::chrono::duration<double> m_between;
    std::string m_key;
    Clock::time_point m_last;
};

/// One progress over tasks that run side by side.
class Progress {
  public:
    Progress(const std::vector<QueueTask>& tasks, const QueueOptions& options)
        : m_tasks(tasks)
        , m_options(options)
        , m_fractions(tasks.size(), 0.0)
        , m_start(Clock::now()) {
        for (const QueueTask& task : tasks) {
            m_cost += task.cost;
        }
    }

    void tell(std::size_t task, double fraction) {
        const std::lock_guard lock(m_mutex);
        m_fractions[task] = std::max(m_fractions[task], fraction);
        const auto now = Clock::now();
        if (!m_options.onProgress || (fraction < 1 && now - m_last < std::chrono::milliseconds(50))) {
            return;
        }
        m_last = now;
        m_options.onProgress(current(now));
    }

    /// What a checkpoint had already takes no time now: it must not make the rest look quick.
    void skip(std::size_t task) {
        const std::lock_guard lock(m_mutex);
        m_fractions[task] = 1;
        m_skipped += m_tasks[task].cost;
    }

  private:
    QueueProgress current(Clock::time_point now) const {
        QueueProgress progress;
        progress.tasks = m_tasks.size();
        double done = 0;
        for (std::size_t i = 0; i < m_fractions.size(); ++i) {
            done += m_fractions[i] * m_tasks[i].cost;
            progress.tasksDone += m_fractions[i] >= 1 ? 1 : 0;
        }
        progress.fraction = m_cost > 0 ? std::min(done / m_cost, 1.0) : 1;
        progress.secondsElapsed = std::chrono::duration<double>(now - m_start).count();
        const double doneHere = done - m_skipped;
        progress.secondsLeft = doneHere > 0 ? progress.secondsElapsed * (m_cost - done) / doneHere : 0;
        return progress;
    }

    const std::vector<QueueTask>& m_tasks;
    const QueueOptions& m_options;
    std::mutex m_mutex;
    std::vector<double> m_fractions;
    double m_cost = 0, m_skipped = 0;
    Clock::time_point m_start, m_last;
};

class Queue {
  public:
    Queue(const std::vector<QueueTask>& tasks, const QueueOptions& options, const base::StopToken& stop)
        : m_tasks(tasks)
        , m_options(options)
        , m_stop(stop)
        , m_threads(options.threads > 0 ? options.threads : base::defaultThreads())
        , m_checkpoint(options)
        , m_progress(tasks, options)
        , m_outcomes(tasks.size()) {}

    base::Result<QueueOutcomes> run() {
        if (const auto opened = m_checkpoint.open(); !opened) {
            return tl::make_unexpected(opened.error());
        }
        const std::vector<std::size_t> open = openTasks();
        m_left = open.size();
        const int sideBySide = m_options.isOneByOne ? 1 : m_threads;
        base::parallelFor(open.size(), sideBySide, [&](std::size_t i) {
            if (!m_stop.stop_requested() && !m_hasFailed) {
                runTask(open[i]);
            }
            --m_left;
        });
        m_checkpoint.write();
        if (m_error) {
            return tl::make_unexpected(*m_error);
        }
        return std::move(m_outcomes);
    }

  private:
    /// Those that no checkpoint has finished, costly ones first, so that no core waits for the last one.
    std::vector<std::size_t> openTasks() {
        std::vector<std::size_t> open;
        for (std::size_t i = 0; i < m_tasks.size(); ++i) {
            m_outcomes[i] = m_checkpoint.find("done/" + m_tasks[i].key + "/");
            if (m_outcomes[i]) {
                m_progress.skip(i);
            } else {
                open.push_back(i);
            }
        }
        std::stable_sort(open.begin(), open.end(),
            [&](std::size_t a, std::size_t b) { return m_tasks[a].cost > m_tasks[b].cost; });
        return open;
    }

    void runTask(std::size_t index) {
        const QueueTask& task = m_tasks[index];
        TaskStore store(m_checkpoint, m_options, task.key);
        const int beside = std::clamp(static_cast<int>(m_left.load()), 1, m_threads);
        const QueueTools tools{m_options.isOneByOne ? m_threads : m_threads / beside, m_stop,
            m_checkpoint.isOn() ? &store : nullptr,
            [&](double fraction) { m_progress.tell(index, 0.99 * fraction); }};
        auto outcome = task.run(tools);
        if (outcome) {
            m_checkpoint.keepDone(task.key, *outcome);
            m_outcomes[index] = std::move(*outcome);
            m_progress.tell(index, 1);
        } else if (outcome.error().code != base::ErrorCode::Cancelled) {
            const std::lock_guard lock(m_mutex);
            m_hasFailed = true;
            m_error = m_error ? m_error : outcome.error();
        }
    }

    const std::vector<QueueTask>& m_tasks;
    const QueueOptions& m_options;
    const base::StopToken& m_stop;
    int m_threads;
    QueueCheckpoint m_checkpoint;
    Progress m_progress;
    QueueOutcomes m_outcomes; ///< each task writes its own
    std::atomic<std::size_t> m_left{0};
    std::atomic<bool> m_hasFailed{false}; ///< one error ends the queue
    std::mutex m_mutex;
    std::optional<base::Error> m_error;
};

} // namespace

base::Result<QueueOutcomes> runQueue(
    const std::vector<QueueTask>& tasks, const QueueOptions& options, const base::StopToken& stop) {
    return Queue(tasks, options, stop).run();
}

} // namespace rulescope::fit
