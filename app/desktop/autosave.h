// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/document.h"

#include <QDateTime>
#include <QThreadPool>
#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

class QLockFile;

namespace rulescope::desktop {

/// Keeps a copy of unsaved changes in the user's own folder, so that a crash costs at most the last minute.
///
/// The copy is a study file of its own under a lock of this process; it goes when the study is saved, left or
/// closed. A copy whose process is gone is offered at the next start. Files are written and deleted on a
/// thread of their own: those of a large study take longer than a window may stand still.
class Autosave : public QObject {
    Q_OBJECT

  public:
    /// What a process that ended unexpectedly left behind.
    struct Remains {
        QString file;
        QString study; ///< path of the study that was open; empty: it had none
        QDateTime time;
    };

    /// Copies go into `folder`, which is made when the first one is written.
    Autosave(Document& document, const QString& folder, QObject* parent = nullptr);
    ~Autosave() override;

    void setInterval(int milliseconds) { m_timer.setInterval(milliseconds); }
    /// Copies of processes that are gone, newest first.
    std::vector<Remains> remains() const;
    /// Deletes such a copy.
    static void discard(const Remains& remains);
    /// Writes the copy as soon as may be, off the GUI thread, if there is something that is in no file; then
    /// tells whether all that is in memory was in a file when this was asked.
    void writeThen(std::function<void(bool isSafe)> next);
    /// The same at once, for the end of the program: waits for it.
    bool writeNow();
    /// Waits for what is being written or deleted.
    void waitForDone() { m_writer.waitForDone(); }
    /// The copy stays when this object goes: the changes are in no other place.
    void keep() { m_isKept = true; }

  signals:
    void failed(const rulescope::base::Error& error);

  private:
    void write();
    void start(const models::StudySnapshot& snapshot, std::function<void(bool)> next);
    void remove();

    Document& m_document;
    QString m_folder, m_stem; ///< the copy is m_stem.rulescope
    std::unique_ptr<QLockFile> m_lock;
    models::StudySnapshot m_written; ///< what the copy holds
    bool m_isKept = false;
    bool m_hasFailed = false; ///< said once
    std::atomic<bool> m_isOnDisk = false;
    QTimer m_timer;
    QThreadPool m_writer; ///< one thread, so that copies are written in order
};

} // namespace rulescope::desktop
