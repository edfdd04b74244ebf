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
    m_writer.waitForDone();
    if (!m_isKept) {
        remove();
    }
}

void Autosave::write() {
    const models::StudySnapshot snapshot = m_document.snapshot();
    if (!m_document.isModified() || snapshot == m_written || m_writer.activeThreadCount() > 0) {
        return;
    }
    if (m_lock == nullptr) {
        QDir().mkpath(m_folder);
        m_lock = std::make_unique<QLockFile>(m_stem + kLock);
        m_lock->setStaleLockTime(0);
        m_lock->tryLock(0);
    }
    m_written = snapshot;
    m_writer.start([this, snapshot, stem = m_stem, origin = m_document.path()] {
        const auto result = writeCopy(*snapshot, stem, origin);
        m_isOnDisk = result.has_value();
        QMetaObject::invokeMethod(
            this,
            [this, result] {
                if (result) {
                    m_hasFailed = false;
                    return;
                }
                m_written = nullptr; // tried again with the next copy
                if (!std::exchange(m_hasFailed, true)) {
                    emit failed(result.error());
                }
            },
            Qt::QueuedConnection);
    });
}

bool Autosave::writeNow() {
    m_writer.waitForDone();
    write();
    m_writer.waitForDone();
    return !m_document.isModified() || (m_isOnDisk && m_written == m_document.snapshot());
}

void Autosave::remove() {
    m_writer.waitForDone();
    m_written = nullptr;
    if (m_lock != nullptr) {
        discard({m_stem + kStudy, {}, {}});
        m_lock.reset();
    }
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
