// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/pending_jobs.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLockFile>
#include <QSaveFile>
#include <QTimer>
#include <QUuid>

#include <algorithm>
#include <optional>
#include <utility>

namespace rulescope::desktop {

namespace {

constexpr qint64 kLargestFile = 1 << 20; ///< a journal is a few kB; anything larger is not ours
constexpr int kLockPatience = 50;        ///< ms; another process holds the lock for one small file's time
constexpr int kLastPatience = 3000;      ///< ms, as the program ends: what is not written then is lost
constexpr int kRetry = 250;              ///< ms

QString freshKey() {
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

/// The entries of a journal; nothing if the bytes are none. No bytes are an empty journal.
std::optional<QJsonArray> parsed(const QByteArray& bytes) {
    if (bytes.isEmpty()) {
        return QJsonArray();
    }
    const QJsonDocument document = QJsonDocument::fromJson(bytes);
    return document.isArray() ? std::optional(document.array()) : std::nullopt;
}

/// Renames the file to a free name beside it and returns that name.
QString moveAside(const QString& path) {
    for (int number = 1;; ++number) {
        const QString name = QStringLiteral("%1.damaged-%2").arg(path).arg(number);
        if (!QFileInfo::exists(name)) {
            return QFile::rename(path, name) ? name : QString();
        }
    }
}

bool isSafeName(const QString& key) {
    return !key.isEmpty() && std::all_of(key.begin(), key.end(),
                                 [](QChar c) { return c.isLetterOrNumber() || c == QLatin1Char('-'); });
}

} // namespace

/// One element of the file: a job and whose it is, or something else that stays as it is.
struct PendingJobs::Entry {
    std::optional<PendingJob> job;
    QString owner;
    QJsonValue raw;

    static Entry from(const QJsonValue& value) {
        const QJsonObject object = value.toObject();
        const auto text = [&object](const char* name) { return object[QLatin1String(name)].toString(); };
        Entry entry = {std::nullopt, text("owner"), value};
        const PendingJob job = {text("key"), text("study"), text("data"), text("title"), text("request")};
        if (isSafeName(job.key) && !job.request.isEmpty()) {
            entry.job = job;
        }
        return entry;
    }
    QJsonValue toJson() const {
        if (!job) {
            return raw;
        }
        QJsonObject object = raw.toObject(); // keys of a later version stay
        const std::pair<const char*, const QString*> values[] = {{"key", &job->key}, {"study", &job->study},
            {"data", &job->data}, {"title", &job->title}, {"request", &job->request}, {"owner", &owner}};
        for (const auto& [name, value] : values) {
            object[QLatin1String(name)] = *value;
        }
        return object;
    }
};

PendingJobs::PendingJobs(QString file, QObject* parent)
    : QObject(parent)
    , m_file(std::move(file))
    , m_owner(freshKey())
    , m_retry(new QTimer(this)) {
    m_retry->setInterval(kRetry);
    connect(m_retry, &QTimer::timeout, this, &PendingJobs::retry);
    QDir().mkpath(QFileInfo(m_file).absolutePath());
    m_alive = std::make_unique<QLockFile>(lockOf(m_owner));
    m_alive->setStaleLockTime(0);
    m_alive->tryLock(0);
    const QFileInfo info(m_file);
    for (const QString& left :
        info.dir().entryList({info.fileName() + QStringLiteral(".*.alive")}, QDir::Files)) {
        QLockFile lock(info.dir().filePath(left));
        lock.setStaleLockTime(0);
        lock.tryLock(0); // had only if its process is gone; then it is cleared away here
    }
    removeOrphans();
}

/// Deletes checkpoints of jobs that are in no journal, e.g. of one that ended while it was being cancelled.
void PendingJobs::removeOrphans() {
    withEntries([this](std::vector<Entry>& entries) {
        if (m_unreadable > 0 || !m_setAside.isEmpty()) {
            return false; // they may belong to those
        }
        const QDir folder = QFileInfo(checkpointFile(QStringLiteral("any"))).dir();
        for (const QString& name : folder.entryList({QStringLiteral("*.checkpoint")}, QDir::Files)) {
            const QString key = QFileInfo(name).completeBaseName();
            const bool isKnown = std::any_of(entries.begin(), entries.end(),
                [&key](const Entry& entry) { return entry.job && entry.job->key == key; });
            if (!isKnown) {
                QFile::remove(folder.filePath(name));
            }
        }
        return false;
    });
}

PendingJobs::~PendingJobs() {
    if (!m_waiting.empty()) {
        applyWaiting(kLastPatience);
    }
}

QString PendingJobs::lockOf(const QString& owner) const {
    return QStringLiteral("%1.%2.alive").arg(m_file, owner);
}

/// Whether this process may have the entry: it is its own, or that of a process that is gone.
bool PendingJobs::isMine(const Entry& entry) const {
    if (entry.owner == m_owner || !isSafeName(entry.owner)) {
        return true;
    }
    // A lock whose process is gone can be had; letting go of it at once clears it away.
    QLockFile other(lockOf(entry.owner));
    other.setStaleLockTime(0);
    return other.tryLock(0);
}

std::vector<PendingJobs::Entry> PendingJobs::read() {
    QFile file(m_file);
    std::optional<QJsonArray> array;
    if (!file.exists()) {
        array = QJsonArray();
    } else if (file.size() <= kLargestFile && file.open(QIODevice::ReadOnly)) {
        array = parsed(file.readAll());
    }
    m_isDamaged = !array;
    if (!array) {
        file.close();
        m_setAside = moveAside(m_file);
        return {};
    }
    std::vector<Entry> entries;
    m_unreadable = 0;
    for (const QJsonValue& value : std::as_const(*array)) {
        entries.push_back(Entry::from(value));
        m_unreadable += entries.back().job ? 0 : 1;
    }
    return entries;
}

void PendingJobs::write(const std::vector<Entry>& entries) const {
    QJsonArray array;
    for (const Entry& entry : entries) {
        array.append(entry.toJson());
    }
    // A journal that can't be written costs only the offer to start again, so a failure needs no word to the
    // user.
    QSaveFile file(m_file);
    if (file.open(QIODevice::WriteOnly)) {
        file.write(QJsonDocument(array).toJson());
        if (!file.flush()) { // a full disk, which commit() doesn't notice: the old journal is better than
                             // half
            file.cancelWriting();
        }
        file.commit();
    }
}

bool PendingJobs::withEntries(Change change, IfLocked ifLocked) {
    m_waiting.push_back(std::move(change));
    if (applyWaiting(kLockPatience)) {
        return true;
    }
    if (ifLocked == IfLocked::GiveUp && !m_waiting.empty()) {
        m_waiting.pop_back();
    }
    return false;
}

bool PendingJobs::applyWaiting(int patience) {
    QLockFile lock(m_file + QStringLiteral(".lock"));
    if (!lock.tryLock(patience)) {
        if (lock.error() == QLockFile::LockFailedError) {
            m_retry->start();
        } else {
            m_waiting.clear(); // the folder can't be written, now or later
        }
        return false;
    }
    std::vector<Entry> entries = read();
    const bool isStuck = m_setAside.isEmpty() && m_isDamaged; // what can't be put aside is not replaced
    bool isChanged = false;
    for (const Change& change : std::exchange(m_waiting, {})) {
        isChanged = change(entries) || isChanged;
    }
    if (isChanged && !isStuck) {
        write(entries);
    }
    return true;
}

void PendingJobs::retry() {
    m_retry->stop();
    if (applyWaiting(0)) {
        emit reachable();
    }
}

std::vector<PendingJob> PendingJobs::jobs() {
    std::vector<PendingJob> result;
    withEntries(
        [&](std::vector<Entry>& entries) {
            for (const Entry& entry : entries) {
                if (entry.job && isMine(entry)) {
                    result.push_back(*entry.job);
                }
            }
            return false;
        },
        IfLocked::GiveUp);
    return result;
}

QString PendingJobs::add(PendingJob job) {
    job.key = freshKey();
    withEntries([this, job](std::vector<Entry>& entries) {
        entries.push_back({job, m_owner, {}});
        return true;
    });
    return job.key;
}

bool PendingJobs::claim(const QString& key) {
    bool isClaimed = false;
    withEntries(
        [&](std::vector<Entry>& entries) {
            for (Entry& entry : entries) {
                if (entry.job && entry.job->key == key && isMine(entry)) {
                    entry.owner = m_owner;
                    isClaimed = true;
                }
            }
            return isClaimed;
        },
        IfLocked::GiveUp);
    return isClaimed;
}

void PendingJobs::remove(const QString& key) {
    if (!isSafeName(key)) {
        return;
    }
    withEntries([this, key](std::vector<Entry>& entries) {
        QFile::remove(checkpointFile(key)); // with its entry: one that stays keeps its checkpoint
        return std::erase_if(
                   entries, [&key](const Entry& entry) { return entry.job && entry.job->key == key; }) > 0;
    });
}

void PendingJobs::move(const QString& key, const QString& study) {
    withEntries([key, study](std::vector<Entry>& entries) {
        bool isMoved = false;
        for (Entry& entry : entries) {
            if (entry.job && entry.job->key == key) {
                entry.job->study = study;
                isMoved = true;
            }
        }
        return isMoved;
    });
}

QString PendingJobs::checkpointFile(const QString& key) const {
    const QDir folder(QFileInfo(m_file).absolutePath());
    folder.mkpath(QStringLiteral("checkpoints"));
    return folder.filePath(QStringLiteral("checkpoints/%1.checkpoint").arg(key));
}

} // namespace rulescope::desktop
