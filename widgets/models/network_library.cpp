// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/network_library.h"

#include "widgets/text/translated.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <utility>

namespace rulescope::models {

namespace {

const QString kRemoved = QStringLiteral("removed");
const QString kRequest = QStringLiteral("experiment.json");

/// The file's own time is only for folders of earlier versions: copying changes it.
QDateTime begunAt(const QString& folder) {
    const QDateTime created = QDateTime::fromString(
        QString::fromStdString(networks::readCreatedUtc(folder.toStdString())), Qt::ISODateWithMs);
    return created.isValid() ? created.toLocalTime()
                             : QFileInfo(QDir(folder).filePath(kRequest)).lastModified();
}

std::optional<ExperimentEntry> entryFrom(const QString& folder) {
    auto request = networks::readRequest(folder.toStdString());
    const auto recipe =
        request ? networks::findNetworkRecipe(request->recipe) : tl::make_unexpected(request.error());
    if (!recipe) {
        return std::nullopt; // not ours, damaged, or of a later version: left alone
    }
    ExperimentEntry entry;
    entry.folder = folder;
    entry.begun = begunAt(folder);
    if ((*recipe)->kind == networks::RecipeKind::Sweep) {
        const QStringList runs = QDir(folder).entryList({QStringLiteral("run-*.json")}, QDir::Files);
        for (const networks::NetworkSpec& spec : (*recipe)->specs(request->options)) {
            ++entry.networks;
            entry.finished += runs.contains(QString::fromStdString(networks::runFileName(spec))) ? 1 : 0;
        }
        entry.isComplete = entry.finished == entry.networks;
    } else {
        const char* const result =
            (*recipe)->kind == networks::RecipeKind::Theory ? "theory.json" : "comparison.json";
        entry.isComplete = QFileInfo::exists(QDir(folder).filePath(QLatin1String(result)));
    }
    entry.request = std::move(*request);
    return entry;
}

} // namespace

void LiveRuns::put(std::size_t index, const networks::NetworkRun& run) {
    const std::lock_guard lock(m_mutex);
    m_runs[index] = run;
}

std::vector<networks::NetworkRun> LiveRuns::runs() const {
    const std::lock_guard lock(m_mutex);
    std::vector<networks::NetworkRun> runs;
    for (const auto& [index, run] : m_runs) {
        runs.push_back(run);
    }
    return runs;
}

QString ExperimentEntry::title() const {
    const auto recipe = networks::findNetworkRecipe(request.recipe);
    const QString name = recipe ? text::translated((*recipe)->title) : QString::fromStdString(request.recipe);
    return request.animal.empty()
               ? name
               : NetworkLibrary::tr("%1: %2").arg(name, QString::fromStdString(request.animal));
}

NetworkLibrary::NetworkLibrary(QString root, QObject* parent)
    : QObject(parent)
    , m_root(std::move(root)) {
    QDir(QDir(m_root).filePath(kRemoved)).removeRecursively();
    reload();
}

void NetworkLibrary::reload() {
    std::vector<ExperimentEntry> entries;
    const QDir root(m_root);
    for (const QString& name : root.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        auto entry = entryFrom(root.filePath(name));
        if (!entry) {
            continue;
        }
        if (const ExperimentEntry* known = find(entry->folder)) {
            entry->job = known->job;
            entry->fraction = known->fraction;
            entry->live = known->live;
        }
        entries.push_back(std::move(*entry));
    }
    std::stable_sort(entries.begin(), entries.end(),
        [](const ExperimentEntry& a, const ExperimentEntry& b) { return a.begun > b.begun; });
    m_entries = std::move(entries);
    emit changed();
}

const ExperimentEntry* NetworkLibrary::find(const QString& folder) const {
    const auto it = std::find_if(m_entries.begin(), m_entries.end(),
        [&folder](const ExperimentEntry& entry) { return entry.folder == folder; });
    return it == m_entries.end() ? nullptr : &*it;
}

ExperimentEntry* NetworkLibrary::entryOf(const QString& folder) {
    return const_cast<ExperimentEntry*>(std::as_const(*this).find(folder));
}

base::Result<QString> NetworkLibrary::begin(const networks::ExperimentRequest& request) {
    const QDir root(m_root);
    QString folder;
    for (int number = 1;
         folder.isEmpty() || QFileInfo::exists(folder) || QFileInfo::exists(removedPath(folder)); ++number) {
        folder =
            root.filePath(QStringLiteral("%1-%2").arg(QString::fromStdString(request.recipe)).arg(number));
    }
    if (const auto written = networks::writeRequest(request, folder.toStdString()); !written) {
        return tl::make_unexpected(written.error());
    }
    reload();
    return folder;
}

void NetworkLibrary::setRunning(const QString& folder, int job, LiveRunsPtr live) {
    if (ExperimentEntry* entry = entryOf(folder)) {
        entry->job = job;
        entry->fraction = 0;
        entry->live = std::move(live);
        emit changed();
    }
}

void NetworkLibrary::setProgress(const QString& folder, double fraction) {
    if (ExperimentEntry* entry = entryOf(folder)) {
        entry->fraction = fraction;
        emit progressed(folder);
    }
}

void NetworkLibrary::setEnded(const QString& folder) {
    if (ExperimentEntry* entry = entryOf(folder)) {
        entry->job = 0;
        entry->live = nullptr;
        reload();
    }
}

QString NetworkLibrary::removedPath(const QString& folder) const {
    return QDir(m_root).filePath(kRemoved + QLatin1Char('/') + QFileInfo(folder).fileName());
}

void NetworkLibrary::remove(const QString& folder) {
    const ExperimentEntry* entry = find(folder);
    if (entry == nullptr || entry->isRunning()) {
        return;
    }
    QDir(m_root).mkpath(kRemoved);
    QDir().rename(folder, removedPath(folder));
    reload();
}

void NetworkLibrary::restore(const QString& folder) {
    QDir().rename(removedPath(folder), folder);
    reload();
}

} // namespace rulescope::models
