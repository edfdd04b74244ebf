// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/networks/experiment.h"

#include <QDateTime>
#include <QObject>
#include <QString>

#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace rulescope::models {

/// What networks of a running experiment have measured so far; put in from working threads.
class LiveRuns {
  public:
    void put(std::size_t index, const networks::NetworkRun& run);
    /// In the order of the experiment's networks.
    std::vector<networks::NetworkRun> runs() const;

  private:
    mutable std::mutex m_mutex;
    std::map<std::size_t, networks::NetworkRun> m_runs;
};
using LiveRunsPtr = std::shared_ptr<const LiveRuns>;

/// One network experiment, kept in a folder of its own: what was asked for and every finished network.
struct ExperimentEntry {
    QString folder;
    networks::ExperimentRequest request;
    QDateTime begun;
    std::size_t networks = 0, finished = 0; ///< of a sweep
    bool isComplete = false;
    int job = 0;         ///< id in the job queue while it is trained, else 0
    double fraction = 0; ///< done, while it is trained
    LiveRunsPtr live;    ///< while it is trained

    bool isRunning() const { return job != 0; }
    /// "Rank sweep", with the animal if there is one.
    QString title() const;
};

/// The network experiments of this user, beside all studies: a folder with one folder each, readable and
/// continued by the command line too.
class NetworkLibrary : public QObject {
    Q_OBJECT

  public:
    explicit NetworkLibrary(QString root, QObject* parent = nullptr);

    const std::vector<ExperimentEntry>& entries() const { return m_entries; } ///< newest first
    /// The experiment of that folder, or nullptr.
    const ExperimentEntry* find(const QString& folder) const;

    /// Makes a folder for an experiment; returns it.
    base::Result<QString> begin(const networks::ExperimentRequest& request);
    void setRunning(const QString& folder, int job, LiveRunsPtr live);
    void setProgress(const QString& folder, double fraction);
    void setEnded(const QString& folder);
    /// Takes an experiment off the list; restore() brings it back, until the program is started again.
    void remove(const QString& folder);
    void restore(const QString& folder);

  signals:
    void changed();                         ///< the list, or an experiment's state
    void progressed(const QString& folder); ///< a running experiment has measured something

  private:
    void reload();
    ExperimentEntry* entryOf(const QString& folder);
    QString removedPath(const QString& folder) const;

    QString m_root;
    std::vector<ExperimentEntry> m_entries;
};

} // namespace rulescope::models
