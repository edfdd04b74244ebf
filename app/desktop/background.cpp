// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/background.h"

#include <QCoreApplication>
#include <QThreadPool>

#include <utility>

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace rulescope::desktop {

namespace {

constexpr int kNiceness = 10;
/// More than processors: what was given up must not hold up what is wanted now.
constexpr int kThreads = 8;

QThreadPool* makePool() {
    auto* made = new QThreadPool;
    made->setMaxThreadCount(kThreads);
    qAddPostRoutine([] { waitForBackground(std::chrono::hours(1)); }); // before what it uses goes away
    return made;
}

/// Never destroyed: a program that ends without waiting must not meet its destructor.
QThreadPool& pool() {
    static QThreadPool* const only = makePool();
    return *only;
}

} // namespace

void yieldToTheWindow() {
#ifdef Q_OS_LINUX // niceness belongs to a thread and its later children there
    setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kNiceness);
#endif
}

void runInBackground(std::function<void()> work) {
    pool().start([work = std::move(work)] {
        yieldToTheWindow();
        work();
    });
}

bool waitForBackground(std::chrono::milliseconds patience) {
    return pool().waitForDone(static_cast<int>(patience.count()));
}

} // namespace rulescope::desktop
