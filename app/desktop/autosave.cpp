// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/autosave.h"

#include "app/desktop/guarded.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLockFile>
#include <QUuid>

#include <algorithm>

namespace rulescope::desktop {

namespace {

constexpr int kInterval = 30'000; ///< ms
const QString kStudy = QStringLiteral(".rulescope");
const QString kOrigin = QStringLiteral(".origin"); ///< holds the path of the study
const QString kLock = QStringLiteral(".lock");

base::Result<void> writeCopy(const io::StudyContents& contents, const QString& stem, const QString& origin) {
    QFile text(stem + kOrigin);
    if (text.open(QIODevice::WriteOnly)) {
        text.write(origin.toUtf8());
    }
    const QString path = stem + kStudy;
    return guarded(path.toStdString(), [&] { return io::saveStudy(contents, path.toStdU16String()); });
}

} // namespace

Autosave::Autosave(Document& document, const QString& folder, QObject* parent)
    : QObject(parent)
    , m_document(document)
    , m_folder(folder)
    , m_stem(QDir(folder).filePath(QUuid::createUuid().toString(QUuid::WithoutBraces))) {
    m_writer.setMaxThreadCount(1);
    m_timer.setInterval(kInterval);
    m_timer.start();
    connect(&m_timer, &QTimer::timeout, this, &Autosave::write);
    connect(&document, &Document::modifiedChanged, this, [this](bool isModified) {
        if (!isModified) {
            remove();
        }
    });
}

Autosave::~Autosave() {
    m_timer.stop();
    if (!m_isKept) {
        remove();
    }
    m_writer.waitForDone();
}

void Autosave::write() {
    const models::StudySnapshot snapshot = m_document.snapshot();
    if (m_document.isModified() && snapshot != m_written && m_writer.activeThreadCount() == 0) {
        start(snapshot, {});
    }
}

void Autosave::start(const models::StudySnapshot& snapshot, std::function<void(bool)> next) {
    if (m_lock == nullptr) { // held until the end: the copies of one process have one name
        QDir().mkpath(m_folder);
        m_lock = std::make_unique<QLockFile>(m_stem + kLock);
        m_lock->setStaleLockTime(0);
        m_lock->tryLock(0);
    }
    m_written = snapshot;
    m_writer.start([this, snapshot, next = std::move(next), stem = m_stem, origin = m_document.path()] {
        const auto result = writeCopy(*snapshot, stem, origin);
        m_isOnDisk = result.has_value();
        QMetaObject::invokeMethod(
            this,
            [this, result, next, snapshot] {
                if (result) {
                    m_hasFailed = false;
                } else {
                    m_written = m_written == snapshot ? nullptr : m_written; // tried again with the next copy
                    if (!std::exchange(m_hasFailed, true)) {
                        emit failed(result.error());
                    }
                }
                if (next) {
                    next(result.has_value());
                }
            },
            Qt::QueuedConnection);
    });
}

void Autosave::writeThen(std::function<void(bool)> next) {
    if (m_document.isModified()) {
        start(m_document.snapshot(), std::move(next));
    } else {
        next(true);
    }
}

bool Autosave::writeNow() {
    m_writer.waitForDone();
    write();
    m_writer.waitForDone();
    return !m_document.isModified() || (m_isOnDisk && m_written == m_document.snapshot());
}

void Autosave::remove() {
    if (m_lock == nullptr) { // nothing has been written
        return;
    }
    m_written = nullptr;
    m_writer.start([this, stem = m_stem] { // behind a copy that is being written
        discard({stem + kStudy, {}, {}});
        m_isOnDisk = false;
    });
}

std::vector<Autosave::Remains> Autosave::remains() const {
    std::vector<Remains> found;
    const QDir folder(m_folder);
    const QFileInfoList files = folder.entryInfoList({QLatin1Char('*') + kStudy}, QDir::Files, QDir::Time);
    for (const QFileInfo& file : files) {
        const QString stem = folder.filePath(file.completeBaseName());
        QLockFile lock(stem + kLock);
        lock.setStaleLockTime(0);
        if (stem == m_stem || !lock.tryLock(0)) {
            continue; // its process lives
        }
        QFile origin(stem + kOrigin);
        const QString study =
            origin.open(QIODevice::ReadOnly) ? QString::fromUtf8(origin.readAll()) : QString();
        found.push_back({file.filePath(), study, file.lastModified()});
    }
    return found;
}

void Autosave::discard(const Remains& remains) {
    const QFileInfo file(remains.file);
    const QString stem = file.dir().filePath(file.completeBaseName());
    QFile::remove(stem + kOrigin);
    QFile::remove(stem + kStudy);
}

} // namespace rulescope::desktop
