// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <vector>

class QLockFile;
class QTimer;

namespace rulescope::desktop {

/// A job that has not ended, with what it takes to start it again.
struct PendingJob {
    QString key;     ///< given by the journal
    QString study;   ///< path of the study file; empty: it has none yet
    QString data;    ///< tells the data of a study without a file apart (dataMark)
    QString title;   ///< "RNN rule"
    QString request; ///< JSON of the fit or comparison asked for
    bool operator==(const PendingJob&) const = default;
};

/// Journal of jobs that have not ended, on disk and shared by all running copies of the program, so that the
/// jobs of one that was killed can be offered again.
///
/// Every change reads the file, changes it and replaces it under a lock. What this version can't read stays:
/// an entry in its place, a file that is no journal under another name. A lock that another copy holds is
/// waited for 50 ms; then changes are kept and made later, at the latest as this object ends.
class PendingJobs : public QObject {
    Q_OBJECT

  public:
    explicit PendingJobs(QString file, QObject* parent = nullptr);
    ~PendingJobs() override;

    /// Jobs that no other living process runs: this one's own, and those of processes that are gone. None
    /// while another copy holds the lock: reachable() says when to ask again.
    std::vector<PendingJob> jobs();
    /// Adds a job as this process's own, under a fresh key that is returned.
    QString add(PendingJob job);
    /// Makes a job of a process that is gone this one's own; false if another has it by now, or holds the
    /// lock.
    bool claim(const QString& key);
    /// Forgets a job and its checkpoint.
    void remove(const QString& key);
    /// After "Save as" a job belongs to the new file.
    void move(const QString& key, const QString& study);

    /// Where a job's fit keeps its checkpoint; the folder exists.
    QString checkpointFile(const QString& key) const;

    /// Entries in the file that this version of the program can't read.
    int unreadableCount() const { return m_unreadable; }
    /// Where a file that was no journal lies now; empty if there was none.
    const QString& setAside() const { return m_setAside; }

  signals:
    /// The lock can be had again after a call that could not have it.
    void reachable();

  private:
    struct Entry;
    /// Edits the entries; true if they are to be written.
    using Change = std::function<bool(std::vector<Entry>& entries)>;
    enum class IfLocked { GiveUp, Later };

    /// Reads the file, lets what waits and then `change` edit the entries, and writes them; all under the
    /// lock. False if another copy has that: then the change waits, or is given up.
    bool withEntries(Change change, IfLocked ifLocked = IfLocked::Later);
    bool applyWaiting(int patience);
    void retry();
    std::vector<Entry> read();
    void write(const std::vector<Entry>& entries) const;
    bool isMine(const Entry& entry) const;
    void removeOrphans();
    QString lockOf(const QString& owner) const;

    QString m_file;
    QString m_owner;                    ///< this journal object among all that live
    std::unique_ptr<QLockFile> m_alive; ///< held as long as this lives: others then leave its jobs alone
    std::vector<Change> m_waiting;      ///< for the lock
    QTimer* m_retry;
    int m_unreadable = 0;
    bool m_isDamaged = false; ///< the file was no journal when it was last read
    QString m_setAside;
};

} // namespace rulescope::desktop
