// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/import_reader.h"

#include "app/desktop/background.h"
#include "app/desktop/guarded.h"
#include "core/io/import_paths.h"
#include "widgets/panels/latest_task.h"

#include <QTimer>

#include <filesystem>

namespace rulescope::desktop {

namespace {

constexpr int kProgressInterval = 100; ///< ms

std::vector<std::filesystem::path> filesOf(const QStringList& paths) {
    std::vector<std::filesystem::path> files;
    for (const QString& path : paths) {
        files.emplace_back(path.toStdU16String());
    }
    return files;
}

std::shared_ptr<PendingImport> joined(const std::shared_ptr<const io::ImportReport>& report,
    const data::Study& study, const base::StopToken& stop) {
    return std::make_shared<PendingImport>(PendingImport{report, io::joinedImport(study, *report, stop)});
}

} // namespace

ImportReader::ImportReader(QObject* parent)
    : QObject(parent)
    , m_task(new panels::LatestTask(runInBackground, this))
    , m_timer(new QTimer(this)) {
    m_timer->setInterval(kProgressInterval);
    connect(m_timer, &QTimer::timeout, this, [this] { emit progressed(m_progress->load()); });
    connect(m_task, &panels::LatestTask::busyChanged, this, [this](bool isBusy) {
        if (isBusy) {
            m_timer->start();
        } else {
            m_timer->stop();
        }
    });
}

void ImportReader::sample(const QStringList& paths) {
    m_progress = std::make_shared<std::atomic<double>>(0);
    m_task->run(
        [files = filesOf(paths)](const base::StopToken& stop) {
            return guarded({}, [&] { return io::columnSamples(files, stop); });
        },
        [this](const base::Result<std::vector<io::ColumnSample>>& columns) {
            if (columns) {
                emit sampled(*columns);
            } else {
                emit failed(columns.error());
            }
        });
}

void ImportReader::read(
    const QStringList& paths, const data::Study& study, const std::optional<io::ColumnMap>& columns) {
    io::ImportOptions options;
    options.columns = columns;
    // Each request counts for itself: an older one may still be on its way to its stop token.
    m_progress = std::make_shared<std::atomic<double>>(0);
    m_task->run(
        [files = filesOf(paths), study, options, progress = m_progress](const base::StopToken& stop) {
            return guarded({}, [&] {
                return io::importPaths(files, options, stop, [progress](double fraction) {
                    progress->store(fraction);
                }).map([&](io::ImportReport report) {
                    return joined(std::make_shared<const io::ImportReport>(std::move(report)), study, stop);
                });
            });
        },
        [this](const Ended& import) { tell(import); });
}

void ImportReader::join(const std::shared_ptr<const io::ImportReport>& report, const data::Study& study) {
    m_progress = std::make_shared<std::atomic<double>>(1); // reading is done
    m_task->run(
        [report, study](const base::StopToken& stop) {
            return guarded({}, [&] { return Ended(joined(report, study, stop)); });
        },
        [this](const Ended& import) { tell(import); });
}

void ImportReader::tell(const Ended& import) {
    if (import) {
        emit ended(*import);
    } else {
        emit failed(import.error());
    }
}

void ImportReader::cancel() {
    m_task->cancel();
}

bool ImportReader::isBusy() const {
    return m_task->isBusy();
}

} // namespace rulescope::desktop
