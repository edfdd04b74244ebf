// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QString>

#include <memory>
#include <optional>

class QLockFile;

namespace rulescope::desktop {

/// Says to other windows and machines that a study file is being worked on: a file beside it (NAME.lock) that
/// names host and process. The lock of a process that died on this machine counts as none.
///
/// It guards courtesy, not bytes: saves are whole without it, and a folder that can't hold it (read-only, no
/// such file system) leaves the study unlocked and writable as ever.
class StudyLock {
  public:
    /// Who else works on the file.
    struct Owner {
        QString host;
        qint64 process = 0;
        QString user;             ///< whose file the lock is; empty where the system does not say
        QDateTime since;          ///< when it was taken
        bool isElsewhere = false; ///< on another machine: nobody here can tell whether it lives
        bool operator==(const Owner&) const = default;
    };

    StudyLock();
    ~StudyLock();
    StudyLock(const StudyLock&) = delete;
    StudyLock& operator=(const StudyLock&) = delete;

    /// Gives up the lock held so far and takes that of `path` (empty: none). False: another holds it, be it
    /// that a window on another machine has taken it from this one.
    bool acquire(const QString& path);
    /// Takes the lock of path() away from its owner, which may live; only one on another machine can be
    /// taken. False if that failed.
    bool takeOver();
    /// Who works on a file now, other than this lock; nothing if nobody does.
    std::optional<Owner> otherOwnerOf(const QString& path) const;
    bool isHeldByOther() const { return m_owner.process != 0; }
    const Owner& owner() const { return m_owner; }
    const QString& path() const { return m_path; }

  private:
    bool isTakenAway() const;
    void release();

    std::unique_ptr<QLockFile> m_lock;
    QString m_path;
    Owner m_owner;
    std::optional<Owner> m_self; ///< what the lock says of this window while it holds it
};

} // namespace rulescope::desktop
