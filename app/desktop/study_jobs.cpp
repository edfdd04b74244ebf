// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/study_jobs.h"

#include "app/desktop/fit_jobs.h"
#include "app/desktop/report_job.h"
#include "app/desktop/validation_jobs.h"
#include "core/data/analysed.h"

#include <QCryptographicHash>
#include <QDir>

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace rulescope::desktop {

namespace {

const fit::FitSpec& specOf(const panels::FitRequest& request) {
    const auto* spec = std::get_if<fit::FitSpec>(&request);
    return spec != nullptr ? *spec : std::get<fit::ComparisonRequest>(request).spec;
}

bool holds(const io::StudyContents& contents, const std::string& id) {
    const auto isIt = [&id](const auto& result) { return result->id == id; };
    return std::any_of(contents.fits.begin(), contents.fits.end(), isIt) ||
           std::any_of(contents.comparisons.begin(), contents.comparisons.end(), isIt);
}

/// A number for the values of a column. Not cryptographic: it has the GUI thread's time alone, and hashes of
/// the standard library pass over the trials of a large study within some 10 ms.
template<class Value>
qulonglong markOf(const std::vector<Value>& column) {
    return std::hash<std::string_view>()(
        {reinterpret_cast<const char*>(column.data()), column.size() * sizeof(Value)});
}

QByteArray markOf(const data::Animal& animal) {
    const data::Trials& trials = animal.trials();
    QString text = QString::fromStdString(animal.name());
    for (const data::Session& session : animal.sessions()) {
        text += QStringLiteral("|%1 %2").arg(QString::fromStdString(session.label)).arg(session.begin);
    }
    for (const auto* column : {&trials.choice, &trials.answer, &trials.outcome}) {
        text += QStringLiteral("|%1").arg(markOf(*column));
    }
    for (const auto* column : {&trials.stimulus, &trials.stimulusOnsetS, &trials.responseS,
             &trials.reactionTimeS, &trials.probabilityLeft}) {
        text += QStringLiteral("|%1").arg(markOf(*column));
    }
    for (const data::Column& column : trials.extra) {
        text += QStringLiteral("|%1 %2").arg(QString::fromStdString(column.name)).arg(markOf(column.values));
    }
    return (text + u'\n').toUtf8();
}

/// Marks of the requests for one study: each animal's trials are gone through once, however many ask.
class DataMarks {
  public:
    explicit DataMarks(const io::StudyContents& contents)
        : m_study(data::analysed(contents.study)) {}

    QString of(const panels::FitRequest& request) {
        const fit::FitSpec& spec = specOf(request);
        std::vector<std::string> names = spec.animals;
        names.insert(names.end(), spec.heldOut.begin(), spec.heldOut.end());
        std::vector<data::AnimalPtr> animals;
        for (const std::string& name : names) {
            animals.push_back(m_study.find(name));
            if (animals.back() == nullptr) {
                return {};
            }
        }
        QCryptographicHash hash(QCryptographicHash::Sha1);
        for (const data::AnimalPtr& animal : spec.animals.empty() ? m_study.animals : animals) {
            QByteArray& mark = m_marks[animal.get()];
            if (mark.isEmpty()) {
                mark = markOf(*animal);
            }
            hash.addData(mark);
        }
        return QString::fromLatin1(hash.result().toHex());
    }

  private:
    data::Study m_study;
    QHash<const data::Animal*, QByteArray> m_marks;
};

} // namespace

QString dataMark(const io::StudyContents& contents, const panels::FitRequest& request) {
    return DataMarks(contents).of(request);
}

StudyJobs::StudyJobs(Document& document, const QString& journalFile, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_pending(journalFile)
    , m_path(document.path()) {
    connect(&m_pending, &PendingJobs::reachable, this, &StudyJobs::interruptedChanged);
    connect(&m_queue, &JobQueue::jobFinished, this, &StudyJobs::onFinished);
    connect(&m_queue, &JobQueue::jobChanged, this, &StudyJobs::onJobChanged);
    connect(&document, &Document::adopted, this, &StudyJobs::onAdopted);
    connect(&document, &Document::pathChanged, this, &StudyJobs::onPathChanged);
    connect(&document, &Document::saved, this, &StudyJobs::onSaved);
}

int StudyJobs::start(const panels::FitRequest& request) {
    PendingJob entry;
    entry.study = m_document.path();
    entry.data = dataMark(m_document.contents(), request);
    entry.title = panels::titleOf(request);
    entry.request = panels::toJson(request);
    return launch(request, m_pending.add(std::move(entry)));
}

int StudyJobs::launch(const panels::FitRequest& request, const QString& key) {
    const CheckpointPlace checkpoint = {m_pending.checkpointFile(key).toStdU16String(), m_checkpointSeconds};
    const int id = m_queue.add(jobFor(request, m_document.snapshot(), checkpoint));
    m_keys.insert(id, key);
    return id;
}

int StudyJobs::startReport(const QString& folder, const std::vector<figures::FigureSpec>& further) {
    const int id = m_queue.add(reportJob(m_document.snapshot(), m_document.displayName(), folder, further));
    m_reports.insert(id);
    return id;
}

int StudyJobs::startValidation(const panels::ValidationRequest& request) {
    const int id = m_queue.add(validationJob(request));
    m_validations.insert(id);
    return id;
}

int StudyJobs::openReports() const {
    return openOf(m_reports);
}

int StudyJobs::openValidations() const {
    return openOf(m_validations);
}

QStringList StudyJobs::openTitles() const {
    QStringList titles;
    for (const int id : m_queue.ids()) {
        const models::JobStatus status = m_queue.status(id);
        if (m_keys.contains(id) && !models::isFinal(status.state)) {
            titles.append(status.title);
        }
    }
    return titles;
}

int StudyJobs::openOf(const QSet<int>& jobs) const {
    return static_cast<int>(std::count_if(jobs.begin(), jobs.end(), [this](int id) {
        const models::JobStatus status = m_queue.status(id);
        return status.id != 0 && !models::isFinal(status.state);
    }));
}

void StudyJobs::cancel(int id) {
    m_givenUp.insert(id);
    m_queue.cancel(id);
}

void StudyJobs::stopAndWait() {
    m_queue.stopAndWait();
}

void StudyJobs::resume() {
    for (const auto& [job, data] : interrupted()) {
        const auto request = panels::requestFromJson(job.request);
        if (request && data != InterruptedJob::Data::Gone && m_pending.claim(job.key)) {
            launch(*request, job.key);
        }
    }
}

void StudyJobs::forget() {
    for (const InterruptedJob& interrupted : interrupted()) {
        m_pending.remove(interrupted.job.key);
    }
}

std::vector<InterruptedJob> StudyJobs::interrupted() {
    std::vector<InterruptedJob> result;
    m_unknown = 0;
    std::optional<DataMarks> marks; // made when one is needed: usually there is nothing to resume
    for (const PendingJob& job : m_pending.jobs()) {
        if (std::find(m_keys.begin(), m_keys.end(), job.key) != m_keys.end()) {
            continue; // runs here, or has ended
        }
        const auto request = panels::requestFromJson(job.request);
        if (!request) {
            ++m_unknown;
            continue;
        }
        if (!job.study.isEmpty() && job.study != m_document.path()) {
            continue; // of another study
        }
        const QString mark = (marks ? *marks : marks.emplace(m_document.contents())).of(*request);
        const bool isSame = !mark.isEmpty() && mark == job.data;
        if (!job.study.isEmpty() || isSame) {
            result.push_back({job, isSame           ? InterruptedJob::Data::Same
                                   : mark.isEmpty() ? InterruptedJob::Data::Gone
                                                    : InterruptedJob::Data::Changed});
        }
    }
    return result;
}

QString StudyJobs::journalProblem() const {
    if (!m_pending.setAside().isEmpty()) {
        return tr(
            "The journal of interrupted jobs could not be read. It lies at %1 now; a new one was begun.")
            .arg(QDir::toNativeSeparators(m_pending.setAside()));
    }
    if (const int count = m_pending.unreadableCount() + m_unknown; count > 0) {
        return tr("%n interrupted job(s) were written by another version of Rulescope and can't be started "
                  "by this one. They are kept for it.",
            nullptr, count);
    }
    return {};
}

void StudyJobs::onFinished(int id, const JobResult& result) {
    if (const auto* report = std::get_if<ReportFiles>(&result)) {
        emit reportWritten(*report);
        return;
    }
    if (const auto* figure = std::get_if<FigurePtr>(&result)) {
        emit validated(*figure);
        return;
    }
    if (!m_keys.contains(id)) {
        return; // its study was left meanwhile
    }
    if (const auto* fit = std::get_if<fit::FitResultPtr>(&result)) {
        m_document.addFit(**fit);
        m_unsaved.insert(m_keys.value(id), m_document.contents().fits.back()->id);
        emit fitAdded(*fit);
    } else if (const auto* comparison = std::get_if<fit::ComparisonPtr>(&result)) {
        m_document.addComparison(**comparison);
        m_unsaved.insert(m_keys.value(id), m_document.contents().comparisons.back()->id);
        emit comparisonAdded();
    }
}

void StudyJobs::onJobChanged(const models::JobStatus& status) {
    if (!models::isFinal(status.state)) {
        return;
    }
    if (m_left.remove(status.id)) {
        m_queue.remove(status.id); // of a study that was left: neither its end nor its result is wanted here
        return;
    }
    if (!m_keys.contains(status.id)) {
        return; // somebody else's
    }
    // A job cancelled by a closing program or a study that is left stays in the journal, and one that has
    // finished stays until its result is in a file.
    const bool isGivenUp = m_givenUp.remove(status.id) && status.state == models::JobState::Cancelled;
    if (isGivenUp || status.state == models::JobState::Failed) {
        m_pending.remove(m_keys.value(status.id));
    }
}

void StudyJobs::onSaved(const models::StudySnapshot& snapshot) {
    for (const QString& key : m_unsaved.keys()) {
        const std::string id = m_unsaved.value(key);
        if (holds(*snapshot, id) || !holds(m_document.contents(), id)) { // or undone
            m_pending.remove(key);
            m_unsaved.remove(key);
        }
    }
}

void StudyJobs::forgetResults() {
    for (const QString& key : m_unsaved.keys()) {
        m_pending.remove(key);
    }
    m_unsaved.clear();
}

void StudyJobs::onAdopted() {
    forgetResults();
    for (auto job = m_keys.keyBegin(); job != m_keys.keyEnd(); ++job) {
        m_left.insert(*job);
    }
    m_keys.clear();
    for (const int id : m_queue.ids()) {
        if (m_queue.isOfStudy(id)) {
            m_queue.cancel(id);
            m_queue.remove(id); // those that have ended; the others go when they do
        }
    }
    m_path = m_document.path();
}

void StudyJobs::onPathChanged() {
    if (m_document.path() == m_path) {
        return;
    }
    // "Save as": jobs that run now belong to the new file.
    for (const QString& key : std::as_const(m_keys)) {
        m_pending.move(key, m_document.path());
    }
    m_path = m_document.path();
}

} // namespace rulescope::desktop
