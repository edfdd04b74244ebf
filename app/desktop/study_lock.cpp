// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/study_lock.h"

#include <QLockFile>

namespace rulescope::desktop {

StudyLock::StudyLock() = default;
StudyLock::~StudyLock() = default;

bool StudyLock::acquire(const QString& path) {
    if (path == m_path && m_lock != nullptr && m_lock->isLocked()) {
        return true;
    }
    m_lock.reset(); // unlocks
    m_path = path;
    m_owner = {};
    if (path.isEmpty()) {
        return true;
    }
    m_lock = std::make_unique<QLockFile>(path + QStringLiteral(".lock"));
    m_lock->setStaleLockTime(0); // a fit may run for days: only a dead process is stale
    if (m_lock->tryLock(0) || m_lock->error() != QLockFile::LockFailedError) {
        return true;
    }
    QString program;
    if (!m_lock->getLockInfo(&m_owner.process, &m_owner.host, &program)) {
        m_owner = {}; // damaged: nobody to ask
    }
    return !isHeldByOther();
}

} // namespace rulescope::desktop
