// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/study_jobs.h"

#include "app/desktop/fit_jobs.h"

#include <algorithm>
#include <utility>

namespace rulescope::desktop {

StudyJobs::StudyJobs(Document& document, const QString& journalFile, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_pending(journalFile)
    , m_path(document.path()) {
    connect(&m_queue, &JobQueue::jobFinished, this, &StudyJobs::onFinished);
    connect(&m_queue, &JobQueue::jobChanged, this, &StudyJobs::onJobChanged);
    connect(&document, &Document::adopted, this, &StudyJobs::onAdopted);
    connect(&document, &Document::pathChanged, this, &StudyJobs::onPathChanged);
}

bool StudyJobs::isJournalled() const {
    return !m_document.path().isEmpty() || m_document.isDemo();
}

int StudyJobs::start(const panels::FitRequest& request) {
    Job job = jobFor(request, m_document.snapshot());
    Running running;
    if (isJournalled()) {
        running.key = m_pending.add(m_document.path(), job.title, panels::toJson(request));
    }
    const int id = m_queue.add(std::move(job));
    m_running.insert(id, running);
    return id;
}

void StudyJobs::cancel(int id) {
    m_pending.remove(m_running.value(id).key);
    m_queue.cancel(id);
}

void StudyJobs::resume() {
    for (const PendingJob& job : interrupted()) {
        m_pending.remove(job.key);
        if (const auto request = panels::requestFromJson(job.request)) {
            start(*request);
        }
    }
}

void StudyJobs::forget() {
    for (const PendingJob& job : interrupted()) {
        m_pending.remove(job.key);
    }
}

std::vector<PendingJob> StudyJobs::interrupted() const {
    if (!isJournalled()) {
        return {};
    }
    std::vector<PendingJob> jobs = m_pending.jobsOf(m_document.path());
    std::erase_if(jobs, [this](const PendingJob& job) {
        return std::any_of(m_running.begin(), m_running.end(),
            [&job](const Running& running) { return running.key == job.key; });
    });
    return jobs;
}

void StudyJobs::onFinished(int id, const JobResult& result) {
    if (!m_running.contains(id)) {
        return; // its study was closed meanwhile
    }
    if (const auto* fit = std::get_if<fit::FitResultPtr>(&result)) {
        m_document.addFit(**fit);
        emit fitAdded(*fit);
    } else {
        m_document.addComparison(*std::get<fit::ComparisonPtr>(result));
        emit comparisonAdded();
    }
}

void StudyJobs::onJobChanged(const models::JobStatus& status) {
    // A job cancelled by a closing study or program stays in the journal; cancel() has removed the others.
    if (status.state == models::JobState::Finished || status.state == models::JobState::Failed) {
        m_pending.remove(m_running.value(status.id).key);
    }
}

void StudyJobs::onAdopted() {
    m_running.clear();
    m_queue.cancelAll();
    m_path = m_document.path();
}

void StudyJobs::onPathChanged() {
    if (m_document.path() == m_path) {
        return;
    }
    // "Save as": jobs that run now belong to the new file.
    for (const Running& running : std::as_const(m_running)) {
        m_pending.move(running.key, m_document.path());
    }
    m_path = m_document.path();
}

} // namespace rulescope::desktop
