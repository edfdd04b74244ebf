// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/study_lock.h"

#include <QDir>
#include <QFileInfo>
#include <QLockFile>
#include <QSysInfo>

#include <utility>
#include <vector>

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

/// The same for every spelling of the folder.
QString canonicalOf(const QString& path) {
    const QFileInfo file(path);
    return file.absoluteDir().canonicalPath() + QLatin1Char('/') + file.fileName();
}

} // namespace

StudyLock::StudyLock() = default;

StudyLock::~StudyLock() {
    release();
}

/// Whether the file names somebody else than it did when it was taken here.
bool StudyLock::isTakenAway() const {
    if (m_lock == nullptr || !m_lock->isLocked() || !m_self) {
        return false;
    }
    const auto now = ownerOf(*lockOf(m_path), m_path);
    return now && (now->process != m_self->process || now->host != m_self->host);
}

void StudyLock::release() {
    if (isTakenAway()) {
        // Unlocking would delete the other's lock by its name: this one is put away for the program's life.
        static auto* const lost = new std::vector<std::unique_ptr<QLockFile>>();
        lost->push_back(std::move(m_lock));
    }
    m_lock.reset(); // unlocks
}

bool StudyLock::acquire(const QString& path) {
    if (path == m_path && m_lock != nullptr && m_lock->isLocked() && !isTakenAway()) {
        return true;
    }
    release();
    m_path = path;
    m_owner = {};
    m_self.reset();
    if (path.isEmpty()) {
        return true;
    }
    m_lock = lockOf(path);
    if (m_lock->tryLock(0)) {
        m_self = ownerOf(*m_lock, path);
        return true;
    }
    if (m_lock->error() != QLockFile::LockFailedError) {
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
    if (canonicalOf(path) == canonicalOf(m_path) && !isHeldByOther() && !isTakenAway()) {
        return std::nullopt;
    }
    const auto probe = lockOf(path);
    if (probe->tryLock(0) || probe->error() != QLockFile::LockFailedError) {
        return std::nullopt; // goes again with the probe
    }
    return ownerOf(*probe, path);
}

} // namespace rulescope::desktop
