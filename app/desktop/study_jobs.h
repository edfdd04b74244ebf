// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/document.h"
#include "app/desktop/job_queue.h"
#include "app/desktop/pending_jobs.h"
#include "widgets/panels/fit_request.h"

#include <QHash>

namespace rulescope::desktop {

/// Brings the document, its background jobs and the journal together: starts what the fit panel asks for,
/// adds results to the document, and offers again what a closed or killed program left undone.
class StudyJobs : public QObject {
    Q_OBJECT

  public:
    StudyJobs(Document& document, const QString& journalFile, QObject* parent = nullptr);

    JobQueue& queue() { return m_queue; }

    /// Starts a fit or a comparison of the study as it is now; returns the job's id.
    int start(const panels::FitRequest& request);
    /// Cancels for good: the job will not be offered again.
    void cancel(int id);
    /// Starts the jobs that the journal holds for the open study.
    void resume();
    /// Takes them off the journal.
    void forget();
    /// Jobs of the open study that were interrupted.
    std::vector<PendingJob> interrupted() const;

  signals:
    void fitAdded(const rulescope::fit::FitResultPtr& fit);
    void comparisonAdded();

  private:
    struct Running {
        QString key; ///< in the journal; empty: not journalled
    };

    void onFinished(int id, const JobResult& result);
    void onJobChanged(const models::JobStatus& status);
    void onAdopted();
    void onPathChanged();
    bool isJournalled() const;

    Document& m_document;
    PendingJobs m_pending;
    QHash<int, Running> m_running; ///< jobs of the open study; a job that is not here belongs to a closed one
    QString m_path;
    JobQueue m_queue; ///< last: its jobs end before what they report to goes away
};

} // namespace rulescope::desktop
