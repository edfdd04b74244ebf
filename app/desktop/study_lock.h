// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <memory>

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
    };

    StudyLock();
    ~StudyLock();
    StudyLock(const StudyLock&) = delete;
    StudyLock& operator=(const StudyLock&) = delete;

    /// Gives up the lock held so far and takes that of `path` (empty: none). False: another holds it.
    bool acquire(const QString& path);
    bool isHeldByOther() const { return m_owner.process != 0; }
    const Owner& owner() const { return m_owner; }
    const QString& path() const { return m_path; }

  private:
    std::unique_ptr<QLockFile> m_lock;
    QString m_path;
    Owner m_owner;
};

} // namespace rulescope::desktop
