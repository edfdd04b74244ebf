// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <QObject>

#include <functional>
#include <memory>
#include <utility>

namespace rulescope::panels {

/// Computes values off the GUI thread for one view; only the newest request counts.
///
/// While one request runs, a newer one waits and replaces any that waited; the running one is asked to stop
/// and its value is dropped. So a dragged slider costs one computation at a time. Destroying the task drops
/// everything.
class LatestTask : public QObject {
    Q_OBJECT

  public:
    /// Has work run on another thread.
    using Runner = std::function<void(std::function<void()> work)>;

    explicit LatestTask(QObject* parent = nullptr);
    /// Runs its work elsewhere than on the pool that all views share.
    explicit LatestTask(Runner runner, QObject* parent = nullptr);
    ~LatestTask() override;

    /// Runs `work` on another thread (it owns what it reads) and `done` with its value on this object's
    /// thread.
    template<class Work, class Done>
    void run(Work work, Done done) {
        using Value = decltype(work(base::StopToken{}));
        enqueue(
            [work = std::move(work), done = std::move(done)](base::StopToken stop) -> std::function<void()> {
                auto value = std::make_shared<Value>(work(stop));
                return [done, value] { done(std::move(*value)); };
            });
    }
    /// Drops what runs and what waits.
    void cancel();
    bool isBusy() const { return m_isRunning; }

  signals:
    void busyChanged(bool isBusy);

  private:
    using Request = std::function<std::function<void()>(base::StopToken)>;
    struct Mailbox;

    void enqueue(Request request);
    void launch(Request request);
    void onEnded(const std::function<void()>& deliver, bool wasStopped);

    Runner m_runner;
    std::shared_ptr<Mailbox> m_mailbox;
    std::stop_source m_stop;
    Request m_next;
    bool m_isRunning = false;
};

} // namespace rulescope::panels
