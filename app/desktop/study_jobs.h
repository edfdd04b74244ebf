// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/document.h"
#include "app/desktop/job_queue.h"
#include "app/desktop/pending_jobs.h"
#include "widgets/panels/fit_request.h"
#include "widgets/panels/validation_page.h"

#include <QHash>
#include <QSet>

namespace rulescope::desktop {

/// A mark of the trials that a request reads: the same names and counts give the same mark. Empty if the
/// study lacks one of the animals.
QString dataMark(const io::StudyContents& contents, const panels::FitRequest& request);

/// A job that was interrupted, and what has become of the trials that it read.
struct InterruptedJob {
    enum class Data { Same, Changed, Gone };
    PendingJob job;
    Data data = Data::Same; ///< Gone: one of its animals is not in the study any more
};

/// Brings the document, its background jobs and the journal together: starts what the fit panel asks for,
/// adds results to the document, and offers again what a closed or killed program left undone.
///
/// A job stays in the journal until its result is in a file, has been undone, or was given up on leaving the
/// study; so a program that dies before costs no more than the time from the last checkpoint.
/// Jobs of a study that is left are stopped and taken off the list; they are offered again when it is opened.
/// Reports go on: they own what they draw, and nothing of them enters the study.
class StudyJobs : public QObject {
    Q_OBJECT

  public:
    StudyJobs(Document& document, const QString& journalFile, QObject* parent = nullptr);

    JobQueue& queue() { return m_queue; }
    /// How often running fits and comparisons write down what they have reached.
    void setCheckpointInterval(double seconds) { m_checkpointSeconds = seconds; }

    /// Starts a fit or a comparison of the study as it is now; returns the job's id.
    int start(const panels::FitRequest& request);
    /// Draws the study's report into a folder; such a job is not offered again. Returns the job's id.
    int startReport(const QString& folder, const std::vector<figures::FigureSpec>& further = {});
    /// Simulates animals and fits rules to them; such a job is not offered again. Returns the job's id.
    int startValidation(const panels::ValidationRequest& request);
    /// Cancels for good: the job will not be offered again.
    void cancel(int id);
    /// Asks all jobs to stop and waits for them; they stay in the journal. For an orderly end of the program.
    void stopAndWait();
    /// Results that are in no file are given up: the user has left the study without saving.
    void forgetResults();
    /// Starts the jobs that the journal holds for the open study; each goes on from its checkpoint, or afresh
    /// if its trials have changed. Those whose animals are gone stay in the journal.
    void resume();
    /// Takes them off the journal.
    void forget();
    /// Jobs of the open study that were interrupted and that no other copy of the program runs.
    std::vector<InterruptedJob> interrupted();
    /// Titles of the fits and comparisons of the open study that run or wait: they stop when it is left.
    QStringList openTitles() const;
    /// Reports that are not written yet: lost if the program ends now.
    int openReports() const;
    /// The same for validations, which are about simulated animals and go on when a study is left.
    int openValidations() const;
    /// What the user should know of the journal since interrupted() was last asked: entries of another
    /// version, a damaged file put aside. Empty: nothing.
    QString journalProblem() const;

  signals:
    void fitAdded(const rulescope::fit::FitResultPtr& fit);
    void comparisonAdded();
    void reportWritten(const rulescope::desktop::ReportFiles& files);
    void validated(const rulescope::desktop::FigurePtr& figure);
    /// interrupted() may have something else to say, e.g. since the journal could be read.
    void interruptedChanged();

  private:
    int openOf(const QSet<int>& jobs) const;
    int launch(const panels::FitRequest& request, const QString& key);
    void onFinished(int id, const JobResult& result);
    void onJobChanged(const models::JobStatus& status);
    void onAdopted();
    void onPathChanged();
    void onSaved(const models::StudySnapshot& snapshot);

    Document& m_document;
    PendingJobs m_pending;
    /// Journal keys (empty: not in it) of the jobs of the open study; a job that is not here belongs to one
    /// that was left.
    QHash<int, QString> m_keys;
    QHash<QString, std::string> m_unsaved; ///< journal keys of results in no file, and the results' ids
    QSet<int> m_reports;                   ///< of any study
    QSet<int> m_validations;               ///< of no study
    QSet<int> m_left;                      ///< of studies that were left; they go off the list as they end
    QSet<int> m_givenUp; ///< cancelled by the user: their checkpoints go when they have ended
    double m_checkpointSeconds = 3;
    int m_unknown = 0; ///< entries of the journal whose request this version can't read
    QString m_path;
    JobQueue m_queue; ///< last: its jobs end before what they report to goes away
};

} // namespace rulescope::desktop
