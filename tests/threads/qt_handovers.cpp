// SPDX-License-Identifier: GPL-3.0-or-later
// Three ways in which Qt hands values from thread to thread, made visible to ThreadSanitizer. Each names what
// it orders and no more, so that races of ours between the same threads are still found.
#include "tests/threads/qt_handovers.h"

#include <QMetaObject>
#include <QThreadPool>

#include <functional>
#include <sanitizer/tsan_interface.h>
#include <utility>

namespace {

// Only their addresses count.
char g_started, g_done;

} // namespace

namespace rulescope::tests {

bool SeenApplication::notify(QObject* receiver, QEvent* event) {
    __tsan_acquire(receiver);
    return QApplication::notify(receiver, event);
}

} // namespace rulescope::tests

extern "C" {

#define INVOKE                                                                                               \
    _ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtPrivate15QSlotObjectBaseEN2Qt14ConnectionTypeEPv
#define START _ZN11QThreadPool5startESt8functionIFvvEEi
#define WAIT _ZN11QThreadPool11waitForDoneEi
#define JOIN_NAME(first, second) first##second
#define NAME(first, second) JOIN_NAME(first, second)

bool NAME(__real_, INVOKE)(
    QObject* object, QtPrivate::QSlotObjectBase* slot, Qt::ConnectionType type, void* result);
bool NAME(__wrap_, INVOKE)(
    QObject* object, QtPrivate::QSlotObjectBase* slot, Qt::ConnectionType type, void* result) {
    __tsan_release(object);
    return NAME(__real_, INVOKE)(object, slot, type, result);
}

void NAME(__real_, START)(QThreadPool* pool, std::function<void()> work, int priority);
void NAME(__wrap_, START)(QThreadPool* pool, std::function<void()> work, int priority) {
    auto* kept = new std::function<void()>(std::move(work));
    __tsan_release(&g_started);
    NAME(__real_, START)
    (
        pool,
        [kept] {
            __tsan_acquire(&g_started);
            (*kept)();
            delete kept;
            __tsan_release(&g_done);
        },
        priority);
}

bool NAME(__real_, WAIT)(QThreadPool* pool, int patience);
bool NAME(__wrap_, WAIT)(QThreadPool* pool, int patience) {
    const bool isDone = NAME(__real_, WAIT)(pool, patience);
    __tsan_acquire(&g_done);
    return isDone;
}

} // extern "C"
