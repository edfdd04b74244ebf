// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/document.h"
#include "app/desktop/job_queue.h"
#include "widgets/models/network_library.h"

#include <QHash>

namespace rulescope::desktop {

/// Trains the experiments of the library as jobs of the queue and brings artificial animals into the study.
///
/// Each finished network lies in its experiment's folder at once, so an experiment that was cancelled, or
/// whose program ended, is continued with what is missing.
class NetworkJobs : public QObject {
    Q_OBJECT

  public:
    NetworkJobs(
        Document& document, JobQueue& queue, models::NetworkLibrary& library, QObject* parent = nullptr);

    /// Begins an experiment; returns its folder. Errors: of NetworkLibrary::begin(), an animal that the study
    /// does not hold.
    base::Result<QString> start(const networks::ExperimentRequest& request);
    /// Trains what an experiment lacks.
    base::Result<void> goOn(const QString& folder);
    /// Whether a job of the queue is one of these.
    bool owns(int job) const { return m_folders.contains(job); }

  signals:
    /// An experiment has ended by itself; `animals` have joined the study.
    void ended(const QString& folder, int animals, int diverged);
    void failed(const QString& folder, const QString& message);

  private:
    void onJobChanged(const models::JobStatus& status);
    void onFinished(int id, const JobResult& result);

    Document& m_document;
    JobQueue& m_queue;
    models::NetworkLibrary& m_library;
    QHash<int, QString> m_folders; ///< of jobs that have not ended
};

} // namespace rulescope::desktop
