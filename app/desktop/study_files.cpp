// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/study_files.h"

#include "core/io/import_paths.h"
#include "core/simulate/demo_study.h"
#include "widgets/panels/latest_task.h"

#include <QThreadPool>
#include <QTimer>

#include <filesystem>

namespace rulescope::desktop {

namespace {

constexpr std::uint64_t kDemoSeed = 1;
constexpr int kProgressInterval = 100; ///< ms

std::filesystem::path toPath(const QString& path) {
    return std::filesystem::path(path.toStdU16String());
}

} // namespace

StudyFiles::StudyFiles(QObject* parent)
    : QObject(parent)
    , m_openTask(new panels::LatestTask(this))
    , m_saveTask(new panels::LatestTask(this))
    , m_readTask(new panels::LatestTask(this))
    , m_progressTimer(new QTimer(this))
    , m_progress(std::make_shared<std::atomic<double>>(0)) {
    m_progressTimer->setInterval(kProgressInterval);
    connect(m_progressTimer, &QTimer::timeout, this, [this] { emit readingProgressed(m_progress->load()); });
    connect(m_readTask, &panels::LatestTask::busyChanged, this, [this](bool isBusy) {
        if (isBusy) {
            m_progressTimer->start();
        } else {
            m_progressTimer->stop();
        }
    });
}

void StudyFiles::open(const QString& path) {
    m_openTask->run([path](const base::StopToken&) { return io::openStudy(toPath(path)); },
        [this, path](base::Result<io::StudyContents> contents) {
            if (contents) {
                emit opened(std::make_shared<io::StudyContents>(std::move(*contents)), path);
            } else {
                emit openFailed(contents.error());
            }
        });
}

void StudyFiles::makeDemo() {
    m_openTask->run(
        [](const base::StopToken&) {
            io::StudyContents contents;
            contents.study = simulate::demoStudy(kDemoSeed);
            return contents;
        },
        [this](io::StudyContents contents) {
            emit demoMade(std::make_shared<io::StudyContents>(std::move(contents)));
        });
}

void StudyFiles::save(const models::StudySnapshot& snapshot, const QString& path, quint64 generation) {
    m_saves.push_back({snapshot, path, generation});
    if (m_saves.size() == 1) {
        startNextSave();
    }
}

void StudyFiles::startNextSave() {
    m_saveTask->run([snapshot = m_saves.front().snapshot, path = m_saves.front().path](
                        const base::StopToken&) { return io::saveStudy(*snapshot, toPath(path)); },
        [this](const base::Result<void>& result) {
            const SaveRequest done = m_saves.front();
            m_saves.pop_front();
            if (result) {
                emit saved(done.snapshot, done.path, done.generation);
            } else {
                emit saveFailed(result.error());
            }
            if (!m_saves.empty()) {
                startNextSave();
            }
        });
}

base::Result<void> StudyFiles::saveNow(const models::StudySnapshot& snapshot, const QString& path) {
    QThreadPool::globalInstance()->waitForDone(); // one writer at a time
    while (m_saves.size() > 1) { // in order: an older study must not be written over this one later
        const SaveRequest next = m_saves[1];
        m_saves.erase(m_saves.begin() + 1);
        if (auto written = io::saveStudy(*next.snapshot, toPath(next.path)); !written) {
            return written;
        }
    }
    return io::saveStudy(*snapshot, toPath(path));
}

void StudyFiles::read(const QStringList& paths) {
    std::vector<std::filesystem::path> files;
    for (const QString& path : paths) {
        files.push_back(toPath(path));
    }
    m_progress->store(0);
    m_readTask->run(
        [files, progress = m_progress](const base::StopToken& stop) {
            return io::importPaths(
                files, {}, stop, [progress](double fraction) { progress->store(fraction); });
        },
        [this](base::Result<io::ImportReport> report) {
            if (report) {
                emit readingEnded(std::make_shared<io::ImportReport>(std::move(*report)));
            } else {
                emit readingFailed(report.error());
            }
        });
}

void StudyFiles::cancelReading() {
    m_readTask->cancel();
}

bool StudyFiles::isBusy() const {
    return m_openTask->isBusy() || m_saveTask->isBusy() || m_readTask->isBusy();
}

} // namespace rulescope::desktop
