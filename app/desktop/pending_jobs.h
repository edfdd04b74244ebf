// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <vector>

namespace rulescope::desktop {

/// A job that was running when the program ended, with what it takes to start it again.
struct PendingJob {
    QString key;
    QString study;   ///< path of the study file; empty: the demo study
    QString title;   ///< "RNN rule"
    QString request; ///< JSON of the fit or comparison asked for
    bool operator==(const PendingJob&) const = default;
};

/// Journal of jobs that have not ended, on disk, so that a killed program can offer them again at its next
/// start.
///
/// Every change is written at once by replacing the file; a missing or damaged file is an empty journal.
class PendingJobs {
  public:
    explicit PendingJobs(QString file);

    const std::vector<PendingJob>& jobs() const { return m_jobs; }
    /// Jobs of one study; `study` as in PendingJob.
    std::vector<PendingJob> jobsOf(const QString& study) const;

    /// Adds a job under a fresh key and returns the key.
    QString add(const QString& study, const QString& title, const QString& request);
    void remove(const QString& key);
    /// After "Save as" a running job belongs to the new file.
    void move(const QString& key, const QString& study);

  private:
    void write() const;

    QString m_file;
    std::vector<PendingJob> m_jobs;
};

} // namespace rulescope::desktop
