// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/study_lock.h"

#include <QFileInfo>
#include <QLockFile>
#include <QSysInfo>

#include <utility>

namespace rulescope::desktop {

namespace {

QString lockFileOf(const QString& path) {
    return path + QStringLiteral(".lock");
}

std::unique_ptr<QLockFile> lockOf(const QString& path) {
    auto lock = std::make_unique<QLockFile>(lockFileOf(path));
    lock->setStaleLockTime(0); // a fit may run for days: only a dead process is stale
    return lock;
}

std::optional<StudyLock::Owner> ownerOf(const QLockFile& lock, const QString& path) {
    StudyLock::Owner owner;
    QString program;
    if (!lock.getLockInfo(&owner.process, &owner.host, &program) || owner.process == 0) {
        return std::nullopt;
    }
    const QFileInfo file(lockFileOf(path));
    owner.user = file.owner();
    owner.since = file.lastModified();
    owner.isElsewhere = !owner.host.isEmpty() && owner.host != QSysInfo::machineHostName();
    return owner;
}

} // namespace

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
    m_lock = lockOf(path);
    if (m_lock->tryLock(0) || m_lock->error() != QLockFile::LockFailedError) {
        return true;
    }
    m_owner = ownerOf(*m_lock, path).value_or(Owner()); // a damaged one names nobody to ask
    return !isHeldByOther();
}

bool StudyLock::takeOver() {
    if (!isHeldByOther() || !m_owner.isElsewhere || !m_lock->removeStaleLockFile()) {
        return false;
    }
    const QString path = std::exchange(m_path, QString());
    return acquire(path);
}

std::optional<StudyLock::Owner> StudyLock::otherOwnerOf(const QString& path) const {
    if (path == m_path && !isHeldByOther()) {
        return std::nullopt;
    }
    const auto probe = lockOf(path);
    if (probe->tryLock(0) || probe->error() != QLockFile::LockFailedError) {
        return std::nullopt; // goes again with the probe
    }
    return ownerOf(*probe, path);
}

} // namespace rulescope::desktop
