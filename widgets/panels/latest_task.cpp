// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/latest_task.h"

#include <QThreadPool>

#include <exception>
#include <mutex>

namespace rulescope::panels {

/// Where pool threads leave their values: it outlives the task, so that a late value finds nobody and is
/// dropped.
struct LatestTask::Mailbox {
    std::mutex mutex;
    LatestTask* owner = nullptr;
};

LatestTask::LatestTask(QObject* parent)
    : LatestTask([](std::function<void()> work) { QThreadPool::globalInstance()->start(std::move(work)); },
          parent) {}

LatestTask::LatestTask(Runner runner, QObject* parent)
    : QObject(parent)
    , m_runner(std::move(runner))
    , m_mailbox(std::make_shared<Mailbox>()) {
    m_mailbox->owner = this;
}

LatestTask::~LatestTask() {
    m_stop.request_stop();
    const std::lock_guard lock(m_mailbox->mutex);
    m_mailbox->owner = nullptr;
}

void LatestTask::enqueue(Request request) {
    if (m_isRunning) {
        m_stop.request_stop();
        m_next = std::move(request);
    } else {
        launch(std::move(request));
        emit busyChanged(true);
    }
}

void LatestTask::cancel() {
    m_next = nullptr;
    m_stop.request_stop();
}

void LatestTask::launch(Request request) {
    m_stop = std::stop_source();
    m_isRunning = true;
    m_runner([mailbox = m_mailbox, stop = m_stop, request = std::move(request)] {
        std::function<void()> deliver;
        try {
            deliver = request(stop.get_token());
        } catch (const std::exception& error) {
            // Out of memory, mostly. The program and its unsaved work go on; what was asked for stays as it
            // was.
            qWarning("background work failed: %s", error.what());
            deliver = [] {};
        }
        const std::lock_guard lock(mailbox->mutex);
        if (LatestTask* owner = mailbox->owner) {
            QMetaObject::invokeMethod(
                owner, [owner, deliver, stop] { owner->onEnded(deliver, stop.stop_requested()); },
                Qt::QueuedConnection);
        }
    });
}

void LatestTask::onEnded(const std::function<void()>& deliver, bool wasStopped) {
    m_isRunning = false;
    if (m_next) {
        launch(std::exchange(m_next, nullptr));
        return;
    }
    if (!wasStopped) {
        deliver();
    }
    if (!m_isRunning) { // the delivery may have asked for more
        emit busyChanged(false);
    }
}

} // namespace rulescope::panels
