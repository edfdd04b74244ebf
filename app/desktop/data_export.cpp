// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/data_export.h"

#include "app/desktop/fresh_folder.h"
#include "app/desktop/guarded.h"
#include "app/desktop/settings.h"
#include "core/insight/export_study.h"
#include "core/io/nwb_write.h"
#include "widgets/panels/latest_task.h"

#include <QDir>
#include <QFileDialog>

namespace rulescope::desktop {

namespace {

using Files = base::Result<std::vector<std::filesystem::path>>;

Files written(const io::StudyContents& contents, DataExport::Format format,
    const std::filesystem::path& folder, const base::StopToken& stop) {
    if (format == DataExport::Format::Nwb) {
        return io::writeNwb(contents.study, folder, stop);
    }
    return insight::exportTables(contents, stop).and_then([&](const std::vector<io::ExportTable>& tables) {
        return io::writeTables(tables, folder,
            format == DataExport::Format::Csv ? io::ExportFormat::Csv : io::ExportFormat::Hdf5);
    });
}

} // namespace

DataExport::DataExport(Document& document, Settings& settings, QWidget* window)
    : QObject(window)
    , m_document(document)
    , m_settings(settings)
    , m_window(window)
    , m_task(new panels::LatestTask(this)) {
    struct Entry {
        Format format;
        const char* name;
        QString text, toolTip;
        int key;
    };
    const Entry entries[] = {
        {Format::Csv, "exportCsv", tr("Tables as &CSV…"),
            tr("Trials, weights, surfaces and comparisons as CSV, with units and provenance beside them"),
            Qt::Key_C},
        {Format::Hdf5, "exportHdf5", tr("Tables as &HDF5…"), tr("The same tables in one HDF5 file"),
            Qt::Key_H},
        {Format::Nwb, "exportNwb", tr("Trials as &NWB…"), tr("One NWB file for each session"), Qt::Key_N}};
    for (const Entry& entry : entries) {
        auto* action = new QAction(entry.text, this);
        const QKeySequence keys(Qt::CTRL | Qt::SHIFT | Qt::Key_X, QKeyCombination(Qt::Key(entry.key)));
        action->setObjectName(QLatin1String(entry.name));
        action->setShortcut(keys);
        action->setToolTip(
            QStringLiteral("%1 (%2)").arg(entry.toolTip, keys.toString(QKeySequence::NativeText)));
        action->setStatusTip(entry.toolTip);
        connect(action, &QAction::triggered, this, [this, format = entry.format] { ask(format); });
        m_actions.append(action);
    }
    connect(&document.context(), &models::StudyContext::contentsChanged, this, &DataExport::update);
    connect(m_task, &panels::LatestTask::busyChanged, this, [this](bool isBusy) {
        update();
        if (!isBusy) {
            emit ended();
        }
    });
    update();
}

void DataExport::update() {
    for (QAction* action : m_actions) {
        action->setEnabled(!isBusy() && !m_document.contents().study.animals.empty());
    }
}

void DataExport::ask(Format format) {
    const QString folder = QFileDialog::getExistingDirectory(
        m_window, tr("Folder for the Exported Data"), m_settings.lastFolder());
    if (!folder.isEmpty()) {
        m_settings.setLastFolder(folder);
        write(format, freshFolder(folder, m_document.displayName(), QStringLiteral("data")));
    }
}

bool DataExport::isBusy() const {
    return m_task->isBusy();
}

void DataExport::write(Format format, const QString& folder) {
    emit started(tr("Exporting to %1…").arg(QDir::toNativeSeparators(folder)));
    m_task->run(
        [snapshot = m_document.snapshot(), format, folder](const base::StopToken& stop) {
            return guarded(folder.toStdString(),
                [&] { return written(*snapshot, format, folder.toStdU16String(), stop); });
        },
        [this, folder](const Files& files) {
            if (files) {
                emit done(tr("%n file(s) exported to %1", nullptr, static_cast<int>(files->size()))
                              .arg(QDir::toNativeSeparators(folder)));
            } else {
                emit failed(files.error());
            }
        });
}

} // namespace rulescope::desktop
