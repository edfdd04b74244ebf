// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pending_jobs.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QUuid>

#include <algorithm>

namespace rulescope::desktop {

namespace {

constexpr qint64 kLargestFile = 1 << 20; ///< a journal is a few kB; anything larger is not ours

std::vector<PendingJob> read(const QString& path) {
    QFile file(path);
    if (file.size() > kLargestFile || !file.open(QIODevice::ReadOnly)) {
        return {};
    }
    std::vector<PendingJob> jobs;
    for (const QJsonValue& value : QJsonDocument::fromJson(file.readAll()).array()) {
        const QJsonObject object = value.toObject();
        const PendingJob job = {object[QLatin1String("key")].toString(),
            object[QLatin1String("study")].toString(), object[QLatin1String("title")].toString(),
            object[QLatin1String("request")].toString()};
        if (!job.key.isEmpty() && !job.request.isEmpty()) {
            jobs.push_back(job);
        }
    }
    return jobs;
}

} // namespace

PendingJobs::PendingJobs(QString file)
    : m_file(std::move(file))
    , m_jobs(read(m_file)) {}

std::vector<PendingJob> PendingJobs::jobsOf(const QString& study) const {
    std::vector<PendingJob> result;
    std::copy_if(m_jobs.begin(), m_jobs.end(), std::back_inserter(result),
        [&study](const PendingJob& job) { return job.study == study; });
    return result;
}

QString PendingJobs::add(const QString& study, const QString& title, const QString& request) {
    const QString key = QUuid::createUuid().toString(QUuid::WithoutBraces);
    m_jobs.push_back({key, study, title, request});
    write();
    return key;
}

void PendingJobs::remove(const QString& key) {
    if (std::erase_if(m_jobs, [&key](const PendingJob& job) { return job.key == key; }) > 0) {
        write();
    }
}

void PendingJobs::move(const QString& key, const QString& study) {
    for (PendingJob& job : m_jobs) {
        if (job.key == key) {
            job.study = study;
        }
    }
    write();
}

void PendingJobs::write() const {
    QJsonArray array;
    for (const PendingJob& job : m_jobs) {
        array.append(QJsonObject{{QStringLiteral("key"), job.key}, {QStringLiteral("study"), job.study},
            {QStringLiteral("title"), job.title}, {QStringLiteral("request"), job.request}});
    }
    QDir().mkpath(QFileInfo(m_file).absolutePath());
    // A journal that can't be written costs only the offer to start again, so a failure needs no word to the
    // user.
    QSaveFile file(m_file);
    if (file.open(QIODevice::WriteOnly)) {
        file.write(QJsonDocument(array).toJson());
        file.commit();
    }
}

} // namespace rulescope::desktop
